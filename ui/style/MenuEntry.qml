// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic

/// One line of a menu.
MenuItem {
    id: entry

    property string iconName: ""
    /// A second, quiet text at the end: a key, a size.
    property string note: ""
    property bool dangerous: false

    implicitHeight: Theme.px(34)
    leftPadding: Theme.px(9)
    rightPadding: Theme.px(9)
    font.family: Theme.family
    font.pixelSize: Theme.label
    objectName: text

    Accessible.role: Accessible.MenuItem
    Accessible.name: entry.note.length > 0 ? qsTr("%1, %2").arg(entry.text).arg(entry.note) : entry.text

    indicator: null
    arrow: null
    contentItem: Item {
        implicitWidth: words.x + words.implicitWidth + Theme.px(12) + note.implicitWidth

        Icon {
            id: icon
            anchors.verticalCenter: parent.verticalCenter
            anchors.left: parent.left
            width: entry.iconName.length > 0 ? Theme.px(16) : 0
            height: Theme.px(16)
            visible: entry.iconName.length > 0
            name: entry.iconName
            color: words.color
        }
        Words {
            id: words
            anchors.left: icon.right
            anchors.leftMargin: entry.iconName.length > 0 ? Theme.px(9) : 0
            anchors.right: note.left
            anchors.rightMargin: Theme.px(8)
            anchors.verticalCenter: parent.verticalCenter
            text: entry.text
            font: entry.font
            color: entry.dangerous ? Theme.stop : Theme.ink
            opacity: entry.enabled ? 1 : 0.45
            Accessible.ignored: true
        }
        Words {
            id: note
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            text: entry.note
            isQuiet: true
            font.pixelSize: Theme.small
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: entry.highlighted || entry.hovered ? Theme.fill : "transparent"
    }
}
