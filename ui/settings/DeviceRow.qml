// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic
import Carrel.Style

/// A device that can be chosen.
AbstractButton {
    id: row

    required property string name
    property string note: ""
    property bool chosen: false
    property bool usable: true
    property bool warn: false

    signal chooseWanted

    implicitHeight: Theme.px(54)
    enabled: usable
    focusPolicy: Qt.StrongFocus
    objectName: name

    Accessible.role: Accessible.RadioButton
    Accessible.name: row.note.length > 0 ? qsTr("%1, %2").arg(row.name).arg(row.note) : row.name
    Accessible.checkable: true
    Accessible.checked: row.chosen

    background: Card {
        border.color: row.chosen ? Theme.accent : Theme.hairline
        border.width: row.chosen ? Math.max(2, Theme.px(2)) : Theme.hair

        FocusRing {
            visible: row.visualFocus
            radius: Theme.radius + gap
        }
    }
    contentItem: Item {
        Column {
            anchors.verticalCenter: parent.verticalCenter
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(14)
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(14)

            Words {
                width: parent.width
                text: row.name
                font.weight: Font.Medium
                opacity: row.usable ? 1 : 0.6
                Accessible.ignored: true
            }
            Words {
                width: parent.width
                visible: text.length > 0
                text: row.note
                isQuiet: !row.warn
                color: row.warn ? Theme.warn : Theme.quiet
                font.pixelSize: Theme.small
                Accessible.ignored: true
            }
        }
    }
    onClicked: chooseWanted()
}
