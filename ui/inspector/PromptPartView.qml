// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Style

/// One part of a prompt: who speaks, how many tokens it takes, its text with control tokens marked.
Card {
    id: part

    required property int kind
    required property int tokens
    required property int messages
    required property string content
    required property list<controlStretch> control
    required property int cut
    readonly property string title: InspectorWords.part(kind, messages)

    height: text.y + text.height + Theme.px(14)

    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1, %2 tokens").arg(part.title).arg(part.tokens)

    Words {
        id: head
        anchors.left: parent.left
        anchors.leftMargin: Theme.px(16)
        y: Theme.px(10)
        text: part.title
        font.weight: Font.DemiBold
        Accessible.ignored: true
    }
    Words {
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(16)
        anchors.baseline: head.baseline
        text: part.cut > 0 ? qsTr("%1 tokens, %2 characters not shown").arg(InspectorWords.number(part.tokens)).arg(InspectorWords.number(part.cut)) : qsTr("%n token(s)", "", part.tokens)
        isQuiet: true
        font.pixelSize: Theme.small
        Accessible.ignored: true
    }
    TextEdit {
        id: text
        x: Theme.px(16)
        anchors.top: head.bottom
        anchors.topMargin: Theme.px(6)
        width: parent.width - 2 * x
        text: part.content
        textFormat: TextEdit.PlainText
        readOnly: true
        selectByMouse: true
        wrapMode: TextEdit.WrapAtWordBoundaryOrAnywhere
        horizontalAlignment: TextEdit.AlignLeft
        color: Theme.ink
        selectionColor: Theme.selection
        selectedTextColor: Theme.ink
        font.family: Theme.monoFamily
        font.pixelSize: Theme.small
        Accessible.role: Accessible.StaticText
        Accessible.name: part.content

        PromptText {
            document: text.textDocument
            control: part.control
            color: Theme.warn
            background: Theme.warnSoft
        }
    }
}
