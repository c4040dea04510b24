// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// One model file from the inside: what its header says, its tensors, its tokenizer at work, what is sent to it.
RoomPage {
    id: page

    required property string path
    property int part: InspectorPage.Header
    readonly property string name: known.known ? known.card.name : file.name

    enum Part {
        Header,
        Tensors,
        Tokenizer,
        Prompt
    }

    focus: true
    objectName: "inspectorPage"
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Inside %1").arg(page.name)

    Keys.onEscapePressed: page.leaveWanted()

    ModelInspector {
        id: file
        path: page.path
    }
    ModelLookup {
        id: known
        service: page.context.models
        wanted: page.path
    }
    PageHead {
        id: head
        x: page.margin
        width: parent.width - 2 * x
        title: page.name
        showMenuButton: page.showMenuButton
        onMenuWanted: page.menuWanted()

        PlainButton {
            text: qsTr("Back")
            iconName: "chevron-left"
            onClicked: page.leaveWanted()
        }
    }
    Words {
        id: facts
        objectName: "inspectorFacts"
        anchors.top: head.bottom
        x: page.margin
        width: parent.width - 2 * x
        elide: Text.ElideMiddle
        visible: file.phase === App.InspectionPhase.Ready
        text: qsTr("%1  ·  %2  ·  GGUF %3%4").arg(page.path.slice(page.path.lastIndexOf("/") + 1)).arg(InspectorWords.size(file.fileBytes)).arg(file.formatVersion).arg(file.complete ? "" : qsTr("  ·  the file ends before its last tensor"))
        isQuiet: true
    }
    Segments {
        id: parts
        anchors.top: facts.bottom
        anchors.topMargin: Theme.px(14)
        x: page.margin
        visible: file.phase === App.InspectionPhase.Ready
        name: qsTr("What to look at")
        options: [qsTr("Header"), qsTr("Tensors"), qsTr("Tokenizer"), qsTr("What is sent")]
        current: page.part
        onChosen: index => page.part = index
    }
    Loader {
        anchors.top: parts.bottom
        anchors.topMargin: Theme.px(12)
        anchors.bottom: parent.bottom
        x: page.margin
        width: parent.width - 2 * x
        active: file.phase === App.InspectionPhase.Ready
        focus: true
        sourceComponent: [header, tensors, tokenizer, prompt][page.part]
    }
    Component {
        id: header

        HeaderView {
            inspector: file
        }
    }
    Component {
        id: tensors

        TensorView {
            inspector: file
        }
    }
    Component {
        id: tokenizer

        TokenizerView {
            inspector: file
        }
    }
    Component {
        id: prompt

        TemplateView {
            inspector: file
            chat: page.context.chat
        }
    }
    EmptyState {
        anchors.centerIn: parent
        width: Math.min(Theme.px(460), parent.width - 2 * page.margin)
        visible: file.phase === App.InspectionPhase.Failed
        objectName: "inspectorFailure"
        iconName: "warning"
        sentence: qsTr("%1. %2").arg(file.failure.title).arg(file.failure.explanation)
        actionText: qsTr("Copy details")
        onActionChosen: Clipboard.copy(file.failure.details)
    }
}
