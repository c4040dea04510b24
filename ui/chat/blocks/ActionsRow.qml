// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// Under a finished answer: copy, again, edit the question, what made it, and its versions.
Item {
    id: row

    required property messageId messageId
    required property answerRecord record
    required property int branchIndex
    required property int branchCount
    required property int messageState // App.MessageState
    property bool canChange: true
    /// The answer was given passages of documents.
    property bool hasSources: false

    signal copyWanted
    signal copyWithSourcesWanted
    signal againWanted
    signal editWanted
    signal recordWanted
    signal branchWanted(index: int)

    readonly property real columnWidth: Math.min(Theme.columnWidth, width - 2 * Theme.px(24))
    readonly property string summary: {
        const parts = [];
        if (messageState === App.MessageState.Stopped)
            parts.push(qsTr("stopped"));
        if (record.generatedTokens > 0) {
            parts.push(qsTr("%n token(s)", "", record.generatedTokens));
            parts.push(qsTr("%1 s").arg(((record.firstTokenMs + record.decodeMs) / 1000).toLocaleString(Qt.locale(), "f", 1)));
        }
        return parts.join(" · ");
    }

    implicitHeight: Theme.px(40)

    ListView.onPooled: {
        visible = false;
        done.stop();
        doneWithSources.stop();
    }
    ListView.onReused: visible = true

    Accessible.role: Accessible.ToolBar
    Accessible.name: qsTr("Answer actions")

    Row {
        x: row.LayoutMirroring.enabled ? row.width - width - (row.width - row.columnWidth) / 2 + Theme.px(7) : (row.width - row.columnWidth) / 2 - Theme.px(7)
        y: Theme.px(2)
        spacing: Theme.px(1)

        IconButton {
            name: done.running ? qsTr("Copied") : qsTr("Copy answer")
            objectName: "copyAnswer"
            iconName: done.running ? "check" : "copy"
            onClicked: {
                row.copyWanted();
                done.restart();
            }
            Timer {
                id: done
                interval: 1600
            }
        }
        IconButton {
            visible: row.hasSources
            name: doneWithSources.running ? qsTr("Copied") : qsTr("Copy with sources")
            objectName: "copyWithSources"
            iconName: doneWithSources.running ? "check" : "quote"
            onClicked: {
                row.copyWithSourcesWanted();
                doneWithSources.restart();
            }
            Timer {
                id: doneWithSources
                interval: 1600
            }
        }
        IconButton {
            name: qsTr("Answer again")
            iconName: "refresh"
            enabled: row.canChange
            onClicked: row.againWanted()
        }
        IconButton {
            name: qsTr("Edit the question")
            iconName: "edit"
            enabled: row.canChange
            onClicked: row.editWanted()
        }
        IconButton {
            name: qsTr("What made this answer")
            iconName: "info"
            enabled: row.record.engineVersion.length > 0
            onClicked: row.recordWanted()
        }
        BranchArrows {
            anchors.verticalCenter: parent.verticalCenter
            index: row.branchIndex
            count: row.branchCount
            enabled: row.canChange
            onBranchWanted: index => row.branchWanted(index)
        }
    }
    Words {
        x: row.LayoutMirroring.enabled ? (row.width - row.columnWidth) / 2 : row.width - width - (row.width - row.columnWidth) / 2
        y: Theme.px(2)
        height: Theme.px(30)
        text: row.summary
        isQuiet: true
        font.pixelSize: Theme.small
    }
}
