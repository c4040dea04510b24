// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// Asks how a model goes: off the list, or with its file into the desktop's trash. Both can be undone.
Sheet {
    id: sheet

    required property ModelLibrary library
    property string modelId: ""
    property string modelName: ""
    property string place: ""
    property bool missing: false

    function ask(row: modelRow): void {
        sheet.modelId = row.id;
        sheet.modelName = row.name;
        sheet.place = ModelWords.place(row.card.path);
        sheet.missing = row.missing;
        sheet.open();
    }

    title: qsTr("Remove “%1”?").arg(sheet.modelName)
    preferredWidth: Theme.px(460)
    onOpened: keep.forceActiveFocus()

    contentItem: Column {
        spacing: Theme.px(16)

        Words {
            width: parent.width
            wrapMode: Text.WrapAtWordBoundaryOrAnywhere
            text: sheet.missing ? qsTr("Its file is not there any more. Answers that it gave keep its name and hash.") : qsTr("Off the list, its file stays where it is: %1. Answers that it gave keep its name and hash either way.").arg(sheet.place)
        }
        Flow {
            width: parent.width
            spacing: Theme.px(8)

            PlainButton {
                text: qsTr("Off the list")
                onClicked: {
                    sheet.library.forget(sheet.modelId);
                    sheet.close();
                }
            }
            PlainButton {
                visible: !sheet.missing
                text: qsTr("File to the trash")
                onClicked: {
                    sheet.library.moveToTrash(sheet.modelId);
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
