// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Dialogs
import Carrel.Services

/// Asks the system for an adapter's file.
FileDialog {
    id: dialog

    required property AppContext context
    required property AssistantDraft draft
    /// Holds the dialog, and lets it go when it is closed.
    required property Loader home

    title: qsTr("Add an adapter")
    nameFilters: [qsTr("Adapters (*.gguf)"), qsTr("All files (*)")]
    onAccepted: {
        const path = dialog.context.localPath(selectedFile);
        dialog.draft.addAdapter(path);
        // The library says whether it fits.
        dialog.context.addModelPaths([path]);
    }
    onVisibleChanged: if (!visible)
        dialog.home.active = false
    Component.onCompleted: open()
}
