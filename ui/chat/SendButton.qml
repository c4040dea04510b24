// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Style

/// Sends what is written; while an answer is being written it stops that.
RoundButton {
    id: send

    property bool busy: false
    property bool enterSends: true

    implicitWidth: Theme.px(32)
    implicitHeight: Theme.px(32)
    padding: 0
    focusPolicy: Qt.StrongFocus
    objectName: "sendOrStop"

    Accessible.role: Accessible.Button
    Accessible.name: send.busy ? qsTr("Stop") : qsTr("Send")

    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            width: Theme.px(send.busy ? 20 : 17)
            height: width
            name: send.busy ? "stop" : "arrow-up"
            color: send.enabled ? Theme.accentInk : Theme.quiet
        }
    }
    background: Rectangle {
        radius: width / 2
        color: !send.enabled ? Theme.fillStrong : send.hovered || send.down ? Theme.accentHover : Theme.accent

        FocusRing {
            visible: send.visualFocus
            radius: parent.radius + gap
        }
    }
    Keys.onReturnPressed: click()

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
    Loader {
        active: send.hovered || send.visualFocus
        sourceComponent: Hint {
            parent: send
            visible: true
            text: send.busy ? qsTr("Stop (Esc)") : send.enterSends ? qsTr("Send (Enter)") : qsTr("Send (Ctrl+Enter)")
        }
    }
}
