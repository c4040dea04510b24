// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Style

/// One point of a list.
Item {
    id: point

    required property string text

    implicitHeight: words.height

    Words {
        id: mark
        anchors.left: parent.left
        text: "•"
        isQuiet: true
        Accessible.ignored: true
    }
    Words {
        id: words
        anchors.left: parent.left
        anchors.leftMargin: Theme.px(14)
        anchors.right: parent.right
        wrapMode: Text.WordWrap
        text: point.text
    }
}
