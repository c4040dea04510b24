// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Dialogs as Dialogs
import Carrel.Services

/// Asks for another folder for one download. In a file of its own, since the dialogs' module is slow to load.
Dialogs.FolderDialog {
    id: dialog

    required property AppContext context
    /// The download's id.
    required property string modelId
    /// Holds the dialog, and lets it go when it is closed.
    required property Loader home

    title: qsTr("Download into another folder")
    onAccepted: dialog.context.downloads.putInto(dialog.modelId, dialog.context.localPath(selectedFolder))
    onVisibleChanged: if (!visible)
        dialog.home.active = false
    Component.onCompleted: open()
}
