// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// The models that can be downloaded, sized to this computer; and any other of the hub, by its address.
FocusScope {
    id: view

    required property RoomPage page
    required property CatalogueListModel catalogue
    required property GetDesk desk
    /// The entry that was looked at last: the list begins there.
    required property string lastId
    readonly property bool wide: width > Theme.px(760)
    /// What is written in the field names a place rather than a model.
    readonly property bool isAddress: field.text.includes("/")

    signal openWanted(id: string)
    signal chatWanted(id: string)
    signal downloadsWanted

    Item {
        id: head
        x: view.page.margin
        width: parent.width - 2 * x
        height: field.height + (view.wide ? 0 : choices.height + Theme.px(6)) + Theme.px(12)

        Field {
            id: field
            anchors.left: parent.left
            width: view.wide ? Math.min(Theme.px(380), parent.width - choices.width - Theme.px(16)) : parent.width
            focus: true
            name: qsTr("Search models, or paste an address")
            placeholderText: name
            onTextChanged: {
                view.catalogue.filter = view.isAddress ? "" : text;
                if (!view.isAddress)
                    view.desk.forgetFound();
            }
            // The list is as it was left.
            Component.onCompleted: text = view.catalogue.filter
            onAccepted: if (view.isAddress)
                view.desk.lookUp(text)
            Keys.onEscapePressed: event => {
                event.accepted = text.length > 0;
                clear();
            }
            Keys.onDownPressed: list.forceActiveFocus(Qt.TabFocusReason)
        }
        Row {
            id: choices

            readonly property bool atEnd: view.wide !== LayoutMirroring.enabled

            // Anchors that come and go would leave a width behind.
            x: atEnd ? parent.width - width + Theme.px(8) : -Theme.px(8)
            y: view.wide ? (field.height - height) / 2 : field.height + Theme.px(6)

            FilterChoice {
                name: qsTr("Order")
                options: view.catalogue.orders
                current: view.catalogue.order
                onChosen: index => view.catalogue.order = index
            }
            FilterChoice {
                name: qsTr("What for")
                options: view.catalogue.purposes
                current: view.catalogue.purpose
                onChosen: index => view.catalogue.purpose = index
            }
            FilterChoice {
                name: qsTr("Language")
                options: view.catalogue.languages
                current: view.catalogue.language
                onChosen: index => view.catalogue.language = index
            }
            FilterChoice {
                name: qsTr("Licence")
                options: view.catalogue.licences
                current: view.catalogue.licence
                onChosen: index => view.catalogue.licence = index
            }
        }
    }
    OfflineNotice {
        id: offline
        anchors.top: head.bottom
        x: view.page.margin
        width: parent.width - 2 * x
        height: visible ? implicitHeight : 0
        visible: view.page.context.settings.offline
        settings: view.page.context.settings
    }
    AddressResult {
        id: result
        anchors.top: offline.bottom
        anchors.topMargin: offline.visible ? Theme.px(12) : 0
        x: view.page.margin
        width: parent.width - 2 * x
        height: Math.min(implicitHeight, view.height - y - Theme.px(12))
        visible: view.isAddress
        desk: view.desk
        address: field.text
        offline: view.page.context.settings.offline
        onFailureActionWanted: action => view.page.failureActionWanted(action)
    }
    ListView {
        id: list
        anchors.top: offline.bottom
        anchors.topMargin: offline.visible ? Theme.px(12) : 0
        anchors.bottom: parent.bottom
        x: view.page.margin
        width: parent.width - 2 * x
        visible: !view.isAddress
        spacing: Theme.px(14)
        clip: true
        activeFocusOnTab: true
        keyNavigationEnabled: true
        highlightMoveDuration: 0
        boundsBehavior: Flickable.StopAtBounds
        reuseItems: true
        // What is made ahead would have to be given up at every key in the field.
        cacheBuffer: 0
        objectName: "catalogueList"
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Models that can be downloaded")

        ScrollBar.vertical: Scroller {}
        footer: Words {
            width: list.width
            topPadding: Theme.px(16)
            bottomPadding: Theme.px(24)
            wrapMode: Text.WordWrap
            text: qsTr("Whatever is on huggingface.co as a GGUF file can be got by its address, too: paste owner/name above.")
            isQuiet: true
        }
        section.property: "group"
        section.delegate: Words {
            required property string section

            width: list.width
            height: Theme.px(30)
            topPadding: Theme.px(2)
            bottomPadding: Theme.px(8)
            text: section
            isQuiet: true
            font.pixelSize: Theme.small
            font.weight: Font.Medium
            Accessible.role: Accessible.Heading
        }
        model: view.catalogue
        delegate: CatalogueCard {
            id: card
            width: list.width
            onOpenWanted: view.openWanted(card.row.id)
            onGetWanted: card.row.here ? view.chatWanted(card.row.modelId) : view.desk.ask(card.row.id, card.row.file)
            onDownloadsWanted: view.downloadsWanted()
        }
        onActiveFocusChanged: if (Window.activeFocusItem === list && currentIndex < 0 && count > 0)
            currentIndex = 0
    }
    Component.onCompleted: {
        const row = view.catalogue.indexOf(view.lastId);
        if (row < 0)
            return;
        list.currentIndex = row;
        list.positionViewAtIndex(row, ListView.Center);
        list.forceActiveFocus();
    }
    Words {
        anchors.horizontalCenter: parent.horizontalCenter
        y: head.height + Theme.px(36)
        visible: !view.isAddress && list.count === 0
        text: qsTr("No model of the catalogue is like that.")
        isQuiet: true
    }
}
