// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// Adapters that change the model for this assistant alone.
EditorPart {
    id: part

    required property AssistantDraft draft
    required property AppContext context
    /// Of the library, when they are asked for.
    property list<assistantAdapter> fitting

    function chooseFile(): void {
        dialog.active = true;
        dialog.setSource("AdapterDialog.qml", {
            context: part.context,
            draft: part.draft,
            home: dialog
        });
    }

    title: qsTr("Adapters")
    note: draft.modelPath.length === 0 ? qsTr("Small files that change how one model writes. Choose a model for the assistant first: each adapter is made for one.") : draft.adapters.length === 0 ? qsTr("Small files (LoRA) that change how this model writes. The model's own file stays as it is.") : ""

    Repeater {
        // By number: a row stays while its slider is moved.
        model: part.draft.adapters.length

        AdapterRow {
            width: part.width
            adapter: part.draft.adapters[index] ?? nothing.adapter
            obstacle: part.draft.obstacles[index] ?? ""
            onEnabledWanted: enabled => part.draft.enableAdapter(index, enabled)
            onScaleWanted: scale => part.draft.scaleAdapter(index, scale)
            onRemoveWanted: part.draft.removeAdapter(index)
        }
    }
    PlainButton {
        id: add
        anchors.left: parent.left
        text: qsTr("Add an adapter…")
        iconName: "plus"
        enabled: part.draft.modelPath.length > 0
        onClicked: {
            part.fitting = part.context.models.adaptersFor(part.draft.modelPath);
            if (part.fitting.length > 0)
                menu.popup(add, 0, add.height + Theme.px(4));
            else
                part.chooseFile();
        }
    }
    PopupMenu {
        id: menu
        name: qsTr("Adapters that fit the model")
        implicitWidth: Theme.px(320)

        Instantiator {
            model: part.fitting
            delegate: MenuEntry {
                required property assistantAdapter modelData

                text: modelData.name
                iconName: part.draft.adapters.some(one => one.path === modelData.path) ? "check" : "plus"
                onTriggered: part.draft.addAdapter(modelData.path)
            }
            onObjectAdded: (index, object) => menu.insertItem(index, object as MenuEntry)
            onObjectRemoved: (index, object) => menu.removeItem(object as MenuEntry)
        }
        MenuLine {}
        MenuEntry {
            text: qsTr("Another file…")
            iconName: "folder"
            onTriggered: part.chooseFile()
        }
    }
    QtObject {
        id: nothing

        property assistantAdapter adapter
    }
    Loader {
        id: dialog
        active: false
    }
}
