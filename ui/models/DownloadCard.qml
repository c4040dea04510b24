// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// One download in a line, with its bar; a failed one with its reason and what helps.
Card {
    id: card

    required property downloadRow row
    required property DownloadService service
    readonly property bool wide: width > Theme.px(620)

    /// Asks whether what is there may go.
    property bool asking: false

    signal chatWanted(path: string)
    signal placeWanted(downloadId: string)
    signal pageWanted(address: string)
    /// The way out of a failure, an App.FailureAction.
    signal failureActionWanted(action: int)

    implicitHeight: content.height + Theme.px(28)

    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1, %2").arg(row.title).arg(row.failed ? row.failure.title : row.line)

    Column {
        id: content
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.leftMargin: Theme.px(16)
        anchors.rightMargin: Theme.px(16)
        y: Theme.px(14)
        spacing: Theme.px(9)

        Item {
            width: parent.width
            height: card.wide ? Theme.px(24) : Theme.px(24) + below.height + Theme.px(4)

            Words {
                id: title
                anchors.left: parent.left
                width: Math.min(implicitWidth, (card.wide ? parent.width * 0.4 : parent.width - buttons.width - Theme.px(8)))
                height: Theme.px(24)
                text: card.row.title
                font.pixelSize: Theme.body
                font.weight: Font.DemiBold
                Accessible.ignored: true
            }
            Badge {
                anchors.left: title.right
                anchors.leftMargin: Theme.px(10)
                anchors.verticalCenter: title.verticalCenter
                readonly property real room: parent.width - title.width - beside.width - buttons.width - Theme.px(36)

                width: Math.max(0, Math.min(implicitWidth, room))
                visible: card.wide && text.length > 0 && room > Theme.px(60)
                text: card.row.licence
                Accessible.ignored: true
            }
            Words {
                id: beside
                anchors.right: buttons.left
                anchors.rightMargin: Theme.px(8)
                anchors.verticalCenter: title.verticalCenter
                width: Math.min(implicitWidth, parent.width * 0.55)
                visible: card.wide
                text: card.row.line
                isQuiet: true
                Accessible.ignored: true
            }
            Words {
                id: below
                anchors.left: parent.left
                anchors.right: parent.right
                anchors.bottom: parent.bottom
                visible: !card.wide
                text: card.row.line
                isQuiet: true
                Accessible.ignored: true
            }
            Row {
                id: buttons
                anchors.right: parent.right
                anchors.rightMargin: -Theme.px(6)
                anchors.verticalCenter: title.verticalCenter
                spacing: Theme.px(2)

                IconButton {
                    visible: card.row.canPause
                    name: qsTr("Pause %1").arg(card.row.title)
                    iconName: "pause"
                    iconSize: Theme.px(15)
                    onClicked: card.service.pause(card.row.id)
                }
                IconButton {
                    visible: card.row.canResume
                    name: qsTr("Go on with %1").arg(card.row.title)
                    iconName: "play"
                    iconSize: Theme.px(15)
                    onClicked: card.service.resume(card.row.id)
                }
                PlainButton {
                    visible: card.row.done
                    text: qsTr("Chat")
                    Accessible.name: qsTr("Chat with %1").arg(card.row.title)
                    onClicked: card.chatWanted(card.row.path)
                }
                PlainButton {
                    visible: card.row.canRetry && !card.row.failed
                    text: qsTr("Try again")
                    Accessible.name: qsTr("%1: %2").arg(text).arg(card.row.title)
                    onClicked: card.service.retry(card.row.id)
                }
                IconButton {
                    anchors.verticalCenter: parent.verticalCenter
                    name: card.row.canCancel ? qsTr("Cancel %1").arg(card.row.title) : qsTr("Take %1 off this list").arg(card.row.title)
                    iconName: "close"
                    iconSize: Theme.px(15)
                    onClicked: {
                        if (!card.row.canCancel)
                            card.service.clear(card.row.id);
                        else if (card.row.there.length > 0)
                            card.asking = true;
                        else
                            card.service.cancel(card.row.id);
                    }
                }
            }
        }
        ThinBar {
            width: parent.width
            visible: card.row.moving
            name: card.row.title
            value: card.row.progress
            tint: card.row.failed ? Theme.stop : card.row.canResume ? Theme.quiet : Theme.accent
        }
        Item {
            width: parent.width
            height: Math.max(question.height, answers.height)
            visible: card.asking && card.row.there.length > 0

            Words {
                id: question
                anchors.left: parent.left
                anchors.right: answers.left
                anchors.rightMargin: Theme.px(12)
                anchors.verticalCenter: parent.verticalCenter
                wrapMode: Text.WordWrap
                text: qsTr("Delete the %1 that are there?").arg(card.row.there)
            }
            Row {
                id: answers
                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                spacing: Theme.px(6)

                PlainButton {
                    text: qsTr("Delete")
                    Accessible.name: qsTr("Delete what is there of %1").arg(card.row.title)
                    onClicked: {
                        card.asking = false;
                        card.service.cancel(card.row.id);
                    }
                }
                PlainButton {
                    id: keep
                    text: qsTr("Keep")
                    onClicked: card.asking = false
                }
            }
        }
        Column {
            width: parent.width
            spacing: Theme.px(9)
            visible: card.row.failed && !card.asking

            Words {
                width: parent.width
                wrapMode: Text.WordWrap
                text: qsTr("%1. %2").arg(card.row.failure.title).arg(card.row.failure.explanation)
                color: Theme.stop
                Accessible.ignored: true
            }
            Flow {
                id: help
                readonly property int action: card.row.failure.action
                /// These only say in their own words that it is worth another try.
                readonly property bool triesAgain: action === App.FailureAction.Retry || action === App.FailureAction.FreeDiskSpace

                width: parent.width
                spacing: Theme.px(6)

                PlainButton {
                    visible: help.action !== App.FailureAction.None && !help.triesAgain
                    text: card.row.failure.actionLabel
                    onClicked: card.failureActionWanted(help.action)
                }
                PlainButton {
                    visible: card.row.folderHelps
                    text: qsTr("Another folder…")
                    Accessible.name: qsTr("%1: %2").arg(text).arg(card.row.title)
                    onClicked: card.placeWanted(card.row.id)
                }
                PlainButton {
                    visible: card.row.page.length > 0
                    text: qsTr("Its page")
                    iconName: "external"
                    Accessible.name: qsTr("Open %1 in your browser").arg(card.row.page)
                    onClicked: card.pageWanted(card.row.page)
                }
                PlainButton {
                    text: help.triesAgain ? card.row.failure.actionLabel : qsTr("Try again")
                    Accessible.name: qsTr("%1: %2").arg(text).arg(card.row.title)
                    onClicked: card.service.retry(card.row.id)
                }
                TextButton {
                    height: Theme.controlHeight
                    visible: card.row.failure.details.length > 0
                    text: qsTr("Copy details")
                    tint: Theme.quiet
                    onClicked: Clipboard.copy(card.row.failure.details)
                }
            }
        }
    }
    onAskingChanged: if (card.asking)
        keep.forceActiveFocus()
    Keys.onEscapePressed: event => {
        event.accepted = card.asking;
        card.asking = false;
    }
}
