// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// One adapter: on or off, how much of it counts.
Card {
    id: row

    required property int index
    required property assistantAdapter adapter
    /// Why it cannot be used; empty: nothing is known against it.
    property string obstacle: ""

    signal enabledWanted(enabled: bool)
    signal scaleWanted(scale: real)
    signal removeWanted

    implicitHeight: Theme.px(84) + (trouble.visible ? trouble.height + Theme.px(8) : 0)

    Accessible.role: Accessible.Grouping
    Accessible.name: adapter.name
    Accessible.description: obstacle

    Toggle {
        anchors.left: parent.left
        anchors.leftMargin: Theme.px(14)
        anchors.right: remove.left
        y: Theme.px(8)
        text: row.adapter.name
        checked: row.adapter.enabled
        onToggled: row.enabledWanted(checked)
    }
    IconButton {
        id: remove
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(10)
        y: Theme.px(8)
        name: qsTr("Take %1 off the assistant; the file stays").arg(row.adapter.name)
        iconName: "close"
        onClicked: row.removeWanted()
    }
    LevelSlider {
        id: slider
        anchors.left: parent.left
        anchors.leftMargin: Theme.px(60)
        y: Theme.px(74) - height
        width: Math.min(Theme.px(240), parent.width * 0.45)
        enabled: row.adapter.enabled
        opacity: enabled ? 1 : 0.45
        name: qsTr("How much of %1 counts").arg(row.adapter.name)
        from: -2
        to: 2
        stepSize: 0.05
        value: row.adapter.scale
        onMoved: row.scaleWanted(value)
    }
    Words {
        anchors.left: slider.right
        anchors.leftMargin: Theme.px(12)
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(12)
        anchors.verticalCenter: slider.verticalCenter
        text: qsTr("%1  ·  %2").arg(row.adapter.scale.toLocaleString(Qt.locale(), "f", 2)).arg(AssistantWords.scale(row.adapter.scale))
        isQuiet: true
        opacity: slider.opacity
    }
    Words {
        id: trouble
        anchors.left: slider.left
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(14)
        y: Theme.px(78)
        visible: row.obstacle.length > 0
        text: row.obstacle
        wrapMode: Text.WordWrap
        color: row.adapter.enabled ? Theme.stop : Theme.quiet
        font.pixelSize: Theme.small
        objectName: "adapterTrouble"
    }
}
