// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// Who answers here; opens the list of those who could.
Button {
    id: chip

    required property AssistantService assistants
    required property ChatService chat
    // What is asked of the service again when its list changes.
    readonly property assistantValue current: assistants.assistants.length > 0 ? assistants.assistant(chat.assistant) : assistants.assistant(nobody.id)

    signal assistantsWanted

    function openList(): void {
        list.active = true;
        (list.item as PopupMenu)?.popup(chip, 0, chip.height + Theme.px(4));
    }

    visible: current.name.length > 0
    text: current.name
    implicitHeight: Theme.px(32)
    leftPadding: Theme.px(6)
    rightPadding: Theme.px(10)
    focusPolicy: Qt.StrongFocus
    objectName: "assistantChip"

    Accessible.role: Accessible.ButtonMenu
    Accessible.name: qsTr("Assistant %1").arg(chip.text)

    QtObject {
        id: nobody

        property assistantId id
    }
    contentItem: Row {
        spacing: Theme.px(8)

        Monogram {
            anchors.verticalCenter: parent.verticalCenter
            size: Theme.px(22)
            tint: chip.current.tint
            letter: chip.current.letter
            name: chip.current.name
        }
        Words {
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, Theme.px(160))
            text: chip.text
            font.pixelSize: Theme.control
            Accessible.ignored: true
        }
        Icon {
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.px(14)
            height: width
            name: "chevron-down"
            color: Theme.quiet
        }
    }
    background: Rectangle {
        radius: height / 2
        color: chip.hovered || list.active ? Theme.fillStrong : Theme.fill

        FocusRing {
            visible: chip.visualFocus
            radius: parent.radius + gap
        }
    }

    Keys.onReturnPressed: openList()
    Keys.onDownPressed: openList()
    onClicked: openList()

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
    Loader {
        id: list
        active: false
        sourceComponent: PopupMenu {
            id: menu
            name: qsTr("Assistants")
            implicitWidth: Theme.px(300)
            onClosed: Qt.callLater(() => list.active = false)

            Instantiator {
                model: chip.assistants.assistants
                delegate: MenuEntry {
                    required property assistantValue modelData

                    text: modelData.name
                    iconName: modelData.id === chip.current.id ? "check" : "user"
                    onTriggered: chip.chat.setAssistant(modelData.id)
                }
                onObjectAdded: (index, object) => menu.insertItem(index, object as MenuEntry)
                onObjectRemoved: (index, object) => menu.removeItem(object as MenuEntry)
            }
            MenuLine {}
            MenuEntry {
                text: qsTr("All assistants")
                iconName: "edit"
                onTriggered: chip.assistantsWanted()
            }
        }
    }
}
