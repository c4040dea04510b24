// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// One assistant, all of it on one page; changes are kept by themselves.
FocusScope {
    id: editor

    required property RoomPage page
    required property assistantId assistant

    signal backWanted
    signal removeWanted
    signal duplicateWanted
    signal chatWanted

    readonly property Item focused: Window.activeFocusItem
    /// Keyboards reach what is not in sight.
    onFocusedChanged: {
        let up = editor.focused;
        while (up !== null && up !== column)
            up = up.parent;
        if (up !== null && editor.focused.height < form.height)
            form.reveal(editor.focused);
    }

    objectName: "assistantEditor"
    Keys.onEscapePressed: editor.backWanted()

    AssistantDraft {
        id: draft
        service: editor.page.context.assistants
        library: editor.page.context.library
        assistant: editor.assistant
    }
    Item {
        id: head
        x: editor.page.margin
        width: parent.width - 2 * x
        height: Theme.px(68)

        IconButton {
            id: menu
            anchors.left: parent.left
            anchors.verticalCenter: parent.verticalCenter
            visible: editor.page.showMenuButton
            name: qsTr("Show the sidebar")
            iconName: "sidebar"
            keys: qsTr("Ctrl+B")
            onClicked: editor.page.menuWanted()
        }
        IconButton {
            id: back
            anchors.left: menu.visible ? menu.right : parent.left
            anchors.leftMargin: menu.visible ? Theme.px(4) : -Theme.px(6)
            anchors.verticalCenter: parent.verticalCenter
            name: qsTr("Back to all assistants")
            iconName: "chevron-left"
            keys: qsTr("Esc")
            onClicked: editor.backWanted()
        }
        Words {
            anchors.left: back.right
            anchors.leftMargin: Theme.px(6)
            anchors.right: actions.left
            anchors.rightMargin: Theme.px(12)
            anchors.verticalCenter: parent.verticalCenter
            text: draft.name.length > 0 ? draft.name : qsTr("Without a name")
            font.pixelSize: Theme.title
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }
        Row {
            id: actions
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.px(8)

            IconButton {
                anchors.verticalCenter: parent.verticalCenter
                name: qsTr("Duplicate")
                iconName: "copy"
                onClicked: {
                    draft.flush();
                    editor.duplicateWanted();
                }
            }
            IconButton {
                anchors.verticalCenter: parent.verticalCenter
                visible: !draft.isDefault
                name: qsTr("Remove this assistant")
                iconName: "trash"
                onClicked: {
                    draft.flush();
                    editor.removeWanted();
                }
            }
            PrimaryButton {
                anchors.verticalCenter: parent.verticalCenter
                text: qsTr("New chat")
                objectName: "assistantChat"
                onClicked: {
                    draft.flush();
                    editor.chatWanted();
                }
            }
        }
    }
    Flickable {
        id: form

        /// Moves no further than is needed.
        function reveal(item: Item): void {
            const top = item.mapToItem(column, 0, 0).y;
            const bottom = top + item.height + Theme.px(16);
            if (bottom > form.contentY + form.height)
                form.contentY = Math.min(Math.max(0, form.contentHeight - form.height), bottom - form.height);
            if (top < form.contentY)
                form.contentY = Math.max(0, top - Theme.px(16));
        }

        anchors.top: head.bottom
        anchors.bottom: parent.bottom
        width: parent.width
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        contentHeight: column.height + Theme.px(32)
        objectName: "assistantForm"

        ScrollBar.vertical: Scroller {}

        Column {
            id: column
            x: editor.page.margin
            width: Math.min(Theme.columnWidth, parent.width - 2 * x)
            spacing: Theme.px(22)

            PicturePart {
                width: parent.width
                draft: draft
            }
            EditorPart {
                width: parent.width
                title: qsTr("Instructions")
                note: qsTr("Said to the model before every conversation: who it is, how it answers, what it leaves alone.")

                Rectangle {
                    width: parent.width
                    height: Math.max(Theme.px(110), area.implicitHeight)
                    radius: Theme.radiusSmall
                    color: Theme.surface
                    border.width: area.activeFocus ? Math.max(2, Theme.px(2)) : Theme.hair
                    border.color: area.activeFocus ? Theme.accent : Theme.outline

                    TextArea {
                        id: area
                        anchors.fill: parent
                        leftPadding: Theme.px(11)
                        rightPadding: Theme.px(11)
                        topPadding: Theme.px(9)
                        bottomPadding: Theme.px(9)
                        wrapMode: TextEdit.Wrap
                        textFormat: TextEdit.PlainText
                        horizontalAlignment: area.length > 0 || area.preeditText.length > 0 ? undefined : TextEdit.AlignLeft
                        text: draft.instructions
                        placeholderText: qsTr("You are a patient teacher. Explain with one example, in plain words.")
                        placeholderTextColor: Theme.quiet
                        color: Theme.ink
                        selectionColor: Theme.selection
                        selectedTextColor: Theme.ink
                        selectByMouse: true
                        font.family: Theme.family
                        font.pixelSize: Theme.control
                        background: null
                        objectName: "instructions"
                        Accessible.role: Accessible.EditableText
                        Accessible.name: qsTr("Instructions")
                        Keys.priority: Keys.BeforeItem
                        Keys.onTabPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
                        Keys.onBacktabPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
                        onTextChanged: draft.instructions = text
                    }
                }
            }
            ModelPart {
                id: model
                width: parent.width
                draft: draft
                models: editor.page.context.models
            }
            AdaptersPart {
                width: parent.width
                draft: draft
                context: editor.page.context
            }
            CollectionsPart {
                width: parent.width
                draft: draft
                collections: editor.page.context.collections
            }
            SamplingPart {
                width: parent.width
                draft: draft
            }
        }
    }
}
