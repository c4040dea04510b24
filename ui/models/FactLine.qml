// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Style

/// A fact with its name before it; nothing is shown where nothing is known.
Item {
    id: line

    required property string name
    required property string value
    /// Can be copied with the button at its end.
    property string copied: ""

    implicitHeight: words.height
    visible: value.length > 0
    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("%1: %2").arg(line.name).arg(line.value)

    Words {
        id: label
        anchors.left: parent.left
        anchors.baseline: words.baseline
        width: Theme.px(112)
        text: line.name
        isQuiet: true
        Accessible.ignored: true
    }
    Words {
        id: words
        anchors.left: label.right
        anchors.leftMargin: Theme.px(8)
        anchors.right: copy.visible ? copy.left : parent.right
        anchors.rightMargin: copy.visible ? Theme.px(6) : 0
        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
        text: line.value
        Accessible.ignored: true
    }
    IconButton {
        id: copy
        anchors.right: parent.right
        y: -Theme.px(4)
        implicitHeight: Theme.px(24)
        implicitWidth: Theme.px(24)
        iconSize: Theme.px(15)
        visible: line.copied.length > 0
        name: qsTr("Copy: %1").arg(line.name)
        iconName: "copy"
        onClicked: Clipboard.copy(line.copied)
    }
}
