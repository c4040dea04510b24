// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// One model on this computer. A click or Enter opens all about it.
ItemDelegate {
    id: card

    required property int index
    required property modelRow row
    required property EngineStatus engine
    readonly property bool loadingThis: engine.loading && engine.status.modelId === row.id
    readonly property bool answersNow: engine.ready && engine.status.modelId === row.id
    readonly property bool wide: width > Theme.px(620)
    readonly property bool byKeyboard: visualFocus || (activeFocus && ListView.isCurrentItem && !chat.activeFocus && !more.activeFocus)
    readonly property string standing: loadingThis ? qsTr("loading, %1 %").arg(Math.round(100 * engine.progress)) : answersNow ? qsTr("answers now, on %1").arg(engine.deviceName) : row.chosen ? qsTr("chosen") : ""

    signal openWanted
    signal chatWanted
    signal fixWanted
    signal forgetWanted
    signal showWanted

    function openMenu(): void {
        menu.active = true;
        (menu.item as PopupMenu)?.popup(more, 0, more.height);
    }

    implicitHeight: (wide ? Math.max(facts.height, side.height) : facts.height + (side.height > 0 ? side.height + Theme.px(8) : 0)) + Theme.px(30)
    padding: 0
    focusPolicy: Qt.ClickFocus
    text: row.name
    objectName: text

    Accessible.role: Accessible.ListItem
    Accessible.name: [row.name, row.trouble.length > 0 ? row.troubleTitle : row.fit, standing].filter(part => part.length > 0).join(qsTr(", "))
    Accessible.description: [row.facts, row.license, row.openness].filter(part => part.length > 0).join(qsTr(". "))

    contentItem: Item {
        Column {
            id: facts
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(16)
            y: Theme.px(15)
            width: (card.wide ? card.width * 0.56 : card.width - buttons.width - Theme.px(28)) - Theme.px(16)
            spacing: Theme.px(3)

            Item {
                width: parent.width
                height: Theme.px(20)

                Words {
                    id: title
                    anchors.left: parent.left
                    width: Math.min(implicitWidth, parent.width * 0.7)
                    anchors.verticalCenter: parent.verticalCenter
                    text: card.row.name
                    font.pixelSize: Theme.body
                    font.weight: Font.DemiBold
                    Accessible.ignored: true
                }
                Words {
                    anchors.left: title.right
                    anchors.leftMargin: Theme.px(8)
                    anchors.right: parent.right
                    anchors.baseline: title.baseline
                    text: card.row.facts
                    isQuiet: true
                    Accessible.ignored: true
                }
            }
            Words {
                width: parent.width
                wrapMode: Text.WordWrap
                visible: text.length > 0
                text: card.row.license
                isQuiet: true
                Accessible.ignored: true
            }
            Words {
                width: parent.width
                wrapMode: Text.WordWrap
                visible: text.length > 0
                text: card.row.openness
                isQuiet: true
                Accessible.ignored: true
            }
            Words {
                width: parent.width
                wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                visible: card.row.statedName.length > 0
                text: qsTr("Calls itself “%1”").arg(card.row.statedName)
                isQuiet: true
                font.pixelSize: Theme.small
                Accessible.ignored: true
            }
            Words {
                width: parent.width
                wrapMode: Text.WordWrap
                visible: text.length > 0
                text: card.row.trouble.length > 0 ? qsTr("%1. %2").arg(card.row.troubleTitle).arg(card.row.trouble) : ""
                color: card.row.troubleIsSevere ? Theme.stop : Theme.warn
                Accessible.ignored: true
            }
        }
        Column {
            id: side
            anchors.left: card.wide ? facts.right : facts.left
            anchors.leftMargin: card.wide ? Theme.px(16) : 0
            anchors.right: card.wide ? buttons.left : parent.right
            anchors.rightMargin: Theme.px(12)
            y: card.wide ? (card.height - height) / 2 : facts.y + facts.height + Theme.px(8)
            spacing: Theme.px(6)

            Badge {
                anchors.left: parent.left
                width: Math.min(implicitWidth, parent.width)
                visible: text.length > 0
                text: card.row.fit
                tone: card.row.tone
                Accessible.ignored: true
            }
            Words {
                width: parent.width
                visible: text.length > 0
                text: [card.row.speed, card.standing].filter(part => part.length > 0).join(" · ")
                isQuiet: true
                Accessible.ignored: true
            }
            Words {
                width: parent.width
                visible: text.length > 0
                text: card.row.tie
                isQuiet: true
                Accessible.ignored: true
            }
            ThinBar {
                anchors.left: parent.left
                width: Math.min(parent.width, Theme.px(200))
                visible: card.loadingThis
                name: qsTr("Loading %1").arg(card.row.name)
                value: card.engine.progress
            }
        }
        Row {
            id: buttons
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(10)
            y: card.wide ? (card.height - height) / 2 : facts.y - Theme.px(6)
            spacing: Theme.px(2)

            PlainButton {
                id: chat
                text: card.row.canChat ? qsTr("Chat") : card.row.missing ? qsTr("Find it") : qsTr("Details")
                Accessible.name: card.row.canChat ? qsTr("Chat with %1").arg(card.row.name) : card.row.missing ? qsTr("Find the file of %1").arg(card.row.name) : qsTr("Details of %1").arg(card.row.name)
                onClicked: card.row.canChat ? card.chatWanted() : card.row.missing ? card.fixWanted() : card.openWanted()
            }
            IconButton {
                id: more
                anchors.verticalCenter: parent.verticalCenter
                name: qsTr("More about %1").arg(card.row.name)
                iconName: "more"
                onClicked: card.openMenu()
            }
        }
    }
    background: Card {
        border.color: card.row.chosen ? Theme.accent : card.hovered ? Theme.outline : Theme.hairline

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
            name: qsTr("Model")
            onClosed: Qt.callLater(() => menu.active = false)

            MenuEntry {
                text: qsTr("All about it")
                iconName: "info"
                onTriggered: card.openWanted()
            }
            MenuEntry {
                text: qsTr("Show its folder")
                iconName: "folder"
                enabled: !card.row.missing
                onTriggered: card.showWanted()
            }
            MenuLine {}
            MenuEntry {
                text: card.row.removable ? qsTr("Remove…") : qsTr("Belongs to the installation")
                iconName: card.row.removable ? "trash" : "lock"
                enabled: card.row.removable
                dangerous: card.row.removable
                onTriggered: card.forgetWanted()
            }
        }
    }

    onActiveFocusChanged: if (activeFocus)
        ListView.view.currentIndex = index
    onClicked: openWanted()
    Keys.onReturnPressed: openWanted()
    Keys.onEnterPressed: openWanted()
    Keys.onPressed: event => {
        if (event.key === Qt.Key_Menu || (event.key === Qt.Key_F10 && event.modifiers & Qt.ShiftModifier))
            card.openMenu();
        else
            return;
        event.accepted = true;
    }
}
