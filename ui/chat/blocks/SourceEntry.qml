// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic
import Carrel.Style

/// A source of an answer in one line: its number, its place, how it begins.
AbstractButton {
    id: entry

    required property int number
    required property string place
    required property string excerpt
    /// It is the one that is shown.
    property bool current: false
    readonly property string beginning: excerpt.slice(0, 300).replace(/\s+/g, " ").trim()

    implicitHeight: Theme.px(30)
    leftPadding: Theme.px(6)
    rightPadding: Theme.px(8)
    focusPolicy: Qt.StrongFocus
    objectName: "sourceEntry"

    Accessible.role: Accessible.Button
    Accessible.name: qsTr("%1: %2").arg(entry.place).arg(entry.beginning)

    contentItem: Item {
        Words {
            id: digits
            anchors.left: parent.left
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.px(22)
            horizontalAlignment: Text.AlignHCenter
            text: entry.number.toString()
            color: Theme.accent
            font.pixelSize: Theme.tiny
            font.weight: Font.DemiBold
            Accessible.ignored: true
        }
        Words {
            id: where
            anchors.left: digits.right
            anchors.leftMargin: Theme.px(6)
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, parent.width * 0.5)
            text: entry.place
            elide: Text.ElideMiddle
            font.weight: Font.Medium
            Accessible.ignored: true
        }
        Words {
            anchors.left: where.right
            anchors.leftMargin: Theme.px(10)
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            text: entry.beginning
            isQuiet: true
            font.pixelSize: Theme.small
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: entry.current ? Theme.accentSoft : entry.down ? Theme.fillStrong : entry.hovered ? Theme.fill : "transparent"

        FocusRing {
            visible: entry.visualFocus
            gap: 0
        }
    }

    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
}
