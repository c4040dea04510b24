// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// The models on this computer.
FocusScope {
    id: view

    required property RoomPage page
    required property ModelShelf shelf
    /// From so many models on there is a field to filter them.
    readonly property int many: 8
    readonly property ModelService models: page.context.models

    signal openWanted(id: string)
    signal chatWanted(id: string)
    signal fileChatWanted(path: string)
    signal placeWanted(downloadId: string)
    signal removeWanted(id: string)
    signal findWanted(id: string)
    signal foreignWanted
    signal folderWanted
    signal getWanted
    signal downloadsWanted

    Item {
        id: strip
        x: view.page.margin
        width: parent.width - 2 * x
        height: visible ? Theme.px(44) : 0
        visible: view.shelf.total >= view.many

        Field {
            id: filter
            anchors.left: parent.left
            width: Math.min(Theme.px(300), parent.width * 0.6)
            implicitHeight: Theme.px(32)
            name: qsTr("Filter models")
            placeholderText: qsTr("Name, quantization, licence")
            font.pixelSize: Theme.label
            onTextChanged: view.shelf.filter = text
            Keys.onEscapePressed: event => {
                event.accepted = text.length > 0;
                clear();
            }
            Keys.onDownPressed: list.forceActiveFocus(Qt.TabFocusReason)
        }
        Words {
            anchors.right: parent.right
            anchors.verticalCenter: filter.verticalCenter
            text: qsTr("%n model(s), %1", "", view.shelf.total).arg(ModelWords.size(view.shelf.totalBytes))
            isQuiet: true
        }
    }
    ListView {
        id: list
        anchors.top: strip.bottom
        anchors.bottom: parent.bottom
        x: view.page.margin
        width: parent.width - 2 * x
        spacing: Theme.px(14)
        clip: true
        focus: true
        activeFocusOnTab: true
        keyNavigationEnabled: true
        highlightMoveDuration: 0
        boundsBehavior: Flickable.StopAtBounds
        reuseItems: true
        objectName: "modelList"
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Models on this computer")

        ScrollBar.vertical: Scroller {}
        header: Column {
            width: list.width
            spacing: Theme.px(14)
            bottomPadding: arriving.count + arriving.failed > 0 ? Theme.px(14) : 0

            TextButton {
                anchors.left: parent.left
                anchors.leftMargin: -Theme.px(8)
                visible: arriving.failed > 0
                iconName: "warning"
                tint: Theme.stop
                text: qsTr("%n download(s) failed", "", arriving.failed)
                onClicked: view.downloadsWanted()
            }

            Repeater {
                model: arriving
                delegate: DownloadCard {
                    width: list.width
                    service: view.page.context.downloads
                    onChatWanted: path => view.fileChatWanted(path)
                    onPlaceWanted: id => view.placeWanted(id)
                    onPageWanted: address => view.page.context.openLink(address)
                    onFailureActionWanted: action => action === App.FailureAction.OpenSettings ? view.page.privacyWanted() : view.page.failureActionWanted(action)
                }
            }
        }
        footer: ShelfFoot {
            width: list.width
            visible: view.shelf.total > 0
            library: view.page.context.library
            onForeignWanted: view.foreignWanted()
            onFolderWanted: view.folderWanted()
        }
        section.property: "group"
        section.delegate: Words {
            required property string section

            width: list.width
            height: section.length > 0 ? Theme.px(30) : 0
            topPadding: Theme.px(2)
            bottomPadding: Theme.px(8)
            visible: section.length > 0
            text: section
            isQuiet: true
            font.pixelSize: Theme.small
            font.weight: Font.Medium
            Accessible.role: Accessible.Heading
        }
        model: view.shelf
        delegate: ModelCardView {
            id: card
            width: list.width
            engine: view.page.context.engine
            onOpenWanted: view.openWanted(card.row.id)
            onChatWanted: view.chatWanted(card.row.id)
            onFixWanted: view.findWanted(card.row.id)
            onForgetWanted: view.removeWanted(card.row.id)
            onShowWanted: view.page.context.showInFolder(card.row.card.path)
        }
        onActiveFocusChanged: if (Window.activeFocusItem === list && currentIndex < 0 && count > 0)
            currentIndex = 0
    }
    Words {
        anchors.horizontalCenter: parent.horizontalCenter
        y: strip.height + Theme.px(36)
        visible: view.shelf.total > 0 && view.shelf.count === 0
        text: qsTr("No model is called so.")
        isQuiet: true
    }
    Column {
        anchors.centerIn: parent
        width: Math.min(Theme.px(440), parent.width - 2 * view.page.margin)
        spacing: Theme.px(10)
        visible: view.shelf.total === 0 && !view.models.scanning && arriving.count + arriving.failed === 0

        EmptyState {
            width: parent.width
            iconName: "cube"
            sentence: qsTr("No model is on this computer yet. Get one that fits it, or add a file that you have; it stays where it is.")
            actionText: qsTr("Get a model")
            onActionChosen: view.getWanted()
        }
        TextButton {
            anchors.horizontalCenter: parent.horizontalCenter
            text: qsTr("Find models of other programs…")
            onClicked: view.foreignWanted()
        }
    }
    DownloadListModel {
        id: arriving
        service: view.page.context.downloads
        onlyOpen: true
    }
}
