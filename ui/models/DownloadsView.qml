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
        footer: Item {
            height: Theme.px(24)
        }
        model: DownloadListModel {
            service: view.downloads
        }
        delegate: DownloadCard {
            width: list.width
            service: view.downloads
            onChatWanted: path => view.chatWanted(path)
            onFailureActionWanted: action => action === App.FailureAction.OpenSettings ? view.page.privacyWanted() : view.page.failureActionWanted(action)
        }
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
