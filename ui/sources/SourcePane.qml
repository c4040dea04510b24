// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// A source of an answer: its page with the passage marked, or its text where there is no page to be shown.
FocusScope {
    id: pane

    required property SourceService sources
    /// It was opened by a key.
    property bool byKeyboard: false
    readonly property bool looking: sources.view.standing === App.SourceStanding.Looking
    readonly property bool failed: sources.pictureState === App.PictureState.Failed
    readonly property bool hasPage: !failed && sources.view.standing === App.SourceStanding.Fine && sources.view.pageSize.width > 0

    /// Of the page; the next source is shown as large.
    property real pageZoom: 1

    signal closeWanted

    objectName: "sourcePane"
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Source: %1").arg([sources.view.name, sources.view.place].filter(part => part.length > 0).join(", "))

    Keys.onEscapePressed: closeWanted()
    // In a drawer, which keeps the keys of the window to itself.
    Keys.onPressed: event => {
        if (!(event.modifiers & Qt.AltModifier))
            return;
        if (event.key === Qt.Key_Down)
            pane.sources.next();
        else if (event.key === Qt.Key_Up)
            pane.sources.previous();
        else
            return;
        event.accepted = true;
    }

    Rectangle {
        anchors.fill: parent
        color: Theme.paper
    }
    SourceHead {
        id: head
        width: parent.width
        sources: pane.sources
        onCloseWanted: pane.closeWanted()
    }
    SourceNotice {
        id: notice
        anchors.top: head.bottom
        width: parent.width
        height: visible ? implicitHeight : 0
        visible: text.length > 0
        text: pane.failed ? pane.sources.pictureTrouble : pane.sources.view.notice
        actionText: pane.failed ? qsTr("Draw it again") : ""
        onActionChosen: pane.sources.drawAgain()
    }
    Loader {
        id: body
        anchors.top: notice.bottom
        anchors.bottom: foot.top
        width: parent.width
        focus: true
        active: !pane.looking
        sourceComponent: pane.hasPage ? page : passage
    }
    SourceFoot {
        id: foot
        anchors.bottom: parent.bottom
        width: parent.width
        sources: pane.sources
    }
    Component {
        id: page

        PageArea {
            focus: true
            source: pane.sources
            byKeyboard: pane.byKeyboard
            zoom: pane.pageZoom
            onZoomChanged: pane.pageZoom = zoom
        }
    }
    Component {
        id: passage

        PassageArea {
            focus: true
            source: pane.sources
            byKeyboard: pane.byKeyboard
        }
    }
    Hairline {
        anchors.left: parent.left
        height: parent.height
    }
}
