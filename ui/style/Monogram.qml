// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

/// A letter on a colour, which stands for somebody.
Rectangle {
    id: picture

    required property int tint
    /// Empty: the name's first.
    property string letter: ""
    property string name: ""
    property real size: Theme.px(40)

    width: size
    height: size
    radius: size * 0.3
    color: Theme.tintSoft(tint)
    border.width: Theme.highContrast ? Theme.hair : 0
    border.color: Theme.outline

    Accessible.ignored: true

    Words {
        anchors.centerIn: parent
        text: picture.letter.length > 0 ? picture.letter : picture.name.trim().slice(0, 1).toUpperCase()
        color: Theme.tintInk(picture.tint)
        font.pixelSize: Math.round(picture.size * 0.44)
        font.weight: Font.DemiBold
        Accessible.ignored: true
    }
}
