// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic

/// A scroll bar that recedes.
ScrollBar {
    id: bar

    implicitWidth: Theme.px(10)
    implicitHeight: Theme.px(10)
    padding: Theme.px(2)
    minimumSize: 0.06
    visible: bar.policy !== ScrollBar.AlwaysOff && bar.size < 1

    Accessible.role: Accessible.ScrollBar
    Accessible.name: bar.orientation === Qt.Vertical ? qsTr("Scroll up and down") : qsTr("Scroll sideways")

    contentItem: Rectangle {
        implicitWidth: Theme.px(6)
        implicitHeight: Theme.px(6)
        radius: width / 2
        color: bar.pressed || bar.hovered ? Theme.quiet : Theme.outline
        opacity: bar.active || bar.hovered || bar.policy === ScrollBar.AlwaysOn ? 1 : 0

        Behavior on opacity {
            NumberAnimation {
                duration: Theme.gentle
            }
        }
    }
    background: null
}
