// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Style

/// The head of the room: title, parts, and the button that adds a file. Where there is no room for all in one line, the
/// parts stand below.
Item {
    id: head

    property bool showMenuButton: false
    /// Of the room's parts; a single one needs no choice.
    required property list<string> titles
    property int current: 0
    property int downloads: 0
    readonly property bool stacked: titles.length > 1 && width < Theme.px(620)

    signal menuWanted
    signal chosen(part: int)
    signal addWanted

    implicitHeight: stacked ? Theme.px(108) : Theme.px(68)

    IconButton {
        id: menu
        anchors.left: parent.left
        anchors.verticalCenter: title.verticalCenter
        visible: head.showMenuButton
        name: qsTr("Show the sidebar")
        iconName: "sidebar"
        keys: qsTr("Ctrl+B")
        onClicked: head.menuWanted()
    }
    Words {
        id: title
        anchors.left: menu.visible ? menu.right : parent.left
        anchors.leftMargin: menu.visible ? Theme.px(10) : 0
        y: (Theme.px(68) - height) / 2
        text: qsTr("Models")
        font.pixelSize: Theme.title
        font.weight: Font.DemiBold
        Accessible.role: Accessible.Heading
    }
    RoomTabs {
        id: tabs

        // From the beginning of the line: below the title, or as far behind it as the button leaves.
        readonly property real indent: head.stacked ? -Theme.px(12) : head.width - add.width - Theme.px(18) - width

        x: LayoutMirroring.enabled ? head.width - indent - width : indent
        y: head.stacked ? Theme.px(62) : (Theme.px(68) - height) / 2
        visible: head.titles.length > 1
        titles: head.titles
        numbers: [0, 0, head.downloads]
        current: head.current
        onChosen: index => head.chosen(index)
    }
    PlainButton {
        id: add
        anchors.right: parent.right
        anchors.verticalCenter: title.verticalCenter
        text: qsTr("Add a file")
        iconName: "plus"
        onClicked: head.addWanted()
    }
}
