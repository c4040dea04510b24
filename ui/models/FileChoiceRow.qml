// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Style

/// One file of a model: how it is stored, what that costs, and whether it fits.
Item {
    id: line

    required property catalogueFileRow file
    property bool enabledToGet: true

    signal getWanted
    signal chatWanted

    implicitHeight: column.height + Theme.px(20)
    Accessible.role: Accessible.ListItem
    Accessible.name: [file.quantization.length > 0 ? file.quantization : file.name, file.size, file.fit, file.cost].filter(part => part.length > 0).join(qsTr(", "))

    Column {
        id: column
        anchors.left: parent.left
        anchors.right: get.left
        anchors.rightMargin: Theme.px(12)
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.px(3)

        Item {
            width: parent.width
            height: Theme.px(20)

            Words {
                id: title
                anchors.left: parent.left
                anchors.verticalCenter: parent.verticalCenter
                width: Math.min(implicitWidth, parent.width * 0.5)
                text: line.file.quantization.length > 0 ? line.file.quantization : line.file.name
                font.weight: Font.DemiBold
                elide: Text.ElideMiddle
                Accessible.ignored: true
            }
            Words {
                id: size
                anchors.left: title.right
                anchors.leftMargin: Theme.px(8)
                anchors.baseline: title.baseline
                text: line.file.size
                isQuiet: true
                Accessible.ignored: true
            }
            Badge {
                anchors.left: size.right
                anchors.leftMargin: Theme.px(10)
                anchors.verticalCenter: parent.verticalCenter
                width: Math.max(0, Math.min(implicitWidth, parent.width - x))
                visible: text.length > 0
                text: line.file.fit
                tone: line.file.tone
                Accessible.ignored: true
            }
        }
        Words {
            width: parent.width
            wrapMode: Text.WordWrap
            visible: text.length > 0
            text: [line.file.modelId.length > 0 ? qsTr("on this computer") : "", line.file.cost, line.file.hash].filter(part => part.length > 0).join(" · ")
            isQuiet: true
            Accessible.ignored: true
        }
    }
    PlainButton {
        id: get
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        readonly property bool here: line.file.modelId.length > 0

        enabled: here || line.enabledToGet
        text: here ? qsTr("Chat") : qsTr("Get")
        Accessible.name: here ? qsTr("Chat with %1").arg(line.file.name) : qsTr("Get %1").arg(line.file.name)
        onClicked: here ? line.chatWanted() : line.getWanted()
    }
}
