// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// Every key of the header with its type and value.
FocusScope {
    id: view

    required property ModelInspector inspector
    readonly property bool wide: width > Theme.px(720)

    Field {
        id: filter
        width: Math.min(Theme.px(280), parent.width)
        implicitHeight: Theme.px(30)
        name: qsTr("Filter keys and values")
        placeholderText: name
        font.pixelSize: Theme.label
        onTextChanged: model.filter = text
        Keys.onEscapePressed: event => {
            event.accepted = text.length > 0;
            clear();
        }
    }
    Words {
        anchors.right: parent.right
        anchors.verticalCenter: filter.verticalCenter
        visible: view.wide
        text: model.count === model.total ? qsTr("%n key(s)", "", model.total) : qsTr("%1 of %n key(s)", "", model.total).arg(model.count)
        isQuiet: true
        font.pixelSize: Theme.small
    }
    Hairline {
        id: line
        anchors.top: filter.bottom
        anchors.topMargin: Theme.px(10)
        width: parent.width
    }
    ListView {
        id: list
        anchors.top: line.bottom
        anchors.bottom: parent.bottom
        width: parent.width
        clip: true
        focus: true
        activeFocusOnTab: true
        keyNavigationEnabled: true
        highlightMoveDuration: 0
        currentIndex: -1
        // Rows that are still being made when another filter comes would be asked for in vain.
        cacheBuffer: 0
        boundsBehavior: Flickable.StopAtBounds
        objectName: "headerList"
        Accessible.role: Accessible.List
        Accessible.name: qsTr("%n key(s)", "", count)

        ScrollBar.vertical: Scroller {}
        footer: Item {
            height: Theme.px(20)
        }
        model: HeaderModel {
            id: model
            inspector: view.inspector
        }
        delegate: HeaderRow {
            id: row
            width: list.width
            wide: view.wide
            current: list.activeFocus && list.currentIndex === row.index
            onToggleWanted: {
                list.currentIndex = row.index;
                model.toggle(row.index);
            }
            onMoreWanted: model.readMore(row.index)
            onCopyWanted: Clipboard.copy(model.copyText(row.index))
        }
        Keys.onSpacePressed: model.toggle(currentIndex)
        Keys.onReturnPressed: model.toggle(currentIndex)
        Keys.onPressed: event => {
            if (!event.matches(StandardKey.Copy) || currentIndex < 0)
                return;
            Clipboard.copy(model.copyText(currentIndex));
            event.accepted = true;
        }
        onActiveFocusChanged: if (activeFocus && currentIndex < 0 && count > 0)
            currentIndex = 0
    }
    Words {
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.top: line.bottom
        anchors.topMargin: Theme.px(36)
        visible: list.count === 0
        text: model.total > 0 ? qsTr("No key or value has these letters.") : qsTr("This file's header is empty.")
        isQuiet: true
    }
}
