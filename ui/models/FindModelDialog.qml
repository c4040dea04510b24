// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Dialogs as Dialogs
import Carrel.Services

/// Asks where the file of a missing model is. In a file of its own, since the dialogs' module is slow to load.
Dialogs.FileDialog {
    id: dialog

    required property AppContext context
    required property string modelId
    /// Holds the dialog, and lets it go when it is closed.
    required property Loader home

    title: qsTr("Where is this model now?")
    nameFilters: [qsTr("Model files (*.gguf)"), qsTr("All files (*)")]
    onAccepted: dialog.context.library.findAgain(dialog.modelId, dialog.context.localPath(selectedFile))
    onVisibleChanged: if (!visible)
        dialog.home.active = false
    Component.onCompleted: open()
}
