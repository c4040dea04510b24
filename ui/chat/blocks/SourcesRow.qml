// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Sources
import Carrel.Style

/// Under an answer from documents: what it was given, how much of it they bear out, and its sources, folded.
Item {
    id: row

    required property messageId messageId
    required property answerGrounding grounding
    property SourceNavigator navigator: null
    property bool toggled: false
    // Where nothing was answered, the nearest passages are all there is.
    readonly property bool unfolded: toggled !== grounding.refused

    readonly property real columnWidth: Math.min(Theme.columnWidth, width - 2 * Theme.px(24))

    implicitHeight: column.height + Theme.px(10)

    ListView.onPooled: {
        visible = false;
        toggled = false;
    }
    ListView.onReused: visible = true

    Accessible.role: Accessible.Grouping
    Accessible.name: [grounding.material, grounding.support, grounding.warning].filter(part => part.length > 0).join(" ")

    Column {
        id: column
        x: (row.width - row.columnWidth) / 2
        y: Theme.px(6)
        width: row.columnWidth
        spacing: Theme.px(4)

        Words {
            width: parent.width
            text: [row.grounding.material, row.grounding.support].filter(part => part.length > 0).join(" ")
            wrapMode: Text.WordWrap
            isQuiet: true
            font.pixelSize: Theme.small
            objectName: "grounding"
            Accessible.ignored: true
        }
        Item {
            width: parent.width
            height: warning.height
            visible: row.grounding.warning.length > 0

            Icon {
                anchors.left: parent.left
                y: Theme.px(1)
                width: Theme.px(14)
                height: width
                name: "warning"
                color: Theme.warn
            }
            Words {
                id: warning
                anchors.left: parent.left
                anchors.leftMargin: Theme.px(20)
                anchors.right: parent.right
                text: row.grounding.warning
                wrapMode: Text.WordWrap
                color: Theme.warn
                font.pixelSize: Theme.small
                Accessible.ignored: true
            }
        }
        TextButton {
            anchors.left: parent.left
            anchors.leftMargin: -leftPadding
            visible: row.grounding.title.length > 0
            text: row.grounding.title
            iconName: row.unfolded ? "chevron-down" : "chevron-right"
            tint: Theme.quiet
            font.weight: Font.Normal
            objectName: "sourcesFold"
            Accessible.name: row.unfolded ? qsTr("%1, shown").arg(text) : qsTr("%1, folded").arg(text)
            onClicked: row.toggled = !row.toggled
        }
        Loader {
            width: parent.width
            active: row.unfolded && row.grounding.title.length > 0
            visible: active
            sourceComponent: Column {
                Repeater {
                    model: row.grounding.sources

                    SourceEntry {
                        required property citationValue modelData

                        width: row.columnWidth
                        number: modelData.ordinal
                        place: modelData.place
                        excerpt: modelData.text
                        current: row.navigator !== null && row.navigator.number === number && row.navigator.answer.value === row.messageId.value
                        onClicked: row.navigator?.open(row.messageId, number)
                    }
                }
            }
        }
    }
}
