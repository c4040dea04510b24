// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtCore
import QtQuick
import QtQuick.Dialogs
import Carrel.Services

/// Asks where a chat is to be saved. In a file of its own, since the dialogs' module is slow to load.
FileDialog {
    id: dialog

    required property AppContext context
    required property conversationId conversation
    /// Of the file, without an ending.
    required property string name
    required property string ending
    /// Holds the dialog, and lets it go when it is closed.
    required property Loader home

    function save(file: url): void {
        const path = dialog.context.localPath(file);
        if (path.length > 0)
            dialog.context.exports.saveConversation(dialog.conversation, dialog.context.assistantName, path);
    }

    title: qsTr("Save the chat")
    fileMode: FileDialog.SaveFile
    nameFilters: [dialog.ending === "pdf" ? qsTr("PDF (*.pdf)") : dialog.ending === "html" ? qsTr("Web page (*.html)") : dialog.ending === "md" ? qsTr("Markdown (*.md)") : qsTr("JSON lines (*.jsonl)")]
    defaultSuffix: dialog.ending
    currentFolder: StandardPaths.writableLocation(StandardPaths.DocumentsLocation)
    selectedFile: currentFolder + "/" + encodeURIComponent(dialog.name + "." + dialog.ending)
    onAccepted: save(selectedFile)
    onVisibleChanged: if (!visible)
        dialog.home.active = false
    Component.onCompleted: open()
}
