// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// Asks for a collection's new name.
Sheet {
    id: sheet

    required property CollectionService service
    property collectionId collection

    function ask(value: collectionValue): void {
        sheet.askFor(value.id, value.name);
    }
    function askFor(id: collectionId, name: string): void {
        sheet.collection = id;
        field.text = name;
        sheet.open();
    }
    function rename(): void {
        if (field.text.trim().length === 0)
            return;
        sheet.service.rename(sheet.collection, field.text);
        sheet.close();
    }

    title: qsTr("Rename the collection")
    preferredWidth: Theme.px(420)
    onOpened: {
        field.forceActiveFocus();
        field.selectAll();
    }

    contentItem: Column {
        spacing: Theme.px(16)

        Field {
            id: field
            width: parent.width
            name: qsTr("Name of the collection")
            onAccepted: sheet.rename()
        }
        Row {
            anchors.left: parent.left
            spacing: Theme.px(8)

            PrimaryButton {
                text: qsTr("Rename")
                enabled: field.text.trim().length > 0
                onClicked: sheet.rename()
            }
            PlainButton {
                text: qsTr("Cancel")
                onClicked: sheet.close()
            }
        }
    }
}
