// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic
import Carrel.Style

/// A line that does something, as wide as it is given room; what does not fit goes on below.
AbstractButton {
    id: control

    /// An icon before the words, from resources/icons.
    property string iconName: ""
    property color tint: Theme.ink

    padding: Theme.px(4)
    leftPadding: Theme.px(8)
    rightPadding: Theme.px(8)
    focusPolicy: Qt.StrongFocus
    font.family: Theme.family
    font.pixelSize: Theme.label
    objectName: text

    Accessible.role: Accessible.Button
    Accessible.name: control.text

    contentItem: Item {
        implicitHeight: Math.max(words.height, Theme.px(18))

        Icon {
            id: icon
            anchors.left: parent.left
            y: Theme.px(1)
            width: control.iconName.length > 0 ? Theme.px(16) : 0
            height: Theme.px(16)
            visible: control.iconName.length > 0
            name: control.iconName
            color: control.tint
        }
        Words {
            id: words
            anchors.left: icon.right
            anchors.leftMargin: icon.visible ? Theme.px(7) : 0
            anchors.right: parent.right
            wrapMode: Text.Wrap
            text: control.text
            color: control.tint
            font: control.font
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: control.down ? Theme.fillStrong : control.hovered ? Theme.fill : "transparent"

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
