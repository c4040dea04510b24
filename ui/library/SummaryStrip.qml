// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// The newest summary in one line, and the way to it.
Card {
    id: strip

    required property RoomPage page

    signal showWanted

    implicitHeight: Theme.px(46)
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("%1. %2").arg(newest.title).arg(newest.step)

    SummaryDesk {
        id: newest
        service: strip.page.context.summaries
        collections: strip.page.context.collections
        Component.onCompleted: takeNewest()
    }
    Connections {
        target: strip.page.context.summaries

        function onPhaseChanged(): void {
            newest.takeNewest();
        }
    }
    Icon {
        id: icon
        anchors.left: parent.left
        anchors.leftMargin: Theme.px(16)
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.px(16)
        height: width
        name: "sparkle"
        color: Theme.quiet
    }
    Words {
        id: title
        anchors.left: icon.right
        anchors.leftMargin: Theme.px(9)
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(implicitWidth, (strip.width - Theme.px(140)) * 0.6)
        text: newest.title
        elide: Text.ElideMiddle
        font.weight: Font.Medium
        Accessible.ignored: true
    }
    Words {
        anchors.left: title.right
        anchors.leftMargin: Theme.px(10)
        anchors.right: show.left
        anchors.rightMargin: Theme.px(10)
        anchors.verticalCenter: parent.verticalCenter
        text: newest.step
        color: newest.standing === SummaryDesk.Failed ? Theme.stop : Theme.quiet
        Accessible.ignored: true
    }
    TextButton {
        id: show
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(10)
        anchors.verticalCenter: parent.verticalCenter
        text: qsTr("Show")
        Accessible.name: qsTr("Show: %1").arg(newest.title)
        onClicked: strip.showWanted()
    }
    ThinBar {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.margins: Theme.px(10)
        anchors.bottomMargin: Theme.px(3)
        implicitHeight: Theme.px(3)
        visible: newest.standing === SummaryDesk.Working
        name: qsTr("The summary is made")
        value: newest.progress
    }
}
