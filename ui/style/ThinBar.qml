// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

/// How far something has come, or how full it is.
Item {
    id: bar

    /// What is measured, read aloud.
    required property string name
    required property real value // 0 … 1
    property color tint: Theme.accent

    implicitWidth: Theme.px(64)
    implicitHeight: Theme.px(4)
    objectName: name

    Accessible.role: Accessible.ProgressBar
    Accessible.name: qsTr("%1: %2 %").arg(bar.name).arg(Math.round(bar.value * 100))

    Rectangle {
        anchors.fill: parent
        radius: height / 2
        color: Theme.fillStrong
    }
    Rectangle {
        width: Math.max(bar.value > 0 ? height : 0, parent.width * Math.min(1, Math.max(0, bar.value)))
        height: parent.height
        anchors.left: parent.left
        radius: height / 2
        color: bar.tint
    }
}
