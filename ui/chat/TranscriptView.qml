// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Qt.labs.qmlmodels
import Carrel.Services
import Carrel.Sources
import Carrel.Style

/// The conversation, one row per block. It follows the end only while the reader is there, and never moves otherwise.
ListView {
    id: view

    required property ChatService chat
    required property string assistantName
    /// Leads to the sources of answers; null: their numbers are plain text.
    property SourceNavigator navigator: null
    property string needle: ""
    readonly property TranscriptModel rows: transcript
    /// Whether the end is kept in sight.
    property bool following: true
    readonly property int tokensPerSecond: Math.round(chat.tokensPerSecond)
    readonly property bool nearEnd: contentY + height >= originY + contentHeight - Theme.px(40)

    signal editWanted(id: messageId)
    signal recordWanted(record: answerRecord)
    signal linkChosen(target: string)
    signal failureActionWanted(failure: failure, id: messageId)

    function toEnd(): void {
        view.following = true;
        view.follow();
    }
    function follow(): void {
        if (!view.following || view.count === 0)
            return;
        // With the last row at hand the end is known, and going there costs less than asking for it.
        if (view.itemAtIndex(view.count - 1))
            view.contentY = Math.max(view.originY, view.originY + view.contentHeight - view.height);
        else
            view.positionViewAtEnd();
    }
    function scrollBy(distance: real): void {
        const least = view.originY;
        const most = Math.max(least, view.originY + view.contentHeight - view.height);
        view.contentY = Math.min(most, Math.max(least, view.contentY + distance));
        view.following = view.nearEnd;
    }
    function showRow(row: int): void {
        view.following = false;
        view.positionViewAtIndex(row, ListView.Center);
    }
    function headerNote(record: answerRecord, messageState: int): string {
        if (messageState !== App.MessageState.Streaming)
            return "";
        switch (view.chat.state) {
        case App.TurnState.Preparing:
            return qsTr("getting ready…");
        case App.TurnState.Retrieving:
            return qsTr("searching the documents…");
        case App.TurnState.Prefilling:
            return view.chat.prefillProgress > 0 ? qsTr("reading… %1 %").arg(Math.round(100 * view.chat.prefillProgress)) : qsTr("reading…");
        default:
            return view.tokensPerSecond > 0 ? qsTr("%1 tokens/s").arg(view.tokensPerSecond) : "";
        }
    }

    model: TranscriptModel {
        id: transcript
        chat: view.chat
        assistantName: view.assistantName
        pace: 16 // a frame
        onReplaced: {
            view.following = true;
            Qt.callLater(view.toEnd);
        }
    }
    clip: true
    cacheBuffer: 800
    boundsBehavior: Flickable.StopAtBounds
    keyNavigationEnabled: false
    reuseItems: true
    objectName: "transcript"

    Accessible.role: Accessible.List
    Accessible.name: qsTr("Conversation")

    onContentHeightChanged: if (following)
        Qt.callLater(follow)
    onHeightChanged: if (following)
        Qt.callLater(follow)
    onContentYChanged: if (moving || bar.pressed)
        following = nearEnd
    onMovementEnded: following = nearEnd

    ScrollBar.vertical: Scroller {
        id: bar
    }
    header: Item {
        height: Theme.px(8)
    }
    footer: Item {
        height: Theme.px(20)
    }

    Keys.onUpPressed: scrollBy(-Theme.px(60))
    Keys.onDownPressed: scrollBy(Theme.px(60))
    Keys.onPressed: event => {
        if (event.key === Qt.Key_PageUp)
            scrollBy(-height * 0.85);
        else if (event.key === Qt.Key_PageDown)
            scrollBy(height * 0.85);
        else if (event.key === Qt.Key_Home && event.modifiers & Qt.ControlModifier)
            view.showRow(0);
        else if (event.key === Qt.Key_End && event.modifiers & Qt.ControlModifier)
            view.toEnd();
        else
            return;
        event.accepted = true;
    }

    delegate: DelegateChooser {
        role: "kind"

        DelegateChoice {
            roleValue: TranscriptModel.Question

            QuestionRow {
                id: question
                width: view.width
                needle: view.needle
                canEdit: !view.chat.busy
                onCopyWanted: Clipboard.copy(question.text)
                onEditWanted: view.editWanted(question.messageId)
                onBranchWanted: index => view.chat.switchBranch(question.messageId, index)
            }
        }
        DelegateChoice {
            roleValue: TranscriptModel.Header

            HeaderRow {
                id: heading

                required property string text
                required property answerRecord record
                required property int messageState
                required property string version

                width: view.width
                name: heading.text
                note: heading.messageState === App.MessageState.Streaming ? view.headerNote(heading.record, heading.messageState) : heading.version
            }
        }
        DelegateChoice {
            roleValue: TranscriptModel.Thinking

            ThinkingRow {
                width: view.width
            }
        }
        DelegateChoice {
            roleValue: TranscriptModel.Text

            TextBlock {
                width: view.width
                needle: view.needle
                navigator: view.navigator
                onLinkChosen: target => view.linkChosen(target)
            }
        }
        DelegateChoice {
            roleValue: TranscriptModel.Code

            CodeBlock {
                id: code

                required property int index

                width: view.width
                needle: view.needle
                onCopyWanted: Clipboard.copy(transcript.wholeCode(code.index))
            }
        }
        DelegateChoice {
            roleValue: TranscriptModel.Table

            TableBlock {
                width: view.width
                needle: view.needle
                navigator: view.navigator
                onLinkChosen: target => view.linkChosen(target)
            }
        }
        DelegateChoice {
            roleValue: TranscriptModel.Break

            BreakBlock {
                width: view.width
            }
        }
        DelegateChoice {
            roleValue: TranscriptModel.Sources

            SourcesRow {
                width: view.width
                navigator: view.navigator
            }
        }
        DelegateChoice {
            roleValue: TranscriptModel.Failure

            FailureRow {
                id: trouble

                required property messageId messageId

                width: view.width
                onActionWanted: view.failureActionWanted(trouble.failure, trouble.messageId)
                onCopyWanted: Clipboard.copy(trouble.failure.details)
            }
        }
        DelegateChoice {
            roleValue: TranscriptModel.Actions

            ActionsRow {
                id: actions
                width: view.width
                canChange: !view.chat.busy
                hasSources: transcript.hasSources(actions.messageId)
                onCopyWanted: Clipboard.copy(transcript.messageText(actions.messageId))
                onCopyWithSourcesWanted: Clipboard.copy(transcript.messageWithSources(actions.messageId))
                onAgainWanted: view.chat.regenerate(actions.messageId)
                onEditWanted: view.editWanted(transcript.questionOf(actions.messageId))
                onRecordWanted: view.recordWanted(actions.record)
                onBranchWanted: index => view.chat.switchBranch(actions.messageId, index)
            }
        }
    }
}
