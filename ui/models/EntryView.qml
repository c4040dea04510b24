// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// All about one model that can be downloaded: its licence, how open it is, and all of its files.
FocusScope {
    id: view

    required property RoomPage page
    required property CatalogueListModel catalogue
    required property GetDesk desk
    required property string entryId
    property catalogueRow row: catalogue.find(entryId)
    property list<catalogueFileRow> files: catalogue.filesOf(entryId)
    readonly property bool wide: body.width > Theme.px(720)

    signal backWanted
    signal chatWanted(id: string)

    Keys.onEscapePressed: backWanted()

    Connections {
        target: view.catalogue

        function onRowsChanged(): void {
            view.row = view.catalogue.find(view.entryId);
            view.files = view.catalogue.filesOf(view.entryId);
        }
    }
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
            name: qsTr("Back to the catalogue")
            iconName: "chevron-left"
            keys: qsTr("Esc")
            onClicked: view.backWanted()
        }
        Words {
            anchors.left: back.right
            anchors.leftMargin: Theme.px(6)
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            text: view.row.name
            font.pixelSize: Theme.title
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
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
        objectName: "catalogueEntry"

        ScrollBar.vertical: Scroller {}

        Column {
            id: sheet
            width: body.width
            spacing: Theme.px(14)

            Words {
                width: parent.width
                wrapMode: Text.WordWrap
                text: [view.row.facts, view.row.goodFor].filter(part => part.length > 0).join(" · ")
                isQuiet: true
            }
            OfflineNotice {
                id: offline
                width: parent.width
                visible: settings.offline
                settings: view.page.context.settings
            }
            Item {
                width: parent.width
                height: view.wide ? Math.max(first.height, second.height) : first.height + second.height + Theme.px(14)

                DetailsCard {
                    id: first
                    anchors.left: parent.left
                    width: view.wide ? (parent.width - Theme.px(14)) / 2 : parent.width
                    title: qsTr("All files")

                    Repeater {
                        model: view.files

                        FileChoiceRow {
                            id: line

                            required property catalogueFileRow modelData

                            width: first.width - Theme.px(32)
                            file: modelData
                            enabledToGet: !view.page.context.settings.offline
                            onGetWanted: view.desk.ask(view.entryId, line.modelData.file)
                            onChatWanted: view.chatWanted(line.modelData.modelId)
                        }
                    }
                    Words {
                        width: parent.width
                        wrapMode: Text.WordWrap
                        visible: text.length > 0
                        text: view.files.length > 0 ? view.files[0].costSource : ""
                        isQuiet: true
                        font.pixelSize: Theme.small
                    }
                }
                Column {
                    id: second
                    x: view.wide ? (LayoutMirroring.enabled ? 0 : parent.width - width) : 0
                    y: view.wide ? 0 : first.height + Theme.px(14)
                    width: first.width
                    spacing: Theme.px(14)

                    DetailsCard {
                        width: parent.width
                        title: licence.value.name

                        LicenceFacts {
                            id: licence
                            width: parent.width
                            value: ModelWords.licenceById(view.row.licenceId)
                        }
                        Hairline {
                            width: parent.width
                        }
                        Words {
                            width: parent.width
                            wrapMode: Text.WordWrap
                            text: view.row.openness
                            isQuiet: true
                        }
                    }
                    DetailsCard {
                        width: parent.width
                        title: qsTr("The model")

                        FactLine {
                            width: parent.width
                            name: qsTr("From")
                            value: view.row.publisher
                        }
                        FactLine {
                            width: parent.width
                            name: qsTr("Released")
                            value: view.row.released
                        }
                        FactLine {
                            width: parent.width
                            name: qsTr("Languages")
                            value: view.row.languages.length > 0 ? view.row.languages : qsTr("not stated by its makers")
                        }
                        FactLine {
                            width: parent.width
                            name: qsTr("Access")
                            value: view.row.gated ? qsTr("its makers ask for a name") : ""
                        }
                        TextButton {
                            anchors.left: parent.left
                            anchors.leftMargin: -Theme.px(8)
                            width: Math.min(implicitWidth, parent.width + Theme.px(8))
                            visible: view.row.page.length > 0
                            iconName: "external"
                            text: view.row.page.replace("https://", "")
                            Accessible.name: qsTr("Open its page, %1, in your browser").arg(view.row.page)
                            onClicked: view.page.context.openLink(view.row.page)
                        }
                    }
                }
            }
        }
    }
}
