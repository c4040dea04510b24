// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// Collections of documents that a new chat with the assistant is about.
EditorPart {
    id: part

    required property AssistantDraft draft
    required property CollectionService collections

    title: qsTr("Documents")
    note: rows.count === 0 ? qsTr("There are no collections yet. Those of the Documents room can be chosen here.") : qsTr("A new chat with this assistant is about these collections from the start.")

    Repeater {
        id: rows
        model: part.collections.collections

        Toggle {
            id: row

            required property collectionValue modelData
            readonly property string uuid: part.collections.uuid(modelData.id)

            text: modelData.name
            checked: part.draft.collections.includes(row.uuid)
            onToggled: part.draft.useCollection(row.uuid, checked)
        }
    }
}
