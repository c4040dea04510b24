// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Library
import Carrel.Services
import Carrel.Style

/// One side: who is asked, the answer as it comes, how fast it was, and what can be done with it.
Card {
    id: column

    required property AppContext context
    required property int number
    required property compareSide side
    readonly property bool over: side.state === App.CompareState.Done || side.state === App.CompareState.Stopped || side.state === App.CompareState.Failed
    readonly property bool working: side.state === App.CompareState.Waiting || side.state === App.CompareState.Loading || side.state === App.CompareState.Reading || side.state === App.CompareState.Writing
    readonly property modelCard card: lookup.card
    // What is asked of the service again when its list changes.
    readonly property assistantValue assistant: context.assistants.assistants.length > 0 ? context.assistants.assistant(side.assistant) : nobody.value
    readonly property bool isEmpty: side.text.length === 0

    signal linkChosen(target: string)
    /// The way out of a failure, an App.FailureAction.
    signal failureActionWanted(action: int)

    objectName: number === 0 ? "compareLeft" : "compareRight"
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("%1, %2").arg(card.name).arg(CompareWords.standing(side))

    ModelListModel {
        id: cards
        service: column.context.models
    }
    ModelLookup {
        id: lookup
        service: column.context.models
        wanted: column.side.modelId
    }
    QtObject {
        id: nobody

        property assistantValue value
    }
    Item {
        id: head
        width: parent.width
        height: Theme.px(76)

        ChoiceButton {
            id: model
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(8)
            y: Theme.px(8)
            width: Math.min(implicitWidth, parent.width - Theme.px(16))
            name: column.number === 0 ? qsTr("Left model") : qsTr("Right model")
            text: column.card.name.length > 0 ? column.card.name : qsTr("Choose a model")
            enabled: !column.context.compare.running
            onClicked: models.popup(model, 0, model.height + Theme.px(2))
        }
        Row {
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(8)
            anchors.top: model.bottom
            width: parent.width - Theme.px(16)

            ChoiceButton {
                id: who
                width: Math.min(implicitWidth, parent.width / 2)
                name: column.number === 0 ? qsTr("Left assistant") : qsTr("Right assistant")
                text: column.assistant.name
                isQuiet: true
                enabled: !column.context.compare.running
                onClicked: assistants.popup(who, 0, who.height + Theme.px(2))
            }
            ChoiceButton {
                id: settings
                width: Math.min(implicitWidth, parent.width / 2)
                name: column.number === 0 ? qsTr("Left settings") : qsTr("Right settings")
                text: CompareWords.temperature(column.side.temperature)
                isQuiet: true
                enabled: !column.context.compare.running
                onClicked: temperatures.popup(settings, 0, settings.height + Theme.px(2))
            }
        }
        Hairline {
            anchors.bottom: parent.bottom
            width: parent.width
        }
    }
    Flickable {
        id: body
        anchors.top: head.bottom
        anchors.bottom: foot.top
        width: parent.width
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        contentHeight: words.y + words.height + Theme.px(16)
        activeFocusOnTab: contentHeight > height
        Accessible.role: Accessible.Pane
        Accessible.name: qsTr("Answer of %1").arg(column.card.name)

        /// The end is in sight, and stays there while the answer grows.
        property bool atEnd: true
        onMovementEnded: atEnd = atYEnd
        onContentHeightChanged: if (column.working && atEnd)
            contentY = Math.max(0, contentHeight - height)
        Keys.onUpPressed: {
            contentY = Math.max(0, contentY - Theme.px(60));
            atEnd = atYEnd;
        }
        Keys.onDownPressed: {
            contentY = Math.max(0, Math.min(contentHeight - height, contentY + Theme.px(60)));
            atEnd = atYEnd;
        }

        FocusRing {
            parent: body
            anchors.fill: parent
            visible: body.activeFocus
            gap: -Theme.px(3)
        }
        ScrollBar.vertical: Scroller {}

        Words {
            id: thoughts
            x: Theme.px(16)
            y: Theme.px(12)
            width: parent.width - 2 * x
            visible: column.side.thinking.length > 0
            text: column.side.text.length > 0 || column.over ? qsTr("It thought first, in %n character(s)", "", column.side.thinking.length) : qsTr("Thinking…")
            isQuiet: true
            font.pixelSize: Theme.small
        }
        SummaryText {
            id: words
            // The blocks of a conversation leave room beside them.
            x: -Theme.px(8)
            y: thoughts.visible ? thoughts.y + thoughts.height : Theme.px(6)
            width: parent.width - 2 * x
            blocks: SummaryBlocks {
                citing: false
                growing: column.side.state === App.CompareState.Writing
                text: column.side.text
            }
            onLinkChosen: target => column.linkChosen(target)
        }
    }
    Words {
        anchors.centerIn: body
        width: body.width - Theme.px(40)
        horizontalAlignment: Text.AlignHCenter
        visible: column.isEmpty && !thoughts.visible
        objectName: "compareSays"
        wrapMode: Text.WordWrap
        isQuiet: column.side.failure.empty
        color: column.side.failure.empty ? Theme.quiet : Theme.stop
        text: !column.side.failure.empty ? qsTr("%1. %2").arg(column.side.failure.title).arg(column.side.failure.explanation) : column.working ? "" : column.side.state === App.CompareState.Empty ? column.card.fitText : column.side.state === App.CompareState.Stopped ? qsTr("It was stopped before it wrote anything.") : column.over ? qsTr("It wrote nothing.") : ""
    }
    Item {
        id: foot
        anchors.bottom: parent.bottom
        width: parent.width
        height: standing.y + Math.max(Theme.px(16), standing.implicitHeight) + Theme.px(8) + buttons.height + Theme.px(8)

        ThinBar {
            width: parent.width
            height: Theme.px(2)
            visible: column.side.state === App.CompareState.Loading || column.side.state === App.CompareState.Reading
            name: CompareWords.standing(column.side)
            value: column.side.progress
        }
        Hairline {
            width: parent.width
        }
        Words {
            id: standing
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(16)
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(16)
            y: Theme.px(10)
            text: CompareWords.standing(column.side)
            wrapMode: Text.WordWrap
            isQuiet: true
            font.pixelSize: Theme.small
            objectName: "compareStanding"
        }
        Row {
            id: buttons
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(8)
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Theme.px(8)
            height: Theme.px(26)
            spacing: Theme.px(4)

            TextButton {
                visible: column.working
                text: column.side.state === App.CompareState.Waiting ? qsTr("Do not ask it") : qsTr("Stop")
                iconName: "stop"
                tint: Theme.stop
                Accessible.name: qsTr("%1: %2").arg(column.card.name).arg(text)
                onClicked: column.context.compare.stop(column.number)
            }
            TextButton {
                visible: column.over && !column.side.failure.empty && column.side.failure.actionLabel.length > 0
                text: column.side.failure.actionLabel
                objectName: "compareFailureAction"
                onClicked: column.failureActionWanted(column.side.failure.action)
            }
            TextButton {
                visible: column.over && column.side.message.valid
                enabled: !column.context.compare.running
                text: qsTr("Continue with this answer")
                iconName: "chat"
                Accessible.name: qsTr("Continue with the answer of %1").arg(column.card.name)
                onClicked: column.context.compare.keep(column.number)
            }
            IconButton {
                visible: column.over && column.side.text.length > 0
                implicitHeight: Theme.px(26)
                name: qsTr("Copy this answer")
                iconName: "copy"
                iconSize: Theme.px(16)
                onClicked: Clipboard.copy(column.side.text)
            }
        }
    }
    PopupMenu {
        id: models
        name: qsTr("Models on this computer")
        implicitWidth: Theme.px(340)

        Instantiator {
            model: cards
            delegate: MenuEntry {
                required property modelCard value

                text: value.name
                iconName: value.id === column.side.modelId ? "check" : "cube"
                note: !value.usable ? value.failure.title : value.fit === App.FitLevel.WontFit ? qsTr("Won't fit") : value.quantization
                enabled: value.usable && value.fit !== App.FitLevel.WontFit
                onTriggered: column.context.compare.chooseModel(column.number, value.id)
            }
            onObjectAdded: (index, object) => models.insertItem(index, object as MenuEntry)
            onObjectRemoved: (index, object) => models.removeItem(object as MenuEntry)
        }
    }
    PopupMenu {
        id: assistants
        name: qsTr("Assistants")

        Instantiator {
            model: column.context.assistants.assistants
            delegate: MenuEntry {
                required property assistantValue modelData

                text: modelData.name
                iconName: modelData.id === column.side.assistant ? "check" : "user"
                onTriggered: column.context.compare.chooseAssistant(column.number, modelData.id)
            }
            onObjectAdded: (index, object) => assistants.insertItem(index, object as MenuEntry)
            onObjectRemoved: (index, object) => assistants.removeItem(object as MenuEntry)
        }
    }
    PopupMenu {
        id: temperatures
        name: qsTr("Settings")

        Instantiator {
            model: [-1, 0, 0.3, 0.7, 1, 1.3]
            delegate: MenuEntry {
                required property real modelData

                text: CompareWords.temperature(modelData)
                iconName: Math.abs(modelData - column.side.temperature) < 0.01 ? "check" : ""
                onTriggered: column.context.compare.chooseTemperature(column.number, modelData)
            }
            onObjectAdded: (index, object) => temperatures.insertItem(index, object as MenuEntry)
            onObjectRemoved: (index, object) => temperatures.removeItem(object as MenuEntry)
        }
    }
}
