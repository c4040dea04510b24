// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// Under the composer: how fast, on what, and why not on something better.
Item {
    id: line

    required property ChatService chat
    required property EngineStatus engine
    property answerRecord record
    readonly property string speed: chat.tokensPerSecond > 0 ? qsTr("%1 tok/s").arg(Math.round(chat.tokensPerSecond)) : ""
    readonly property string fallback: engine.fallbackReason.length > 0 ? engine.fallbackReason : record.fallbackReason

    signal detailsWanted

    implicitHeight: Theme.px(26)
    objectName: "statusLine"

    Accessible.role: Accessible.StatusBar
    Accessible.name: [speed, engine.deviceName, fallback].filter(part => part.length > 0).join(", ")

    Row {
        anchors.centerIn: parent
        spacing: Theme.px(16)

        Words {
            visible: text.length > 0
            text: line.speed
            isQuiet: true
            font.pixelSize: Theme.small
        }
        Words {
            visible: text.length > 0
            text: line.engine.deviceName
            isQuiet: true
            font.pixelSize: Theme.small
        }
        Words {
            visible: line.record.firstTokenMs > 0
            text: qsTr("first word after %1 s").arg((line.record.firstTokenMs / 1000).toLocaleString(Qt.locale(), "f", 1))
            isQuiet: true
            font.pixelSize: Theme.small
        }
        Words {
            visible: text.length > 0
            width: Math.min(implicitWidth, line.width * 0.5)
            text: line.fallback
            color: Theme.warn
            font.pixelSize: Theme.small
        }
    }
}
