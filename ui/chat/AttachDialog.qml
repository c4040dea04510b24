// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Dialogs as Dialogs

/// Asks for files to attach. In a file of its own, since the dialogs' module is slow to load.
Dialogs.FileDialog {
    id: dialog

    required property Composer composer
    /// Holds the dialog, and lets it go when it is closed.
    required property Loader home

    title: qsTr("Attach files")
    fileMode: Dialogs.FileDialog.OpenFiles
    onAccepted: dialog.composer.filesGiven(dialog.selectedFiles)
    onVisibleChanged: if (!visible) {
        dialog.composer.focusArea();
        dialog.home.active = false;
    }
    Component.onCompleted: open()
}
