// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// The chat template: what is sent for a conversation, part by part, and its source.
FocusScope {
    id: view

    required property ModelInspector inspector
    required property ChatService chat
    property int shown: TemplateView.Sample

    enum Shown {
        Sample,
        Chat,
        Source
    }

    function look(): void {
        if (view.shown === TemplateView.Sample)
            view.inspector.viewSample();
        else if (view.shown === TemplateView.Chat)
            view.inspector.viewChat(view.chat);
    }

    onShownChanged: view.look()
    Component.onCompleted: view.look()

    Words {
        width: parent.width
        visible: !view.inspector.takesChats
        text: view.inspector.hasTokenizer ? qsTr("No conversations are sent to this model: it is not made to write.") : qsTr("%1. %2").arg(view.inspector.tokenizerFailure.title).arg(view.inspector.tokenizerFailure.explanation)
        wrapMode: Text.WordWrap
    }
    Item {
        anchors.fill: parent
        visible: view.inspector.takesChats

        Segments {
            id: choice
            name: qsTr("Which conversation")
            options: [qsTr("A sample"), qsTr("This chat's last question"), qsTr("The template itself")]
            current: view.shown
            onChosen: index => view.shown = index
        }
        Words {
            id: total
            anchors.right: copy.left
            anchors.rightMargin: Theme.px(6)
            anchors.left: choice.right
            anchors.leftMargin: Theme.px(12)
            anchors.verticalCenter: choice.verticalCenter
            horizontalAlignment: Text.AlignRight
            visible: view.shown !== TemplateView.Source && view.inspector.promptTokens > 0
            text: qsTr("%n token(s) in all", "", view.inspector.promptTokens)
            isQuiet: true
        }
        IconButton {
            id: copy
            anchors.right: parent.right
            anchors.verticalCenter: choice.verticalCenter
            name: view.shown === TemplateView.Source ? qsTr("Copy the template") : qsTr("Copy what is sent")
            iconName: "copy"
            onClicked: Clipboard.copy(view.shown === TemplateView.Source ? view.inspector.templateSource : model.wholeText())
        }
        Words {
            id: notice
            anchors.top: choice.bottom
            anchors.topMargin: visible ? Theme.px(8) : 0
            width: parent.width
            height: visible ? implicitHeight : 0
            visible: view.inspector.templateNotice.length > 0
            text: qsTr("Not the file's own template: %1.").arg(view.inspector.templateNotice)
            wrapMode: Text.WordWrap
            color: Theme.warn
            font.pixelSize: Theme.small
        }
        ListView {
            id: parts
            anchors.top: notice.bottom
            anchors.topMargin: Theme.px(10)
            anchors.bottom: parent.bottom
            width: parent.width
            visible: view.shown !== TemplateView.Source
            clip: true
            spacing: Theme.px(10)
            activeFocusOnTab: true
            boundsBehavior: Flickable.StopAtBounds
            objectName: "promptParts"
            Accessible.role: Accessible.List
            Accessible.name: qsTr("What is sent, part by part")

            ScrollBar.vertical: Scroller {}
            footer: Item {
                height: Theme.px(20)
            }
            model: PromptModel {
                id: model
                inspector: view.inspector
            }
            delegate: PromptPartView {
                width: parts.width
            }
        }
        Words {
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.top: notice.bottom
            anchors.topMargin: Theme.px(40)
            width: Math.min(implicitWidth, parent.width)
            visible: view.shown !== TemplateView.Source && parts.count === 0
            text: !view.inspector.promptFailure.empty ? qsTr("%1. %2").arg(view.inspector.promptFailure.title).arg(view.inspector.promptFailure.explanation) : view.shown === TemplateView.Chat ? qsTr("Nothing has been asked in the open chat yet.") : ""
            wrapMode: Text.WordWrap
            isQuiet: true
        }
        Rectangle {
            anchors.top: notice.bottom
            anchors.topMargin: Theme.px(10)
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Theme.px(20)
            width: parent.width
            visible: view.shown === TemplateView.Source
            radius: Theme.radius
            color: Theme.codePaper
            border.color: Theme.hairline
            border.width: Theme.hair

            Flickable {
                anchors.fill: parent
                anchors.margins: Theme.px(1)
                clip: true
                boundsBehavior: Flickable.StopAtBounds
                contentHeight: source.height + Theme.px(24)
                LayoutMirroring.enabled: false
                LayoutMirroring.childrenInherit: true

                ScrollBar.vertical: Scroller {}

                TextEdit {
                    id: source
                    x: Theme.px(14)
                    y: Theme.px(12)
                    width: parent.width - 2 * x
                    text: view.inspector.templateSource
                    textFormat: TextEdit.PlainText
                    readOnly: true
                    selectByMouse: true
                    wrapMode: TextEdit.WrapAtWordBoundaryOrAnywhere
                    color: Theme.ink
                    selectionColor: Theme.selection
                    selectedTextColor: Theme.ink
                    font.family: Theme.monoFamily
                    font.pixelSize: Theme.code
                    objectName: "templateSource"
                    Accessible.role: Accessible.StaticText
                    Accessible.name: text
                }
            }
        }
    }
}
