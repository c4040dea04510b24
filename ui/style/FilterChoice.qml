// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic

/// One of a few restrictions of a search, as words that open a menu. The first one restricts nothing.
TextButton {
    id: choice

    /// What is chosen here, read aloud.
    required property string name
    required property list<string> options
    property int current: 0

    signal chosen(index: int)

    text: choice.options[choice.current]
    tint: choice.current === 0 ? Theme.quiet : Theme.accent
    font.weight: choice.current === 0 ? Font.Normal : Font.Medium
    iconName: "chevron-down"
    objectName: choice.name
    Accessible.name: qsTr("%1: %2").arg(choice.name).arg(choice.text)
    Accessible.role: Accessible.ButtonMenu
    onClicked: menu.popup(choice, choice.width - menu.width, choice.height)
    Keys.onDownPressed: choice.clicked()

    PopupMenu {
        id: menu
        name: choice.name

        Instantiator {
            model: choice.options
            delegate: MenuEntry {
                required property int index
                required property string modelData

                text: modelData
                iconName: index === choice.current ? "check" : ""
                onTriggered: choice.chosen(index)
            }
            onObjectAdded: (index, object) => menu.insertItem(index, object as MenuEntry)
            onObjectRemoved: (index, object) => menu.removeItem(object as MenuEntry)
        }
    }
}
