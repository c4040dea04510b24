// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// How many sources there are, why this one was chosen, and the way to the whole file.
Column {
    id: foot

    required property SourceService sources
    property bool explained: false

    Hairline {
        width: parent.width
    }
    Loader {
        width: parent.width
        active: foot.explained
        visible: active
        sourceComponent: Column {
            topPadding: Theme.px(12)
            bottomPadding: Theme.px(4)
            spacing: Theme.px(6)
            objectName: "reasons"

            Accessible.role: Accessible.List
            Accessible.name: qsTr("Why this passage")

            Repeater {
                model: foot.sources.view.why

                Words {
                    required property string modelData

                    x: Theme.px(16)
                    width: foot.width - 2 * x
                    text: modelData
                    wrapMode: Text.WordWrap
                    font.pixelSize: Theme.small
                    Accessible.role: Accessible.ListItem
                }
            }
        }
    }
    Item {
        width: parent.width
        height: Theme.px(40)

        Words {
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(16)
            anchors.right: why.left
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("used %1 · seen %2").arg(foot.sources.usedCount).arg(foot.sources.count)
            isQuiet: true
            font.pixelSize: Theme.small
            Accessible.name: qsTr("The answer refers to %1 of the %2 sources that it was given").arg(foot.sources.usedCount).arg(foot.sources.count)
        }
        TextButton {
            id: why
            anchors.right: open.left
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Why this passage?")
            tint: foot.explained ? Theme.ink : Theme.quiet
            font.pixelSize: Theme.small
            Accessible.name: foot.explained ? qsTr("Why this passage?, shown") : qsTr("Why this passage?")
            onClicked: foot.explained = !foot.explained
        }
        TextButton {
            id: open
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(8)
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Open")
            iconName: "external"
            font.pixelSize: Theme.small
            enabled: foot.sources.view.canOpen
            Accessible.name: qsTr("Open in the system's viewer")
            onClicked: foot.sources.openFile()
        }
    }
}
