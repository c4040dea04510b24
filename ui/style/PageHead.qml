// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

/// The head of a room: its title, and at the end what can be done there.
Item {
    id: head

    required property string title
    property bool showMenuButton: false
    default property alias actions: row.data

    signal menuWanted

    implicitHeight: Theme.px(68)

    IconButton {
        id: menu
        anchors.left: parent.left
        anchors.verticalCenter: parent.verticalCenter
        visible: head.showMenuButton
        name: qsTr("Show the sidebar")
        iconName: "sidebar"
        keys: qsTr("Ctrl+B")
        onClicked: head.menuWanted()
    }
    Words {
        anchors.left: menu.visible ? menu.right : parent.left
        anchors.leftMargin: menu.visible ? Theme.px(10) : 0
        anchors.verticalCenter: parent.verticalCenter
        text: head.title
        font.pixelSize: Theme.title
        font.weight: Font.DemiBold
        Accessible.role: Accessible.Heading
    }
    Row {
        id: row
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.px(10)
    }
}
