// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// The models on this computer, those that could be got, and those on their way.
RoomPage {
    id: page

    enum Part {
        Here,
        Catalogue,
        Downloads
    }

    property int part: ModelsPage.Here
    /// The model that is opened; empty: the list.
    property string openId: ""
    /// The entry of the catalogue that is opened; empty: the list.
    property string entryId: ""
    property string lastEntryId: ""
    readonly property ModelLibrary library: page.context.library

    function back(): void {
        page.lastEntryId = page.entryId;
        page.openId = "";
        page.entryId = "";
    }
    function show(part: int): void {
        page.back();
        page.part = part;
    }
    function chatWith(id: string): void {
        page.context.models.choose(id);
        page.newChatWanted();
    }
    /// Chats with the model of a finished download.
    function chatWithFile(path: string): void {
        const id = page.context.modelIdAt(path);
        if (id.length > 0)
            page.chatWith(id);
        else
            page.show(ModelsPage.Here);
    }
    function remove(id: string): void {
        removing.ask(shelf.find(id));
    }
    function findMissing(id: string): void {
        dialogs.show("FindModelDialog.qml", id);
    }

    objectName: "modelsPage"
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Models")

    onHomeWanted: show(ModelsPage.Here)
    onFilesDropped: paths => page.context.addModelPaths(paths)

    ModelShelf {
        id: shelf
        service: page.context.models
        library: page.library
        assistants: page.context.assistants
    }
    NetworkStatus {
        id: network
        downloads: page.context.downloads
    }
    CatalogueListModel {
        id: catalogue
        service: page.part === ModelsPage.Catalogue ? page.context.catalogue : null
        library: page.library
        downloads: page.context.downloads
    }
    GetDesk {
        id: desk
        catalogue: page.context.catalogue
        downloads: page.context.downloads
        devices: page.context.devices
        settings: page.context.settings
        library: page.library
        onBegun: page.show(ModelsPage.Downloads)
    }
    RoomHead {
        id: head
        x: page.margin
        width: parent.width - 2 * x
        height: visible ? implicitHeight : 0
        visible: page.openId.length === 0 && page.entryId.length === 0
        showMenuButton: page.showMenuButton
        titles: [qsTr("On this computer"), qsTr("Get models"), qsTr("Downloads")]
        downloads: network.open
        current: page.part
        onMenuWanted: page.menuWanted()
        onChosen: part => page.show(part)
        onAddWanted: page.addModelWanted()
    }
    Words {
        id: machine
        anchors.top: head.bottom
        x: page.margin
        width: parent.width - 2 * x
        height: visible ? implicitHeight : 0
        visible: head.visible && page.part !== ModelsPage.Downloads
        wrapMode: Text.WordWrap
        text: page.context.machineSentence
        isQuiet: true
    }
    Loader {
        id: view
        anchors.top: machine.bottom
        anchors.topMargin: machine.visible ? Theme.px(14) : 0
        anchors.bottom: parent.bottom
        width: parent.width
        focus: true
        sourceComponent: page.openId.length > 0 ? details : page.entryId.length > 0 ? entry : page.part === ModelsPage.Downloads ? downloads : page.part === ModelsPage.Catalogue ? offered : here
    }
    Component {
        id: here

        ShelfView {
            page: page
            shelf: shelf
            focus: true
            onOpenWanted: id => page.openId = id
            onChatWanted: id => page.chatWith(id)
            onFileChatWanted: path => page.chatWithFile(path)
            onPlaceWanted: id => dialogs.show("DownloadPlaceDialog.qml", id)
            onRemoveWanted: id => page.remove(id)
            onFindWanted: id => page.findMissing(id)
            onForeignWanted: foreign.active = true
            onGetWanted: page.show(ModelsPage.Catalogue)
            onDownloadsWanted: page.show(ModelsPage.Downloads)
            onFolderWanted: dialogs.show("WatchFolderDialog.qml", "")
        }
    }
    Component {
        id: offered

        CatalogueView {
            page: page
            catalogue: catalogue
            desk: desk
            lastId: page.lastEntryId
            focus: true
            onOpenWanted: id => page.entryId = id
            onChatWanted: id => page.chatWith(id)
            onDownloadsWanted: page.show(ModelsPage.Downloads)
        }
    }
    Component {
        id: entry

        EntryView {
            page: page
            catalogue: catalogue
            desk: desk
            entryId: page.entryId
            focus: true
            onBackWanted: page.back()
            onChatWanted: id => page.chatWith(id)
        }
    }
    Component {
        id: downloads

        DownloadsView {
            page: page
            focus: true
            onChatWanted: path => page.chatWithFile(path)
            onPlaceWanted: id => dialogs.show("DownloadPlaceDialog.qml", id)
            onGetWanted: page.show(ModelsPage.Catalogue)
        }
    }
    Component {
        id: details

        ModelDetails {
            id: opened

            function take(): void {
                const now = shelf.find(page.openId);
                if (now.valid)
                    opened.row = now;
                else
                    page.back();
            }

            page: page
            shelf: shelf
            row: shelf.find(page.openId)
            focus: true
            onBackWanted: page.back()
            onChatWanted: page.chatWith(page.openId)
            onRemoveWanted: page.remove(page.openId)
            onFindWanted: page.findMissing(page.openId)
            onNewerWanted: desk.askNewer(page.context.modelUpdates.of(page.openId))

            Connections {
                target: shelf

                function onRowsChanged(): void {
                    opened.take();
                }
            }
        }
    }
    RemoveModelSheet {
        id: removing
        parent: page
        library: page.library
    }
    GetSheet {
        id: getting
        parent: page
        desk: desk
        settings: page.context.settings
        onFailureActionWanted: action => action === App.FailureAction.OpenSettings ? page.privacyWanted() : page.failureActionWanted(action)
        onPageWanted: address => page.context.openLink(address)
    }
    Connections {
        target: desk

        function onChanged(): void {
            if (desk.phase !== GetDesk.Idle && !getting.visible)
                getting.open();
        }
    }
    Loader {
        id: foreign
        active: false
        sourceComponent: ForeignSheet {
            parent: page
            search: page.context.foreignModels
            visible: true
            onClosed: foreign.active = false
        }
    }
    Loader {
        id: dialogs

        function show(file: string, modelId: string): void {
            dialogs.active = true;
            dialogs.setSource(file, {
                context: page.context,
                modelId: modelId,
                home: dialogs
            });
        }

        active: false
    }
    Connections {
        target: page.library

        function onRemoved(id: string): void {
            undo.modelId = id;
            undo.show(qsTr("Removed from the list"), qsTr("Undo"));
        }
    }
    Toast {
        id: undo

        property string modelId: ""

        parent: page
        clearance: Theme.px(12)
        objectName: "modelUndo"
        onActionChosen: page.library.restore(undo.modelId)
    }
    DropCover {
        anchors.fill: parent
        anchors.margins: Theme.px(12)
        visible: page.dropping
        text: qsTr("Drop model files and folders here to add them; they stay where they are.")
    }
}
