// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic
import Carrel.Style

/// Something that is chosen from a menu: its value, and an arrow.
AbstractButton {
    id: button

    /// What is chosen here, read aloud.
    required property string name
    property bool isQuiet: false

    implicitHeight: Theme.px(30)
    implicitWidth: words.implicitWidth + Theme.px(36)
    focusPolicy: Qt.StrongFocus
    opacity: enabled ? 1 : 0.6
    objectName: name

    Accessible.role: Accessible.ButtonMenu
    Accessible.name: qsTr("%1: %2").arg(button.name).arg(button.text)

    contentItem: Item {
        Words {
            id: words
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(8)
            anchors.right: arrow.left
            anchors.rightMargin: Theme.px(4)
            anchors.verticalCenter: parent.verticalCenter
            text: button.text
            isQuiet: button.isQuiet
            font.weight: button.isQuiet ? Font.Normal : Font.DemiBold
            Accessible.ignored: true
        }
        Icon {
            id: arrow
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(8)
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.px(14)
            height: width
            name: "chevron-down"
            color: Theme.quiet
        }
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: button.down ? Theme.fillStrong : button.hovered ? Theme.fill : "transparent"

        FocusRing {
            visible: button.visualFocus
            gap: 0
        }
    }
    Keys.onReturnPressed: click()
    Keys.onDownPressed: click()

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
}
