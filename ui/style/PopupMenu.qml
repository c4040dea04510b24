// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic

/// A menu on a small sheet with a soft shadow.
Menu {
    id: menu

    /// Names the menu in tests.
    required property string name

    padding: Theme.px(5)
    margins: Theme.px(8)
    implicitWidth: Theme.px(230)
    objectName: name
    delegate: MenuEntry {}
    background: Item {
        Rectangle {
            anchors.fill: parent
            anchors.margins: -1
            anchors.topMargin: Theme.px(2)
            anchors.bottomMargin: -Theme.px(4)
            radius: Theme.radius + 1
            color: Theme.shadow
        }
        Rectangle {
            anchors.fill: parent
            radius: Theme.radius
            color: Theme.surface
            border.color: Theme.outline
            border.width: Theme.hair
        }
    }
    enter: Transition { NumberAnimation { property: "opacity"; from: 0; to: 1; duration: Theme.quick } }
    exit: Transition { NumberAnimation { property: "opacity"; from: 1; to: 0; duration: Theme.quick } }
}
