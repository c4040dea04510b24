// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// The text of the page, or what stands around the passage, with the passage marked and in sight.
Flickable {
    id: area

    required property SourceService source
    /// Whoever reads uses keys, so what has the keyboard is to be seen.
    property bool byKeyboard: false

    function showMark(): void {
        const first = words.positionToRectangle(source.view.markStart);
        area.contentY = Math.max(0, Math.min(area.contentHeight - area.height, words.y + first.y - Theme.px(60)));
    }
    function scrollBy(distance: real): void {
        area.contentY = Math.max(0, Math.min(area.contentHeight - area.height, area.contentY + distance));
    }

    contentHeight: words.y + words.height + Theme.px(20)
    clip: true
    boundsBehavior: Flickable.StopAtBounds
    activeFocusOnTab: true
    objectName: "passageArea"

    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Text of %1, with the passage marked").arg(source.view.name)

    ScrollBar.vertical: Scroller {}

    Keys.onUpPressed: event => event.modifiers & Qt.AltModifier ? event.accepted = false : scrollBy(-Theme.px(60))
    Keys.onDownPressed: event => event.modifiers & Qt.AltModifier ? event.accepted = false : scrollBy(Theme.px(60))
    Keys.onPressed: event => {
        area.byKeyboard = true;
        if (event.key === Qt.Key_PageUp)
            scrollBy(-height * 0.85);
        else if (event.key === Qt.Key_PageDown)
            scrollBy(height * 0.85);
        else
            return;
        event.accepted = true;
    }
    onHeightChanged: Qt.callLater(showMark)
    Component.onCompleted: Qt.callLater(showMark)

    Words {
        id: heading
        x: Theme.px(16)
        y: Theme.px(14)
        width: parent.width - 2 * x
        height: visible ? implicitHeight : 0
        visible: text.length > 0 && area.source.view.place.length > 0
        text: area.source.view.heading
        isQuiet: true
        wrapMode: Text.WordWrap
        font.pixelSize: Theme.small
    }
    TextEdit {
        id: words
        x: Theme.px(16)
        y: heading.y + heading.height + (heading.visible ? Theme.px(8) : 0)
        width: parent.width - 2 * x
        text: area.source.view.text
        textFormat: TextEdit.PlainText
        readOnly: true
        selectByMouse: true
        wrapMode: TextEdit.Wrap
        color: Theme.ink
        selectionColor: Theme.selection
        selectedTextColor: Theme.ink
        font.family: Theme.readingFamily
        font.pixelSize: Theme.control
        renderType: TextEdit.QtRendering
        objectName: "passageText"
        Accessible.role: Accessible.StaticText
        Accessible.name: words.text
        onTextChanged: Qt.callLater(area.showMark)

        PassageMark {
            document: words.textDocument
            start: area.source.view.markStart
            length: area.source.view.markLength
            color: Theme.found
            leading: 130
        }
    }
    FocusRing {
        parent: area
        visible: area.activeFocus && area.byKeyboard
        gap: -2
    }
}
