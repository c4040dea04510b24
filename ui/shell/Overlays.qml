// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
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
        files.setSource("ModelFileDialog.qml", {
            context: overlays.context,
            home: files
        });
    }
    /// Asks how and where, then saves a chat.
    function openSave(id: conversationId): void {
        save.conversation = id;
        save.active = true;
    }
    function endFirstStart(): void {
        overlays.context.settings.firstStartDone = true;
        firstStart.active = false;
        overlays.newChatWanted();
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
    }
    Loader {
        id: save

        property conversationId conversation
        property string ending: ""

        active: false
        sourceComponent: SaveSheet {
            parent: overlays
            conversation: save.conversation
            visible: true
            onChosen: ending => {
                save.ending = ending;
                overlays.context.exports.suggestName(conversation);
                close();
            }
            onClosed: save.active = false
        }
    }
    Loader {
        id: saving
        active: false
    }
    Connections {
        target: overlays.context.exports

        function onNameSuggested(id: conversationId, name: string): void {
            if (id !== save.conversation || save.ending.length === 0)
                return;
            // A loader that is only switched on again brings the last dialog with what that one was given.
            saving.active = false;
            saving.source = "";
            saving.setSource("SaveDialog.qml", {
                context: overlays.context,
                conversation: id,
                name: name,
                ending: save.ending,
                home: saving
            });
            saving.active = true;
            save.ending = "";
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
                    anchors.left: parent.left
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

        // By its name alone, so that a start that is not the first one does not load it.
        function begin(): void {
            if (firstStart.active)
                return;
            firstStart.active = true;
            firstStart.setSource("FirstStart.qml", {
                overlays: overlays
            });
        }

        anchors.fill: parent
        active: false
    }
    Connections {
        target: overlays.context.models

        // A model that is here already, as the starter is, leads straight to the chat.
        function onScanningChanged(): void {
            if (overlays.context.models.scanning || overlays.context.settings.firstStartDone)
                return;
            if (overlays.context.models.empty)
                firstStart.begin();
            else if (!firstStart.active)
                overlays.context.settings.firstStartDone = true;
        }
    }
}
