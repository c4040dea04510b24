// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic

/// A button without a frame, inside text and rows.
Button {
    id: control

    /// An icon before the words, from resources/icons.
    property string iconName: ""
    property color tint: Theme.accent

    implicitHeight: Theme.px(26)
    leftPadding: Theme.px(8)
    rightPadding: Theme.px(8)
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
            color: control.tint
        }
        Words {
            anchors.verticalCenter: parent.verticalCenter
            text: control.text
            color: control.tint
            font: control.font
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: control.down ? Theme.fillStrong : control.hovered ? Theme.fill : "transparent"
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
