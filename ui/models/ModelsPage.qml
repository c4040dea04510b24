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

    function open(id: string): void {
        page.openId = id;
    }
    function back(): void {
        page.openId = "";
    }
    function show(part: int): void {
        page.openId = "";
        page.part = part;
    }

    objectName: "modelsPage"
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Models")

    onHomeWanted: show(ModelsPage.Here)

    ModelShelf {
        id: shelf
        service: page.context.models
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
        sourceComponent: page.openId.length > 0 ? details : here
    }
    Component {
        id: here

        ShelfView {
            page: page
            shelf: shelf
            focus: true
            onOpenWanted: id => page.open(id)
            onRemoveWanted: id => page.context.models.forget(id)
            onAddWanted: page.addModelWanted()
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
            row: shelf.find(page.openId)
            focus: true
            onBackWanted: page.back()
            onChatWanted: {
                page.context.models.choose(page.openId);
                page.newChatWanted();
            }
            onRemoveWanted: page.context.models.forget(page.openId)

            Connections {
                target: shelf

                function onRowsChanged(): void {
                    opened.take();
                }
            }
        }
    }
    DropCover {
        anchors.fill: parent
        anchors.margins: Theme.px(12)
        visible: page.dropping
        text: qsTr("Drop model files and folders here to add them; they stay where they are.")
    }
}
