// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// All collections as cards.
FocusScope {
    id: view

    required property RoomPage page
    /// A summary is being made, or is ready and was not looked at.
    required property bool summaryShown
    readonly property CollectionService collections: page.context.collections
    readonly property IngestService ingest: page.context.ingest
    readonly property int columns: width > Theme.px(760) ? 2 : 1

    signal filesWanted
    signal folderWanted
    signal openWanted(id: collectionId)
    signal summarizeWanted(paths: list<string>, uuid: string)
    signal summaryWanted

    PageHead {
        id: head
        x: view.page.margin
        width: parent.width - 2 * x
        title: qsTr("Documents")
        showMenuButton: view.page.showMenuButton
        onMenuWanted: view.page.menuWanted()

        PlainButton {
            visible: grid.count > 0 && view.width > Theme.px(520)
            text: qsTr("Add files")
            iconName: "plus"
            onClicked: view.filesWanted()
        }
        PlainButton {
            visible: grid.count > 0
            text: qsTr("Add a folder")
            iconName: "folder"
            onClicked: view.folderWanted()
        }
    }
    ReadingStatus {
        id: status
        ingest: view.ingest
        collections: view.collections
    }
    ReadingStrip {
        id: strip
        anchors.top: head.bottom
        x: view.page.margin
        width: parent.width - 2 * x
        visible: status.shown && grid.count > 0
        status: status
        ingest: view.ingest
        onCancelWanted: view.ingest.cancel(status.collection)
    }
    SummaryStrip {
        id: summary
        anchors.top: strip.visible ? strip.bottom : head.bottom
        anchors.topMargin: strip.visible ? Theme.px(10) : 0
        x: view.page.margin
        width: parent.width - 2 * x
        visible: view.summaryShown
        page: view.page
        onShowWanted: view.summaryWanted()
    }
    Words {
        id: alone
        anchors.top: summary.visible ? summary.bottom : strip.visible ? strip.bottom : head.bottom
        anchors.topMargin: summary.visible || strip.visible ? Theme.px(10) : 0
        x: view.page.margin
        width: parent.width - 2 * x
        visible: text.length > 0 && grid.count > 0
        wrapMode: Text.WordWrap
        text: status.wordsAlone
        isQuiet: true
    }
    GridView {
        id: grid

        readonly property real gap: Theme.px(14)

        anchors.top: alone.visible ? alone.bottom : summary.visible ? summary.bottom : strip.visible ? strip.bottom : head.bottom
        anchors.topMargin: alone.visible || summary.visible || strip.visible ? Theme.px(14) : 0
        anchors.bottom: parent.bottom
        x: view.page.margin
        width: parent.width - 2 * view.page.margin + gap
        cellWidth: Math.floor(width / view.columns)
        cellHeight: Theme.px(128) + gap
        clip: true
        focus: true
        activeFocusOnTab: true
        keyNavigationEnabled: true
        boundsBehavior: Flickable.StopAtBounds
        objectName: "collectionList"
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Collections")

        ScrollBar.vertical: Scroller {}
        model: CollectionListModel {
            id: model
            service: view.collections
            ingest: view.ingest
        }
        delegate: CollectionCard {
            id: card
            width: grid.cellWidth - grid.gap
            height: grid.cellHeight - grid.gap
            paused: status.paused
            timeLeft: status.paused ? "" : LibraryWords.timeLeft(view.ingest.secondsLeft)
            onOpenWanted: view.openWanted(card.collection.id)
            onRenameWanted: naming.ask(card.collection)
            onRescanWanted: view.ingest.rescan(card.collection.id)
            onSummarizeWanted: view.summarizeWanted([], view.collections.uuid(card.collection.id))
            onRemoveWanted: removing.ask(card.collection)
        }
    }
    EmptyState {
        anchors.centerIn: parent
        width: Math.min(Theme.px(460), parent.width - 2 * view.page.margin)
        visible: grid.count === 0 && model.loaded
        iconName: "document"
        sentence: qsTr("Add a folder, and everything in it can be searched and asked about, on this computer alone. Your files stay where they are.")
        actionText: qsTr("Add a folder")
        onActionChosen: view.folderWanted()
    }
    NameSheet {
        id: naming
        parent: view
        service: view.collections
    }
    RemoveSheet {
        id: removing
        parent: view
        service: view.collections
    }
}
