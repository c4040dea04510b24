// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// What requests go through.
Column {
    id: row

    required property Settings settings

    spacing: Theme.px(6)

    Words {
        anchors.left: parent.left
        text: qsTr("Proxy that requests go through")
    }
    Field {
        anchors.left: parent.left
        width: Math.min(Theme.px(380), row.width)
        name: qsTr("Address of the proxy")
        placeholderText: qsTr("none, or http://host:port, socks5://host:port")
        text: row.settings.proxy
        onEditingFinished: row.settings.proxy = text.trim()
    }
}
