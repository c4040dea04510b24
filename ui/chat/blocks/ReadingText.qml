// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// Styled text that can be selected and copied. Links do nothing until clicked, and then only ask.
TextEdit {
    id: edit

    required property styledText content
    property real leading: Theme.leading
    property string needle: ""
    property bool showCaret: false
    /// See BlockText.
    property bool byLine: false

    signal linkChosen(target: string)

    readOnly: true
    selectByMouse: true
    selectByKeyboard: true
    persistentSelection: false
    activeFocusOnPress: true
    textFormat: TextEdit.PlainText
    wrapMode: TextEdit.Wrap
    color: Theme.ink
    selectionColor: Theme.selection
    selectedTextColor: Theme.ink
    font.family: Theme.readingFamily
    font.pixelSize: Theme.body
    renderType: TextEdit.QtRendering

    Accessible.role: Accessible.StaticText
    Accessible.name: edit.content.text
    Accessible.readOnly: true

    BlockText {
        id: writer
        document: edit.textDocument
        content: edit.content
        leading: edit.leading
        byLine: edit.byLine
        linkColor: Theme.accent
        codeBackground: Theme.codeInline
        foundColor: Theme.found
        monoFamily: Theme.monoFamily
        pixelSize: edit.font.pixelSize
        needle: edit.needle
    }
    // A text item is made for every block and cell: what few of them need is made for those alone.
    Loader {
        active: edit.showCaret
        sourceComponent: Rectangle {
            id: caret

            function place(): void {
                const end = edit.positionToRectangle(edit.length);
                caret.x = Math.min(end.x + Theme.px(2), edit.width - width);
                caret.y = end.y + Theme.px(3);
                caret.height = Math.max(Theme.px(12), end.height - Theme.px(6));
            }

            width: Theme.px(4)
            radius: 1
            color: Theme.accent

            Connections {
                target: writer

                function onWritten(): void {
                    caret.place();
                }
            }
            Connections {
                target: edit

                function onWidthChanged(): void {
                    caret.place();
                }
            }
            Component.onCompleted: place()
        }
    }
    Loader {
        active: writer.hasLinks
        anchors.fill: parent
        sourceComponent: Item {
            TapHandler {
                id: tap
                onTapped: {
                    const target = writer.linkAt(edit.positionAt(tap.point.position.x, tap.point.position.y));
                    if (target.length > 0 && edit.selectedText.length === 0)
                        edit.linkChosen(target);
                }
            }
            HoverHandler {
                id: hover
                cursorShape: writer.linkAt(edit.positionAt(hover.point.position.x, hover.point.position.y)).length > 0 ? Qt.PointingHandCursor : Qt.IBeamCursor
            }
        }
    }
    Keys.onReturnPressed: {
        const target = writer.linkAt(edit.cursorPosition);
        if (target.length > 0)
            edit.linkChosen(target);
    }
}
