// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// Asks in which form a chat is to be saved.
Sheet {
    id: sheet

    required property conversationId conversation
    /// Ending, name and what it is good for.
    readonly property list<string> forms: ["pdf\n" + qsTr("PDF") + "\n" + qsTr("To print and to send, with the passages that are cited"), "html\n" + qsTr("Web page") + "\n" + qsTr("One file for every browser, which loads nothing"), "md\n" + qsTr("Markdown") + "\n" + qsTr("For notes and editors, with the sources as footnotes"), "jsonl\n" + qsTr("JSON lines") + "\n" + qsTr("All of it, with every version, to be restored by carrel-cli")]

    signal chosen(ending: string)

    title: qsTr("Save this chat as")
    preferredWidth: Theme.px(460)
    padding: Theme.px(8)
    onOpened: rows.itemAt(0)?.forceActiveFocus(Qt.TabFocusReason)

    contentItem: Column {
        Repeater {
            id: rows
            model: sheet.forms

            ItemDelegate {
                id: row

                required property int index
                required property string modelData
                readonly property list<string> parts: modelData.split("\n")

                width: parent ? parent.width : 0
                implicitHeight: Theme.px(52)
                leftPadding: Theme.px(12)
                rightPadding: Theme.px(12)
                text: parts[1]
                objectName: parts[0]

                Accessible.role: Accessible.Button
                Accessible.name: qsTr("%1: %2").arg(row.parts[1]).arg(row.parts[2])

                contentItem: Column {
                    topPadding: Theme.px(7)
                    spacing: Theme.px(2)

                    Words {
                        width: parent.width
                        text: row.parts[1]
                        font.pixelSize: Theme.control
                        font.weight: Font.Medium
                        Accessible.ignored: true
                    }
                    Words {
                        width: parent.width
                        text: row.parts[2]
                        isQuiet: true
                        font.pixelSize: Theme.small
                        Accessible.ignored: true
                    }
                }
                background: Rectangle {
                    radius: Theme.radiusSmall
                    color: row.down ? Theme.fillStrong : row.hovered ? Theme.fill : "transparent"

                    FocusRing {
                        visible: row.visualFocus
                        gap: -1
                    }
                }
                onClicked: sheet.chosen(row.parts[0])
                Keys.onReturnPressed: click()
                Keys.onEnterPressed: click()
                Keys.onDownPressed: rows.itemAt(Math.min(rows.count - 1, row.index + 1))?.forceActiveFocus(Qt.TabFocusReason)
                Keys.onUpPressed: rows.itemAt(Math.max(0, row.index - 1))?.forceActiveFocus(Qt.BacktabFocusReason)
            }
        }
    }
}
