// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// What is being downloaded, and what was.
FocusScope {
    id: view

    required property RoomPage page
    readonly property DownloadService downloads: page.context.downloads

    signal chatWanted(path: string)
    signal placeWanted(downloadId: string)
    signal getWanted

    ListView {
        id: list
        anchors.top: parent.top
        anchors.bottom: parent.bottom
        x: view.page.margin
        width: parent.width - 2 * x
        spacing: Theme.px(12)
        clip: true
        focus: true
        boundsBehavior: Flickable.StopAtBounds
        objectName: "downloadList"
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Downloads")

        ScrollBar.vertical: Scroller {}
        header: Item {
            width: list.width
            height: list.count > 0 ? Theme.px(40) : 0
            visible: list.count > 0

            Words {
                anchors.left: parent.left
                anchors.right: tidy.left
                anchors.rightMargin: Theme.px(12)
                anchors.verticalCenter: tidy.verticalCenter
                text: room.words.length > 0 ? qsTr("Models go to %1 · %2").arg(ModelWords.place(room.folder)).arg(room.words) : qsTr("Models go to %1").arg(ModelWords.place(room.folder))
                isQuiet: true
                elide: Text.ElideMiddle
            }
            TextButton {
                id: tidy
                anchors.right: parent.right
                anchors.rightMargin: -Theme.px(8)
                visible: rows.ended > 0
                text: qsTr("Take finished ones off")
                onClicked: rows.clearEnded()
            }
        }
        footer: Item {
            height: Theme.px(24)
        }
        model: rows
        delegate: DownloadCard {
            width: list.width
            service: view.downloads
            onChatWanted: path => view.chatWanted(path)
            onPlaceWanted: id => view.placeWanted(id)
            onPageWanted: address => view.page.context.openLink(address)
            onFailureActionWanted: action => action === App.FailureAction.OpenSettings ? view.page.privacyWanted() : view.page.failureActionWanted(action)
        }
    }
    DownloadListModel {
        id: rows
        service: view.downloads
        onEndedChanged: room.look()
    }
    DiskRoom {
        id: room
        folder: view.page.context.downloadFolder
    }
    EmptyState {
        anchors.centerIn: parent
        width: Math.min(Theme.px(440), parent.width - 2 * view.page.margin)
        visible: list.count === 0
        iconName: "download"
        sentence: qsTr("Nothing was downloaded yet. What is on its way stands here, goes on after a restart, and is checked before it is used.")
        actionText: qsTr("Choose a model")
        onActionChosen: view.getWanted()
    }
}
