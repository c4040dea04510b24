// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Style

/// The parts of the room, side by side; a part may carry a number.
Row {
    id: tabs

    required property list<string> titles
    /// Shown behind a title where it is not 0.
    required property list<int> numbers
    property int current: 0

    signal chosen(index: int)

    spacing: Theme.px(4)
    objectName: "roomTabs"

    Accessible.role: Accessible.PageTabList
    Accessible.name: qsTr("Parts of the Models room")

    Repeater {
        model: tabs.titles

        AbstractButton {
            id: tab

            required property int index
            required property string modelData
            readonly property int number: tabs.numbers[tab.index] ?? 0
            readonly property bool isCurrent: tabs.current === tab.index

            implicitWidth: title.implicitWidth + (badge.visible ? badge.width + Theme.px(6) : 0) + Theme.px(24)
            implicitHeight: Theme.px(32)
            focusPolicy: Qt.StrongFocus
            text: modelData
            objectName: modelData

            Accessible.role: Accessible.PageTab
            Accessible.name: tab.number > 0 ? qsTr("%1, %2").arg(tab.modelData).arg(tab.number) : tab.modelData
            Accessible.selected: tab.isCurrent

            contentItem: Item {
                Words {
                    id: title
                    anchors.left: parent.left
                    anchors.leftMargin: Theme.px(12)
                    anchors.verticalCenter: parent.verticalCenter
                    text: tab.modelData
                    font.pixelSize: Theme.control
                    font.weight: tab.isCurrent ? Font.Medium : Font.Normal
                    color: tab.isCurrent || tab.hovered ? Theme.ink : Theme.quiet
                    Accessible.ignored: true
                }
                Badge {
                    id: badge
                    anchors.left: title.right
                    anchors.leftMargin: Theme.px(6)
                    anchors.verticalCenter: parent.verticalCenter
                    visible: tab.number > 0
                    text: tab.number
                    tone: Badge.Good
                    Accessible.ignored: true
                }
            }
            background: Rectangle {
                radius: height / 2
                color: tab.isCurrent ? Theme.fill : "transparent"

                FocusRing {
                    visible: tab.visualFocus
                    radius: parent.radius + gap
                }
            }
            onClicked: tabs.chosen(index)
            Keys.onReturnPressed: click()
            Keys.onEnterPressed: click()
            Keys.onLeftPressed: tabs.step(tab.mirrored ? 1 : -1, tab.index)
            Keys.onRightPressed: tabs.step(tab.mirrored ? -1 : 1, tab.index)
            HoverHandler {
                cursorShape: Qt.PointingHandCursor
            }
        }
    }

    /// Gives the keyboard to the tab beside one.
    function step(by: int, from: int): void {
        const next = tabs.children[from + by] as AbstractButton;
        next?.forceActiveFocus(Qt.TabFocusReason);
    }
}
