// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// The files and folders that a collection is made of.
Sheet {
    id: sheet

    required property CollectionService service
    required property collectionId collection
    required property ReadingStatus status

    signal filesWanted
    signal folderWanted
    signal summarizeWanted(path: string)

    title: qsTr("Files and folders")
    preferredWidth: Theme.px(560)

    contentItem: Column {
        spacing: Theme.px(12)

        Words {
            width: parent.width
            wrapMode: Text.WordWrap
            text: qsTr("Folders are watched: what is new or changes in them is read by itself.")
            isQuiet: true
        }
        ListView {
            id: list
            width: parent.width
            height: Math.min(contentHeight, Theme.px(280))
            visible: count > 0
            clip: true
            activeFocusOnTab: true
            boundsBehavior: Flickable.StopAtBounds
            objectName: "sourceList"
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Files and folders of the collection")

            ScrollBar.vertical: Scroller {}
            model: sheet.status.sources
            delegate: Item {
                id: row

                required property sourceValue modelData
                readonly property string trouble: modelData.absent ? qsTr("not there now") : modelData.unreadable ? qsTr("may not be read") : ""

                width: list.width
                height: Theme.px(42)

                Accessible.role: Accessible.ListItem
                Accessible.name: row.trouble.length > 0 ? qsTr("%1, %2").arg(row.modelData.path).arg(row.trouble) : row.modelData.path

                Words {
                    anchors.left: parent.left
                    anchors.right: badge.visible ? badge.left : whole.left
                    anchors.rightMargin: Theme.px(10)
                    anchors.verticalCenter: parent.verticalCenter
                    text: LibraryWords.place(row.modelData.path)
                    elide: Text.ElideMiddle
                    Accessible.ignored: true
                }
                Badge {
                    id: badge
                    anchors.right: whole.left
                    anchors.rightMargin: Theme.px(8)
                    anchors.verticalCenter: parent.verticalCenter
                    visible: row.trouble.length > 0
                    text: row.trouble
                    tone: Badge.Warn
                }
                IconButton {
                    id: whole
                    anchors.right: off.left
                    anchors.verticalCenter: parent.verticalCenter
                    enabled: row.trouble.length === 0
                    name: qsTr("Summarize %1").arg(row.modelData.path)
                    iconName: "sparkle"
                    onClicked: {
                        sheet.close();
                        sheet.summarizeWanted(row.modelData.path);
                    }
                }
                IconButton {
                    id: off
                    anchors.right: parent.right
                    anchors.verticalCenter: parent.verticalCenter
                    name: qsTr("Take %1 off the collection; it stays on the disk").arg(row.modelData.path)
                    iconName: "close"
                    onClicked: sheet.service.removeSource(sheet.collection, row.modelData.path)
                }
                Hairline {
                    anchors.bottom: parent.bottom
                    width: parent.width
                }
            }
        }
        Row {
            anchors.left: parent.left
            spacing: Theme.px(8)

            PlainButton {
                text: qsTr("Add files")
                iconName: "plus"
                onClicked: {
                    sheet.close();
                    sheet.filesWanted();
                }
            }
            PlainButton {
                text: qsTr("Add a folder")
                iconName: "folder"
                onClicked: {
                    sheet.close();
                    sheet.folderWanted();
                }
            }
        }
    }
}
