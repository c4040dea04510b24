// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// Where one writes: grows to eight lines, counts while typing, sends and stops. What the chat is about stands below.
Rectangle {
    id: composer

    required property AppContext context
    required property ChatService chat
    required property Settings settings
    required property bool hasModel
    property alias text: area.text
    property bool editing: false
    readonly property promptFit fit: chat.fit
    readonly property bool overflows: fit.known && !fit.fits && (chat.overflowPolicy === App.OverflowPolicy.Ask || !fit.possible)
    readonly property bool canSend: hasModel && !chat.busy && area.text.trim().length > 0 && !overflows

    signal submitted(text: string)
    signal editCancelled
    signal editLastWanted
    signal modelsWanted
    signal longerContextWanted
    /// Something is being written: the model may be loaded meanwhile.
    signal modelWanted
    /// Files were chosen or pasted.
    signal filesGiven(urls: list<url>)

    function focusArea(): void {
        area.forceActiveFocus(Qt.OtherFocusReason);
        area.cursorPosition = area.length;
    }
    function submit(): void {
        if (!composer.canSend)
            return;
        const text = area.text;
        area.clear();
        composer.submitted(text);
    }
    /// Attaches files that were copied; false: what was copied is something else.
    function paste(): bool {
        const files = Clipboard.files();
        if (files.length > 0)
            composer.filesGiven(files);
        return files.length > 0;
    }
    function chooseFiles(): void {
        dialog.active = true;
        dialog.setSource("AttachDialog.qml", {
            composer: composer,
            home: dialog
        });
    }
    function handleReturn(event: KeyEvent): void {
        // A key that ends the composition of a word belongs to the input method.
        if (area.inputMethodComposing) {
            event.accepted = false;
            return;
        }
        if (picker.handles || people.handles) {
            if (people.handles)
                people.choose();
            else
                picker.choose();
            event.accepted = true;
            return;
        }
        const control = (event.modifiers & Qt.ControlModifier) !== 0;
        const shift = (event.modifiers & Qt.ShiftModifier) !== 0;
        if (control || (composer.settings.enterSends && !shift)) {
            composer.submit();
            event.accepted = true;
        } else {
            event.accepted = false;
        }
    }

    implicitHeight: notice.height + strip.height + flick.height + note.height + dropped.height + foot.height + Theme.px(14)
    radius: Theme.px(14)
    color: Theme.surface
    border.color: area.activeFocus ? Theme.outline : Theme.hairline
    border.width: Theme.hair
    objectName: "composer"

    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("Message")

    Loader {
        id: notice
        width: parent.width
        height: active ? implicitHeight : 0
        active: composer.overflows && !composer.chat.busy
        sourceComponent: OverflowNotice {
            fit: composer.fit
            onDropOldestWanted: composer.chat.setOverflowPolicy(App.OverflowPolicy.DropOldest)
            onLongerContextWanted: composer.longerContextWanted()
        }
    }
    Item {
        id: strip
        anchors.top: notice.bottom
        width: parent.width
        visible: composer.editing
        height: visible ? Theme.px(34) : 0

        Words {
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(15)
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Editing your question: the old version is kept")
            isQuiet: true
            font.pixelSize: Theme.small
        }
        TextButton {
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(8)
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Cancel")
            objectName: "cancelEdit"
            onClicked: composer.editCancelled()
        }
    }
    Flickable {
        id: flick
        anchors.top: strip.bottom
        anchors.topMargin: Theme.px(10)
        x: Theme.px(4)
        width: parent.width - 2 * x
        height: Math.min(area.implicitHeight, 8 * Theme.px(24) + area.topPadding + area.bottomPadding)
        contentWidth: width
        contentHeight: area.implicitHeight
        clip: true
        boundsBehavior: Flickable.StopAtBounds

        ScrollBar.vertical: Scroller {}
        TextArea.flickable: TextArea {
            id: area
            leftPadding: Theme.px(12)
            rightPadding: Theme.px(12)
            topPadding: Theme.px(3)
            bottomPadding: Theme.px(3)
            wrapMode: TextEdit.Wrap
            textFormat: TextEdit.PlainText
            // Where the window's lines begin while there is nothing to read a direction from.
            horizontalAlignment: area.length > 0 || area.preeditText.length > 0 ? undefined : TextEdit.AlignLeft
            color: Theme.ink
            placeholderText: !composer.hasModel ? qsTr("A model is needed before you can ask") : attachments.count > 0 ? qsTr("Ask about these documents…") : qsTr("Ask…    # documents    @ assistant")
            placeholderTextColor: Theme.quiet
            selectionColor: Theme.selection
            selectedTextColor: Theme.ink
            selectByMouse: true
            font.family: Theme.family
            font.pixelSize: Theme.body
            background: null
            objectName: "composerText"

            Accessible.role: Accessible.EditableText
            Accessible.name: qsTr("Your message")
            Accessible.description: composer.settings.enterSends ? qsTr("Enter sends, Shift+Enter starts a new line, the number sign chooses documents") : qsTr("Ctrl+Enter sends, Enter starts a new line, the number sign chooses documents")

            Keys.priority: Keys.BeforeItem
            Keys.onShortcutOverride: event => event.accepted = event.key === Qt.Key_Escape && (picker.visible || people.visible)
            Keys.onTabPressed: {
                if (people.handles)
                    people.choose();
                else if (picker.handles)
                    picker.choose();
                else
                    nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason);
            }
            Keys.onBacktabPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
            Keys.onReturnPressed: event => composer.handleReturn(event)
            Keys.onEnterPressed: event => composer.handleReturn(event)
            Keys.onPressed: event => event.accepted = event.matches(StandardKey.Paste) && composer.paste()
            Keys.onDownPressed: event => {
                event.accepted = picker.handles || people.handles;
                if (people.handles)
                    people.move(1);
                else if (picker.handles)
                    picker.move(1);
            }
            Keys.onUpPressed: event => {
                if (people.handles)
                    people.move(-1);
                else if (picker.handles)
                    picker.move(-1);
                else if (area.length === 0 && !composer.chat.busy)
                    composer.editLastWanted();
                else
                    event.accepted = false;
            }
            Keys.onEscapePressed: event => {
                if (people.visible)
                    person.leave();
                else if (picker.visible)
                    tag.leave();
                else if (composer.chat.busy)
                    composer.chat.stop();
                else if (composer.editing)
                    composer.editCancelled();
                else
                    event.accepted = false;
            }
            onCursorPositionChanged: {
                tag.look();
                person.look();
            }
            onTextChanged: {
                tag.look();
                person.look();
                if (text.length > 0)
                    composer.modelWanted();
                composer.chat.measureDraft(text);
            }
        }
    }
    NameTag {
        id: person
        area: area
        mark: "@"
    }
    NameTag {
        id: tag
        area: area
        mark: "#"
    }
    AssistantPicker {
        id: people
        assistants: composer.context.assistants
        chat: composer.chat
        wanted: area.activeFocus && person.open
        query: person.query
        onChosen: area.remove(person.start, area.cursorPosition)
    }
    AttachmentListModel {
        id: attachments
        material: composer.context.material
        chat: composer.chat
        ingest: composer.context.ingest
    }
    DocumentPicker {
        id: picker
        finder: composer.context.documentFinder
        chat: composer.chat
        ingest: composer.context.ingest
        wanted: area.activeFocus && tag.open
        query: tag.query
        onChosen: area.remove(tag.start, area.cursorPosition)
    }
    ReadingNote {
        id: note
        anchors.top: flick.bottom
        x: Theme.px(16)
        width: parent.width - x - Theme.px(8)
        height: implicitHeight
        attachments: attachments
        onCancelWanted: {
            composer.context.material.leaveAwaited();
            composer.focusArea();
        }
        onResumeWanted: composer.context.ingest.resume()
        onPasswordWanted: file => password.ask(file)
    }
    Words {
        id: dropped
        anchors.top: note.bottom
        x: Theme.px(16)
        width: parent.width - 2 * x
        height: visible ? Theme.px(24) : 0
        visible: composer.fit.known && !composer.fit.fits && !composer.overflows
        text: qsTr("The oldest %n turn(s) will be left out of what the model reads", "", composer.fit.turnsToDrop)
        isQuiet: true
        font.pixelSize: Theme.small
    }
    ComposerFoot {
        id: foot
        anchors.top: dropped.bottom
        width: parent.width
        attachments: attachments
        chat: composer.chat
        fit: composer.fit
        hasModel: composer.hasModel
        canSend: composer.canSend
        enterSends: composer.settings.enterSends
        onFilesWanted: composer.chooseFiles()
        onModelsWanted: composer.modelsWanted()
        onWritingWanted: composer.focusArea()
        onSendWanted: {
            if (composer.chat.busy)
                composer.chat.stop();
            else
                composer.submit();
            composer.focusArea();
        }
    }
    Loader {
        id: dialog
        active: false
    }
    PasswordSheet {
        id: password
        parent: composer
        ingest: composer.context.ingest
    }
}
