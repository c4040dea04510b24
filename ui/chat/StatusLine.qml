// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// Under the composer: how fast, on what, and why not on something better.
Item {
    id: line

    required property ChatService chat
    required property EngineStatus engine
    required property DeviceService devices
    property answerRecord record
    // Whole numbers, since the speed changes with every token and words cost a translation.
    readonly property int tokensPerSecond: Math.round(chat.tokensPerSecond)
    readonly property string speed: tokensPerSecond > 0 && (chat.busy || record.generatedTokens > 0) ? qsTr("%1 tok/s").arg(tokensPerSecond) : ""
    readonly property string fallback: engine.fallbackReason.length > 0 ? engine.fallbackReason : record.fallbackReason
    /// There is nothing to say of an answer.
    readonly property bool quiet: fallback.length === 0 && speed.length === 0 && record.firstTokenMs <= 0
    /// Why the processor answers.
    readonly property string notice: quiet ? devices.notice : ""

    /// That the prompt's format is not the file's own; why not is in a tip.
    readonly property string chatFormat: quiet && engine.templateNotice.length > 0 ? qsTr("chat format: Carrel's own for this family of models") : ""

    /// That not all of the model runs on the graphics card; of what and why is in a tip.
    readonly property string placement: quiet && engine.placementNotice.length > 0 ? qsTr("part of the model in main memory") : ""

    /// More about the devices.
    signal detailsWanted

    implicitHeight: Theme.px(26)
    objectName: "statusLine"

    Accessible.role: Accessible.StatusBar
    Accessible.name: [speed, engine.deviceName, fallback, notice, chatFormat, placement.length > 0 ? engine.placementNotice : ""].filter(part => part.length > 0).join(", ")

    Row {
        id: facts
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
        StatusHint {
            text: line.chatFormat
            tip: line.engine.templateNotice
        }
        StatusHint {
            text: line.placement
            tip: line.engine.placementNotice
        }
        Words {
            visible: text.length > 0
            width: Math.min(implicitWidth, line.width * 0.7)
            text: line.notice
            isQuiet: true
            font.pixelSize: Theme.small
        }
    }
    Loader {
        anchors.left: facts.right
        anchors.leftMargin: Theme.px(4)
        anchors.verticalCenter: parent.verticalCenter
        active: line.fallback.length > 0 || line.notice.length > 0
        sourceComponent: TextButton {
            text: qsTr("Details")
            font.pixelSize: Theme.small
            tint: line.fallback.length > 0 ? Theme.warn : Theme.quiet
            Accessible.name: qsTr("Details about the devices")
            onClicked: line.detailsWanted()
        }
    }
}
