// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// Says that the switch is off, and turns it.
Card {
    id: notice

    required property Settings settings

    implicitHeight: Math.max(words.height, on.height) + Theme.px(24)
    Accessible.role: Accessible.AlertMessage
    Accessible.name: words.text

    Icon {
        id: icon
        anchors.left: parent.left
        anchors.leftMargin: Theme.px(16)
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.px(18)
        height: width
        name: "shield"
        color: Theme.accent
    }
    Words {
        id: words
        anchors.left: icon.right
        anchors.leftMargin: Theme.px(10)
        anchors.right: on.left
        anchors.rightMargin: Theme.px(12)
        anchors.verticalCenter: parent.verticalCenter
        wrapMode: Text.WordWrap
        text: qsTr("The switch Offline is on: nothing is asked and nothing is downloaded.")
        Accessible.ignored: true
    }
    PlainButton {
        id: on
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(12)
        anchors.verticalCenter: parent.verticalCenter
        text: qsTr("Allow downloads")
        onClicked: notice.settings.offline = false
    }
}
