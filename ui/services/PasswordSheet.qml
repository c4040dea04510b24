// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Style

/// Asks for the password of an encrypted file.
Sheet {
    id: sheet

    required property IngestService ingest
    property fileValue file

    function ask(value: fileValue): void {
        sheet.file = value;
        field.clear();
        sheet.open();
    }
    function give(): void {
        if (field.text.length === 0)
            return;
        sheet.ingest.givePassword(sheet.file, field.text);
        field.clear();
        sheet.close();
    }

    title: qsTr("Password of %1").arg(sheet.file.name)
    preferredWidth: Theme.px(440)
    onOpened: field.forceActiveFocus()
    onClosed: field.clear()

    contentItem: Column {
        spacing: Theme.px(16)

        Words {
            width: parent.width
            wrapMode: Text.WordWrap
            text: sheet.file.wrongPassword ? qsTr("The last one did not open it. It is used on this computer alone, and forgotten when Carrel ends; what was read of the file stays in the index.") : qsTr("It is used on this computer alone, and forgotten when Carrel ends; what was read of the file stays in the index.")
            isQuiet: true
        }
        Field {
            id: field
            width: parent.width
            name: qsTr("Password")
            echoMode: TextInput.Password
            onAccepted: sheet.give()
        }
        Row {
            anchors.left: parent.left
            spacing: Theme.px(8)

            PrimaryButton {
                text: qsTr("Read the file")
                enabled: field.text.length > 0
                onClicked: sheet.give()
            }
            PlainButton {
                text: qsTr("Cancel")
                onClicked: sheet.close()
            }
        }
    }
}
