// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

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
        SoftShadow {
            anchors.fill: parent
        }
        Rectangle {
            anchors.fill: parent
            radius: Theme.radius
            color: Theme.surface
            border.color: Theme.outline
            border.width: Theme.hair
        }
    }
    enter: Transition {
        NumberAnimation {
            property: "opacity"
            from: 0
            to: 1
            duration: Theme.quick
        }
    }
    exit: Transition {
        NumberAnimation {
            property: "opacity"
            from: 1
            to: 0
            duration: Theme.quick
        }
    }
}
