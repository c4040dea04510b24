// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic
import Carrel.Style

/// A collection or a file in the list after `#`.
ItemDelegate {
    id: row

    required property int index
    required property string name
    required property string iconName
    required property string note
    required property bool attached
    readonly property string spoken: row.attached ? qsTr("%1, %2, attached").arg(row.name).arg(row.note) : qsTr("%1, %2").arg(row.name).arg(row.note)

    implicitHeight: Theme.px(34)
    leftPadding: Theme.px(9)
    rightPadding: Theme.px(9)
    topPadding: 0
    bottomPadding: 0
    focusPolicy: Qt.NoFocus
    text: name
    objectName: name

    Accessible.role: Accessible.ListItem
    Accessible.name: row.spoken
    Accessible.selected: row.ListView.isCurrentItem

    contentItem: Item {
        Icon {
            id: icon
            anchors.left: parent.left
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.px(16)
            height: width
            name: row.attached ? "check" : row.iconName
            color: row.attached ? Theme.accent : Theme.quiet
        }
        Words {
            id: words
            anchors.left: icon.right
            anchors.leftMargin: Theme.px(9)
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, parent.width - icon.width - Theme.px(9) - Math.min(note.implicitWidth, parent.width * 0.4) - Theme.px(10))
            text: row.name
            elide: Text.ElideMiddle
            font.pixelSize: Theme.control
            Accessible.ignored: true
        }
        Words {
            id: note
            anchors.left: words.right
            anchors.leftMargin: Theme.px(10)
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            horizontalAlignment: Text.AlignRight
            text: row.note
            isQuiet: true
            font.pixelSize: Theme.small
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: row.ListView.isCurrentItem ? Theme.fill : row.hovered ? Theme.fill : "transparent"
    }
}
