// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Sources
import Carrel.Style

/// Styled text that can be selected and copied. Links do nothing until clicked, and then only ask. Numbers of sources are
/// chips over the text, so that what is selected keeps them.
TextEdit {
    id: edit

    required property styledText content
    property real leading: Theme.leading
    property string needle: ""
    property bool showCaret: false
    /// See BlockText.
    property bool byLine: false
    /// Leads to the sources of the answer; null: their numbers are text like any other.
    property SourceNavigator navigator: null
    property messageId answer
    readonly property bool hasLinks: writer.hasLinks
    readonly property bool hasChips: navigator !== null && writer.citationCount > 0
    property Item caret: null
    property Item links: null
    readonly property bool hasDoubts: writer.notFound.length > 0
    property Item chips: null
    property Item doubts: null

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
    Accessible.description: writer.notFound.length > 0 ? qsTr("Not found in your documents: %1").arg(writer.notFound) : ""

    BlockText {
        id: writer
        document: edit.textDocument
        content: edit.content
        leading: edit.leading
        byLine: edit.byLine
        linkColor: Theme.accent
        citationColor: edit.navigator !== null ? "transparent" : Theme.accent
        notFoundColor: Theme.warn
        codeBackground: Theme.codeInline
        foundColor: Theme.found
        monoFamily: Theme.monoFamily
        pixelSize: edit.font.pixelSize
        needle: edit.needle
    }
    // What few texts need is made when it is wanted for the first time, see BlockFrame.
    onShowCaretChanged: if (showCaret && !caret)
        caret = caretBar.createObject(edit) as Item
    onHasLinksChanged: if (hasLinks && !links)
        links = linkArea.createObject(edit) as Item
    onHasChipsChanged: if (hasChips && !chips)
        chips = chipLayer.createObject(edit) as Item

    Component {
        id: caretBar

        Rectangle {
            id: bar

            function place(): void {
                if (!edit.showCaret)
                    return;
                const end = edit.positionToRectangle(edit.length);
                bar.x = Math.min(end.x + Theme.px(2), edit.width - width);
                bar.y = end.y + Theme.px(3);
                bar.height = Math.max(Theme.px(12), end.height - Theme.px(6));
            }

            visible: edit.showCaret
            width: Theme.px(4)
            radius: 1
            color: Theme.accent
            onVisibleChanged: place()
            Component.onCompleted: place()

            Connections {
                target: writer

                function onWritten(): void {
                    bar.place();
                }
            }
            Connections {
                target: edit

                function onWidthChanged(): void {
                    bar.place();
                }
            }
        }
    }
    Component {
        id: chipLayer

        Item {
            id: layer

            function settle(): void {
                for (let i = 0; i < repeater.count; ++i)
                    (repeater.itemAt(i) as PlacedChip)?.settle();
            }

            anchors.fill: parent
            visible: edit.hasChips

            Repeater {
                id: repeater
                model: edit.hasChips ? writer.citationCount : 0

                PlacedChip {
                    words: writer
                    host: edit
                    navigator: edit.navigator
                    answer: edit.answer
                }
            }
            Connections {
                target: writer

                function onWritten(): void {
                    layer.settle();
                }
            }
            Connections {
                target: edit

                function onWidthChanged(): void {
                    layer.settle();
                }
                function onContentSizeChanged(): void {
                    layer.settle();
                }
            }
        }
    }
    onHasDoubtsChanged: if (hasDoubts && !doubts)
        doubts = doubtArea.createObject(edit) as Item

    Component {
        id: doubtArea

        Item {
            anchors.fill: parent
            z: -1 // chips and links come first
            visible: edit.hasDoubts

            // Not a HoverHandler, which a tip's coming ends.
            MouseArea {
                id: pointer

                readonly property bool doubted: containsMouse && writer.isNotFound(edit.positionAt(mouseX, mouseY))

                anchors.fill: parent
                acceptedButtons: Qt.NoButton
                hoverEnabled: true
                cursorShape: Qt.IBeamCursor
            }
            Loader {
                active: pointer.doubted
                sourceComponent: Hint {
                    parent: edit
                    x: Math.round(pointer.mouseX - width / 2)
                    y: Math.round(pointer.mouseY - height - Theme.px(14))
                    visible: true
                    text: qsTr("Not found in your documents")
                }
            }
        }
    }
    Component {
        id: linkArea

        Item {
            anchors.fill: parent
            visible: edit.hasLinks

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
    // A text keeps the window's keys from its shortcuts, also while one of its chips has the keyboard.
    Keys.onPressed: event => {
        const by = event.key === Qt.Key_Down ? 1 : event.key === Qt.Key_Up ? -1 : 0;
        if (edit.navigator === null || by === 0 || !(event.modifiers & Qt.AltModifier))
            return;
        edit.navigator.step(by);
        event.accepted = true;
    }
    Keys.onReturnPressed: {
        const target = writer.linkAt(edit.cursorPosition);
        if (target.length > 0)
            edit.linkChosen(target);
    }
}
