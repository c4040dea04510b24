// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// The page as it looks, as wide as there is space, with the passage marked and in sight. Ctrl and the wheel, Ctrl++ and
/// Ctrl+−, or a double click make it larger.
Flickable {
    id: area

    required property SourceService source
    /// Whoever reads uses keys, so what has the keyboard is to be seen.
    property bool byKeyboard: false
    property real zoom: 1
    readonly property real margin: Theme.px(14)
    readonly property real fitWidth: Math.max(0, width - 2 * margin)
    readonly property size pageSize: source.view.pageSize

    function showMark(): void {
        if (page.marked.height <= 0)
            return;
        const middle = page.marked.y + Math.min(page.marked.height, area.height * 0.7) / 2 + area.margin;
        area.contentY = Math.max(0, Math.min(area.contentHeight - area.height, middle - area.height / 2));
        if (area.zoom > 1)
            area.contentX = Math.max(0, Math.min(area.contentWidth - area.width, page.marked.x - area.margin));
    }
    function scrollBy(distance: real): void {
        area.contentY = Math.max(0, Math.min(area.contentHeight - area.height, area.contentY + distance));
    }
    function zoomTo(factor: real): void {
        area.zoom = Math.max(1, Math.min(3, factor));
        area.showMark();
    }

    contentWidth: sheet.width + 2 * margin
    contentHeight: sheet.height + 2 * margin
    clip: true
    boundsBehavior: Flickable.StopAtBounds
    activeFocusOnTab: true
    objectName: "pageArea"

    Accessible.role: Accessible.Graphic
    Accessible.name: qsTr("%1 of %2, with the passage marked").arg(source.view.place).arg(source.view.name)
    Accessible.description: source.view.text.slice(source.view.markStart, source.view.markStart + source.view.markLength)

    ScrollBar.vertical: Scroller {}
    ScrollBar.horizontal: Scroller {}

    Keys.onUpPressed: event => event.modifiers & Qt.AltModifier ? event.accepted = false : scrollBy(-Theme.px(60))
    Keys.onDownPressed: event => event.modifiers & Qt.AltModifier ? event.accepted = false : scrollBy(Theme.px(60))
    Keys.onPressed: event => {
        area.byKeyboard = true;
        const ctrl = (event.modifiers & Qt.ControlModifier) !== 0;
        if (event.key === Qt.Key_PageUp)
            scrollBy(-height * 0.85);
        else if (event.key === Qt.Key_PageDown)
            scrollBy(height * 0.85);
        else if (ctrl && (event.key === Qt.Key_Plus || event.key === Qt.Key_Equal))
            zoomTo(zoom * 1.25);
        else if (ctrl && event.key === Qt.Key_Minus)
            zoomTo(zoom / 1.25);
        else if (ctrl && event.key === Qt.Key_0)
            zoomTo(1);
        else
            return;
        event.accepted = true;
    }

    Rectangle {
        id: sheet
        x: area.margin
        y: area.margin
        width: Math.round(area.fitWidth * area.zoom)
        height: area.pageSize.width > 0 ? Math.round(width * area.pageSize.height / area.pageSize.width) : 0
        color: Theme.pagePaper

        PageView {
            id: page
            anchors.fill: parent
            source: area.source
            markColor: Theme.pageMark
            objectName: "pageView"
            onMarkedChanged: area.showMark()
        }
        // Over the picture, which goes to its edges.
        Rectangle {
            anchors.fill: parent
            color: "transparent"
            border.color: Theme.outline
            border.width: Theme.hair
        }
        Words {
            y: Math.min(parent.height, area.height) / 2 - height
            anchors.horizontalCenter: parent.horizontalCenter
            visible: !page.drawn && late.waited
            text: qsTr("Drawing the page…")
            color: Theme.pageInk
        }
        Timer {
            id: late

            property bool waited: false

            interval: 400
            running: !page.drawn
            onRunningChanged: waited = false
            onTriggered: waited = true
        }
        TapHandler {
            onDoubleTapped: area.zoomTo(area.zoom > 1 ? 1 : 2)
        }
        WheelHandler {
            acceptedModifiers: Qt.ControlModifier
            target: null
            onWheel: event => area.zoomTo(area.zoom * (event.angleDelta.y > 0 ? 1.25 : 0.8))
        }
    }
    Rectangle {
        parent: area
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.margins: Theme.px(24)
        width: Theme.px(34)
        height: width
        radius: width / 2
        color: Theme.surface
        border.color: Theme.outline
        border.width: Theme.hair
        visible: page.drawn

        IconButton {
            anchors.centerIn: parent
            name: area.zoom > 1 ? qsTr("Fit the page to the width") : qsTr("Enlarge the page")
            iconName: area.zoom > 1 ? "zoom-out" : "zoom-in"
            keys: area.zoom > 1 ? qsTr("Ctrl+0") : qsTr("Ctrl++")
            objectName: "zoomPage"
            onClicked: area.zoomTo(area.zoom > 1 ? 1 : 2)
        }
    }
    FocusRing {
        parent: area
        visible: area.activeFocus && area.byKeyboard
        gap: -2
    }
}
