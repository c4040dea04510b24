// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic

/// A switch with its words beside it.
Switch {
    id: control

    implicitHeight: Theme.px(30)
    padding: 0
    spacing: Theme.px(10)
    font.family: Theme.family
    font.pixelSize: Theme.control
    objectName: text

    Accessible.role: Accessible.CheckBox
    Accessible.name: control.text
    Accessible.checkable: true
    Accessible.checked: control.checked

    indicator: Rectangle {
        x: control.mirrored ? control.width - width : 0
        y: (control.height - height) / 2
        implicitWidth: Theme.px(36)
        implicitHeight: Theme.px(20)
        radius: height / 2
        color: control.checked ? Theme.accent : Theme.fillStrong
        border.width: control.checked ? 0 : Theme.hair
        border.color: Theme.outline

        Behavior on color {
            ColorFade {}
        }
        Rectangle {
            x: (control.checked !== control.mirrored) ? parent.width - width - Theme.px(3) : Theme.px(3)
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.px(14)
            height: width
            radius: width / 2
            color: control.checked ? Theme.accentInk : Theme.quiet

            Behavior on x {
                NumberAnimation {
                    duration: Theme.quick
                }
            }
        }
        FocusRing {
            visible: control.visualFocus
            radius: parent.radius + gap
        }
    }
    contentItem: Words {
        leftPadding: control.mirrored ? 0 : control.indicator.width + control.spacing
        rightPadding: control.mirrored ? control.indicator.width + control.spacing : 0
        text: control.text
        font: control.font
        Accessible.ignored: true
    }
    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
}
