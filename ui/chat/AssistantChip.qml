// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Style

/// Who answers here.
Rectangle {
    id: chip

    required property string name

    implicitWidth: row.width + Theme.px(24)
    implicitHeight: Theme.px(32)
    radius: height / 2
    color: Theme.fill
    objectName: "assistantChip"

    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("Assistant %1").arg(chip.name)

    Row {
        id: row
        anchors.centerIn: parent
        spacing: Theme.px(8)

        Rectangle {
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.px(8)
            height: width
            radius: width / 2
            color: Theme.accent
        }
        Words {
            anchors.verticalCenter: parent.verticalCenter
            text: chip.name
            font.pixelSize: Theme.control
            Accessible.ignored: true
        }
    }
}
