// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Style

/// The number of a source in a line of text: where it leads is said when the pointer or the keyboard is on it.
AbstractButton {
    id: chip

    required property int number
    /// File and page of the source.
    required property string place
    /// Its source is the one that is shown.
    property bool current: false
    /// Found by comparing; the model did not write it.
    property bool added: false

    implicitWidth: Math.max(Theme.px(17), digits.implicitWidth + Theme.px(8))
    implicitHeight: Theme.px(17)
    padding: 0
    focusPolicy: Qt.StrongFocus
    objectName: "citationChip"

    Accessible.role: Accessible.Link
    Accessible.name: qsTr("Source %1, %2").arg(chip.number).arg(chip.place)
    Accessible.description: chip.added ? qsTr("Found by comparing the sentence with your documents") : ""

    contentItem: Words {
        id: digits
        text: chip.number.toString()
        horizontalAlignment: Text.AlignHCenter
        color: chip.current ? Theme.accentInk : Theme.accent
        font.pixelSize: Theme.tiny
        font.weight: Font.DemiBold
        Accessible.ignored: true
    }
    background: Rectangle {
        radius: Theme.px(5)
        color: chip.current ? Theme.accent : chip.hovered || chip.down ? Theme.selection : chip.added ? "transparent" : Theme.accentSoft
        border.color: chip.current || !chip.added ? color : Theme.outline
        border.width: Theme.hair

        FocusRing {
            visible: chip.visualFocus
            radius: parent.radius + gap
            gap: 1
        }
    }

    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
    // Made when it is wanted, see IconButton. With the source in sight there is nothing more to say.
    Loader {
        active: (chip.hovered || chip.visualFocus) && chip.place.length > 0 && !chip.current
        sourceComponent: Hint {
            parent: chip
            visible: true
            text: chip.place
        }
    }
}
