// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic

/// The one thing to do here.
Button {
    id: control

    /// An icon before the words, from resources/icons.
    property string iconName: ""

    implicitHeight: Theme.controlHeight
    leftPadding: Theme.px(12)
    rightPadding: Theme.px(12)
    topPadding: 0
    bottomPadding: 0
    focusPolicy: Qt.StrongFocus
    opacity: enabled ? 1 : 0.45
    font.family: Theme.family
    font.pixelSize: Theme.label
    font.weight: Font.Medium
    objectName: text

    Accessible.role: Accessible.Button
    Accessible.name: control.text

    contentItem: Row {
        spacing: Theme.px(7)

        Icon {
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.px(16)
            height: width
            visible: control.iconName.length > 0
            name: control.iconName
            color: Theme.accentInk
        }
        Words {
            anchors.verticalCenter: parent.verticalCenter
            text: control.text
            color: Theme.accentInk
            font: control.font
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: control.down || control.hovered ? Theme.accentHover : Theme.accent
        border.width: 0
        border.color: Theme.outline

        Behavior on color {
            ColorFade {}
        }
        FocusRing {
            visible: control.visualFocus
        }
    }

    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
}
