// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// All about one model on this computer.
FocusScope {
    id: view

    required property RoomPage page
    required property modelRow row
    required property ModelShelf shelf
    readonly property modelCard card: row.card
    readonly property bool isAdapter: card.purpose === App.ModelUse.Adapter
    readonly property bool wide: body.width > Theme.px(720)

    signal backWanted
    signal chatWanted
    signal removeWanted
    signal findWanted
    signal newerWanted

    function say(parts: list<string>): string {
        return parts.filter(part => part.length > 0).join(" · ");
    }

    Keys.onEscapePressed: backWanted()

    Item {
        id: head
        x: view.page.margin
        width: parent.width - 2 * x
        height: Theme.px(68)

        IconButton {
            id: menu
            anchors.left: parent.left
            anchors.verticalCenter: parent.verticalCenter
            visible: view.page.showMenuButton
            name: qsTr("Show the sidebar")
            iconName: "sidebar"
            keys: qsTr("Ctrl+B")
            onClicked: view.page.menuWanted()
        }
        IconButton {
            id: back
            anchors.left: menu.visible ? menu.right : parent.left
            anchors.leftMargin: menu.visible ? Theme.px(4) : -Theme.px(6)
            anchors.verticalCenter: parent.verticalCenter
            focus: true
            name: qsTr("Back to all models")
            iconName: "chevron-left"
            keys: qsTr("Esc")
            onClicked: view.backWanted()
        }
        Words {
            anchors.left: back.right
            anchors.leftMargin: Theme.px(6)
            anchors.right: actions.left
            anchors.rightMargin: Theme.px(12)
            anchors.verticalCenter: parent.verticalCenter
            text: view.row.name
            font.pixelSize: Theme.title
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }
        Row {
            id: actions
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.px(8)

            PlainButton {
                visible: view.row.missing
                text: qsTr("Find it…")
                onClicked: view.findWanted()
            }
            PlainButton {
                text: qsTr("Look inside")
                onClicked: view.page.inspectWanted(view.card.path)
            }
            PlainButton {
                visible: view.row.removable
                text: qsTr("Remove…")
                onClicked: view.removeWanted()
            }
            PrimaryButton {
                visible: view.row.canChat
                text: qsTr("Chat")
                onClicked: view.chatWanted()
            }
        }
    }
    Flickable {
        id: body
        anchors.top: head.bottom
        anchors.bottom: parent.bottom
        x: view.page.margin
        width: parent.width - 2 * x
        contentHeight: sheet.height + Theme.px(32)
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        objectName: "modelDetails"

        ScrollBar.vertical: Scroller {}

        Column {
            id: sheet
            width: body.width
            spacing: Theme.px(14)

            Column {
                width: parent.width
                spacing: Theme.px(6)

                Words {
                    width: parent.width
                    wrapMode: Text.WordWrap
                    text: view.say([view.row.facts, view.row.speed, view.row.tie])
                    isQuiet: true
                }
                Badge {
                    anchors.left: parent.left
                    width: Math.min(implicitWidth, parent.width)
                    visible: text.length > 0
                    text: view.row.fit
                    tone: view.row.tone
                }
                Words {
                    width: parent.width
                    wrapMode: Text.WordWrap
                    visible: text.length > 0
                    text: view.row.trouble.length > 0 ? qsTr("%1. %2").arg(view.row.troubleTitle).arg(view.row.trouble) : ""
                    color: view.row.troubleIsSevere ? Theme.stop : Theme.warn
                }
            }
            // Two columns where there is room, so that a model is seen whole.
            Item {
                width: parent.width
                height: view.wide ? Math.max(first.height, second.height) : first.height + second.height + Theme.px(14)

                Column {
                    id: first
                    anchors.left: parent.left
                    width: view.wide ? (parent.width - Theme.px(14)) / 2 : parent.width
                    spacing: Theme.px(14)

                    DetailsCard {
                        width: parent.width
                        visible: view.row.license.length > 0
                        title: licence.value.known ? licence.value.name : qsTr("Licence")

                        Words {
                            width: parent.width
                            wrapMode: Text.WordWrap
                            visible: !licence.value.known
                            text: view.row.license
                        }
                        LicenceFacts {
                            id: licence
                            width: parent.width
                            visible: value.known
                            value: ModelWords.licenceOf(view.card)
                        }
                        Hairline {
                            width: parent.width
                            visible: openness.visible
                        }
                        Words {
                            id: openness
                            width: parent.width
                            wrapMode: Text.WordWrap
                            visible: text.length > 0
                            text: view.row.openness
                            isQuiet: true
                        }
                    }
                }
                Column {
                    id: second
                    x: view.wide ? (LayoutMirroring.enabled ? 0 : parent.width - width) : 0
                    y: view.wide ? 0 : first.height + Theme.px(14)
                    width: first.width
                    spacing: Theme.px(14)

                    MemoryCard {
                        width: parent.width
                        visible: view.card.usable
                        model: view.card
                        devices: view.page.context.devices
                        settings: view.page.context.settings
                    }
                    AdaptersCard {
                        width: parent.width
                        visible: view.card.usable
                        model: view.card
                        shelf: view.shelf
                    }
                    FileCard {
                        width: parent.width
                        row: view.row
                        checker: view.page.context.modelCheck
                        library: view.page.context.library
                        updates: view.page.context.modelUpdates
                        onNewerWanted: view.newerWanted()
                        onShowWanted: view.page.context.showInFolder(view.card.path)
                    }
                    DetailsCard {
                        width: parent.width
                        visible: view.card.architecture.length > 0
                        title: qsTr("The model")

                        FactLine {
                            width: parent.width
                            name: qsTr("Made for")
                            value: ModelWords.purpose(view.card.purpose)
                        }
                        FactLine {
                            width: parent.width
                            name: qsTr("Architecture")
                            value: view.card.architecture
                        }
                        FactLine {
                            width: parent.width
                            name: qsTr("Parameters")
                            value: ModelWords.parameters(view.card)
                        }
                        FactLine {
                            width: parent.width
                            name: qsTr("Tokenizer")
                            value: view.card.vocabularySize > 0 ? qsTr("%1, %2 tokens").arg(view.card.tokenizer).arg(ModelWords.tokens(view.card.vocabularySize)) : view.card.tokenizer
                        }
                        FactLine {
                            width: parent.width
                            name: qsTr("Chat template")
                            value: view.card.hasChatTemplate ? ModelWords.shortHash(view.card.templateSha256) : view.isAdapter ? "" : qsTr("none in the file")
                            copied: view.card.templateSha256
                        }
                        FactLine {
                            width: parent.width
                            name: qsTr("Measured on")
                            value: view.row.speed.length > 0 ? view.card.speedDevice : ""
                        }
                    }
                }
            }
        }
    }
}
