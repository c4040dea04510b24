// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// Where a model's file is from, what is known of its bytes, and the check of the whole of it.
DetailsCard {
    id: part

    required property modelRow row
    required property ModelCheck checker
    required property ModelLibrary library
    required property ModelUpdates updates
    property modelUpdate found: updates.of(row.id)
    readonly property bool changed: ModelWords.isChanged(found)
    readonly property modelCard card: row.card
    readonly property bool checking: checker.checkingId === row.id && row.id.length > 0
    readonly property bool isAdapter: card.purpose === App.ModelUse.Adapter

    signal showWanted
    /// The file that its source has by now.
    signal newerWanted

    onRowChanged: found = updates.of(row.id)

    Connections {
        target: part.updates

        function onChanged(): void {
            part.found = part.updates.of(part.row.id);
        }
    }

    title: qsTr("The file")

    FactLine {
        width: parent.width
        name: qsTr("Where")
        value: ModelWords.place(part.card.path)
        copied: part.card.path
    }
    FactLine {
        width: parent.width
        name: qsTr("Size")
        value: part.card.fileBytes === 0 ? "" : part.card.fileCount > 1 ? qsTr("%1 in %n file(s)", "", part.card.fileCount).arg(ModelWords.size(part.card.fileBytes)) : ModelWords.size(part.card.fileBytes)
    }
    FactLine {
        width: parent.width
        name: qsTr("From")
        value: part.isAdapter ? "" : ModelWords.source(part.card)
    }
    FactLine {
        width: parent.width
        name: qsTr("Added")
        value: ModelWords.day(part.card.addedMs)
    }
    FactLine {
        width: parent.width
        name: qsTr("Used last")
        value: ModelWords.day(part.card.lastUsedMs)
    }
    FactLine {
        width: parent.width
        name: qsTr("Calls itself")
        value: part.row.statedName
    }
    FactLine {
        width: parent.width
        name: qsTr("SHA-256")
        value: ModelWords.shortHash(part.card.sha256)
        copied: part.card.sha256
    }
    FactLine {
        width: parent.width
        name: qsTr("This hash is")
        value: part.isAdapter ? "" : ModelWords.hash(part.card)
    }
    Item {
        width: parent.width
        height: check.height
        visible: !part.row.missing && !part.isAdapter

        Words {
            id: label
            anchors.left: parent.left
            anchors.verticalCenter: check.verticalCenter
            width: Theme.px(112)
            text: qsTr("Check")
            isQuiet: true
        }
        Words {
            anchors.left: label.right
            anchors.leftMargin: Theme.px(8)
            anchors.right: check.left
            anchors.rightMargin: Theme.px(8)
            anchors.verticalCenter: check.verticalCenter
            wrapMode: Text.WordWrap
            text: part.checking ? qsTr("reading all of it, %1 %").arg(Math.floor(100 * part.checker.progress)) : ModelWords.check(part.card)
            color: !part.checking && part.row.troubleIsSevere ? Theme.stop : Theme.ink
        }
        TextButton {
            id: check
            anchors.right: parent.right
            anchors.rightMargin: -Theme.px(8)
            text: part.checking ? qsTr("Stop") : qsTr("Check now")
            onClicked: part.checking ? part.checker.cancel() : part.checker.check(part.row.id)
        }
    }
    Item {
        width: parent.width
        height: Math.max(ask.height, source.height)
        visible: !part.row.missing && !part.isAdapter && part.updates.canAsk(part.row.id)

        Words {
            id: sourceLabel
            anchors.left: parent.left
            anchors.verticalCenter: ask.verticalCenter
            width: Theme.px(112)
            text: qsTr("At its source")
            isQuiet: true
        }
        Words {
            id: source
            anchors.left: sourceLabel.right
            anchors.leftMargin: Theme.px(8)
            anchors.right: ask.left
            anchors.rightMargin: Theme.px(8)
            anchors.verticalCenter: parent.verticalCenter
            wrapMode: Text.WordWrap
            text: ModelWords.update(part.found, part.updates.asking)
        }
        TextButton {
            id: ask
            anchors.right: parent.right
            anchors.rightMargin: -Theme.px(8)
            anchors.verticalCenter: parent.verticalCenter
            enabled: !part.updates.asking
            text: part.changed ? qsTr("Get it…") : qsTr("Ask now")
            onClicked: part.changed ? part.newerWanted() : part.updates.ask([part.row.id])
        }
    }
    ThinBar {
        width: parent.width
        visible: part.checking
        name: qsTr("Checking the file")
        value: part.checker.progress
    }
    Row {
        anchors.left: parent.left
        anchors.leftMargin: -Theme.px(8)
        spacing: Theme.px(4)

        TextButton {
            visible: !part.row.missing
            text: qsTr("Show its folder")
            onClicked: part.showWanted()
        }
        TextButton {
            visible: part.card.changedFromMs > 0
            text: qsTr("This is the file I mean")
            onClicked: part.library.acceptChange(part.row.id)
        }
    }
}
