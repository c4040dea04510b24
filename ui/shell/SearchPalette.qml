// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// Finds conversations by title and content.
Popup {
    id: palette

    required property ConversationService conversations

    signal conversationWanted(id: conversationId)

    function choose(row: int): void {
        const id = found.conversationAt(row);
        if (!id.valid)
            return;
        palette.conversationWanted(id);
        palette.close();
    }

    modal: true
    dim: true
    focus: true
    x: parent ? Math.round((parent.width - width) / 2) : 0
    y: Theme.px(96)
    width: Math.min(Theme.px(600), (parent ? parent.width : 600) - Theme.px(32))
    padding: Theme.px(8)
    objectName: "searchPalette"

    Overlay.modal: Rectangle {
        color: Theme.shade
    }
    background: Card {
        border.color: Theme.outline
    }
    contentItem: Column {
        Accessible.role: Accessible.Dialog
        Accessible.name: qsTr("Search conversations")

        Item {
            width: parent.width
            height: Theme.px(42)

            Icon {
                id: lens
                anchors.left: parent.left
                anchors.leftMargin: Theme.px(8)
                anchors.verticalCenter: parent.verticalCenter
                name: "search"
                color: Theme.quiet
                width: Theme.iconSize
                height: width
            }
            Field {
                id: field
                anchors.left: lens.right
                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                name: qsTr("Search titles and messages")
                placeholderText: name
                framed: false
                focus: true
                font.pixelSize: Theme.body
                onTextChanged: pause.restart()
                Keys.onDownPressed: list.incrementCurrentIndex()
                Keys.onUpPressed: list.decrementCurrentIndex()
                Keys.onReturnPressed: palette.choose(Math.max(0, list.currentIndex))
            }
            Timer {
                id: pause
                interval: 120
                onTriggered: found.query = field.text
            }
        }
        Hairline {
            width: parent.width
            visible: field.text.length > 0
        }
        ListView {
            id: list
            width: parent.width
            height: Math.min(contentHeight, Theme.px(420))
            topMargin: Theme.px(4)
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            currentIndex: count > 0 ? 0 : -1
            objectName: "searchResults"
            Accessible.role: Accessible.List
            Accessible.name: qsTr("%n conversation(s) found", "", count)

            ScrollBar.vertical: Scroller {}
            model: FoundListModel {
                id: found
                source: FoundListModel.Search
                service: palette.conversations
            }
            delegate: ItemDelegate {
                id: hit

                required property int index
                required property string title
                required property string excerpt
                required property string when

                width: list.width
                implicitHeight: lines.height + Theme.px(16)
                text: title
                objectName: title

                Accessible.role: Accessible.ListItem
                Accessible.name: hit.excerpt.length > 0 ? qsTr("%1: %2").arg(hit.title).arg(hit.excerpt) : hit.title

                contentItem: Item {
                    Column {
                        id: lines
                        anchors.left: parent.left
                        anchors.right: day.left
                        anchors.rightMargin: Theme.px(10)
                        anchors.verticalCenter: parent.verticalCenter
                        spacing: Theme.px(2)

                        Words {
                            width: parent.width
                            text: hit.title
                            font.pixelSize: Theme.control
                            Accessible.ignored: true
                        }
                        Words {
                            width: parent.width
                            visible: text.length > 0
                            text: hit.excerpt
                            isQuiet: true
                            font.pixelSize: Theme.small
                            Accessible.ignored: true
                        }
                    }
                    Words {
                        id: day
                        anchors.right: parent.right
                        anchors.verticalCenter: parent.verticalCenter
                        text: hit.when
                        isQuiet: true
                        font.pixelSize: Theme.small
                        Accessible.ignored: true
                    }
                }
                background: Rectangle {
                    radius: Theme.radiusSmall
                    color: hit.hovered || hit.ListView.isCurrentItem ? Theme.fill : "transparent"
                }
                onClicked: palette.choose(hit.index)
            }
        }
        Words {
            width: parent.width
            height: Theme.px(44)
            horizontalAlignment: Text.AlignHCenter
            visible: field.text.trim().length > 0 && list.count === 0 && !found.waiting && !pause.running
            text: qsTr("Nothing found")
            isQuiet: true
        }
    }
    onOpened: field.forceActiveFocus()
}
