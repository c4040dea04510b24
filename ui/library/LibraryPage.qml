// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// Collections of documents, and one of them when it is opened.
RoomPage {
    id: room

    /// Invalid: all collections are shown.
    property collectionId open
    /// The summary that lies on the desk is shown.
    property bool summarizing: false
    /// The newest summary was looked at when it was done.
    property bool summarySeen: false
    readonly property bool summaryShown: context.summaries.phase !== SummaryService.Phase.Idle && !summarySeen
    readonly property CollectionService collections: room.context.collections
    readonly property IngestService ingest: room.context.ingest

    function add(paths: list<string>): void {
        if (paths.length === 0)
            return;
        if (room.open.valid)
            room.collections.add(room.open, paths);
        else
            room.collections.create("", paths);
    }
    function addUrls(urls: list<url>): void {
        room.add(urls.map(url => room.context.localPath(url)));
    }
    function chooseFolder(): void {
        dialogs.show("FolderDialog.qml");
    }
    function chooseFiles(): void {
        dialogs.show("FilesDialog.qml");
    }
    /// Of a summary; one of a chat stays for when that is shown again.
    function closeSource(): void {
        if (!room.context.sources.message.valid)
            room.context.sources.close();
    }
    function back(): void {
        room.closeSource();
        room.open = nothing.id;
        room.summarizing = false;
    }
    function summarize(paths: list<string>, uuid: string): void {
        desk.take(paths, uuid);
        room.summarizing = true;
    }
    function showSummary(): void {
        desk.takeNewest();
        room.summarizing = true;
    }
    function leaveSummary(): void {
        room.closeSource();
        room.summarizing = false;
        room.summarySeen = desk.standing === SummaryDesk.Done || desk.standing === SummaryDesk.Failed;
    }

    objectName: "libraryPage"
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Documents")

    onFilesDropped: paths => room.add(paths)
    onHomeWanted: back()

    SummaryDesk {
        id: desk
        service: room.context.summaries
        collections: room.collections
        exports: room.context.exports
    }
    Connections {
        target: room.context.summaries

        function onPhaseChanged(): void {
            if (room.context.summaries.busy)
                room.summarySeen = false;
        }
    }
    QtObject {
        id: nothing

        property collectionId id
    }
    Loader {
        id: dialogs

        function show(file: string): void {
            dialogs.active = true;
            dialogs.setSource(file, {
                page: room,
                home: dialogs
            });
        }

        active: false
    }
    Connections {
        target: room.collections

        function onCreated(id: collectionId): void {
            room.open = id;
        }
    }
    Loader {
        anchors.fill: parent
        focus: true
        sourceComponent: room.summarizing ? summary : room.open.valid ? one : all
    }
    Component {
        id: all

        CollectionsView {
            page: room
            summaryShown: room.summaryShown
            focus: true
            onFilesWanted: room.chooseFiles()
            onFolderWanted: room.chooseFolder()
            onOpenWanted: id => room.open = id
            onSummarizeWanted: (paths, uuid) => room.summarize(paths, uuid)
            onSummaryWanted: room.showSummary()
        }
    }
    Component {
        id: one

        CollectionView {
            page: room
            collection: room.open
            summaryShown: room.summaryShown
            focus: true
            onFilesWanted: room.chooseFiles()
            onFolderWanted: room.chooseFolder()
            onBackWanted: room.back()
            onSummarizeWanted: (paths, uuid) => room.summarize(paths, uuid)
            onSummaryWanted: room.showSummary()
        }
    }
    Component {
        id: summary

        SummaryPage {
            page: room
            desk: desk
            backName: room.open.valid ? room.collections.name(room.open) : qsTr("Documents")
            focus: true
            onBackWanted: room.leaveSummary()
        }
    }
    DropCover {
        anchors.fill: parent
        anchors.margins: Theme.px(12)
        visible: room.dropping
        text: room.open.valid ? qsTr("Drop files and folders here to add them; they stay where they are.") : qsTr("Drop files and folders here to make a collection of them; they stay where they are.")
    }
}
