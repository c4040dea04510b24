// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Sources
import Carrel.Style

/// A table: hairlines between rows, columns as wide as they need, sideways scrolling where the page is too narrow.
BlockFrame {
    id: row

    required property bool open
    required property messageId messageId
    property SourceNavigator navigator: null
    property string needle: ""
    property bool showAll: false
    readonly property int firstRows: 60

    signal linkChosen(target: string)

    above: Theme.px(9)
    below: Theme.px(9)

    Accessible.role: Accessible.Table
    Accessible.name: qsTr("Table with %1 rows and %2 columns").arg(block.rowCount).arg(block.columnCount)

    ListView.onPooled: {
        showAll = false;
        flick.contentX = 0;
    }

    TableColumns {
        id: columns
        block: row.block
        family: Theme.readingFamily
        pixelSize: Theme.control
        available: row.columnWidth
        padding: 2 * Theme.px(10)
    }

    Column {
        width: parent.width

        Flickable {
            id: flick
            width: parent.width
            height: grid.height
            contentWidth: grid.width
            contentHeight: height
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            flickableDirection: Flickable.HorizontalFlick
            interactive: contentWidth > width

            ScrollBar.horizontal: Scroller {}

            Column {
                id: grid
                width: Math.max(flick.width, columns.total)

                Repeater {
                    model: TableRows {
                        block: row.block
                        limit: row.showAll ? row.block.rowCount : row.firstRows
                    }

                    Item {
                        id: line

                        required property int index
                        required property markdownBlock cells

                        width: grid.width
                        height: texts.height + Theme.hair
                        visible: cells.rowCount > 0

                        Row {
                            id: texts

                            Repeater {
                                model: columns.most

                                ReadingText {
                                    id: cell

                                    required property int index

                                    width: columns.widths[index] ?? 0
                                    visible: index < row.block.columnCount
                                    leftPadding: Theme.px(10)
                                    rightPadding: Theme.px(10)
                                    topPadding: Theme.px(8)
                                    bottomPadding: Theme.px(5)
                                    content: line.cells.cell(0, cell.index)
                                    needle: row.needle
                                    navigator: row.navigator
                                    answer: row.messageId
                                    leading: 1.4
                                    color: line.index === 0 ? Theme.quiet : Theme.ink
                                    font.pixelSize: line.index === 0 ? Theme.label : Theme.control
                                    font.weight: line.index === 0 ? Font.Medium : Font.Normal
                                    horizontalAlignment: columns.alignments[cell.index] ?? TextEdit.AlignLeft
                                    Accessible.role: line.index === 0 ? Accessible.ColumnHeader : Accessible.Cell
                                    onLinkChosen: target => row.linkChosen(target)
                                }
                            }
                        }
                        Hairline {
                            anchors.bottom: parent.bottom
                            width: parent.width
                        }
                    }
                }
            }
        }
        TextButton {
            anchors.left: parent.left
            visible: !row.showAll && row.block.rowCount > row.firstRows
            text: qsTr("Show all %1 rows").arg(row.block.rowCount - 1)
            onClicked: row.showAll = true
        }
    }
}
