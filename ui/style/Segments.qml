// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic

/// A choice of a few, side by side; arrows move between them.
Rectangle {
    id: segments

    /// What is chosen here, read aloud.
    required property string name
    required property list<string> options
    property int current: 0

    signal chosen(index: int)

    implicitWidth: row.implicitWidth + Theme.px(6)
    implicitHeight: Theme.px(34)
    radius: Theme.px(9)
    color: Theme.fill
    objectName: name

    Accessible.role: Accessible.Grouping
    Accessible.name: segments.name

    Row {
        id: row
        anchors.centerIn: parent

        Repeater {
            model: segments.options

            AbstractButton {
                id: option

                required property int index
                required property string modelData

                implicitWidth: words.implicitWidth + Theme.px(24)
                implicitHeight: Theme.px(28)
                text: modelData
                checkable: false
                focusPolicy: Qt.StrongFocus
                objectName: modelData

                Accessible.role: Accessible.RadioButton
                Accessible.name: option.modelData
                Accessible.checkable: true
                Accessible.checked: segments.current === option.index

                contentItem: Words {
                    id: words
                    text: option.modelData
                    horizontalAlignment: Text.AlignHCenter
                    font.weight: segments.current === option.index ? Font.Medium : Font.Normal
                    color: segments.current === option.index ? Theme.ink : Theme.quiet
                    Accessible.ignored: true
                }
                background: Rectangle {
                    radius: Theme.radiusSmall
                    color: segments.current === option.index ? Theme.surface : "transparent"
                    border.color: Theme.outline
                    border.width: segments.current === option.index ? Theme.hair : 0

                    FocusRing {
                        visible: option.visualFocus
                        gap: 0
                    }
                }
                onClicked: segments.chosen(index)
                Keys.onLeftPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
                Keys.onRightPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
                HoverHandler {
                    cursorShape: Qt.PointingHandCursor
                }
            }
        }
    }
}
