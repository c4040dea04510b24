// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// Which model answers for it.
EditorPart {
    id: part

    required property AssistantDraft draft
    required property ModelService models
    readonly property bool missing: draft.modelPath.length > 0 && (!own.known || own.card.missing)
    readonly property string modelName: AssistantWords.modelName(draft.modelPath, own.card)

    title: qsTr("Model")
    note: draft.modelPath.length === 0 ? qsTr("Whichever model is chosen in the chat answers.") : missing ? qsTr("%1 is not on this computer now; the chosen model answers in its place.").arg(modelName) : !own.card.usable ? qsTr("%1. The chosen model answers in its place.").arg(own.card.failure.title) : qsTr("This model is loaded when a chat with the assistant goes on.")

    ModelLookup {
        id: own
        service: part.models
        wanted: part.draft.modelPath
    }
    ModelListModel {
        id: cards
        service: part.models
    }
    PlainButton {
        id: button
        anchors.left: parent.left
        text: part.modelName
        iconName: "chevron-down"
        Accessible.name: qsTr("Model of the assistant: %1").arg(text)
        Accessible.role: Accessible.ButtonMenu
        objectName: "assistantModel"
        onClicked: menu.popup(button, 0, button.height + Theme.px(4))
        Keys.onDownPressed: button.clicked()
    }
    PopupMenu {
        id: menu
        name: qsTr("Models to choose from")
        implicitWidth: Theme.px(340)

        MenuEntry {
            text: qsTr("The chosen model")
            iconName: part.draft.modelPath.length === 0 ? "check" : ""
            onTriggered: part.draft.modelPath = ""
        }
        MenuLine {}
        Instantiator {
            model: cards
            delegate: MenuEntry {
                required property modelCard value

                text: value.name
                iconName: value.path === part.draft.modelPath ? "check" : "cube"
                note: value.usable ? value.fitText : value.failure.title
                enabled: value.usable
                onTriggered: part.draft.modelPath = value.path
            }
            onObjectAdded: (index, object) => menu.insertItem(index + 2, object as MenuEntry)
            onObjectRemoved: (index, object) => menu.removeItem(object as MenuEntry)
        }
    }
}
