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
    function back(): void {
        room.open = nothing.id;
    }

    objectName: "libraryPage"
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Documents")

    onFilesDropped: paths => room.add(paths)
    onHomeWanted: back()

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
        sourceComponent: room.open.valid ? one : all
    }
    Component {
        id: all

        CollectionsView {
            page: room
            focus: true
            onFilesWanted: room.chooseFiles()
            onFolderWanted: room.chooseFolder()
            onOpenWanted: id => room.open = id
        }
    }
    Component {
        id: one

        CollectionView {
            page: room
            collection: room.open
            focus: true
            onFilesWanted: room.chooseFiles()
            onFolderWanted: room.chooseFolder()
            onBackWanted: room.back()
        }
    }
    Rectangle {
        anchors.fill: parent
        anchors.margins: Theme.px(12)
        visible: room.dropping
        radius: Theme.radius
        color: Theme.accentSoft
        opacity: 0.96
        border.color: Theme.accent
        border.width: Math.max(2, Theme.px(2))

        Words {
            anchors.centerIn: parent
            width: Math.min(implicitWidth, parent.width - Theme.px(40))
            horizontalAlignment: Text.AlignHCenter
            wrapMode: Text.WordWrap
            text: room.open.valid ? qsTr("Drop files and folders here to add them; they stay where they are.") : qsTr("Drop files and folders here to make a collection of them; they stay where they are.")
            color: Theme.accent
            font.pixelSize: Theme.body
            font.weight: Font.Medium
        }
    }
}
