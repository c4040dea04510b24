// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Style

/// Name and picture: a letter on a colour.
Item {
    id: part

    required property AssistantDraft draft

    implicitHeight: Theme.px(96)

    Monogram {
        id: picture
        anchors.left: parent.left
        y: Theme.px(6)
        size: Theme.px(64)
        tint: part.draft.tint
        letter: part.draft.letter
        name: part.draft.name
    }
    Field {
        id: name
        anchors.left: picture.right
        anchors.leftMargin: Theme.px(18)
        anchors.right: letter.left
        anchors.rightMargin: Theme.px(8)
        y: Theme.px(2)
        focus: true
        name: qsTr("Name of the assistant")
        placeholderText: qsTr("Name")
        text: part.draft.name
        maximumLength: 80
        onTextEdited: part.draft.name = text
    }
    Field {
        id: letter
        anchors.right: parent.right
        anchors.verticalCenter: name.verticalCenter
        width: Theme.px(64)
        name: qsTr("Letter in its picture")
        placeholderText: qsTr("Letter")
        text: part.draft.letter
        maximumLength: 2
        onTextEdited: part.draft.letter = text
    }
    Row {
        anchors.left: name.left
        anchors.top: name.bottom
        anchors.topMargin: Theme.px(10)
        spacing: Theme.px(8)

        Accessible.role: Accessible.Grouping
        Accessible.name: qsTr("Colour of its picture")

        Repeater {
            model: Theme.tintGrounds.length

            AbstractButton {
                id: swatch

                required property int index
                readonly property string spoken: [qsTr("Green"), qsTr("Blue"), qsTr("Violet"), qsTr("Rose"), qsTr("Amber"), qsTr("Rust"), qsTr("Slate"), qsTr("Olive")][index]

                implicitWidth: Theme.px(28)
                implicitHeight: Theme.px(28)
                focusPolicy: Qt.StrongFocus
                objectName: spoken
                onClicked: part.draft.tint = index

                Accessible.role: Accessible.RadioButton
                Accessible.name: spoken
                Accessible.checkable: true
                Accessible.checked: part.draft.tint === index

                background: Rectangle {
                    radius: width / 2
                    color: Theme.tintSoft(swatch.index)
                    border.width: part.draft.tint === swatch.index ? Math.max(2, Theme.px(2)) : Theme.hair
                    border.color: part.draft.tint === swatch.index ? Theme.tintInk(swatch.index) : Theme.outline

                    FocusRing {
                        visible: swatch.visualFocus
                        radius: parent.radius + gap
                    }
                }
                HoverHandler {
                    cursorShape: Qt.PointingHandCursor
                }
            }
        }
    }
}
