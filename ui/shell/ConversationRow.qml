// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// A conversation in the sidebar: opens on a click, is renamed in place, and has a menu for the rest.
ItemDelegate {
    id: row

    required property conversationId conversation
    required property string title
    required property bool pinned
    property bool current: false
    property bool renaming: false
    readonly property bool byKeyboard: visualFocus || (activeFocus && ListView.isCurrentItem)

    signal openWanted
    signal renamed(title: string)
    signal pinWanted(pin: bool)
    signal saveWanted
    signal trashWanted

    function startRename(): void {
        row.renaming = true; // the field takes the keyboard when it is made
    }
    function openMenu(): void {
        menuLoader.active = true;
        (menuLoader.item as PopupMenu)?.popup(more, 0, more.height);
    }

    implicitHeight: Theme.px(34)
    leftPadding: mirrored ? Theme.px(4) : Theme.px(10)
    rightPadding: mirrored ? Theme.px(10) : Theme.px(4)
    topPadding: 0
    bottomPadding: 0
    focusPolicy: Qt.ClickFocus // the list is one stop of the Tab key; arrows walk its rows
    text: title
    objectName: title

    Accessible.role: Accessible.ListItem
    Accessible.name: row.pinned ? qsTr("%1, pinned").arg(row.title) : row.title
    Accessible.selected: row.current

    contentItem: Item {
        Words {
            anchors.left: parent.left
            anchors.right: more.visible ? more.left : parent.right
            anchors.rightMargin: Theme.px(6)
            anchors.verticalCenter: parent.verticalCenter
            visible: !row.renaming
            text: row.title
            font.pixelSize: Theme.control
            font.weight: row.current ? Font.Medium : Font.Normal
            Accessible.ignored: true
        }
        Loader {
            id: editor
            anchors.fill: parent
            active: row.renaming
            sourceComponent: Field {
                name: qsTr("New title")
                text: row.title
                leftPadding: Theme.px(4)
                onAccepted: {
                    if (text.trim().length > 0)
                        row.renamed(text.trim());
                    row.renaming = false;
                }
                onActiveFocusChanged: if (!activeFocus)
                    row.renaming = false
                Keys.onEscapePressed: row.renaming = false
                Component.onCompleted: {
                    forceActiveFocus();
                    selectAll();
                }
            }
        }
        IconButton {
            id: more
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            implicitWidth: Theme.px(26)
            implicitHeight: Theme.px(26)
            visible: !row.renaming && (row.hovered || row.byKeyboard || menuLoader.active)
            name: qsTr("More about %1").arg(row.title)
            iconName: "more"
            focusPolicy: Qt.NoFocus
            onClicked: row.openMenu()
        }
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: row.current ? Theme.fill : row.down ? Theme.fillStrong : row.hovered ? Theme.fill : "transparent"

        FocusRing {
            visible: row.byKeyboard
            gap: -1
        }
    }
    Loader {
        id: menuLoader
        active: false
        sourceComponent: PopupMenu {
            name: qsTr("Conversation")

            MenuEntry {
                text: qsTr("Rename")
                iconName: "edit"
                note: qsTr("F2")
                onTriggered: row.startRename()
            }
            MenuEntry {
                text: row.pinned ? qsTr("Unpin") : qsTr("Pin")
                iconName: "pin"
                onTriggered: row.pinWanted(!row.pinned)
            }
            MenuEntry {
                text: qsTr("Save as…")
                iconName: "download"
                onTriggered: row.saveWanted()
            }
            MenuLine {}
            MenuEntry {
                text: qsTr("Move to the trash")
                iconName: "trash"
                dangerous: true
                onTriggered: row.trashWanted()
            }
            onClosed: Qt.callLater(() => menuLoader.active = false)
        }
    }

    onClicked: openWanted()
    onDoubleClicked: startRename()
    ListView.onPooled: renaming = false
    Keys.onReturnPressed: openWanted()
    Keys.onPressed: event => {
        if (event.key === Qt.Key_F2)
            row.startRename();
        else if (event.key === Qt.Key_Menu || (event.key === Qt.Key_F10 && event.modifiers & Qt.ShiftModifier))
            row.openMenu();
        else
            return;
        event.accepted = true;
    }
    TapHandler {
        acceptedButtons: Qt.RightButton
        onTapped: row.openMenu()
    }
}
