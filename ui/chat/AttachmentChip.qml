// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Style

/// A document that the chat is about. What it has is in a tip; the cross takes it away.
Rectangle {
    id: chip

    required property int index
    required property string name
    required property string iconName
    required property string hint
    required property bool awaited
    required property bool troubled
    property real widest: Theme.px(220)

    signal removeWanted(byKeyboard: bool)

    function focusCross(): void {
        cross.forceActiveFocus(Qt.TabFocusReason);
    }

    implicitWidth: icon.width + words.width + cross.width + Theme.px(20)
    implicitHeight: Theme.px(30)
    radius: height / 2
    color: chip.troubled ? Theme.warnSoft : "transparent"
    border.color: chip.troubled ? Theme.warnSoft : Theme.outline
    border.width: Theme.hair
    objectName: "attachment"

    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1, %2").arg(chip.name).arg(chip.hint)

    Icon {
        id: icon
        anchors.left: parent.left
        anchors.leftMargin: Theme.px(10)
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.px(15)
        height: width
        name: chip.iconName
        color: chip.troubled ? Theme.warn : Theme.quiet
    }
    Words {
        id: words
        anchors.left: icon.right
        anchors.leftMargin: Theme.px(6)
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(implicitWidth, chip.widest - icon.width - cross.width - Theme.px(20))
        text: chip.name
        elide: Text.ElideMiddle
        color: chip.troubled ? Theme.warn : chip.awaited ? Theme.quiet : Theme.ink
        Accessible.ignored: true
    }
    IconButton {
        id: cross
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(3)
        anchors.verticalCenter: parent.verticalCenter
        implicitWidth: Theme.px(24)
        implicitHeight: Theme.px(24)
        iconSize: Theme.px(14)
        name: qsTr("Take away %1").arg(chip.name)
        iconName: "close"
        keys: qsTr("Del")
        onClicked: chip.removeWanted(visualFocus)
        Keys.onDeletePressed: chip.removeWanted(true)
        Keys.onPressed: event => {
            event.accepted = event.key === Qt.Key_Backspace;
            if (event.accepted)
                chip.removeWanted(true);
        }
        Keys.onLeftPressed: nextItemInFocusChain(chip.LayoutMirroring.enabled).forceActiveFocus(Qt.BacktabFocusReason)
        Keys.onRightPressed: nextItemInFocusChain(!chip.LayoutMirroring.enabled).forceActiveFocus(Qt.TabFocusReason)
    }
    HoverHandler {
        id: hover
    }
    Loader {
        active: hover.hovered && !cross.hovered
        sourceComponent: Hint {
            parent: chip
            visible: true
            text: chip.hint
        }
    }
}
