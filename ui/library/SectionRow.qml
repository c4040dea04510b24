// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// A section that was read: its title, and when it is opened its points and the passages that they come from.
ItemDelegate {
    id: row

    required property int index
    required property summarySection section
    required property string document
    /// The file's name is shown, too.
    property bool named: false
    property bool unfolded: false
    readonly property bool empty: section.points.length === 0
    readonly property string note: [row.named ? row.document : "", row.empty ? qsTr("gave nothing") : "", row.section.reused ? qsTr("kept from before") : ""].filter(part => part.length > 0).join(" · ")
    readonly property bool byKeyboard: visualFocus || (activeFocus && ListView.isCurrentItem)

    signal foldWanted
    signal pageWanted(source: summarySource)

    padding: 0
    focusPolicy: Qt.ClickFocus
    text: section.title
    objectName: text

    Accessible.role: Accessible.ListItem
    Accessible.name: row.empty ? qsTr("%1, gave nothing").arg(row.section.title) : qsTr("%1, %n point(s)", "", row.section.points.length).arg(row.section.title)
    Accessible.description: row.note

    contentItem: Column {
        topPadding: Theme.px(7)
        bottomPadding: Theme.px(7)
        spacing: Theme.px(6)

        Item {
            width: parent.width
            height: Math.max(title.height + (note.visible ? note.height + Theme.px(1) : 0), Theme.px(20))

            Icon {
                id: icon
                x: Theme.px(14)
                y: Theme.px(1)
                width: Theme.px(14)
                height: width
                name: row.empty ? "info" : row.unfolded ? "chevron-down" : "chevron-right"
                color: row.empty ? Theme.warn : Theme.quiet
            }
            Words {
                id: title
                anchors.left: parent.left
                anchors.leftMargin: Theme.px(36)
                anchors.right: page.left
                anchors.rightMargin: Theme.px(8)
                text: row.section.title
                Accessible.ignored: true
            }
            Words {
                id: note
                anchors.left: title.left
                anchors.right: title.right
                anchors.top: title.bottom
                anchors.topMargin: Theme.px(1)
                visible: text.length > 0
                text: row.note
                isQuiet: true
                font.pixelSize: Theme.small
                Accessible.ignored: true
            }
            Words {
                id: page
                anchors.right: parent.right
                anchors.rightMargin: Theme.px(16)
                text: row.section.page > 0 ? qsTr("p. %1").arg(row.section.page) : ""
                isQuiet: true
                font.pixelSize: Theme.small
                Accessible.ignored: true
            }
        }
        Loader {
            x: Theme.px(36)
            width: parent.width - x - Theme.px(16)
            active: row.unfolded && !row.empty
            visible: active
            sourceComponent: Column {
                id: inside
                spacing: Theme.px(6)

                Repeater {
                    model: row.section.points

                    SectionPoint {
                        required property string modelData

                        width: inside.width
                        text: modelData
                    }
                }
                Repeater {
                    model: row.section.passages

                    PassageQuote {
                        required property summarySource modelData

                        width: inside.width
                        source: modelData
                        onPageWanted: source => row.pageWanted(source)
                    }
                }
            }
        }
    }
    background: Rectangle {
        color: row.hovered && !row.empty ? Theme.fill : "transparent"

        FocusRing {
            visible: row.byKeyboard
            gap: -2
        }
    }
    onActiveFocusChanged: if (activeFocus)
        ListView.view.currentIndex = index
    onClicked: if (!empty)
        foldWanted()
    Keys.onReturnPressed: if (!empty)
        foldWanted()
    Keys.onEnterPressed: if (!empty)
        foldWanted()
}
