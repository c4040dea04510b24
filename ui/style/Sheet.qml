// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic

/// A dialog in the middle of the window: title, content, and buttons that the content brings.
Dialog {
    id: sheet

    property real preferredWidth: Theme.px(480)

    modal: true
    dim: true
    anchors.centerIn: Overlay.overlay
    width: Math.min(preferredWidth, (parent ? parent.width : preferredWidth) - Theme.px(32))
    padding: Theme.px(20)
    topPadding: Theme.px(4)
    margins: Theme.px(16)
    focus: true
    objectName: title

    header: Item {
        implicitHeight: sheet.title.length > 0 ? Theme.px(54) : Theme.px(16)

        Words {
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(20)
            anchors.right: closer.left
            anchors.verticalCenter: parent.verticalCenter
            visible: sheet.title.length > 0
            text: sheet.title
            font.pixelSize: Theme.px(17)
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }
        IconButton {
            id: closer
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(12)
            anchors.verticalCenter: parent.verticalCenter
            visible: sheet.title.length > 0
            name: qsTr("Close")
            iconName: "close"
            onClicked: sheet.close()
        }
    }
    background: Item {
        SoftShadow {
            anchors.fill: parent
            radius: Theme.radius + Theme.px(2)
        }
        Rectangle {
            anchors.fill: parent
            radius: Theme.radius + Theme.px(2)
            color: Theme.surface
            border.color: Theme.outline
            border.width: Theme.hair
        }
    }
    Overlay.modal: Rectangle {
        color: Theme.shade
    }
    enter: Transition {
        NumberAnimation {
            property: "opacity"
            from: 0
            to: 1
            duration: Theme.gentle
        }
    }
    exit: Transition {
        NumberAnimation {
            property: "opacity"
            from: 1
            to: 0
            duration: Theme.quick
        }
    }
}
