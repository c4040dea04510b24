// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// What is being read, how far it is, and a way to hold it.
Card {
    id: strip

    required property ReadingStatus status
    required property IngestService ingest

    signal cancelWanted

    implicitHeight: Theme.px(62)
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("%1. %2").arg(strip.status.title).arg(strip.status.detail)

    Words {
        id: title
        anchors.left: parent.left
        anchors.leftMargin: Theme.px(16)
        anchors.bottom: bar.top
        anchors.bottomMargin: Theme.px(10)
        width: Math.min(implicitWidth, bar.width)
        text: strip.status.title
        color: strip.status.halted ? Theme.stop : Theme.ink
        font.weight: Font.Medium
    }
    Words {
        anchors.left: title.right
        anchors.leftMargin: Theme.px(10)
        anchors.right: bar.right
        anchors.baseline: title.baseline
        text: strip.status.detail
        isQuiet: true
    }
    ThinBar {
        id: bar
        anchors.left: parent.left
        anchors.leftMargin: Theme.px(16)
        anchors.right: button.left
        anchors.rightMargin: Theme.px(20)
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.px(15)
        name: qsTr("Documents are read")
        value: strip.status.progress
        tint: strip.status.halted ? Theme.stop : strip.status.paused ? Theme.quiet : Theme.accent
    }
    IconButton {
        id: cancel
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(12)
        anchors.verticalCenter: parent.verticalCenter
        enabled: strip.status.counts.toRead > 0
        name: qsTr("Leave out what is not read yet")
        iconName: "close"
        onClicked: strip.cancelWanted()
    }
    PlainButton {
        id: button
        anchors.right: cancel.left
        anchors.rightMargin: Theme.px(6)
        anchors.verticalCenter: parent.verticalCenter
        text: strip.status.halted ? qsTr("Try again") : strip.status.paused ? qsTr("Go on") : qsTr("Pause")
        iconName: strip.status.halted ? "refresh" : strip.status.paused ? "play" : "pause"
        onClicked: {
            if (strip.status.halted)
                strip.ingest.tryAgain();
            else if (strip.status.paused)
                strip.ingest.resume();
            else
                strip.ingest.pause();
        }
    }
}
