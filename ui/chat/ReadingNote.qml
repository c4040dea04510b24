// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// How far reading the chat's files is, or why not all of them can be answered from.
Item {
    id: note

    required property AttachmentListModel attachments
    readonly property bool reading: attachments.reading
    readonly property bool shown: reading || attachments.trouble.length > 0
    readonly property bool locked: !reading && attachments.locked.path.length > 0

    signal cancelWanted
    signal resumeWanted
    signal passwordWanted(file: fileValue)

    implicitHeight: shown ? Math.max(Theme.px(32), words.implicitHeight + Theme.px(10)) : 0
    visible: shown
    objectName: "readingNote"

    Accessible.role: note.reading ? Accessible.StaticText : Accessible.AlertMessage
    Accessible.name: words.text

    Icon {
        id: icon
        anchors.left: parent.left
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.px(15)
        height: width
        visible: !note.reading
        name: "warning"
        color: Theme.warn
    }
    Words {
        id: words
        anchors.left: parent.left
        anchors.leftMargin: note.reading ? 0 : Theme.px(22)
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(implicitWidth, note.width - buttons.width - Theme.px(8) - (note.reading ? bar.width + Theme.px(12) : Theme.px(22)))
        text: note.reading ? note.attachments.readingText : note.attachments.trouble
        wrapMode: note.reading ? Text.NoWrap : Text.WordWrap
        color: note.reading ? Theme.quiet : Theme.warn
        font.pixelSize: Theme.label
        Accessible.ignored: true
    }
    ThinBar {
        id: bar
        anchors.left: words.right
        anchors.leftMargin: Theme.px(12)
        anchors.verticalCenter: parent.verticalCenter
        visible: note.reading
        name: qsTr("Read")
        value: note.attachments.progress
    }
    Row {
        id: buttons
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter

        TextButton {
            visible: note.reading && note.attachments.paused
            text: qsTr("Go on")
            onClicked: note.resumeWanted()
        }
        TextButton {
            visible: note.reading
            text: qsTr("Cancel")
            objectName: "cancelReading"
            Accessible.name: qsTr("Stop reading, and take away what is not read")
            onClicked: note.cancelWanted()
        }
        TextButton {
            visible: note.locked
            text: qsTr("Password…")
            onClicked: note.passwordWanted(note.attachments.locked)
        }
    }
}
