// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Sources
import Carrel.Style

/// A paragraph or a heading.
BlockFrame {
    id: row

    required property bool open
    required property messageId messageId
    property SourceNavigator navigator: null
    property string needle: ""

    signal linkChosen(target: string)

    readonly property bool isHeading: block.kind === Markdown.Heading
    above: isHeading ? Theme.px(block.level <= 2 ? 18 : 14) : block.listDepth > 0 ? Theme.px(3) : Theme.px(6)
    mirrored: words.effectiveHorizontalAlignment === TextEdit.AlignRight
    below: block.listDepth > 0 ? Theme.px(3) : Theme.px(6)

    Accessible.role: row.isHeading ? Accessible.Heading : Accessible.Paragraph
    Accessible.name: row.block.content.text

    ListView.onPooled: words.deselect()

    ReadingText {
        id: words
        width: parent.width
        content: row.block.content
        needle: row.needle
        navigator: row.navigator
        answer: row.messageId
        showCaret: row.open
        leading: row.isHeading ? 1.3 : Theme.leading
        color: row.block.quoteDepth > 0 ? Theme.quiet : Theme.ink
        font.pixelSize: !row.isHeading ? Theme.body : Theme.px([22, 19, 17, 15, 15, 15][row.block.level - 1])
        font.weight: row.isHeading ? Font.DemiBold : Font.Normal
        objectName: "blockText"
        onLinkChosen: target => row.linkChosen(target)
    }
}
