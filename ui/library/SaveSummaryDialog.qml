// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtCore
import QtQuick
import QtQuick.Dialogs as Dialogs
import Carrel.Services

/// Asks where a summary is written to. In a file of its own, since the dialogs' module is slow to load.
Dialogs.FileDialog {
    id: dialog

    required property RoomPage page
    required property SummaryDesk desk
    /// Holds the dialog, and lets it go when it is closed.
    required property Loader home

    title: qsTr("Save the summary")
    fileMode: Dialogs.FileDialog.SaveFile
    nameFilters: [qsTr("Web page (*.html)"), qsTr("Markdown (*.md)"), qsTr("PDF (*.pdf)")]
    defaultSuffix: ["html", "md", "pdf"][selectedNameFilter.index] ?? "html"
    currentFile: StandardPaths.writableLocation(StandardPaths.DocumentsLocation) + "/" + encodeURIComponent(dialog.desk.fileName()) + ".html"
    onAccepted: dialog.desk.saveAs(dialog.page.context.localPath(dialog.selectedFile))
    onVisibleChanged: if (!visible)
        dialog.home.active = false
    Component.onCompleted: open()
}
