// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// Conversations by date, the rooms below, and the word that nothing leaves.
FocusScope {
    id: sidebar

    required property AppContext context
    property int room: Main.Chat
    readonly property conversationId current: context.chat.conversation

    signal newChatWanted
    signal searchWanted
    signal roomWanted(room: int)
    signal conversationWanted(id: conversationId)
    signal saveWanted(id: conversationId)
    signal privacyWanted
    signal trashed

    objectName: "sidebar"
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Conversations and rooms")

    Hairline {
        anchors.right: parent.right
        height: parent.height
    }
    Column {
        id: head
        x: Theme.px(8)
        y: Theme.px(12)
        width: parent.width - Theme.px(17)
        spacing: Theme.px(6)

        SidebarButton {
            width: parent.width
            framed: true
            text: qsTr("New chat")
            iconName: "plus"
            note: qsTr("Ctrl N")
            onClicked: sidebar.newChatWanted()
        }
        SidebarButton {
            width: parent.width
            text: qsTr("Search")
            iconName: "search"
            note: qsTr("Ctrl K")
            isQuiet: true
            onClicked: sidebar.searchWanted()
        }
    }
    ListView {
        id: list
        anchors.top: head.bottom
        anchors.topMargin: Theme.px(2)
        anchors.bottom: rooms.top
        anchors.bottomMargin: Theme.px(6)
        x: Theme.px(8)
        width: parent.width - Theme.px(17)
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        activeFocusOnTab: true
        keyNavigationEnabled: true
        highlightFollowsCurrentItem: true
        highlightMoveDuration: 0
        currentIndex: -1
        objectName: "conversationList"

        Accessible.role: Accessible.List
        Accessible.name: qsTr("Conversations")

        model: ConversationListModel {
            service: sidebar.context.conversations
            chat: sidebar.context.chat
        }
        section.property: "group"
        section.delegate: Words {
            required property string section

            width: list.width
            height: Theme.px(36)
            leftPadding: Theme.px(10)
            rightPadding: Theme.px(10)
            topPadding: Theme.px(10)
            text: section
            isQuiet: true
            font.pixelSize: Theme.small
            font.weight: Font.Medium
            Accessible.role: Accessible.Heading
        }
        delegate: ConversationRow {
            width: list.width
            current: sidebar.room === Main.Chat && conversation === sidebar.current
            onOpenWanted: sidebar.conversationWanted(conversation)
            onRenamed: title => sidebar.context.conversations.rename(conversation, title)
            onPinWanted: pin => sidebar.context.conversations.setPinned(conversation, pin)
            onSaveWanted: sidebar.saveWanted(conversation)
            onTrashWanted: {
                const id = conversation;
                if (id === sidebar.current)
                    sidebar.newChatWanted();
                sidebar.context.conversations.trash(id);
                sidebar.trashed();
            }
        }
        ScrollBar.vertical: Scroller {}
        onActiveFocusChanged: if (activeFocus && currentIndex < 0 && count > 0)
            currentIndex = 0
    }
    Column {
        id: rooms
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.px(8)
        x: Theme.px(8)
        width: parent.width - Theme.px(17)
        spacing: Theme.px(2)

        SidebarButton {
            width: parent.width
            text: qsTr("Documents")
            iconName: "document"
            current: sidebar.room === Main.Documents
            onClicked: sidebar.roomWanted(Main.Documents)
        }
        SidebarButton {
            width: parent.width
            text: qsTr("Models")
            iconName: "cube"
            note: network.open > 0 ? network.open : ""
            noteName: network.troubled ? qsTr("a download failed") : network.open > 0 ? qsTr("%n download(s)", "", network.open) : ""
            noteColor: network.troubled ? Theme.stop : Theme.accent
            current: sidebar.room === Main.Models
            onClicked: sidebar.roomWanted(Main.Models)
        }
        SidebarButton {
            width: parent.width
            text: qsTr("Assistants")
            iconName: "user"
            current: sidebar.room === Main.Assistants
            onClicked: sidebar.roomWanted(Main.Assistants)
        }
        SidebarButton {
            width: parent.width
            text: qsTr("Trash")
            iconName: "trash"
            current: sidebar.room === Main.Trash
            onClicked: sidebar.roomWanted(Main.Trash)
        }
        SidebarButton {
            width: parent.width
            text: qsTr("Settings")
            iconName: "settings"
            current: sidebar.room === Main.Settings
            onClicked: sidebar.roomWanted(Main.Settings)
        }
        SidebarButton {
            width: parent.width
            implicitHeight: Theme.px(36)
            text: network.words
            iconName: "shield"
            iconColor: Theme.accent
            isQuiet: true
            font.pixelSize: Theme.small
            objectName: "networkFoot"
            Accessible.description: qsTr("Opens what was sent, and when")
            onClicked: sidebar.privacyWanted()
        }
    }
    NetworkStatus {
        id: network
        ledger: sidebar.context.ledger
        downloads: sidebar.context.downloads
        settings: sidebar.context.settings
    }
}
