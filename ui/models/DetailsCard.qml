// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Style

/// A titled part of what is said about one model.
Card {
    id: part

    required property string title
    default property alias content: column.data

    implicitHeight: column.implicitHeight + Theme.px(32)
    Accessible.role: Accessible.Grouping
    Accessible.name: part.title

    Column {
        id: column
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.margins: Theme.px(16)
        y: Theme.px(16)
        spacing: Theme.px(8)

        Words {
            anchors.left: parent.left
            width: Math.min(implicitWidth, parent.width)
            text: part.title
            font.pixelSize: Theme.control
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }
    }
}
