// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// What a summary is to be like, and the button that begins it.
FocusScope {
    id: choices

    required property RoomPage page
    required property SummaryDesk desk
    readonly property bool asks: desk.manner === SummaryDesk.Questions
    readonly property modelCard model: models.chosenCard
    readonly property bool modelMissing: page.context.models.chosenId.length === 0 || model.name.length === 0

    function begin(): void {
        if (!choices.modelMissing)
            choices.desk.begin();
    }

    ModelListModel {
        id: models

        readonly property modelCard chosenCard: choices.page.context.models.chosenId.length > 0 && count > 0 ? card(choices.page.context.models.chosenId) : card("")

        service: choices.page.context.models
    }
    Flickable {
        anchors.fill: parent
        contentHeight: column.height + Theme.px(24)
        clip: true
        focus: true
        boundsBehavior: Flickable.StopAtBounds

        ScrollBar.vertical: Scroller {}

        Column {
            id: column
            width: Math.min(parent.width, Theme.px(640))
            spacing: Theme.px(14)

            Words {
                anchors.left: parent.left
                text: qsTr("What it says")
                font.weight: Font.Medium
            }
            Segments {
                anchors.left: parent.left
                name: qsTr("What it says")
                options: [qsTr("Short"), qsTr("Standard"), qsTr("Detailed"), qsTr("Key points"), qsTr("Answers")]
                current: choices.desk.manner
                onChosen: index => choices.desk.manner = index
            }
            Words {
                readonly property list<string> notes: [qsTr("Two or three sentences."), qsTr("One to three paragraphs."), qsTr("A page or two, with headings."), qsTr("A list of the most important points."), qsTr("Answers to your questions, from the whole of the documents, in place of a summary.")]

                width: parent.width
                wrapMode: Text.WordWrap
                text: notes[choices.desk.manner]
                isQuiet: true
            }
            Rectangle {
                width: parent.width
                height: Math.max(Theme.px(88), asking.implicitHeight)
                visible: choices.asks
                radius: Theme.radiusSmall
                color: Theme.surface
                border.color: asking.activeFocus ? Theme.accent : Theme.outline
                border.width: asking.activeFocus ? Math.max(2, Theme.px(2)) : Theme.hair

                TextArea {
                    id: asking
                    anchors.fill: parent
                    padding: Theme.px(11)
                    text: choices.desk.questions
                    placeholderText: qsTr("One question a line")
                    placeholderTextColor: Theme.quiet
                    textFormat: TextEdit.PlainText
                    wrapMode: TextEdit.Wrap
                    color: Theme.ink
                    selectionColor: Theme.selection
                    selectedTextColor: Theme.ink
                    font.family: Theme.family
                    font.pixelSize: Theme.control
                    background: null
                    objectName: "summaryQuestions"
                    Accessible.role: Accessible.EditableText
                    Accessible.name: qsTr("Questions, one a line")
                    onTextChanged: choices.desk.questions = text
                    KeyNavigation.priority: KeyNavigation.BeforeItem
                    KeyNavigation.tab: languages
                }
            }
            Words {
                anchors.left: parent.left
                topPadding: Theme.px(8)
                text: qsTr("Language")
                font.weight: Font.Medium
            }
            PlainButton {
                id: languages
                anchors.left: parent.left
                text: choices.desk.languageName(choices.desk.language)
                iconName: "chevron-down"
                Accessible.role: Accessible.ButtonMenu
                Accessible.name: qsTr("Language: %1").arg(text)
                onClicked: {
                    tongues.active = true;
                    (tongues.item as PopupMenu)?.popup(languages, 0, languages.height + Theme.px(4));
                }
                Loader {
                    id: tongues
                    active: false
                    sourceComponent: PopupMenu {
                        id: menu
                        name: qsTr("Language of the summary")
                        height: Math.min(implicitHeight, Theme.px(380))
                        onClosed: Qt.callLater(() => tongues.active = false)

                        Instantiator {
                            model: [""].concat(choices.desk.languages())
                            delegate: MenuEntry {
                                required property string modelData

                                text: choices.desk.languageName(modelData)
                                iconName: choices.desk.language === modelData ? "check" : ""
                                onTriggered: choices.desk.language = modelData
                            }
                            onObjectAdded: (index, object) => menu.insertItem(index, object as MenuEntry)
                            onObjectRemoved: (index, object) => menu.removeItem(object as MenuEntry)
                        }
                    }
                }
            }
            Item {
                width: parent.width
                height: Theme.px(4)
            }
            Words {
                width: parent.width
                visible: text.length > 0
                wrapMode: Text.WordWrap
                text: choices.modelMissing ? qsTr("No model is chosen that could write it. Choose one, or add a file that is already on this computer.") : choices.desk.occupied.length > 0 ? qsTr("“%1” is being made; one at a time is read.").arg(choices.desk.occupied) : choices.model.fit === App.FitLevel.WontFit ? qsTr("%1 does not fit into the memory of this computer.").arg(choices.model.name) : qsTr("Read and written by %1 on this computer. What is read is kept: it can be paused, and a second time it is there at once.").arg(choices.model.name)
                isQuiet: !choices.modelMissing
            }
            Row {
                anchors.left: parent.left
                spacing: Theme.px(10)

                PrimaryButton {
                    visible: !choices.modelMissing
                    focus: true
                    enabled: choices.desk.ready
                    text: choices.asks ? qsTr("Answer the questions") : qsTr("Summarize")
                    objectName: "beginSummary"
                    onClicked: choices.begin()
                }
                PrimaryButton {
                    visible: choices.modelMissing
                    text: qsTr("Choose a model")
                    onClicked: choices.page.failureActionWanted(App.FailureAction.ChooseModel)
                }
                PlainButton {
                    visible: choices.desk.occupied.length > 0
                    text: qsTr("Show that one")
                    onClicked: choices.desk.takeNewest()
                }
            }
        }
    }
}
