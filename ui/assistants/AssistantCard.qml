// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// One assistant: picture, name, what it is for and what it uses.
AbstractButton {
    id: card

    required property assistantValue value
    required property ModelService models
    property bool current: false

    signal openWanted
    signal chatWanted
    signal duplicateWanted
    signal removeWanted

    function openMenu(): void {
        menu.popup(more, more.width - menu.width, more.height);
    }

    focusPolicy: Qt.NoFocus
    objectName: value.name
    onClicked: card.openWanted()

    Accessible.role: Accessible.ListItem
    Accessible.name: value.name
    Accessible.description: AssistantWords.about(value)
    Accessible.onPressAction: card.openWanted()

    background: Card {
        border.color: card.hovered ? Theme.outline : Theme.hairline

        FocusRing {
            visible: card.current || card.visualFocus
            // The list cuts off what stands over its edge.
            gap: -Math.max(2, Theme.px(2))
            radius: parent.radius + gap
        }
    }
    contentItem: Item {
        ModelLookup {
            id: lookup
            service: card.models
            wanted: card.value.modelPath
        }
        Monogram {
            id: picture
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(16)
            y: Theme.px(16)
            tint: card.value.tint
            letter: card.value.letter
            name: card.value.name
        }
        Words {
            anchors.left: picture.right
            anchors.leftMargin: Theme.px(12)
            anchors.right: more.left
            y: Theme.px(18)
            text: card.value.name
            font.pixelSize: Theme.body
            font.weight: Font.DemiBold
            Accessible.ignored: true
        }
        Words {
            anchors.left: picture.right
            anchors.leftMargin: Theme.px(12)
            anchors.right: more.left
            y: Theme.px(38)
            text: card.value.isDefault ? qsTr("Answers where no other is chosen") : ""
            isQuiet: true
            font.pixelSize: Theme.small
            Accessible.ignored: true
        }
        Words {
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(16)
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(16)
            y: Theme.px(64)
            height: Theme.px(42)
            verticalAlignment: Text.AlignTop
            wrapMode: Text.WordWrap
            maximumLineCount: 2
            elide: Text.ElideRight
            text: AssistantWords.about(card.value)
            isQuiet: card.value.instructions.length === 0
            font.pixelSize: Theme.label
            Accessible.ignored: true
        }
        Words {
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(16)
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(16)
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Theme.px(11)
            text: AssistantWords.uses(card.value, lookup.card)
            isQuiet: true
            font.pixelSize: Theme.small
            Accessible.ignored: true
        }
        IconButton {
            id: more
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(10)
            y: Theme.px(12)
            name: qsTr("More about %1").arg(card.value.name)
            iconName: "more"
            focusPolicy: Qt.NoFocus
            onClicked: card.openMenu()
        }
    }
    PopupMenu {
        id: menu
        name: qsTr("What to do with %1").arg(card.value.name)

        MenuEntry {
            text: qsTr("New chat")
            iconName: "chat"
            onTriggered: card.chatWanted()
        }
        MenuEntry {
            text: qsTr("Edit")
            iconName: "edit"
            onTriggered: card.openWanted()
        }
        MenuEntry {
            text: qsTr("Duplicate")
            iconName: "copy"
            onTriggered: card.duplicateWanted()
        }
        MenuEntry {
            text: qsTr("Remove")
            iconName: "trash"
            enabled: !card.value.isDefault
            dangerous: true
            onTriggered: card.removeWanted()
        }
    }
    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
}
