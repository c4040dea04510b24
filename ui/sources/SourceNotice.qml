// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Style

/// What is to be known about the file, or why its page is not there.
Rectangle {
    id: notice

    required property string text
    property string actionText: ""

    signal actionChosen

    implicitHeight: inside.height + Theme.px(20)
    color: Theme.warnSoft

    Accessible.role: Accessible.AlertMessage
    Accessible.name: notice.text

    Icon {
        id: icon
        anchors.left: parent.left
        anchors.leftMargin: Theme.px(16)
        y: Theme.px(11)
        width: Theme.px(16)
        height: width
        name: "info"
        color: Theme.warn
    }
    Column {
        id: inside
        anchors.left: icon.right
        anchors.leftMargin: Theme.px(9)
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(16)
        y: Theme.px(10)
        spacing: Theme.px(8)

        Words {
            width: parent.width
            text: notice.text
            wrapMode: Text.WordWrap
            font.pixelSize: Theme.small
            Accessible.ignored: true
        }
        PlainButton {
            anchors.left: parent.left
            visible: text.length > 0
            text: notice.actionText
            onClicked: notice.actionChosen()
        }
    }
}
