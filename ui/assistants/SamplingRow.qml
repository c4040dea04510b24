// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Style

/// One setting: the model's own, or a value.
Item {
    id: row

    required property AssistantDraft draft
    required property int setting
    required property string title
    required property real from
    required property real to
    required property real step
    property int digits: 2
    property string note: ""
    property bool own: false
    property real level: 0

    function take(): void {
        row.own = row.draft.has(row.setting);
        row.level = row.draft.value(row.setting);
    }

    implicitHeight: Theme.px(56)
    Component.onCompleted: row.take()

    Connections {
        target: row.draft

        function onChanged(): void {
            row.take();
        }
    }
    Toggle {
        id: toggle
        anchors.left: parent.left
        width: Theme.px(170)
        text: row.title
        checked: row.own
        onToggled: {
            if (checked)
                row.draft.set(row.setting, row.level);
            else
                row.draft.leave(row.setting);
        }
    }
    LevelSlider {
        id: slider
        anchors.left: toggle.right
        anchors.right: number.left
        anchors.rightMargin: Theme.px(12)
        anchors.verticalCenter: toggle.verticalCenter
        enabled: row.own
        opacity: enabled ? 1 : 0.45
        name: row.title
        from: row.from
        to: row.to
        stepSize: row.step
        value: row.level
        onMoved: row.draft.set(row.setting, value)
    }
    Words {
        id: number
        anchors.right: parent.right
        anchors.verticalCenter: toggle.verticalCenter
        width: Theme.px(124)
        horizontalAlignment: Text.AlignRight
        text: row.own ? row.level.toLocaleString(Qt.locale(), "f", row.digits) : qsTr("the model's own")
        isQuiet: !row.own
    }
    Words {
        anchors.left: slider.left
        anchors.right: parent.right
        anchors.top: toggle.bottom
        text: row.note
        visible: row.own
        isQuiet: true
        font.pixelSize: Theme.small
    }
}
