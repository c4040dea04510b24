// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Style

/// Finds words in the open conversation.
Rectangle {
    id: bar

    required property TranscriptView transcript
    property int row: -1
    readonly property int found: transcript.rows.countRows(field.text) + 0 * transcript.rows.count

    function open(): void {
        visible = true;
        field.forceActiveFocus(Qt.ShortcutFocusReason);
        field.selectAll();
    }
    function close(): void {
        visible = false;
        transcript.needle = "";
        transcript.forceActiveFocus(Qt.OtherFocusReason);
    }
    function go(backwards: bool): void {
        const from = bar.row < 0 ? 0 : bar.row + (backwards ? -1 : 1);
        bar.row = transcript.rows.findRow(field.text, from, backwards);
        if (bar.row >= 0)
            transcript.showRow(bar.row);
    }

    visible: false
    implicitWidth: Theme.px(360)
    implicitHeight: Theme.px(44)
    radius: Theme.radius
    color: Theme.surface
    border.color: Theme.outline
    border.width: Theme.hair
    objectName: "findBar"

    Accessible.role: Accessible.ToolBar
    Accessible.name: qsTr("Find in this chat")

    Keys.onEscapePressed: close()

    Field {
        id: field
        anchors.left: parent.left
        anchors.leftMargin: Theme.px(4)
        anchors.right: tools.left
        anchors.verticalCenter: parent.verticalCenter
        name: qsTr("Find in this chat")
        placeholderText: qsTr("Find in this chat")
        framed: false
        onTextChanged: {
            bar.transcript.needle = text;
            bar.row = -1;
            if (text.length > 0)
                bar.go(false);
        }
        Keys.onReturnPressed: event => bar.go((event.modifiers & Qt.ShiftModifier) !== 0)
    }
    Row {
        id: tools
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(6)
        anchors.verticalCenter: parent.verticalCenter

        Words {
            height: parent.height
            rightPadding: Theme.px(6)
            visible: field.text.length > 0
            text: bar.found > 0 ? qsTr("%n passage(s)", "", bar.found) : qsTr("not found")
            isQuiet: true
            font.pixelSize: Theme.small
        }
        IconButton {
            name: qsTr("Passage before")
            iconName: "chevron-up"
            enabled: bar.found > 0
            onClicked: bar.go(true)
        }
        IconButton {
            name: qsTr("Next passage")
            iconName: "chevron-down"
            enabled: bar.found > 0
            onClicked: bar.go(false)
        }
        IconButton {
            name: qsTr("Close")
            iconName: "close"
            onClicked: bar.close()
        }
    }
}
