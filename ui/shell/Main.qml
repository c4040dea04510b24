// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Chat
import Carrel.Services
import Carrel.Sources
import Carrel.Style

/// The window: sidebar, the room that is open, and what lies over both.
ApplicationWindow {
    id: window

    required property AppContext context

    enum Room {
        Chat,
        Documents,
        Models,
        Settings,
        Trash,
        Inspector,
        Assistants,
        Compare
    }
    /// The parts of the settings that are opened from elsewhere, as SettingsPage numbers them.
    enum SettingsPart {
        Appearance,
        Devices,
        Reading,
        Privacy,
        Data
    }
    property int room: Main.Chat
    property int settingsPart: Main.Appearance
    /// The file that the inspector looks into, and the room that it was opened from.
    property string inspected: ""
    property int inspectedFrom: Main.Models
    /// What a comparison begins with.
    property string compared: ""
    onRoomChanged: roomLoader.show()

    function goTo(target: int): void {
        if (window.room === target)
            (roomLoader.item as RoomPage)?.homeWanted();
        window.room = target;
        sidebar.closeDrawer();
        if (target === Main.Chat)
            chatPage.focusComposer();
    }
    function openSettings(part: int): void {
        window.settingsPart = part;
        if (window.room === Main.Settings)
            roomLoader.show();
        window.goTo(Main.Settings);
    }
    /// Shows a model file from the inside.
    function inspect(path: string): void {
        window.inspected = path;
        if (window.room !== Main.Inspector)
            window.inspectedFrom = window.room;
        window.goTo(Main.Inspector);
    }
    function openChat(id: conversationId): void {
        window.context.chat.open(id);
        window.goTo(Main.Chat);
    }
    function newChat(): void {
        window.context.chat.open(noConversation.id);
        window.goTo(Main.Chat);
    }
    function openSearch(): void {
        sidebar.closeDrawer();
        overlays.openSearch();
    }
    /// Two models side by side, with what stands in the composer as the question.
    function compare(question: string): void {
        if (!window.context.compare.running)
            window.context.compare.prepare();
        window.compared = question;
        window.goTo(Main.Compare);
    }
    function showTrashToast(): void {
        toast.undo = true;
        toast.undoAssistant = false;
        toast.show(qsTr("Moved to the trash"), qsTr("Undo"));
    }
    function notice(text: string): void {
        toast.undo = false;
        toast.show(text, "");
    }
    /// Files that were dropped, pasted or chosen: models go to the others, the rest to the room that is open.
    function takeFiles(urls: list<url>): void {
        const paths = urls.map(url => window.context.localPath(url)).filter(path => path.length > 0);
        for (const path of paths.filter(path => path.toLowerCase().endsWith(".gguf")))
            window.context.models.add(path);
        const documents = paths.filter(path => !path.toLowerCase().endsWith(".gguf"));
        if (documents.length > 0 && window.room === Main.Chat)
            chatPage.attach(documents);
        else if (documents.length > 0)
            (roomLoader.item as RoomPage)?.filesDropped(documents);
        else if (urls.length > 0 && paths.length === 0)
            window.notice(qsTr("Only files of this computer can be given to Carrel."));
    }
    function handleFailure(action: int): void {
        switch (action) {
        case App.FailureAction.ChooseModel:
            window.goTo(Main.Models);
            break;
        case App.FailureAction.RunOnCpu:
            window.context.devices.choose("cpu");
            chatPage.answerAgain();
            break;
        case App.FailureAction.DropOldestTurns:
            window.context.chat.setOverflowPolicy(App.OverflowPolicy.DropOldest);
            chatPage.answerAgain();
            break;
        case App.FailureAction.OpenDataFolder:
        case App.FailureAction.FreeDiskSpace:
            window.context.openDataFolder();
            break;
        case App.FailureAction.ShortenContext:
        case App.FailureAction.LongerContext:
        case App.FailureAction.OpenSettings:
            window.openSettings(Main.Devices);
            break;
        case App.FailureAction.ChooseDataFolder:
            window.openSettings(Main.Data);
            break;
        default:
            break;
        }
    }

    width: 1280
    height: 800
    minimumWidth: 480
    minimumHeight: 420
    title: qsTr("Carrel")
    color: Theme.paper
    LayoutMirroring.enabled: Application.layoutDirection === Qt.RightToLeft
    LayoutMirroring.childrenInherit: true

    palette.window: Theme.paper
    palette.windowText: Theme.ink

    Look {
        context: window.context
    }
    QtObject {
        id: noConversation

        property conversationId id
    }
    Connections {
        target: window.context

        function onNoticed(text: string): void {
            window.notice(text);
        }
        function onOpenFailed(failure: failure): void {
            overlays.openFailure(failure, false);
        }
        function onModelFailed(failure: failure): void {
            overlays.openFailure(failure, true);
        }
    }

    SidebarPlace {
        id: sidebar
        anchors.left: parent.left
        height: parent.height
        context: window.context
        room: window.room
        narrow: window.width < Theme.px(940)
        onNewChatWanted: window.newChat()
        onSearchWanted: window.openSearch()
        onRoomWanted: room => window.goTo(room)
        onConversationWanted: id => window.openChat(id)
        onSaveWanted: id => overlays.openSave(id)
        onPrivacyWanted: window.openSettings(Main.Privacy)
        onTrashed: window.showTrashToast()
    }
    Item {
        id: stage
        anchors.left: sidebar.right
        anchors.right: parent.right
        height: parent.height

        // What nothing inside had a use for.
        Keys.onEscapePressed: event => event.accepted = sourcePlace.close()

        ChatPage {
            id: chatPage
            anchors.left: parent.left
            anchors.right: sourcePlace.left
            height: parent.height
            visible: window.room === Main.Chat
            focus: visible
            context: window.context
            chat: window.context.chat
            conversations: window.context.conversations
            models: window.context.models
            settings: window.context.settings
            engine: window.context.engine
            devices: window.context.devices
            assistantName: window.context.assistantName
            navigator: sourcePlace.navigator
            showMenuButton: !sidebar.shown
            dropping: drops.containsDrag
            onFilesGiven: urls => window.takeFiles(urls)
            onMenuWanted: sidebar.toggle()
            onModelsWanted: window.goTo(Main.Models)
            onInspectWanted: path => window.inspect(path)
            onAssistantsWanted: window.goTo(Main.Assistants)
            onCompareWanted: question => window.compare(question)
            onAddModelWanted: overlays.openModelFile()
            onDeviceSettingsWanted: window.openSettings(Main.Devices)
            onLinkOpened: target => window.context.openLink(target)
            onNoticeWanted: text => window.notice(text)
            onFailureActionWanted: action => window.handleFailure(action)
        }
        SourcePlace {
            id: sourcePlace
            anchors.right: parent.right
            height: parent.height
            chat: window.context.chat
            sources: window.context.sources
            active: sources.message.valid ? chatPage.visible : window.room === Main.Documents
            narrow: stage.width < Theme.paneWidth + Theme.px(560)
            onAbandoned: chatPage.visible ? chatPage.focusComposer() : roomLoader.forceActiveFocus(Qt.OtherFocusReason)
        }
        Loader {
            id: roomLoader

            function show(): void {
                const pages = ["", "qrc:/qt/qml/Carrel/Library/LibraryPage.qml", "qrc:/qt/qml/Carrel/Models/ModelsPage.qml", "qrc:/qt/qml/Carrel/Settings/SettingsPage.qml", "qrc:/qt/qml/Carrel/Shell/TrashPage.qml", "qrc:/qt/qml/Carrel/Inspector/InspectorPage.qml", "qrc:/qt/qml/Carrel/Assistants/AssistantsPage.qml", "qrc:/qt/qml/Carrel/Compare/ComparePage.qml"];
                const properties = {
                    context: window.context,
                    showMenuButton: Qt.binding(() => !sidebar.shown)
                };
                if (window.room === Main.Inspector)
                    properties["path"] = Qt.binding(() => window.inspected);
                if (window.room === Main.Compare)
                    properties["question"] = window.compared;
                if (window.room === Main.Settings)
                    properties["part"] = window.settingsPart;
                else
                    window.settingsPart = Main.Appearance;
                if (window.room === Main.Chat)
                    roomLoader.source = "";
                else
                    roomLoader.setSource(pages[window.room], properties);
            }

            anchors.left: parent.left
            anchors.right: sourcePlace.left
            height: parent.height
            focus: window.room !== Main.Chat
        }
        Connections {
            target: roomLoader.item as RoomPage

            function onMenuWanted(): void {
                sidebar.toggle();
            }
            function onChatWanted(): void {
                window.goTo(Main.Chat);
            }
            function onNewChatWanted(): void {
                window.newChat();
            }
            function onAddModelWanted(): void {
                overlays.openModelFile();
            }
            function onInspectWanted(path: string): void {
                window.inspect(path);
            }
            function onRemovedAssistant(name: string): void {
                toast.undo = true;
                toast.undoAssistant = true;
                toast.show(qsTr("%1 was removed").arg(name), qsTr("Undo"));
            }
            function onLeaveWanted(): void {
                window.goTo(window.room === Main.Inspector ? window.inspectedFrom : Main.Chat);
            }
            function onFailureActionWanted(action: int): void {
                window.handleFailure(action);
            }
            function onPrivacyWanted(): void {
                window.openSettings(Main.Privacy);
            }
            function onAskWanted(uuid: string): void {
                window.newChat();
                window.context.chat.attachCollection(uuid);
            }
        }
    }
    Toast {
        id: toast

        property bool undo: false
        /// What is brought back is an assistant, not a chat.
        property bool undoAssistant: false

        parent: window.contentItem
        clearance: window.room === Main.Chat ? chatPage.writingHeight : Theme.px(12)
        onActionChosen: {
            if (undo && undoAssistant)
                window.context.assistants.undoRemove();
            else if (undo)
                window.context.conversations.undoTrash();
        }
    }
    Overlays {
        id: overlays
        context: window.context
        onConversationWanted: id => window.openChat(id)
        onNewChatWanted: window.newChat()
        onRoomWanted: room => window.goTo(room)
    }
    Shortcuts {
        busy: window.context.chat.busy
        talking: window.room === Main.Chat
        onNewChatWanted: window.newChat()
        onSearchWanted: window.openSearch()
        onSidebarWanted: sidebar.toggle()
        onModelWanted: {
            window.goTo(Main.Chat);
            chatPage.openPicker();
        }
        onFindWanted: if (window.room === Main.Chat)
            chatPage.find()
        onSettingsWanted: window.goTo(Main.Settings)
        onHelpWanted: overlays.openShortcuts()
        onComposerWanted: window.goTo(Main.Chat)
        onStopWanted: {
            if (window.context.compare.running)
                window.context.compare.stopAll();
            else
                window.context.chat.stop();
        }
        onCopyAnswerWanted: chatPage.copyLastAnswer()
        onCopyCodeWanted: chatPage.copyLastCode()
        onAgainWanted: chatPage.answerAgain()
        onSourceWanted: step => sourcePlace.navigator.step(step)
        onCompareWanted: window.compare(chatPage.draft)
        onSaveWanted: {
            if (!chatPage.empty)
                overlays.openSave(window.context.chat.conversation);
            else if (window.room === Main.Chat)
                window.notice(qsTr("There is nothing to save yet."));
        }
    }
    DropArea {
        id: drops
        anchors.fill: parent
        keys: ["text/uri-list"]
        onDropped: drop => window.takeFiles(drop.urls)
    }
    Binding {
        target: roomLoader.item as RoomPage
        property: "dropping"
        value: drops.containsDrag
        when: roomLoader.item !== null
    }
    Component.onCompleted: chatPage.focusComposer()
}
