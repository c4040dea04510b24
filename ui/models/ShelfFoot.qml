// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// Below the models: where more of them come from by themselves.
Item {
    id: foot

    required property ModelLibrary library

    signal foreignWanted
    signal folderWanted

    implicitHeight: column.height + Theme.px(36)

    Column {
        id: column
        y: Theme.px(12)
        width: parent.width
        spacing: Theme.px(6)

        Repeater {
            model: foot.library.folders

            Item {
                id: line

                required property string modelData

                width: column.width
                height: Theme.px(28)

                Icon {
                    id: icon
                    anchors.left: parent.left
                    anchors.leftMargin: Theme.px(2)
                    anchors.verticalCenter: parent.verticalCenter
                    width: Theme.px(16)
                    height: width
                    name: "folder"
                    color: Theme.quiet
                }
                Words {
                    anchors.left: icon.right
                    anchors.leftMargin: Theme.px(10)
                    anchors.right: off.left
                    anchors.verticalCenter: parent.verticalCenter
                    text: qsTr("%1 is watched: models that are put there appear here").arg(ModelWords.place(line.modelData))
                    isQuiet: true
                    elide: Text.ElideMiddle
                }
                IconButton {
                    id: off
                    anchors.right: parent.right
                    anchors.verticalCenter: parent.verticalCenter
                    name: qsTr("Watch %1 no more").arg(ModelWords.place(line.modelData))
                    iconName: "close"
                    iconSize: Theme.px(15)
                    onClicked: foot.library.removeFolder(line.modelData)
                }
            }
        }
        Flow {
            x: -Theme.px(8)
            width: parent.width
            spacing: Theme.px(4)

            TextButton {
                text: qsTr("Find models of other programs…")
                iconName: "search"
                onClicked: foot.foreignWanted()
            }
            TextButton {
                text: qsTr("Watch a folder…")
                iconName: "folder"
                onClicked: foot.folderWanted()
            }
        }
    }
}
