// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// The models on this computer.
RoomPage {
    id: page

    /// The model that is opened; empty: the list.
    property string openId: ""
    readonly property ModelLibrary library: page.context.library

    function back(): void {
        page.openId = "";
    }
    function chatWith(id: string): void {
        page.context.models.choose(id);
        page.newChatWanted();
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

    onHomeWanted: back()
    onFilesDropped: paths => page.context.addModelPaths(paths)

    ModelShelf {
        id: shelf
        service: page.context.models
        library: page.library
        assistants: page.context.assistants
    }
    RoomHead {
        id: head
        x: page.margin
        width: parent.width - 2 * x
        height: visible ? implicitHeight : 0
        visible: page.openId.length === 0
        showMenuButton: page.showMenuButton
        titles: [qsTr("On this computer")]
        onMenuWanted: page.menuWanted()
        onAddWanted: page.addModelWanted()
    }
    Words {
        id: machine
        anchors.top: head.bottom
        x: page.margin
        width: parent.width - 2 * x
        height: visible ? implicitHeight : 0
        visible: head.visible
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
        sourceComponent: page.openId.length > 0 ? details : here
    }
    Component {
        id: here

        ShelfView {
            page: page
            shelf: shelf
            focus: true
            onOpenWanted: id => page.openId = id
            onChatWanted: id => page.chatWith(id)
            onRemoveWanted: id => page.remove(id)
            onFindWanted: id => page.findMissing(id)
            onForeignWanted: foreign.active = true
            onFolderWanted: dialogs.show("WatchFolderDialog.qml", "")
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
