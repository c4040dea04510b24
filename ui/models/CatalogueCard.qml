// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// One model that can be downloaded, in the size that suits this computer. A click or Enter shows all its files.
ItemDelegate {
    id: card

    required property int index
    required property catalogueRow row
    readonly property bool wide: width > Theme.px(620)
    readonly property bool byKeyboard: visualFocus || (activeFocus && ListView.isCurrentItem && !get.activeFocus)

    signal openWanted
    signal getWanted
    signal downloadsWanted

    implicitHeight: (wide ? Math.max(facts.height, side.height) : facts.height + side.height + Theme.px(8)) + Theme.px(30)
    padding: 0
    focusPolicy: Qt.ClickFocus
    text: row.name
    objectName: text

    Accessible.role: Accessible.ListItem
    Accessible.name: [row.name, row.rank, row.fit].filter(part => part.length > 0).join(qsTr(", "))
    Accessible.description: [row.facts, row.goodFor, row.license, row.openness].filter(part => part.length > 0).join(qsTr(". "))

    contentItem: Item {
        Column {
            id: facts
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(16)
            y: Theme.px(15)
            width: (card.wide ? card.width * 0.56 : card.width - get.width - Theme.px(28)) - Theme.px(16)
            spacing: Theme.px(3)

            Item {
                width: parent.width
                height: Theme.px(20)

                Words {
                    id: title
                    anchors.left: parent.left
                    width: Math.min(implicitWidth, parent.width * 0.7)
                    anchors.verticalCenter: parent.verticalCenter
                    text: card.row.name
                    font.pixelSize: Theme.body
                    font.weight: Font.DemiBold
                    Accessible.ignored: true
                }
                Badge {
                    id: rank
                    anchors.left: title.right
                    anchors.leftMargin: visible ? Theme.px(8) : 0
                    anchors.verticalCenter: parent.verticalCenter
                    width: visible ? implicitWidth : 0
                    visible: text.length > 0
                    text: card.row.rank
                    Accessible.ignored: true
                }
                Words {
                    id: beside
                    anchors.left: rank.right
                    anchors.leftMargin: Theme.px(8)
                    anchors.baseline: title.baseline
                    visible: x + implicitWidth <= parent.width
                    text: card.row.facts
                    isQuiet: true
                    Accessible.ignored: true
                }
            }
            Words {
                width: parent.width
                visible: !beside.visible
                text: card.row.facts
                isQuiet: true
                Accessible.ignored: true
            }
            Words {
                width: parent.width
                wrapMode: Text.WordWrap
                visible: text.length > 0
                text: card.row.goodFor
                Accessible.ignored: true
            }
            Words {
                width: parent.width
                wrapMode: Text.WordWrap
                visible: text.length > 0
                text: card.row.license
                isQuiet: true
                Accessible.ignored: true
            }
            Words {
                width: parent.width
                wrapMode: Text.WordWrap
                visible: text.length > 0
                text: card.row.openness
                isQuiet: true
                Accessible.ignored: true
            }
        }
        Column {
            id: side
            anchors.left: card.wide ? facts.right : facts.left
            anchors.leftMargin: card.wide ? Theme.px(16) : 0
            anchors.right: card.wide ? get.left : parent.right
            anchors.rightMargin: Theme.px(12)
            y: card.wide ? (card.height - height) / 2 : facts.y + facts.height + Theme.px(8)
            spacing: Theme.px(6)

            Badge {
                anchors.left: parent.left
                width: Math.min(implicitWidth, parent.width)
                visible: text.length > 0
                text: card.row.fit
                tone: card.row.tone
                Accessible.ignored: true
            }
            Words {
                width: parent.width
                visible: text.length > 0
                text: card.row.download
                isQuiet: true
                Accessible.ignored: true
            }
        }
        PlainButton {
            id: get
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(16)
            y: card.wide ? (card.height - height) / 2 : facts.y - Theme.px(6)
            text: card.row.here ? qsTr("Chat") : card.row.coming ? qsTr("Downloading") : card.row.runs ? qsTr("Get") : qsTr("Files")
            Accessible.name: card.row.here ? qsTr("Chat with %1").arg(card.row.name) : card.row.coming ? qsTr("Downloads: %1").arg(card.row.name) : card.row.runs ? qsTr("Get %1").arg(card.row.name) : qsTr("Files of %1").arg(card.row.name)
            onClicked: card.row.coming ? card.downloadsWanted() : card.row.runs ? card.getWanted() : card.openWanted()
        }
    }
    background: Card {
        border.color: card.hovered ? Theme.outline : Theme.hairline

        FocusRing {
            visible: card.byKeyboard
            radius: Theme.radius
            gap: -1
        }
    }

    onActiveFocusChanged: if (activeFocus)
        ListView.view.currentIndex = index
    onClicked: openWanted()
    Keys.onReturnPressed: openWanted()
    Keys.onEnterPressed: openWanted()
}
