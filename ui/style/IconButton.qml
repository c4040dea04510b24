// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic

/// A button that is an icon; its name is read aloud and shown as a hint.
Button {
    id: control

    required property string name
    required property string iconName
    /// Shown after the name in the hint, for example "Ctrl+B".
    property string keys: ""
    property color tint: control.hovered || control.checked ? Theme.ink : Theme.quiet
    property real iconSize: Theme.iconSize

    implicitWidth: Theme.px(30)
    implicitHeight: Theme.px(30)
    padding: 0
    focusPolicy: Qt.StrongFocus
    opacity: enabled ? 1 : 0.4
    objectName: name

    Accessible.role: Accessible.Button
    Accessible.name: control.name

    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            width: control.iconSize
            height: width
            name: control.iconName
            color: control.tint
            mirrored: control.mirrored && (control.iconName === "chevron-left" || control.iconName === "chevron-right" || control.iconName === "undo")
        }
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: control.down ? Theme.fillStrong : control.hovered || control.checked ? Theme.fill : "transparent"

        Behavior on color {
            ColorFade {}
        }
        FocusRing {
            visible: control.visualFocus
            gap: 0
        }
    }

    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
    // Made when it is wanted: there are many buttons, and few hints are ever read.
    Loader {
        active: control.hovered || control.visualFocus
        sourceComponent: Hint {
            parent: control
            visible: true
            text: control.keys.length > 0 ? qsTr("%1  (%2)").arg(control.name).arg(control.keys) : control.name
        }
    }
}
