// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Dialogs
import Carrel.Services
import Carrel.Style

/// What opens over the rooms; each is made when it is first wanted.
Item {
    id: overlays

    required property AppContext context

    signal conversationWanted(id: conversationId)
    signal newChatWanted
    signal roomWanted(room: int)

    function openSearch(): void {
        palette.active = true;
    }
    function openShortcuts(): void {
        sheet.active = true;
    }
    function openModelFile(): void {
        files.active = true;
    }
    function openFailure(what: failure, aboutModel: bool): void {
        trouble.what = what;
        trouble.aboutModel = aboutModel;
        trouble.active = true;
    }

    anchors.fill: parent

    Loader {
        id: palette
        active: false
        sourceComponent: SearchPalette {
            parent: overlays
            conversations: overlays.context.conversations
            visible: true
            onConversationWanted: id => overlays.conversationWanted(id)
            onClosed: palette.active = false
        }
    }
    Loader {
        id: sheet
        active: false
        sourceComponent: ShortcutSheet {
            parent: overlays
            visible: true
            onClosed: sheet.active = false
        }
    }
    Loader {
        id: files
        active: false
        sourceComponent: FileDialog {
            title: qsTr("Add a model file")
            nameFilters: [qsTr("Model files (*.gguf)"), qsTr("All files (*)")]
            visible: true
            onAccepted: overlays.context.models.add(overlays.context.localPath(selectedFile))
            onVisibleChanged: if (!visible) files.active = false
        }
    }
    Loader {
        id: trouble

        property failure what
        property bool aboutModel: false

        active: false
        sourceComponent: Sheet {
            parent: overlays
            title: trouble.what.title
            visible: true
            onClosed: trouble.active = false

            contentItem: Column {
                spacing: Theme.px(14)

                Words {
                    width: parent.width
                    wrapMode: Text.WordWrap
                    text: trouble.what.explanation
                }
                Row {
                    spacing: Theme.px(8)

                    PrimaryButton {
                        text: trouble.aboutModel ? qsTr("Choose another file") : qsTr("Show the folder")
                        onClicked: {
                            if (trouble.aboutModel) {
                                trouble.active = false;
                                overlays.openModelFile();
                            } else {
                                overlays.context.openDataFolder();
                            }
                        }
                    }
                    PlainButton {
                        text: qsTr("Copy details")
                        visible: trouble.what.details.length > 0
                        onClicked: Clipboard.copy(trouble.what.details)
                    }
                }
            }
        }
    }
    Loader {
        id: firstStart
        anchors.fill: parent
        active: false
        source: "FirstStart.qml"
        onLoaded: (item as FirstStart).start(overlays.context)
    }
    Connections {
        target: overlays.context.models

        // A model that is here already, as the starter is, leads straight to the chat.
        function onScanningChanged(): void {
            if (overlays.context.models.scanning || overlays.context.settings.firstStartDone)
                return;
            if (overlays.context.models.empty)
                firstStart.active = true;
            else if (!firstStart.active)
                overlays.context.settings.firstStartDone = true;
        }
    }
    Connections {
        target: firstStart.item as FirstStart

        function onFinished(): void {
            overlays.context.settings.firstStartDone = true;
            firstStart.active = false;
            overlays.newChatWanted();
        }
        function onAddModelWanted(): void {
            overlays.openModelFile();
        }
    }
}
