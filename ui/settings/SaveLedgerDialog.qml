// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Dialogs as Dialogs
import Carrel.Services

/// Asks where the ledger goes. In a file of its own, since the dialogs' module is slow to load.
Dialogs.FileDialog {
    id: dialog

    required property AppContext context
    required property LedgerListModel ledger
    /// Holds the dialog, and lets it go when it is closed.
    required property Loader home

    title: qsTr("Save the network ledger")
    fileMode: Dialogs.FileDialog.SaveFile
    defaultSuffix: "csv"
    nameFilters: [qsTr("Tables (*.csv)")]
    onAccepted: dialog.ledger.save(dialog.context.localPath(dialog.selectedFile))
    onVisibleChanged: if (!visible)
        dialog.home.active = false
    Component.onCompleted: open()
}
