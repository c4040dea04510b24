// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Style

/// A part of the editor: title, a sentence, and what can be set.
Column {
    id: part

    required property string title
    property string note: ""
    default property alias content: body.data

    spacing: Theme.px(6)

    Accessible.role: Accessible.Grouping
    Accessible.name: part.title

    Words {
        width: parent.width
        text: part.title
        font.pixelSize: Theme.body
        font.weight: Font.DemiBold
        Accessible.role: Accessible.Heading
    }
    Words {
        width: parent.width
        visible: text.length > 0
        text: part.note
        isQuiet: true
        wrapMode: Text.WordWrap
    }
    Column {
        id: body
        width: parent.width
        topPadding: Theme.px(4)
        spacing: Theme.px(8)
    }
}
