// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// One token: its text on a colour, its number below; bytes when one looks closer.
AbstractButton {
    id: chip

    required property int index
    required property tokenValue token

    implicitWidth: Math.max(words.implicitWidth, number.implicitWidth) + Theme.px(10)
    implicitHeight: Theme.px(42)
    focusPolicy: Qt.TabFocus
    objectName: "token"

    Accessible.role: Accessible.StaticText
    Accessible.name: (token.special ? qsTr("Special token %1, number %2") : qsTr("Token %1, number %2")).arg(token.text).arg(token.id)
    Accessible.description: qsTr("Bytes %1").arg(token.bytes)

    contentItem: Item {
        Words {
            id: words
            anchors.horizontalCenter: parent.horizontalCenter
            y: Theme.px(4)
            text: chip.token.text
            color: chip.token.special ? Theme.warn : Theme.tintInk(chip.index)
            font.family: Theme.monoFamily
            font.pixelSize: Theme.label
            Accessible.ignored: true
        }
        Words {
            id: number
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Theme.px(4)
            text: chip.token.id
            isQuiet: true
            font.pixelSize: Theme.tiny
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.px(5)
        color: chip.token.special ? Theme.warnSoft : Theme.tintSoft(chip.index)
        border.width: chip.token.special ? Theme.hair : 0
        border.color: Theme.warn

        FocusRing {
            visible: chip.visualFocus
            gap: 0
        }
    }
    Loader {
        active: chip.hovered || chip.visualFocus
        sourceComponent: Hint {
            parent: chip
            visible: true
            text: chip.token.special ? qsTr("special  ·  bytes %1").arg(chip.token.bytes) : chip.token.whole ? qsTr("bytes %1").arg(chip.token.bytes) : qsTr("a part of a character  ·  bytes %1").arg(chip.token.bytes)
        }
    }
}
