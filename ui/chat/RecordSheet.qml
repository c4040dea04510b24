// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// What made an answer: model, settings, device, counts and times; all of it can be copied.
Sheet {
    id: sheet

    required property answerRecord record

    readonly property list<string> lines: [qsTr("Model") + "\n" + record.modelName, qsTr("Model file, SHA-256") + "\n" + record.modelSha256, qsTr("Adapters") + "\n" + record.adaptersText, qsTr("Template, SHA-256") + "\n" + record.templateSha256, qsTr("Ran on") + "\n" + record.deviceName, qsTr("Not where it was meant to") + "\n" + record.fallbackReason, qsTr("Seed") + "\n" + record.seed, qsTr("Tokens") + "\n" + (record.reusedTokens > 0 ? qsTr("%1 read, %2 of them kept from before, %3 written") : qsTr("%1 read, %3 written")).replace("%1", record.promptTokens.toLocaleString(Qt.locale(), "f", 0)).replace("%2", record.reusedTokens.toLocaleString(Qt.locale(), "f", 0)).replace("%3", record.generatedTokens.toLocaleString(Qt.locale(), "f", 0)), qsTr("Left out") + "\n" + (record.droppedTurns > 0 ? qsTr("the oldest %n turn(s)", "", record.droppedTurns) : ""), qsTr("First word after") + "\n" + (record.firstTokenMs > 0 ? qsTr("%1 s").arg((record.firstTokenMs / 1000).toLocaleString(Qt.locale(), "f", 2)) : ""), qsTr("Speed") + "\n" + (record.tokensPerSecond > 0 ? qsTr("%1 tokens per second").arg(record.tokensPerSecond.toLocaleString(Qt.locale(), "f", 1)) : ""), qsTr("Ended by") + "\n" + sheet.finishWords(record.finish), qsTr("Carrel") + "\n" + record.engineVersion, qsTr("Settings") + "\n" + record.settingsText].filter(line => line.split("\n")[1].length > 0)

    function finishWords(finish: string): string {
        switch (finish) {
        case "end_of_generation":
            return qsTr("the model itself");
        case "stop_string":
            return qsTr("a stop word");
        case "token_limit":
            return qsTr("the limit of tokens");
        case "context_full":
            return qsTr("a full context");
        case "cancelled":
            return qsTr("you");
        case "failed":
            return qsTr("a failure");
        default:
            return finish;
        }
    }

    title: qsTr("What made this answer")
    preferredWidth: Theme.px(560)

    // The window may be lower than all of it; what cannot be seen is scrolled to.
    contentItem: Item {
        implicitHeight: Math.min(table.height, Theme.px(420)) + Theme.px(14) + copyAll.implicitHeight

        Flickable {
            width: parent.width
            anchors.top: parent.top
            anchors.bottom: copyAll.top
            anchors.bottomMargin: Theme.px(14)
            contentHeight: table.height
            clip: true
            boundsBehavior: Flickable.StopAtBounds

            ScrollBar.vertical: Scroller {}

            Column {
                id: table
                width: parent.width

                Repeater {
                    model: sheet.lines

                    Item {
                        id: line

                        required property string modelData
                        readonly property int cut: modelData.indexOf("\n")
                        readonly property string content: modelData.slice(cut + 1)
                        readonly property bool isCode: content.includes(" = ") || (content.length > 40 && !content.includes(" "))

                        width: table.width
                        height: value.height + Theme.px(12)

                        Words {
                            anchors.left: parent.left
                            y: Theme.px(6)
                            width: Theme.px(150)
                            text: line.modelData.slice(0, line.cut)
                            isQuiet: true
                            wrapMode: Text.WordWrap
                        }
                        TextEdit {
                            id: value
                            anchors.left: parent.left
                            anchors.leftMargin: Theme.px(160)
                            anchors.right: parent.right
                            anchors.rightMargin: Theme.px(12)
                            y: Theme.px(6)
                            text: line.content
                            textFormat: TextEdit.PlainText
                            wrapMode: TextEdit.WrapAtWordBoundaryOrAnywhere
                            horizontalAlignment: TextEdit.AlignLeft
                            readOnly: true
                            selectByMouse: true
                            color: Theme.ink
                            selectionColor: Theme.selection
                            selectedTextColor: Theme.ink
                            font.family: line.isCode ? Theme.monoFamily : Theme.family
                            font.pixelSize: line.isCode ? Theme.small : Theme.label
                            Accessible.role: Accessible.StaticText
                            Accessible.name: text
                        }
                        Hairline {
                            anchors.bottom: parent.bottom
                            width: parent.width
                        }
                    }
                }
            }
        }
        PlainButton {
            id: copyAll
            anchors.left: parent.left
            anchors.bottom: parent.bottom
            text: qsTr("Copy all")
            iconName: "copy"
            onClicked: {
                Clipboard.copy(sheet.lines.map(line => line.replace("\n", ": ")).join("\n"));
                sheet.close();
            }
        }
    }
}
