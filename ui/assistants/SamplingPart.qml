// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Style

/// How its words are chosen: one setting that matters, the others on demand.
EditorPart {
    id: part

    required property AssistantDraft draft
    property bool advanced: false

    title: qsTr("How words are chosen")
    note: qsTr("Left alone, the assistant follows what the model's makers recommend.")

    SamplingRow {
        width: parent.width
        draft: part.draft
        setting: AssistantDraft.Setting.Temperature
        title: qsTr("Temperature")
        from: 0
        to: 1.6
        step: 0.05
        note: AssistantWords.temperature(level)
    }
    TextButton {
        anchors.left: parent.left
        text: part.advanced ? qsTr("Fewer settings") : qsTr("More settings")
        iconName: part.advanced ? "chevron-up" : "chevron-down"
        onClicked: part.advanced = !part.advanced
    }
    SamplingRow {
        width: parent.width
        visible: part.advanced
        draft: part.draft
        setting: AssistantDraft.Setting.TopP
        title: qsTr("Top p")
        from: 0.05
        to: 1
        step: 0.01
        note: qsTr("Only the likeliest words that together reach this share are drawn from; 1 draws from all")
    }
    SamplingRow {
        width: parent.width
        visible: part.advanced
        draft: part.draft
        setting: AssistantDraft.Setting.MinP
        title: qsTr("Min p")
        from: 0
        to: 0.5
        step: 0.01
        note: qsTr("Leaves out words that are less likely than this share of the likeliest one; 0 leaves out none")
    }
    SamplingRow {
        width: parent.width
        visible: part.advanced
        draft: part.draft
        setting: AssistantDraft.Setting.TopK
        title: qsTr("Top k")
        from: 0
        to: 200
        step: 1
        digits: 0
        note: qsTr("Draws from this many of the likeliest words; 0 draws from all")
    }
    SamplingRow {
        width: parent.width
        visible: part.advanced
        draft: part.draft
        setting: AssistantDraft.Setting.RepeatPenalty
        title: qsTr("Repetition")
        from: 1
        to: 1.5
        step: 0.01
        note: qsTr("Makes words that were just written less likely; 1 leaves them alone")
    }
}
