// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// One collection: its name, what is in it, and how far it was read.
ItemDelegate {
    id: card

    required property int index
    required property collectionValue collection
    required property collectionCounts counts
    property bool paused: false
    property string timeLeft: ""
    readonly property bool byKeyboard: visualFocus || (activeFocus && GridView.isCurrentItem)
    readonly property string standing: LibraryWords.standing(counts, paused)

    signal openWanted
    signal renameWanted
    signal rescanWanted
    signal summarizeWanted
    signal removeWanted

    function openMenu(): void {
        menu.active = true;
        (menu.item as PopupMenu)?.popup(more, 0, more.height);
    }

    padding: Theme.px(16)
    topPadding: Theme.px(14)
    focusPolicy: Qt.ClickFocus
    text: collection.name
    objectName: text

    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1, %2, %3").arg(card.collection.name).arg(LibraryWords.counts(card.counts)).arg(card.standing)

    contentItem: Item {
        Icon {
            id: icon
            anchors.left: parent.left
            y: Theme.px(2)
            width: Theme.px(18)
            height: width
            name: "folder"
            color: Theme.quiet
        }
        Words {
            id: title
            anchors.left: icon.right
            anchors.leftMargin: Theme.px(10)
            anchors.right: more.left
            anchors.rightMargin: Theme.px(6)
            anchors.verticalCenter: icon.verticalCenter
            text: card.collection.name
            font.pixelSize: Theme.body
            font.weight: Font.DemiBold
            Accessible.ignored: true
        }
        IconButton {
            id: more
            anchors.right: parent.right
            anchors.rightMargin: -Theme.px(6)
            anchors.verticalCenter: icon.verticalCenter
            name: qsTr("More about %1").arg(card.collection.name)
            iconName: "more"
            focusPolicy: Qt.NoFocus
            onClicked: card.openMenu()
        }
        Column {
            anchors.left: title.left
            anchors.right: parent.right
            anchors.top: icon.bottom
            anchors.topMargin: Theme.px(8)
            spacing: Theme.px(4)

            Words {
                width: parent.width
                text: LibraryWords.counts(card.counts)
                Accessible.ignored: true
            }
            Words {
                width: parent.width
                text: LibraryWords.places(card.collection.sources)
                isQuiet: true
                elide: Text.ElideMiddle
                Accessible.ignored: true
            }
        }
        Words {
            id: left
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            visible: card.counts.busy && text.length > 0
            text: card.timeLeft
            isQuiet: true
            font.pixelSize: Theme.small
            Accessible.ignored: true
        }
        Words {
            anchors.left: title.left
            anchors.right: left.visible ? left.left : parent.right
            anchors.rightMargin: left.visible ? Theme.px(10) : 0
            anchors.bottom: parent.bottom
            text: card.standing
            color: card.counts.busy ? Theme.quiet : card.counts.troubled + card.counts.offline + card.counts.unreadable > 0 ? Theme.warn : card.counts.files > 0 ? Theme.accent : Theme.quiet
            font.pixelSize: Theme.small
            Accessible.ignored: true
        }
    }
    background: Card {
        color: Theme.surface
        border.color: card.hovered ? Theme.outline : Theme.hairline

        ThinBar {
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            anchors.margins: Theme.px(10)
            anchors.bottomMargin: Theme.px(5)
            implicitHeight: Theme.px(3)
            visible: card.counts.busy
            name: qsTr("%1 is read").arg(card.collection.name)
            value: card.counts.progress
        }
        FocusRing {
            visible: card.byKeyboard
            radius: Theme.radius
            gap: -1
        }
    }
    Loader {
        id: menu
        active: false
        sourceComponent: PopupMenu {
            name: qsTr("Collection")

            MenuEntry {
                text: qsTr("Rename")
                iconName: "edit"
                note: qsTr("F2")
                onTriggered: card.renameWanted()
            }
            MenuEntry {
                text: qsTr("Summarize")
                iconName: "sparkle"
                enabled: card.counts.files > 0
                onTriggered: card.summarizeWanted()
            }
            MenuEntry {
                text: qsTr("Look for changes")
                iconName: "refresh"
                onTriggered: card.rescanWanted()
            }
            MenuLine {}
            MenuEntry {
                text: qsTr("Remove the collection")
                iconName: "trash"
                dangerous: true
                onTriggered: card.removeWanted()
            }
            onClosed: Qt.callLater(() => menu.active = false)
        }
    }

    onActiveFocusChanged: if (activeFocus)
        GridView.view.currentIndex = index
    onClicked: openWanted()
    Keys.onReturnPressed: openWanted()
    Keys.onEnterPressed: openWanted()
    Keys.onPressed: event => {
        if (event.key === Qt.Key_F2)
            card.renameWanted();
        else if (event.key === Qt.Key_Menu || (event.key === Qt.Key_F10 && event.modifiers & Qt.ShiftModifier))
            card.openMenu();
        else
            return;
        event.accepted = true;
    }
    TapHandler {
        acceptedButtons: Qt.RightButton
        onTapped: card.openMenu()
    }
    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
}
