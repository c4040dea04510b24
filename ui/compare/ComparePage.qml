// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Chat
import Carrel.Services
import Carrel.Style

/// The same question to two models, or to one with two settings, side by side.
RoomPage {
    id: page

    /// What the question begins with.
    property string question: ""
    readonly property CompareService compare: context.compare
    readonly property bool asked: compare.question.length > 0

    function ask(): void {
        if (page.compare.running || field.text.trim().length === 0)
            return;
        page.compare.start(field.text);
        if (page.compare.running)
            field.clear();
    }

    focus: true
    objectName: "comparePage"
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Compare")

    Keys.onEscapePressed: {
        if (page.compare.running)
            page.compare.stopAll();
        else
            page.leaveWanted();
    }

    function act(action: int): void {
        switch (action) {
        case App.FailureAction.RunOnCpu:
            page.context.devices.choose("cpu");
            page.compare.start(page.compare.question);
            break;
        case App.FailureAction.DropOldestTurns:
            page.context.chat.setOverflowPolicy(App.OverflowPolicy.DropOldest);
            page.compare.start(page.compare.question);
            break;
        case App.FailureAction.Retry:
            page.compare.start(page.compare.question);
            break;
        default:
            page.failureActionWanted(action);
        }
    }
    function openLink(target: string): void {
        links.active = true;
        (links.item as LinkSheet).target = target;
        (links.item as LinkSheet).open();
    }

    Loader {
        id: links
        active: false
        sourceComponent: LinkSheet {
            parent: page
            target: ""
            onOpenWanted: target => page.context.openLink(target)
        }
    }
    Connections {
        target: page.compare

        function onKept(): void {
            page.chatWanted();
        }
    }
    PageHead {
        id: head
        x: page.margin
        width: parent.width - 2 * x
        title: qsTr("Compare")
        showMenuButton: page.showMenuButton
        onMenuWanted: page.menuWanted()

        PlainButton {
            text: qsTr("Back to the chat")
            iconName: "chevron-left"
            onClicked: page.leaveWanted()
        }
    }
    Words {
        id: lead
        visible: !page.context.models.empty
        anchors.top: head.bottom
        x: page.margin
        width: parent.width - 2 * x
        wrapMode: Text.WordWrap
        text: page.compare.obstacle.length > 0 ? page.compare.obstacle : page.compare.fitTogether ? qsTr("They are asked one after the other, the faster one first, so that neither slows the other down. Both answers are kept beside each other in the chat.") : qsTr("Both do not fit into memory at once: they are asked one after the other, the faster one first. Both answers are kept beside each other in the chat.")
        isQuiet: page.compare.obstacle.length === 0
        color: page.compare.obstacle.length > 0 ? Theme.warn : Theme.quiet
        objectName: "compareLead"
    }
    Words {
        id: asked
        anchors.top: lead.bottom
        anchors.topMargin: Theme.px(12)
        x: page.margin
        width: parent.width - 2 * x
        visible: page.asked && !page.context.models.empty
        wrapMode: Text.WordWrap
        maximumLineCount: 3
        text: page.compare.question
        font.pixelSize: Theme.body
        font.weight: Font.Medium
    }
    Row {
        visible: !page.context.models.empty
        anchors.top: asked.visible ? asked.bottom : lead.bottom
        anchors.topMargin: Theme.px(14)
        anchors.bottom: writing.top
        anchors.bottomMargin: Theme.px(14)
        x: page.margin
        width: parent.width - 2 * x
        spacing: Theme.px(14)

        CompareColumn {
            width: (parent.width - parent.spacing) / 2
            height: parent.height
            context: page.context
            number: 0
            side: page.compare.left
            onLinkChosen: target => page.openLink(target)
            onFailureActionWanted: action => page.act(action)
        }
        CompareColumn {
            width: (parent.width - parent.spacing) / 2
            height: parent.height
            context: page.context
            number: 1
            side: page.compare.right
            onLinkChosen: target => page.openLink(target)
            onFailureActionWanted: action => page.act(action)
        }
    }
    EmptyState {
        anchors.centerIn: parent
        width: Math.min(Theme.px(420), parent.width - 2 * page.margin)
        visible: page.context.models.empty
        iconName: "compare"
        sentence: qsTr("Two answers side by side need a model on this computer.")
        actionText: qsTr("Open the Models room")
        onActionChosen: page.failureActionWanted(App.FailureAction.ChooseModel)
    }
    Rectangle {
        id: writing
        visible: !page.context.models.empty
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.px(20)
        x: page.margin
        width: parent.width - 2 * x
        height: Math.max(Theme.px(48), Math.min(Theme.px(140), field.implicitHeight + Theme.px(8)))
        radius: Theme.px(14)
        color: Theme.surface
        border.color: field.activeFocus ? Theme.outline : Theme.hairline
        border.width: Theme.hair

        Flickable {
            anchors.left: parent.left
            anchors.right: button.left
            anchors.top: parent.top
            anchors.bottom: parent.bottom
            anchors.margins: Theme.px(4)
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            contentHeight: field.implicitHeight

            ScrollBar.vertical: Scroller {}
            TextArea.flickable: TextArea {
                id: field
                leftPadding: Theme.px(12)
                rightPadding: Theme.px(12)
                topPadding: Theme.px(9)
                bottomPadding: Theme.px(9)
                focus: true
                wrapMode: TextEdit.Wrap
                textFormat: TextEdit.PlainText
                horizontalAlignment: field.length > 0 || field.preeditText.length > 0 ? undefined : TextEdit.AlignLeft
                text: page.question
                placeholderText: qsTr("One question for both…")
                placeholderTextColor: Theme.quiet
                color: Theme.ink
                selectionColor: Theme.selection
                selectedTextColor: Theme.ink
                selectByMouse: true
                font.family: Theme.family
                font.pixelSize: Theme.body
                background: null
                objectName: "compareQuestion"
                Accessible.role: Accessible.EditableText
                Accessible.name: qsTr("Question for both")
                Keys.priority: Keys.BeforeItem
                Keys.onTabPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
                Keys.onBacktabPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
                Keys.onReturnPressed: event => {
                    if (field.inputMethodComposing || (event.modifiers & Qt.ShiftModifier) !== 0)
                        event.accepted = false;
                    else
                        page.ask();
                }
            }
        }
        PrimaryButton {
            id: button
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(8)
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Theme.px(8)
            text: page.compare.running ? qsTr("Stop both") : qsTr("Ask both")
            enabled: page.compare.running || (page.compare.obstacle.length === 0 && field.text.trim().length > 0 && !page.context.chat.busy)
            onClicked: {
                if (page.compare.running)
                    page.compare.stopAll();
                else
                    page.ask();
            }
        }
    }
}
