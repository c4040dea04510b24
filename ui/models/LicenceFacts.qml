// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// What a licence says, in plain words with the clause they rest on.
Column {
    id: facts

    required property licence value

    spacing: Theme.px(10)

    Words {
        width: parent.width
        wrapMode: Text.WordWrap
        text: facts.value.sentence
        font.weight: Font.Medium
    }
    Repeater {
        model: facts.value.facts

        Item {
            id: line

            required property licenceFact modelData

            width: facts.width
            height: Math.max(label.height, words.height)
            Accessible.role: Accessible.StaticText
            Accessible.name: [modelData.label, modelData.words, clause.text].filter(part => part.length > 0).join(qsTr(". "))

            Words {
                id: label
                anchors.left: parent.left
                width: Theme.px(112)
                wrapMode: Text.WordWrap
                text: line.modelData.label
                isQuiet: true
                Accessible.ignored: true
            }
            Words {
                id: words
                anchors.left: label.right
                anchors.leftMargin: Theme.px(8)
                anchors.right: clause.left
                anchors.rightMargin: clause.text.length > 0 ? Theme.px(10) : 0
                wrapMode: Text.WordWrap
                text: line.modelData.words
                Accessible.ignored: true
            }
            Words {
                id: clause
                anchors.right: parent.right
                anchors.baseline: words.baseline
                text: line.modelData.clause.length === 0 ? "" : line.modelData.fromText ? qsTr("§ %1").arg(line.modelData.clause) : qsTr("§ %1, as others read it").arg(line.modelData.clause)
                isQuiet: true
                font.pixelSize: Theme.small
                Accessible.ignored: true
            }
        }
    }
}
