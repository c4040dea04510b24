// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// The assistants that could answer, while a name is written behind @. The writing keeps the keyboard.
Popup {
    id: picker

    required property AssistantService assistants
    required property ChatService chat
    /// A name is being written.
    property bool wanted: false
    property string query: ""
    readonly property list<assistantValue> found: assistants.assistants.filter(one => one.name.toLowerCase().startsWith(query.toLowerCase()))
    /// There is something to choose: arrows, Enter and Tab belong here.
    readonly property bool handles: visible && list.count > 0

    signal chosen

    function move(step: int): void {
        list.currentIndex = (list.currentIndex + step + list.count) % list.count;
    }
    function choose(): void {
        picker.chat.setAssistant(picker.found[list.currentIndex].id);
        picker.chosen();
    }

    visible: wanted && list.count > 0
    focus: false
    modal: false
    closePolicy: Popup.NoAutoClose
    y: -height - Theme.px(6)
    width: Math.min(Theme.px(320), parent ? parent.width : Theme.px(320))
    height: Math.min(implicitHeight, Theme.px(300))
    margins: Theme.px(8)
    padding: Theme.px(5)
    objectName: "assistantPicker"

    background: Item {
        SoftShadow {
            anchors.fill: parent
        }
        Rectangle {
            anchors.fill: parent
            radius: Theme.radius
            color: Theme.surface
            border.color: Theme.outline
            border.width: Theme.hair
        }
    }
    contentItem: ListView {
        id: list
        implicitHeight: contentHeight
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        highlightMoveDuration: 0
        currentIndex: count > 0 ? 0 : -1
        objectName: "assistantChoices"

        Accessible.role: Accessible.List
        Accessible.name: qsTr("%n assistant(s) to choose from", "", count)

        ScrollBar.vertical: Scroller {}
        model: picker.found
        delegate: AbstractButton {
            id: row

            required property assistantValue modelData
            required property int index

            width: list.width
            implicitHeight: Theme.px(38)
            focusPolicy: Qt.NoFocus
            Accessible.role: Accessible.ListItem
            Accessible.name: modelData.name
            onClicked: {
                list.currentIndex = row.index;
                picker.choose();
            }

            contentItem: Item {
                Monogram {
                    id: picture
                    anchors.left: parent.left
                    anchors.leftMargin: Theme.px(8)
                    anchors.verticalCenter: parent.verticalCenter
                    size: Theme.px(24)
                    tint: row.modelData.tint
                    letter: row.modelData.letter
                    name: row.modelData.name
                }
                Words {
                    anchors.left: picture.right
                    anchors.leftMargin: Theme.px(10)
                    anchors.right: parent.right
                    anchors.verticalCenter: parent.verticalCenter
                    text: row.modelData.name
                    font.pixelSize: Theme.control
                    Accessible.ignored: true
                }
            }
            background: Rectangle {
                radius: Theme.radiusSmall
                color: list.currentIndex === row.index || row.hovered ? Theme.fill : "transparent"
            }
        }
        onCurrentIndexChanged: if (picker.visible && currentIndex >= 0)
            list.Accessible.announce(picker.found[currentIndex].name)
    }
}
