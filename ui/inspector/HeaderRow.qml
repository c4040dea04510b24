// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

/// One key of the header; a long value opens below.
Item {
    id: row

    required property int index
    required property headerEntry entry
    required property string preview
    required property bool openable
    required property bool open
    required property string whole
    required property int more
    property bool wide: true
    property bool current: false
    readonly property real keyWidth: wide ? width * 0.4 : width - Theme.px(120)

    signal toggleWanted
    signal moreWanted
    signal copyWanted

    height: line.height + (row.open ? body.height + Theme.px(12) : 0)
    objectName: entry.key

    Accessible.role: Accessible.ListItem
    Accessible.name: qsTr("%1, %2: %3").arg(entry.key).arg(entry.type).arg(preview.slice(0, 80))
    Accessible.description: !openable ? "" : open ? qsTr("Open") : qsTr("Opens with the space bar")
    Accessible.onPressAction: row.toggleWanted()

    Rectangle {
        anchors.fill: parent
        color: touch.hovered && row.openable ? Theme.fill : "transparent"
        radius: Theme.radiusSmall

        FocusRing {
            visible: row.current
            gap: -Theme.px(2)
        }
    }
    Item {
        id: line
        width: parent.width
        height: row.wide ? Theme.px(34) : Theme.px(50)

        HoverHandler {
            id: touch
            cursorShape: row.openable ? Qt.PointingHandCursor : Qt.ArrowCursor
        }
        TapHandler {
            onTapped: row.toggleWanted()
        }
        Icon {
            id: arrow
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(4)
            y: Theme.px(10)
            width: Theme.px(14)
            height: width
            opacity: row.openable ? 1 : 0
            name: row.open ? "chevron-down" : "chevron-right"
            mirrored: row.LayoutMirroring.enabled && !row.open
            color: Theme.quiet
        }
        Words {
            anchors.left: arrow.right
            anchors.leftMargin: Theme.px(8)
            y: 0
            height: Theme.px(34)
            width: row.keyWidth - x
            text: row.entry.key
            elide: Text.ElideMiddle
            font.family: Theme.monoFamily
            font.pixelSize: Theme.small
            Accessible.ignored: true
        }
        Words {
            id: type
            anchors.left: parent.left
            anchors.leftMargin: row.keyWidth + Theme.px(8)
            height: Theme.px(34)
            width: Theme.px(112)
            text: row.entry.type
            isQuiet: true
            font.pixelSize: Theme.small
            Accessible.ignored: true
        }
        Words {
            anchors.left: row.wide ? type.right : arrow.right
            anchors.leftMargin: Theme.px(8)
            anchors.right: parent.right
            anchors.rightMargin: Theme.px(8)
            y: row.wide ? 0 : Theme.px(28)
            height: row.wide ? Theme.px(34) : Theme.px(16)
            text: row.entry.array ? qsTr("%1 elements: %2").arg(InspectorWords.number(row.entry.elements)).arg(row.preview) : row.preview.length > 0 ? row.preview : qsTr("empty")
            isQuiet: row.preview.length === 0
            font.pixelSize: row.wide ? Theme.label : Theme.small
            Accessible.ignored: true
        }
    }
    Rectangle {
        id: body
        anchors.top: line.bottom
        anchors.left: parent.left
        anchors.leftMargin: Theme.px(26)
        anchors.right: parent.right
        anchors.rightMargin: Theme.px(8)
        height: Math.max(text.height, Theme.px(20)) + Theme.px(20) + (buttons.visible ? buttons.height : 0)
        visible: row.open
        radius: Theme.radiusSmall
        color: Theme.codePaper
        border.color: Theme.hairline
        border.width: Theme.hair

        TextEdit {
            id: text
            objectName: "headerValue"
            x: Theme.px(12)
            y: Theme.px(10)
            width: parent.width - 2 * x
            text: row.whole
            textFormat: TextEdit.PlainText
            readOnly: true
            selectByMouse: true
            wrapMode: TextEdit.WrapAtWordBoundaryOrAnywhere
            horizontalAlignment: TextEdit.AlignLeft
            color: Theme.ink
            selectionColor: Theme.selection
            selectedTextColor: Theme.ink
            font.family: Theme.monoFamily
            font.pixelSize: Theme.small
            Accessible.role: Accessible.StaticText
            Accessible.name: row.whole
        }
        Row {
            id: buttons
            anchors.left: parent.left
            anchors.leftMargin: Theme.px(4)
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Theme.px(4)

            TextButton {
                text: qsTr("Copy")
                tint: Theme.quiet
                font.pixelSize: Theme.small
                Accessible.name: qsTr("Copy the value of %1").arg(row.entry.key)
                onClicked: row.copyWanted()
            }
            TextButton {
                visible: row.entry.array && row.more > 0
                text: qsTr("Show more (%1 to go)").arg(InspectorWords.number(row.more))
                font.pixelSize: Theme.small
                onClicked: row.moreWanted()
            }
            Words {
                anchors.verticalCenter: parent.verticalCenter
                leftPadding: Theme.px(8)
                visible: !row.entry.array && row.more > 0
                text: qsTr("%1 more characters are not shown here; Copy takes all").arg(InspectorWords.number(row.more))
                isQuiet: true
                font.pixelSize: Theme.small
            }
        }
    }
    Hairline {
        anchors.bottom: parent.bottom
        width: parent.width
    }
}
