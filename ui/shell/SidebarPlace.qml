// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// Where the sidebar stands: beside the rooms while there is space, else in a drawer over them.
Item {
    id: place

    required property AppContext context
    property int room: Main.Chat
    /// There is no space beside the rooms.
    property bool narrow: false
    readonly property bool shown: !narrow && context.settings.sidebarVisible

    signal newChatWanted
    signal searchWanted
    signal roomWanted(room: int)
    signal conversationWanted(id: conversationId)
    signal saveWanted(id: conversationId)
    signal privacyWanted
    signal trashed

    function toggle(): void {
        if (place.narrow)
            drawer.opened ? drawer.close() : drawer.open();
        else
            place.context.settings.sidebarVisible = !place.context.settings.sidebarVisible;
    }
    function closeDrawer(): void {
        drawer.close();
    }

    width: shown ? Theme.sidebarWidth : 0

    Loader {
        anchors.fill: parent
        active: place.shown
        sourceComponent: content
    }
    Drawer {
        id: drawer
        parent: Overlay.overlay
        edge: place.LayoutMirroring.enabled ? Qt.RightEdge : Qt.LeftEdge
        width: parent ? Math.min(Theme.sidebarWidth + Theme.px(16), parent.width * 0.85) : 0
        height: parent ? parent.height : 0
        interactive: place.narrow
        objectName: "drawer"
        padding: 0
        background: Rectangle {
            color: Theme.paper
        }
        Overlay.modal: Rectangle {
            color: Theme.shade
        }
        contentItem: Loader {
            active: drawer.visible
            sourceComponent: content
        }
    }
    Component {
        id: content

        Sidebar {
            context: place.context
            room: place.room
            onNewChatWanted: place.newChatWanted()
            onSearchWanted: place.searchWanted()
            onRoomWanted: room => place.roomWanted(room)
            onConversationWanted: id => place.conversationWanted(id)
            onSaveWanted: id => place.saveWanted(id)
            onPrivacyWanted: place.privacyWanted()
            onTrashed: place.trashed()
        }
    }
}
