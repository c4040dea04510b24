// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Style

/// How far a summary is, and a way to hold it.
Card {
    id: strip

    required property SummaryDesk desk
    readonly property bool paused: desk.standing === SummaryDesk.Paused

    implicitHeight: Theme.px(62)
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("%1. %2").arg(strip.desk.step).arg(strip.desk.detail)

    Words {
        id: title
        anchors.left: parent.left
        anchors.leftMargin: Theme.px(16)
        anchors.bottom: bar.top
        anchors.bottomMargin: Theme.px(10)
        width: Math.min(implicitWidth, bar.width)
        text: strip.desk.step
        font.weight: Font.Medium
    }
    Words {
        anchors.left: title.right
        anchors.leftMargin: Theme.px(10)
        anchors.right: bar.right
        anchors.baseline: title.baseline
        text: strip.desk.detail
        isQuiet: true
    }
    ThinBar {
        id: bar
        anchors.left: parent.left
        anchors.leftMargin: Theme.px(16)
        anchors.right: buttons.left
        anchors.rightMargin: Theme.px(20)
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.px(15)
        name: qsTr("The summary is made")
        value: strip.desk.progress
        tint: strip.paused ? Theme.quiet : Theme.accent
    }
    Row {
        id: buttons
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(16)
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.px(8)

        PlainButton {
            text: strip.paused ? qsTr("Go on") : qsTr("Pause")
            iconName: strip.paused ? "play" : "pause"
            onClicked: {
                if (strip.paused)
                    strip.desk.goOn();
                else
                    strip.desk.pause();
            }
        }
        IconButton {
            implicitHeight: Theme.controlHeight
            visible: !strip.paused
            name: qsTr("Cancel the summary; what was read is kept")
            iconName: "close"
            onClicked: strip.desk.chooseAgain()
        }
    }
}
