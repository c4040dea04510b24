// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// The models on this computer.
RoomPage {
    id: page

    objectName: "modelsPage"
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Models")

    PageHead {
        id: head
        x: page.margin
        width: parent.width - 2 * x
        title: qsTr("Models")
        showMenuButton: page.showMenuButton
        onMenuWanted: page.menuWanted()

        PlainButton {
            text: qsTr("Add a file")
            iconName: "plus"
            onClicked: page.addModelWanted()
        }
    }
    Words {
        id: machine
        anchors.top: head.bottom
        x: page.margin
        width: parent.width - 2 * x
        wrapMode: Text.WordWrap
        text: qsTr("This computer: %1.").arg(page.context.machine)
        isQuiet: true
    }
    ListView {
        id: list
        anchors.top: machine.bottom
        anchors.topMargin: Theme.px(14)
        anchors.bottom: parent.bottom
        x: page.margin
        width: parent.width - 2 * x
        spacing: Theme.px(14)
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        objectName: "modelList"
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Models on this computer")

        ScrollBar.vertical: Scroller {}
        footer: Item {
            height: Theme.px(24)
        }
        model: ModelListModel {
            service: page.context.models
        }
        delegate: ModelCardView {
            id: card
            width: list.width
            engine: page.context.engine
            onChatWanted: {
                page.context.models.choose(card.value.id);
                page.newChatWanted();
            }
            onForgetWanted: page.context.models.forget(card.value.id)
        }
    }
    EmptyState {
        anchors.centerIn: parent
        width: Math.min(Theme.px(440), parent.width - 2 * page.margin)
        visible: list.count === 0 && !page.context.models.scanning
        iconName: "cube"
        sentence: qsTr("No model is on this computer yet. Add a GGUF file that you have; it stays where it is.")
        actionText: qsTr("Add a file")
        onActionChosen: page.addModelWanted()
    }
}
