// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic
import Carrel.Style

/// Brings the reader back to the end of the conversation.
Button {
    id: control

    text: qsTr("Jump to latest")
    implicitHeight: Theme.px(32)
    leftPadding: Theme.px(12)
    rightPadding: Theme.px(14)
    focusPolicy: Qt.StrongFocus
    objectName: "jumpToLatest"

    Accessible.role: Accessible.Button
    Accessible.name: control.text

    contentItem: Row {
        spacing: Theme.px(6)

        Icon {
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.px(15)
            height: width
            name: "arrow-down"
            color: Theme.ink
        }
        Words {
            anchors.verticalCenter: parent.verticalCenter
            text: control.text
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: height / 2
        color: control.hovered ? Theme.fill : Theme.surface
        border.color: Theme.outline
        border.width: Theme.hair

        FocusRing {
            visible: control.visualFocus
            radius: parent.radius + gap
        }
    }
    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
}
