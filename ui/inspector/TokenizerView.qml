// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// The tokenizer at work: text above, its tokens below, while one types.
FocusScope {
    id: view

    required property ModelInspector inspector

    Words {
        width: parent.width
        visible: !view.inspector.hasTokenizer
        text: qsTr("%1. %2").arg(view.inspector.tokenizerFailure.title).arg(view.inspector.tokenizerFailure.explanation)
        wrapMode: Text.WordWrap
    }
    Item {
        anchors.fill: parent
        visible: view.inspector.hasTokenizer

        Rectangle {
            id: paper
            width: parent.width
            height: Math.min(Theme.px(150), Math.max(Theme.px(76), area.implicitHeight))
            radius: Theme.radiusSmall
            color: Theme.surface
            border.width: area.activeFocus ? Math.max(2, Theme.px(2)) : Theme.hair
            border.color: area.activeFocus ? Theme.accent : Theme.outline

            Flickable {
                anchors.fill: parent
                anchors.margins: Theme.px(2)
                clip: true
                boundsBehavior: Flickable.StopAtBounds
                contentHeight: area.implicitHeight

                ScrollBar.vertical: Scroller {}
                TextArea.flickable: TextArea {
                    id: area
                    leftPadding: Theme.px(12)
                    rightPadding: Theme.px(12)
                    topPadding: Theme.px(9)
                    bottomPadding: Theme.px(9)
                    focus: true
                    wrapMode: TextEdit.Wrap
                    textFormat: TextEdit.PlainText
                    horizontalAlignment: area.length > 0 || area.preeditText.length > 0 ? undefined : TextEdit.AlignLeft
                    text: qsTr("Type here and see what the model reads: words, numbers like 1234567, naïve accents, ελληνικά and русский.")
                    color: Theme.ink
                    selectionColor: Theme.selection
                    selectedTextColor: Theme.ink
                    selectByMouse: true
                    font.family: Theme.family
                    font.pixelSize: Theme.body
                    background: null
                    objectName: "tokenizerText"
                    Accessible.role: Accessible.EditableText
                    Accessible.name: qsTr("Text to make tokens of")
                    Keys.priority: Keys.BeforeItem
                    Keys.onTabPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
                    Keys.onBacktabPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
                }
            }
        }
        Flow {
            id: choices
            anchors.top: paper.bottom
            anchors.topMargin: Theme.px(8)
            width: parent.width
            spacing: Theme.px(20)

            Toggle {
                id: around
                text: qsTr("With what stands around a text")
                font.pixelSize: Theme.label
                checked: model.addSpecial
                onToggled: model.addSpecial = checked
            }
            Toggle {
                text: qsTr("Control tokens typed here count as such")
                font.pixelSize: Theme.label
                checked: model.parseControl
                onToggled: model.parseControl = checked
            }
        }
        Words {
            id: counts
            anchors.top: choices.bottom
            anchors.topMargin: Theme.px(8)
            width: parent.width
            text: InspectorWords.counts(view.inspector.tokenCount, view.inspector.characterCount, view.inspector.byteCount)
            isQuiet: true
            objectName: "tokenCounts"
        }
        Words {
            id: notice
            anchors.top: counts.bottom
            anchors.topMargin: visible ? Theme.px(4) : 0
            width: parent.width
            height: visible ? implicitHeight : 0
            visible: view.inspector.tokenizerNotice.length > 0
            text: view.inspector.tokenizerNotice
            wrapMode: Text.WordWrap
            color: Theme.warn
            font.pixelSize: Theme.small
        }
        Flickable {
            anchors.top: notice.bottom
            anchors.topMargin: Theme.px(10)
            anchors.bottom: parent.bottom
            width: parent.width
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            contentHeight: chips.height + (more.visible ? more.height : 0) + Theme.px(28)

            ScrollBar.vertical: Scroller {}

            Flow {
                id: chips
                width: parent.width
                spacing: Theme.px(4)
                objectName: "tokenChips"
                Accessible.role: Accessible.List
                Accessible.name: qsTr("Tokens")

                Repeater {
                    model: TokenModel {
                        id: model
                        inspector: view.inspector
                        text: area.text
                    }

                    TokenChip {}
                }
            }
            PlainButton {
                id: more
                anchors.top: chips.bottom
                anchors.topMargin: Theme.px(10)
                anchors.left: parent.left
                visible: model.more > 0
                text: qsTr("Show more (%1 to go)").arg(InspectorWords.number(model.more))
                onClicked: model.showMore()
            }
        }
    }
}
