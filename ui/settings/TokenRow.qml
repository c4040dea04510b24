// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// The token for models whose makers ask for a name: kept by the system's keyring, never shown again.
Column {
    id: row

    required property HubToken token

    spacing: Theme.px(6)

    Words {
        width: parent.width
        wrapMode: Text.WordWrap
        text: row.token.isSet ? qsTr("A token for huggingface.co is in the system's keyring. It goes to that host alone.") : qsTr("Some makers ask for a name before a download: with a token of huggingface.co they know yours. It is kept in the system's keyring, and goes to that host alone.")
    }
    Row {
        anchors.left: parent.left
        spacing: Theme.px(8)

        Field {
            id: field
            width: Math.min(Theme.px(300), row.width - keep.width - Theme.px(8))
            visible: !row.token.isSet
            enabled: !row.token.busy
            name: qsTr("Token of huggingface.co")
            placeholderText: qsTr("hf_…")
            echoMode: TextInput.Password
            onAccepted: keep.clicked()
        }
        PlainButton {
            id: keep
            anchors.verticalCenter: field.visible ? field.verticalCenter : undefined
            enabled: !row.token.busy && (row.token.isSet || field.text.trim().length > 0)
            text: row.token.busy ? qsTr("Asking the keyring…") : row.token.isSet ? qsTr("Forget the token") : qsTr("Keep it")
            onClicked: {
                row.token.set(row.token.isSet ? "" : field.text);
                field.clear();
            }
        }
    }
    Words {
        width: parent.width
        wrapMode: Text.WordWrap
        visible: !row.token.failure.empty
        text: qsTr("%1. %2").arg(row.token.failure.title).arg(row.token.failure.explanation)
        color: Theme.stop
    }
}
