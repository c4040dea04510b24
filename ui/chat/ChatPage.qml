// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Sources
import Carrel.Style

/// The room where one talks: who answers above, the conversation, the composer below.
FocusScope {
    id: page

    required property AppContext context
    required property ChatService chat
    required property ConversationService conversations
    required property ModelService models
    required property Settings settings
    required property EngineStatus engine
    required property DeviceService devices
    required property string assistantName
    required property SourceNavigator navigator
    property bool showMenuButton: false
    /// Files are held over the window.
    property bool dropping: false
    property messageId editedQuestion
    property string draftBeforeEdit: ""
    readonly property bool empty: transcript.rows.count === 0
    /// What stands in the composer.
    readonly property string draft: composer.text
    /// From the composer's upper edge down.
    readonly property real writingHeight: height - composer.y

    signal menuWanted
    signal modelsWanted
    signal addModelWanted
    signal inspectWanted(path: string)
    signal assistantsWanted
    /// The same question to two models.
    signal compareWanted(question: string)
    /// The settings of models and devices.
    signal deviceSettingsWanted
    signal linkOpened(target: string)
    signal noticeWanted(text: string)
    signal failureActionWanted(action: int)
    /// Files were chosen or pasted; what of them belongs here comes back by attach().
    signal filesGiven(urls: list<url>)

    /// Makes the open chat about files and folders of this computer.
    function attach(paths: list<string>): void {
        page.chat.attachFiles(paths);
        composer.focusArea();
    }
    function focusComposer(): void {
        composer.focusArea();
    }
    function openPicker(): void {
        picker.forceActiveFocus(Qt.ShortcutFocusReason);
        picker.openList();
    }
    function find(): void {
        if (page.empty)
            return;
        findBar.active = true;
        (findBar.item as FindBar)?.open();
    }
    function copyLastAnswer(): void {
        Clipboard.copy(transcript.rows.messageText(transcript.rows.lastAnswer()));
    }
    function copyLastCode(): void {
        Clipboard.copy(transcript.rows.lastCode());
    }
    function answerAgain(): void {
        const answer = transcript.rows.lastAnswer();
        if (answer.valid && !page.chat.busy)
            page.chat.regenerate(answer);
    }
    function startEdit(id: messageId): void {
        if (!id.valid || page.chat.busy)
            return;
        if (!composer.editing)
            page.draftBeforeEdit = composer.text;
        page.editedQuestion = id;
        composer.editing = true;
        composer.text = transcript.rows.messageText(id);
        composer.focusArea();
    }
    function endEdit(): void {
        composer.editing = false;
        composer.text = page.draftBeforeEdit;
        page.draftBeforeEdit = "";
    }
    function submit(text: string): void {
        transcript.following = true;
        if (composer.editing) {
            page.chat.edit(page.editedQuestion, text);
            page.endEdit();
        } else {
            page.conversations.saveDraft(page.chat.conversation, "");
            page.chat.send(text);
        }
    }
    function saveDraft(): void {
        saver.stop();
        if (!composer.editing && saver.dirty)
            page.conversations.saveDraft(saver.conversation, composer.text);
        saver.dirty = false;
    }

    objectName: "chatPage"
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Chat")

    Item {
        id: top
        width: parent.width
        height: Theme.px(52)

        IconButton {
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(10)
            anchors.verticalCenter: parent.verticalCenter
            visible: page.showMenuButton
            name: qsTr("Show the sidebar")
            iconName: "sidebar"
            keys: qsTr("Ctrl+B")
            onClicked: page.menuWanted()
        }
        Row {
            anchors.centerIn: parent
            spacing: Theme.px(8)

            AssistantChip {
                assistants: page.context.assistants
                chat: page.chat
                onAssistantsWanted: page.assistantsWanted()
            }
            ModelPicker {
                id: picker
                models: page.models
                engine: page.engine
                onModelsWanted: page.modelsWanted()
                onAddWanted: page.addModelWanted()
                onInspectWanted: page.inspectWanted(picker.current.path)
                onCompareWanted: page.compareWanted(page.draft)
            }
        }
        Badge {
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(16)
            anchors.verticalCenter: parent.verticalCenter
            visible: text.length > 0 && page.width > Theme.px(620)
            text: picker.current.fitText
            tone: picker.current.fit === App.FitLevel.Fits ? Badge.Good : picker.current.fit === App.FitLevel.Unknown ? Badge.Quiet : Badge.Warn
        }
    }
    TranscriptView {
        id: transcript
        anchors.top: top.bottom
        anchors.topMargin: (findBar.item as Item)?.visible ? findBar.height + Theme.px(10) : 0
        anchors.bottom: composer.top
        anchors.bottomMargin: Theme.px(4)
        width: parent.width
        chat: page.chat
        assistantName: page.assistantName
        navigator: page.navigator
        activeFocusOnTab: true
        onEditWanted: id => page.startEdit(id)
        onRecordWanted: record => {
            recordLoader.record = record;
            recordLoader.active = true;
        }
        onLinkChosen: target => {
            linkLoader.target = target;
            linkLoader.active = true;
        }
        onFailureActionWanted: (failure, id) => {
            if (failure.empty || failure.action === App.FailureAction.Retry)
                page.chat.retry(id);
            else
                page.failureActionWanted(failure.action);
        }
    }
    Loader {
        anchors.fill: transcript
        active: page.empty
        sourceComponent: EmptyChat {
            models: page.models
            hasModel: composer.hasModel
            onModelsWanted: page.modelsWanted()
            onAddModelWanted: page.addModelWanted()
            onStarterChosen: text => {
                composer.text = text;
                composer.focusArea();
            }
        }
    }
    JumpToLatest {
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: transcript.bottom
        anchors.bottomMargin: Theme.px(8)
        visible: !transcript.following && !page.empty && !transcript.nearEnd
        onClicked: transcript.toEnd()
    }
    Loader {
        id: findBar
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(16)
        anchors.top: top.bottom
        active: false
        sourceComponent: FindBar {
            transcript: transcript
        }
    }
    Composer {
        id: composer
        anchors.bottom: status.top
        anchors.horizontalCenter: parent.horizontalCenter
        width: Math.min(Theme.columnWidth, parent.width - 2 * Theme.px(24))
        context: page.context
        chat: page.chat
        settings: page.settings
        hasModel: page.models.chosenId.length > 0 && !page.models.empty
        focus: true
        onSubmitted: text => page.submit(text)
        onFilesGiven: urls => page.filesGiven(urls)
        onEditCancelled: page.endEdit()
        onEditLastWanted: page.startEdit(transcript.rows.lastQuestion())
        onModelsWanted: page.modelsWanted()
        onLongerContextWanted: page.deviceSettingsWanted()
        onModelWanted: if (hasModel && !page.engine.loading && !page.engine.failed && (!page.engine.ready || page.engine.status.modelId !== page.models.chosenId))
            page.models.ensureLoaded()
        onTextChanged: {
            if (composer.editing)
                return;
            saver.dirty = true;
            saver.restart();
        }
    }
    DropCover {
        anchors.fill: parent
        anchors.margins: Theme.px(12)
        z: 1
        visible: page.dropping
        text: qsTr("Drop files and folders here to ask about them; they stay where they are.")
    }
    StatusLine {
        id: status
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.px(2)
        width: parent.width
        chat: page.chat
        engine: page.engine
        devices: page.devices
        record: transcript.rows.lastRecord
        onDetailsWanted: page.deviceSettingsWanted()
    }
    Timer {
        id: saver

        property bool dirty: false
        property conversationId conversation

        interval: 500
        onTriggered: page.saveDraft()
    }
    Connections {
        target: page.chat

        // What is being written in a new chat stays when the chat gets its row before its first message.
        function onConversationBegun(id: conversationId): void {
            page.conversations.saveDraft(saver.conversation, "");
            saver.conversation = id;
            saver.dirty = true;
            saver.restart();
        }
        function onConversationChanged(): void {
            if (page.chat.conversation === saver.conversation)
                return;
            page.saveDraft();
            saver.conversation = page.chat.conversation;
            if (composer.editing)
                page.endEdit();
            page.conversations.loadDraft(page.chat.conversation);
        }
        function onSendRefused(text: string, failure: failure, fit: promptFit): void {
            if (composer.text.length === 0)
                composer.text = text;
            if (!failure.empty && fit.fits)
                page.noticeWanted(failure.explanation.length > 0 ? failure.explanation : failure.title);
        }
        function onFailed(failure: failure): void {
            page.noticeWanted(failure.explanation.length > 0 ? failure.explanation : failure.title);
        }
    }
    Connections {
        target: page.conversations

        function onDraftLoaded(id: conversationId, text: string): void {
            if (id !== saver.conversation || composer.editing)
                return;
            composer.text = text;
            saver.stop();
            saver.dirty = false;
        }
    }
    Loader {
        id: recordLoader

        property answerRecord record

        active: false
        sourceComponent: RecordSheet {
            record: recordLoader.record
            parent: page
            visible: true
            onClosed: recordLoader.active = false
        }
    }
    Loader {
        id: linkLoader

        property string target: ""

        active: false
        sourceComponent: LinkSheet {
            target: linkLoader.target
            parent: page
            visible: true
            onOpenWanted: target => page.linkOpened(target)
            onClosed: linkLoader.active = false
        }
    }
    Component.onCompleted: {
        saver.conversation = page.chat.conversation;
        page.conversations.loadDraft(page.chat.conversation);
    }
}
