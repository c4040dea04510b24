// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// Where the source pane stands: beside the conversation while there is space, else in a drawer over it.
Item {
    id: place

    required property ChatService chat
    required property SourceService sources
    /// The conversation is on the screen.
    property bool active: true
    /// There is no space beside the conversation.
    property bool narrow: false
    readonly property bool wanted: active && sources.open
    readonly property bool shown: wanted && !narrow
    readonly property SourceNavigator navigator: guide
    /// What had the keyboard before the pane took it.
    property Item before: null

    /// The pane had the keyboard and closes; what had it before is gone.
    signal abandoned

    /// False: nothing was open.
    function close(): bool {
        if (!place.wanted)
            return false;
        const held = beside.activeFocus;
        place.sources.close();
        if (held && place.before && place.before.visible)
            place.before.forceActiveFocus(Qt.BacktabFocusReason);
        else if (held)
            place.abandoned();
        return true;
    }
    function take(): void {
        if (!place.shown)
            return;
        if (!beside.activeFocus)
            place.before = place.Window.activeFocusItem;
        (beside.item as SourcePane).byKeyboard = (place.before as AbstractButton)?.visualFocus ?? false;
        beside.forceActiveFocus(Qt.OtherFocusReason);
    }

    width: shown ? Theme.paneWidth : 0

    SourceNavigator {
        id: guide
        chat: place.chat
        sources: place.sources
        onTaken: place.take()
    }
    Connections {
        target: place.sources

        // Of a summary, which no navigator opens.
        function onOpenChanged(): void {
            if (place.sources.open && !place.sources.message.valid)
                Qt.callLater(place.take);
        }
    }
    Loader {
        id: beside
        anchors.fill: parent
        active: place.shown
        sourceComponent: content
    }
    Drawer {
        id: drawer

        readonly property bool wanted: place.wanted && place.narrow

        parent: Overlay.overlay
        edge: place.LayoutMirroring.enabled ? Qt.LeftEdge : Qt.RightEdge
        width: parent ? Math.min(Theme.paneWidth + Theme.px(60), parent.width * 0.92) : 0
        height: parent ? parent.height : 0
        interactive: opened
        objectName: "sourceDrawer"
        padding: 0
        onWantedChanged: wanted ? open() : close()
        // By Esc, by a press outside, or pushed away.
        onClosed: if (wanted)
            place.sources.close()
        background: Rectangle {
            color: Theme.paper
        }
        Overlay.modal: Rectangle {
            color: Theme.shade
        }
        contentItem: Loader {
            focus: true
            active: drawer.visible
            sourceComponent: content
        }
    }
    Component {
        id: content

        SourcePane {
            focus: true
            sources: place.sources
            onCloseWanted: place.close()
        }
    }
}
