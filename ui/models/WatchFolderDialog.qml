// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Dialogs as Dialogs
import Carrel.Services

/// Asks for a folder whose models are listed. In a file of its own, since the dialogs' module is slow to load.
Dialogs.FolderDialog {
    id: dialog

    required property AppContext context
    /// Of no use here; every dialog of the room is given it.
    required property string modelId
    /// Holds the dialog, and lets it go when it is closed.
    required property Loader home

    title: qsTr("Watch a folder of models")
    onAccepted: dialog.context.library.addFolder(dialog.context.localPath(selectedFolder))
    onVisibleChanged: if (!visible)
        dialog.home.active = false
    Component.onCompleted: open()
}
