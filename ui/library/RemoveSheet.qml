// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// Asks before a collection goes.
Sheet {
    id: sheet

    required property CollectionService service
    property collectionId collection
    property string collectionName: ""

    function ask(value: collectionValue): void {
        sheet.askFor(value.id, value.name);
    }
    function askFor(id: collectionId, name: string): void {
        sheet.collection = id;
        sheet.collectionName = name;
        sheet.open();
    }

    title: qsTr("Remove “%1”?").arg(sheet.collectionName)
    preferredWidth: Theme.px(440)
    onOpened: keep.forceActiveFocus()

    contentItem: Column {
        spacing: Theme.px(16)

        Words {
            width: parent.width
            wrapMode: Text.WordWrap
            text: qsTr("Carrel forgets what it read of these documents. The files themselves stay where they are, and answers keep the passages that they cite.")
        }
        Row {
            anchors.left: parent.left
            spacing: Theme.px(8)

            PlainButton {
                text: qsTr("Remove")
                onClicked: {
                    sheet.service.remove(sheet.collection);
                    sheet.close();
                }
            }
            PlainButton {
                id: keep
                text: qsTr("Keep")
                onClicked: sheet.close()
            }
        }
    }
}
