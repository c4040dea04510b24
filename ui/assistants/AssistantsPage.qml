// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// Whom one can talk to: all assistants, and the editor of one.
RoomPage {
    id: page

    /// The one that is edited; invalid: all are shown.
    property assistantId openId
    property bool openNew: false

    function home(): void {
        page.openId = none.id;
        grid.forceActiveFocus();
    }

    focus: true
    objectName: "assistantsPage"
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Assistants")
    onHomeWanted: page.home()

    QtObject {
        id: none

        property assistantId id
        property assistantValue value
    }
    Connections {
        target: page.context.assistants

        function onCreated(id: assistantId): void {
            if (page.openNew)
                page.openId = id;
            page.openNew = false;
        }
        function onRemoved(name: string): void {
            page.home();
            page.removedAssistant(name);
        }
    }
    PageHead {
        id: head
        x: page.margin
        width: parent.width - 2 * x
        visible: !page.openId.valid
        title: qsTr("Assistants")
        showMenuButton: page.showMenuButton
        onMenuWanted: page.menuWanted()

        PlainButton {
            text: qsTr("New assistant")
            iconName: "plus"
            onClicked: {
                page.openNew = true;
                page.context.assistants.create(none.value);
            }
        }
    }
    Words {
        id: lead
        anchors.top: head.bottom
        x: page.margin
        width: parent.width - 2 * x
        visible: head.visible
        wrapMode: Text.WordWrap
        text: qsTr("An assistant is a way to be answered: instructions, a model, settings and documents under one name. Every chat has one; @ in a message chooses another.")
        isQuiet: true
    }
    GridView {
        id: grid
        anchors.top: lead.bottom
        anchors.topMargin: Theme.px(16)
        anchors.bottom: parent.bottom
        x: page.margin
        width: parent.width - 2 * x + Theme.px(14)
        visible: head.visible
        cellWidth: width / Math.max(1, Math.floor(width / Theme.px(330)))
        cellHeight: Theme.px(158)
        clip: true
        focus: true
        activeFocusOnTab: true
        boundsBehavior: Flickable.StopAtBounds
        objectName: "assistantGrid"
        Accessible.role: Accessible.List
        Accessible.name: qsTr("%n assistant(s)", "", count)

        ScrollBar.vertical: Scroller {}
        model: page.context.assistants.assistants
        delegate: AssistantCard {
            id: card

            required property assistantValue modelData
            required property int index

            width: grid.cellWidth - Theme.px(14)
            height: grid.cellHeight - Theme.px(14)
            value: card.modelData
            models: page.context.models
            current: grid.activeFocus && grid.currentIndex === card.index
            onOpenWanted: page.openId = card.modelData.id
            onChatWanted: {
                page.newChatWanted();
                page.context.chat.setAssistant(card.modelData.id);
            }
            onDuplicateWanted: page.context.assistants.duplicate(card.modelData.id)
            onRemoveWanted: page.context.assistants.remove(card.modelData.id)
        }
        Keys.onReturnPressed: if (currentIndex >= 0)
            page.openId = page.context.assistants.assistants[currentIndex].id
        Keys.onSpacePressed: if (currentIndex >= 0)
            page.openId = page.context.assistants.assistants[currentIndex].id
        Keys.onMenuPressed: (currentItem as AssistantCard)?.openMenu()
    }
    Loader {
        anchors.fill: parent
        active: page.openId.valid
        focus: active
        sourceComponent: AssistantEditor {
            page: page
            assistant: page.openId
            focus: true
            onBackWanted: page.home()
            onRemoveWanted: page.context.assistants.remove(page.openId)
            onDuplicateWanted: {
                page.openNew = true;
                page.context.assistants.duplicate(page.openId);
            }
            onChatWanted: {
                const id = page.openId;
                page.newChatWanted();
                page.context.chat.setAssistant(id);
            }
        }
    }
}
