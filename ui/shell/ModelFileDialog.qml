// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Dialogs
import Carrel.Services

/// Asks for a model file and adds it. In a file of its own, since the dialogs' module is slow to load.
FileDialog {
    id: dialog

    required property AppContext context
    /// Holds the dialog, and lets it go when it is closed.
    required property Loader home

    title: qsTr("Add a model file")
    nameFilters: [qsTr("Model files (*.gguf)"), qsTr("All files (*)")]
    onAccepted: dialog.context.models.add(dialog.context.localPath(selectedFile))
    onVisibleChanged: if (!visible)
        dialog.home.active = false
    Component.onCompleted: open()
}
