// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic
import Carrel.Style

/// A passage: where it stands, its words with those asked for marked, and why it was found.
ItemDelegate {
    id: row

    required text
    required property string path
    required property string where
    required property string heading
    required property string why
    property string question: ""
    readonly property bool byKeyboard: visualFocus || (activeFocus && ListView.isCurrentItem)

    signal openWanted

    padding: Theme.px(16)
    topPadding: Theme.px(12)
    bottomPadding: Theme.px(14)
    focusPolicy: Qt.ClickFocus
    objectName: where

    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1: %2").arg(row.where).arg(row.text)
    Accessible.description: row.why

    contentItem: Column {
        spacing: Theme.px(6)

        Item {
            width: parent.width
            height: Theme.px(26)

            Words {
                id: place
                anchors.left: parent.left
                anchors.verticalCenter: parent.verticalCenter
                width: Math.min(implicitWidth, parent.width * 0.6)
                text: row.where
                elide: Text.ElideMiddle
                font.weight: Font.DemiBold
                Accessible.ignored: true
            }
            Words {
                anchors.left: place.right
                anchors.leftMargin: Theme.px(10)
                anchors.right: reason.left
                anchors.rightMargin: Theme.px(10)
                anchors.verticalCenter: parent.verticalCenter
                text: row.heading
                isQuiet: true
                Accessible.ignored: true
            }
            Words {
                id: reason
                anchors.right: open.left
                anchors.rightMargin: Theme.px(6)
                anchors.verticalCenter: parent.verticalCenter
                text: row.why
                isQuiet: true
                font.pixelSize: Theme.small
                Accessible.ignored: true
            }
            IconButton {
                id: open
                anchors.right: parent.right
                anchors.rightMargin: -Theme.px(6)
                anchors.verticalCenter: parent.verticalCenter
                name: qsTr("Open %1").arg(row.where)
                iconName: "external"
                focusPolicy: Qt.NoFocus
                onClicked: row.openWanted()
            }
        }
        TextEdit {
            id: words
            width: parent.width
            text: row.text
            textFormat: TextEdit.PlainText
            readOnly: true
            selectByMouse: true
            wrapMode: TextEdit.Wrap
            color: Theme.ink
            selectionColor: Theme.selection
            selectedTextColor: Theme.ink
            font.family: Theme.readingFamily
            font.pixelSize: Theme.control
            activeFocusOnPress: true
            Accessible.ignored: true

            MarkedText {
                document: words.textDocument
                question: row.question
                color: Theme.found
                leading: 125
            }
        }
    }
    background: Card {
        FocusRing {
            visible: row.byKeyboard
            radius: Theme.radius
            gap: -1
        }
    }
    onDoubleClicked: openWanted()
    Keys.onReturnPressed: openWanted()
    Keys.onEnterPressed: openWanted()
}
