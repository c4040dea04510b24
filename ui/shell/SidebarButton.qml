// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic
import Carrel.Style

/// A line of the sidebar that leads somewhere.
Button {
    id: control

    property string iconName: ""
    property string note: ""
    /// What the note says, read aloud.
    property string noteName: ""
    property color noteColor: Theme.quiet
    property color iconColor: control.isQuiet ? Theme.quiet : Theme.ink
    property bool framed: false
    property bool isQuiet: false
    property bool current: false

    implicitHeight: Theme.px(33)
    leftPadding: Theme.px(10)
    rightPadding: Theme.px(10)
    focusPolicy: Qt.StrongFocus
    font.family: Theme.family
    font.pixelSize: Theme.control
    objectName: text

    Accessible.role: Accessible.Button
    Accessible.name: control.noteName.length > 0 ? qsTr("%1, %2").arg(control.text).arg(control.noteName) : control.text
    Accessible.selected: control.current

    contentItem: Item {
        Icon {
            id: icon
            anchors.left: parent.left
            anchors.verticalCenter: parent.verticalCenter
            width: Theme.px(17)
            height: width
            name: control.iconName
            color: control.iconColor
        }
        Words {
            anchors.left: icon.right
            anchors.leftMargin: Theme.px(10)
            anchors.right: note.left
            anchors.verticalCenter: parent.verticalCenter
            text: control.text
            font.pixelSize: control.font.pixelSize
            font.weight: control.current ? Font.Medium : Font.Normal
            isQuiet: control.isQuiet
            Accessible.ignored: true
        }
        Words {
            id: note
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            text: control.note
            color: control.noteColor
            font.pixelSize: Theme.tiny
            Accessible.ignored: true
        }
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: control.current ? Theme.fill : control.down ? Theme.fillStrong : control.hovered ? Theme.fill : control.framed ? Theme.surface : "transparent"
        border.color: Theme.hairline
        border.width: control.framed ? Theme.hair : 0

        FocusRing {
            visible: control.visualFocus
            gap: 0
        }
    }
    Keys.onReturnPressed: click()
    HoverHandler {
        cursorShape: Qt.PointingHandCursor
    }
}
