// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// The adapters that fit a model. How much of each counts is an assistant's to say.
DetailsCard {
    id: part

    required property modelCard model
    required property ModelShelf shelf

    title: qsTr("Adapters")

    Repeater {
        model: part.model.adapters

        Item {
            id: line

            required property string modelData
            readonly property modelRow adapter: part.shelf.find(modelData)

            width: part.width - Theme.px(32)
            height: Theme.px(22)
            Accessible.role: Accessible.StaticText
            Accessible.name: qsTr("%1, %2").arg(line.adapter.name).arg(line.adapter.facts)

            Words {
                id: name
                anchors.left: parent.left
                anchors.verticalCenter: parent.verticalCenter
                width: Math.min(implicitWidth, parent.width * 0.6)
                text: line.adapter.name
                elide: Text.ElideMiddle
                Accessible.ignored: true
            }
            Words {
                anchors.left: name.right
                anchors.leftMargin: Theme.px(10)
                anchors.right: parent.right
                anchors.baseline: name.baseline
                text: qsTr("%1 · fits").arg(line.adapter.facts)
                isQuiet: true
                Accessible.ignored: true
            }
        }
    }
    Words {
        width: parent.width
        wrapMode: Text.WordWrap
        text: part.model.adapters.length > 0 ? qsTr("An assistant says which of them it uses, and how much of each counts.") : qsTr("None on this computer fits. Add an adapter (LoRA) as a GGUF file, and it stands here.")
        isQuiet: true
        font.pixelSize: part.model.adapters.length > 0 ? Theme.small : Theme.label
    }
}
