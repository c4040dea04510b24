// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// Every request that left this computer: when, to whom, how much, why.
Item {
    id: table

    required property LedgerService service
    readonly property real hostX: Theme.px(164)

    signal saveWanted(ledger: LedgerListModel)
    signal copied

    implicitHeight: (list.count > 0 ? head.height + body.height : none.height)

    LedgerListModel {
        id: list
        service: table.service
    }
    Words {
        id: none
        width: parent.width
        visible: list.count === 0
        wrapMode: Text.WordWrap
        text: qsTr("No request was ever sent from this data folder.")
        isQuiet: true
    }
    Item {
        id: head
        width: parent.width
        height: Theme.px(34)
        visible: list.count > 0

        Words {
            anchors.left: parent.left
            anchors.right: buttons.left
            anchors.verticalCenter: parent.verticalCenter
            text: list.summary
        }
        Row {
            id: buttons
            anchors.right: parent.right
            anchors.rightMargin: -Theme.px(8)
            anchors.verticalCenter: parent.verticalCenter

            TextButton {
                text: qsTr("Copy")
                Accessible.name: qsTr("Copy the ledger")
                onClicked: {
                    Clipboard.copy(list.text());
                    table.copied();
                }
            }
            TextButton {
                text: qsTr("Save…")
                Accessible.name: qsTr("Save the ledger as a table")
                onClicked: table.saveWanted(list)
            }
        }
    }
    Card {
        id: body
        anchors.top: head.bottom
        width: parent.width
        height: Math.min(Theme.px(264), view.contentHeight + Theme.px(8))
        visible: list.count > 0

        ListView {
            id: view
            anchors.fill: parent
            anchors.margins: Theme.px(4)
            clip: true
            activeFocusOnTab: true
            keyNavigationEnabled: true
            highlightMoveDuration: 0
            boundsBehavior: Flickable.StopAtBounds
            reuseItems: true
            objectName: "ledger"
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Requests that left this computer")

            ScrollBar.vertical: Scroller {}
            model: list
            delegate: Item {
                id: line

                required property int index
                required property ledgerRow row

                width: view.width
                height: Theme.px(44)
                Accessible.role: Accessible.ListItem
                Accessible.name: [line.row.when, line.row.host, line.row.why, line.row.bytes, line.row.outcome].filter(part => part.length > 0).join(qsTr(", "))

                Rectangle {
                    anchors.fill: parent
                    radius: Theme.radiusSmall
                    color: Theme.fill
                    visible: view.activeFocus && line.ListView.isCurrentItem
                }
                Words {
                    anchors.left: parent.left
                    anchors.leftMargin: Theme.px(10)
                    width: table.hostX - Theme.px(16)
                    y: Theme.px(5)
                    text: line.row.when
                    isQuiet: true
                    font.pixelSize: Theme.small
                    Accessible.ignored: true
                }
                Words {
                    anchors.left: parent.left
                    anchors.leftMargin: table.hostX
                    anchors.right: bytes.left
                    anchors.rightMargin: Theme.px(10)
                    y: Theme.px(4)
                    text: line.row.host
                    font.weight: Font.Medium
                    Accessible.ignored: true
                }
                Words {
                    anchors.left: parent.left
                    anchors.leftMargin: table.hostX
                    anchors.right: parent.right
                    anchors.rightMargin: Theme.px(10)
                    y: Theme.px(23)
                    text: [line.row.why, line.row.outcome].filter(part => part.length > 0).join(" · ")
                    color: line.row.outcome.length > 0 ? Theme.warn : Theme.quiet
                    font.pixelSize: Theme.small
                    Accessible.ignored: true
                }
                Words {
                    id: bytes
                    anchors.right: parent.right
                    anchors.rightMargin: Theme.px(10)
                    y: Theme.px(4)
                    text: line.row.bytes
                    isQuiet: true
                    font.pixelSize: Theme.small
                    Accessible.ignored: true
                }
            }
        }
    }
}
