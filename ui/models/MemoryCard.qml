// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// The memory that a model takes, at a length of context that is tried here.
DetailsCard {
    id: part

    required property modelCard model
    required property DeviceService devices
    required property Settings settings
    readonly property int inUse: Math.min(settings.contextLength, model.contextLength > 0 ? model.contextLength : settings.contextLength)

    title: qsTr("Memory at %1 tokens").arg(ModelWords.tokens(plan.context))

    MemoryPlan {
        id: plan
        devices: part.devices
        card: part.model
        context: slider.tried ? slider.length : part.inUse
    }
    MemoryBar {
        width: parent.width
        plan: plan
    }
    Words {
        width: parent.width
        wrapMode: Text.WordWrap
        text: plan.words
        color: plan.fits || !plan.known ? Theme.quiet : Theme.warn
    }
    LevelSlider {
        id: slider

        property bool tried: false
        readonly property int length: plan.lengths[Math.round(value)] ?? part.inUse

        anchors.left: parent.left
        width: parent.width
        visible: plan.lengths.length > 1
        name: qsTr("Length of context to try")
        Accessible.description: qsTr("%1 tokens").arg(ModelWords.tokens(plan.context))
        from: 0
        to: Math.max(1, plan.lengths.length - 1)
        stepSize: 1
        snapMode: LevelSlider.SnapAlways
        value: Math.max(0, plan.lengths.findIndex(length => length >= part.inUse))
        onMoved: tried = true
    }
    Item {
        width: parent.width
        height: Math.max(largest.height, use.visible ? use.height : 0)

        Words {
            id: largest
            anchors.left: parent.left
            anchors.right: use.visible ? use.left : parent.right
            anchors.rightMargin: Theme.px(8)
            anchors.verticalCenter: parent.verticalCenter
            wrapMode: Text.WordWrap
            text: plan.largestWords
            isQuiet: true
        }
        TextButton {
            id: use
            anchors.right: parent.right
            anchors.rightMargin: -Theme.px(8)
            anchors.verticalCenter: parent.verticalCenter
            visible: slider.tried && slider.length !== part.settings.contextLength && plan.fits
            text: qsTr("Use %1").arg(ModelWords.tokensShort(slider.length))
            Accessible.name: qsTr("Use a context of %1 tokens for all chats").arg(ModelWords.tokens(slider.length))
            onClicked: part.settings.contextLength = slider.length
        }
    }
}
