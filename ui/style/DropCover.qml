// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

/// Lies over a room while files are held over it, and says what dropping them does.
Rectangle {
    id: cover

    required property string text

    radius: Theme.radius
    color: Theme.accentSoft
    opacity: 0.96
    border.color: Theme.accent
    border.width: Math.max(2, Theme.px(2))

    Accessible.role: Accessible.AlertMessage
    Accessible.name: cover.text

    Words {
        anchors.centerIn: parent
        width: Math.min(implicitWidth, parent.width - Theme.px(40))
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.WordWrap
        text: cover.text
        color: Theme.accent
        font.pixelSize: Theme.body
        font.weight: Font.Medium
        Accessible.ignored: true
    }
}
