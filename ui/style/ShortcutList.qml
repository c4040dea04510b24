// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick

/// What each key does.
Column {
    id: list

    readonly property list<string> lines: [qsTr("Send the message") + "\n" + qsTr("Enter"), qsTr("New line") + "\n" + qsTr("Shift+Enter"), qsTr("Stop the answer") + "\n" + qsTr("Esc"), qsTr("New chat") + "\n" + qsTr("Ctrl+N"), qsTr("Search all chats") + "\n" + qsTr("Ctrl+K"), qsTr("Find in this chat") + "\n" + qsTr("Ctrl+F"), qsTr("Show or hide the sidebar") + "\n" + qsTr("Ctrl+B"), qsTr("Choose the model") + "\n" + qsTr("Ctrl+L"), qsTr("Compare two models") + "\n" + qsTr("Ctrl+Shift+L"), qsTr("Answer again") + "\n" + qsTr("Ctrl+R"), qsTr("Edit the last question, in an empty box") + "\n" + qsTr("↑"), qsTr("Copy the last answer") + "\n" + qsTr("Ctrl+Shift+C"), qsTr("Copy the last code") + "\n" + qsTr("Ctrl+Shift+;"), qsTr("Next or previous source of an answer") + "\n" + qsTr("Alt+↓, Alt+↑"), qsTr("Enlarge the page of a source") + "\n" + qsTr("Ctrl++, Ctrl+−"), qsTr("Save this chat as…") + "\n" + qsTr("Ctrl+S"), qsTr("Choose documents, in the message box") + "\n" + qsTr("#"), qsTr("Back to the message box") + "\n" + qsTr("Shift+Esc"), qsTr("Rename the chat in the list") + "\n" + qsTr("F2"), qsTr("Settings") + "\n" + qsTr("Ctrl+,"), qsTr("This list") + "\n" + qsTr("F1")]

    Repeater {
        model: list.lines

        Item {
            id: line

            required property string modelData

            width: list.width
            height: Theme.px(31)

            Accessible.role: Accessible.StaticText
            Accessible.name: modelData.replace("\n", ": ")

            Words {
                anchors.left: parent.left
                anchors.verticalCenter: parent.verticalCenter
                text: line.modelData.split("\n")[0]
                Accessible.ignored: true
            }
            Rectangle {
                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                width: key.implicitWidth + Theme.px(14)
                height: Theme.px(22)
                radius: Theme.px(5)
                color: Theme.fill

                Words {
                    id: key
                    anchors.centerIn: parent
                    text: line.modelData.split("\n")[1]
                    font.pixelSize: Theme.small
                    Accessible.ignored: true
                }
            }
            Hairline {
                anchors.bottom: parent.bottom
                width: parent.width
            }
        }
    }
}
