// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic
import Carrel.Style

/// The head of a column: says how the rows are sorted, and sorts them.
AbstractButton {
    id: head

    property bool sorted: false
    property bool descending: false
    property bool atEnd: false

    implicitHeight: Theme.px(30)
    focusPolicy: Qt.StrongFocus
    objectName: text

    Accessible.role: Accessible.ColumnHeader
    Accessible.name: !sorted ? qsTr("%1, not sorted by it").arg(text) : descending ? qsTr("%1, largest first").arg(text) : qsTr("%1, smallest first").arg(text)

    contentItem: Item {
        Words {
            id: words
            anchors.left: head.atEnd ? undefined : parent.left
            anchors.leftMargin: Theme.px(6)
            anchors.right: head.atEnd ? parent.right : undefined
            anchors.rightMargin: head.atEnd && head.sorted ? Theme.px(16) : 0
            anchors.verticalCenter: parent.verticalCenter
            text: head.text
            isQuiet: !head.sorted
            font.pixelSize: Theme.small
            font.weight: head.sorted ? Font.Medium : Font.Normal
            Accessible.ignored: true
        }
        Icon {
            anchors.left: words.right
            anchors.leftMargin: Theme.px(4)
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.px(12)
            height: width
            visible: head.sorted
            name: head.descending ? "arrow-down" : "arrow-up"
            color: Theme.quiet
        }
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: head.hovered ? Theme.fill : "transparent"

        FocusRing {
            visible: head.visualFocus
            gap: 0
        }
    }
    Keys.onReturnPressed: click()

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
}
