// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// Which file is shown and where in it; the way to the other sources, and out.
Item {
    id: head

    required property SourceService sources

    signal closeWanted

    implicitHeight: Theme.px(52)

    Icon {
        id: icon
        anchors.left: parent.left
        anchors.leftMargin: Theme.px(16)
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.iconSize
        height: width
        name: "document"
        color: Theme.quiet
    }
    Column {
        anchors.left: icon.right
        anchors.leftMargin: Theme.px(10)
        anchors.right: tools.left
        anchors.rightMargin: Theme.px(8)
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.px(1)

        Words {
            width: parent.width
            text: head.sources.view.name
            elide: Text.ElideMiddle
            font.weight: Font.DemiBold
            objectName: "sourceName"
            Accessible.role: Accessible.Heading
        }
        Words {
            width: parent.width
            visible: text.length > 0
            text: head.sources.view.place.length > 0 ? head.sources.view.place : head.sources.view.heading
            isQuiet: true
            font.pixelSize: Theme.small
            objectName: "sourcePlace"
        }
    }
    Row {
        id: tools
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(10)
        anchors.verticalCenter: parent.verticalCenter

        IconButton {
            name: qsTr("Source before")
            iconName: "chevron-left"
            keys: qsTr("Alt+↑")
            enabled: head.sources.index > 0
            onClicked: head.sources.previous()
        }
        Words {
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("%1 / %2").arg(head.sources.index + 1).arg(head.sources.count)
            isQuiet: true
            font.pixelSize: Theme.small
            Accessible.name: qsTr("Source %1 of %2").arg(head.sources.index + 1).arg(head.sources.count)
        }
        IconButton {
            name: qsTr("Next source")
            iconName: "chevron-right"
            keys: qsTr("Alt+↓")
            enabled: head.sources.index + 1 < head.sources.count
            onClicked: head.sources.next()
        }
        IconButton {
            name: qsTr("Close the source")
            iconName: "close"
            keys: qsTr("Esc")
            onClicked: head.closeWanted()
        }
    }
    Hairline {
        anchors.bottom: parent.bottom
        width: parent.width
    }
}
