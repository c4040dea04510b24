// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// Models that other programs have downloaded, to be used where they lie. They are looked for when this opens.
Sheet {
    id: sheet

    required property ForeignModels search

    title: qsTr("Models of other programs")
    preferredWidth: Theme.px(620)
    onAboutToShow: search.find()

    contentItem: Column {
        spacing: Theme.px(12)

        Words {
            width: parent.width
            wrapMode: Text.WordWrap
            text: qsTr("Ollama, LM Studio, Jan, GPT4All, the Hugging Face cache and llama.cpp keep models on this computer. Carrel uses them where they lie: nothing is copied, moved or changed there.")
            isQuiet: true
        }
        Card {
            width: parent.width
            height: Math.max(Theme.px(96), Math.min(Theme.px(320), view.contentHeight + Theme.px(12)))

            ListView {
                id: view
                anchors.fill: parent
                anchors.margins: Theme.px(6)
                clip: true
                focus: true
                activeFocusOnTab: true
                keyNavigationEnabled: true
                highlightMoveDuration: 0
                boundsBehavior: Flickable.StopAtBounds
                objectName: "foreignList"
                Accessible.role: Accessible.List
                Accessible.name: qsTr("Models of other programs")

                ScrollBar.vertical: Scroller {}
                section.property: "program"
                section.delegate: Words {
                    required property string section

                    width: view.width
                    height: Theme.px(30)
                    leftPadding: Theme.px(10)
                    rightPadding: Theme.px(10)
                    text: section
                    isQuiet: true
                    font.pixelSize: Theme.small
                    font.weight: Font.Medium
                    Accessible.role: Accessible.Heading
                }
                model: ForeignListModel {
                    id: found
                    search: sheet.search
                }
                delegate: ItemDelegate {
                    id: line

                    required property int index
                    required property foreignRow row
                    required property bool selected

                    width: view.width
                    height: Theme.px(40)
                    padding: 0
                    focusPolicy: Qt.ClickFocus
                    text: row.name
                    objectName: text

                    Accessible.role: Accessible.CheckBox
                    Accessible.name: [line.row.name, line.row.facts, line.row.standing].filter(part => part.length > 0).join(qsTr(", "))
                    Accessible.checkable: line.row.canLink
                    Accessible.checked: line.selected

                    contentItem: Item {
                        Rectangle {
                            id: box
                            anchors.left: parent.left
                            anchors.leftMargin: Theme.px(10)
                            anchors.verticalCenter: parent.verticalCenter
                            width: Theme.px(18)
                            height: width
                            radius: Theme.px(5)
                            color: line.selected ? Theme.accent : Theme.surface
                            border.color: line.selected ? Theme.accent : Theme.outline
                            border.width: line.row.listed ? 0 : Theme.hair
                            opacity: line.row.canLink || line.row.listed ? 1 : 0.5

                            Icon {
                                anchors.centerIn: parent
                                width: Theme.px(13)
                                height: width
                                visible: line.selected || line.row.listed
                                name: "check"
                                color: line.selected ? Theme.accentInk : Theme.accent
                            }
                        }
                        Words {
                            id: name
                            anchors.left: box.right
                            anchors.leftMargin: Theme.px(10)
                            anchors.verticalCenter: parent.verticalCenter
                            width: Math.min(implicitWidth, parent.width * 0.46)
                            text: line.row.name
                            color: line.row.canLink ? Theme.ink : Theme.quiet
                            elide: Text.ElideMiddle
                            Accessible.ignored: true
                        }
                        Words {
                            anchors.left: name.right
                            anchors.leftMargin: Theme.px(10)
                            anchors.right: standing.left
                            anchors.rightMargin: Theme.px(8)
                            anchors.baseline: name.baseline
                            text: line.row.facts
                            isQuiet: true
                            Accessible.ignored: true
                        }
                        Words {
                            id: standing
                            anchors.right: parent.right
                            anchors.rightMargin: Theme.px(10)
                            anchors.baseline: name.baseline
                            text: line.row.standing
                            color: line.row.listed ? Theme.accent : Theme.warn
                            font.pixelSize: Theme.small
                            Accessible.ignored: true
                        }
                    }
                    background: Rectangle {
                        radius: Theme.radiusSmall
                        color: line.hovered || (view.activeFocus && line.ListView.isCurrentItem) ? Theme.fill : "transparent"
                    }
                    onClicked: {
                        view.currentIndex = index;
                        found.toggle(index);
                    }
                    Keys.onReturnPressed: found.toggle(index)
                    Keys.onSpacePressed: found.toggle(index)
                }
            }
            Words {
                anchors.centerIn: parent
                width: parent.width - Theme.px(40)
                horizontalAlignment: Text.AlignHCenter
                wrapMode: Text.WordWrap
                visible: view.count === 0
                text: sheet.search.looking ? qsTr("Looking…") : qsTr("None of these programs has a model here.")
                isQuiet: true
            }
        }
        Row {
            anchors.left: parent.left
            spacing: Theme.px(8)

            PrimaryButton {
                enabled: found.selectedCount > 0
                text: found.selectedCount > 0 ? qsTr("Use %n model(s)", "", found.selectedCount) : qsTr("Use them")
                onClicked: {
                    found.link();
                    sheet.close();
                }
            }
            PlainButton {
                text: qsTr("Close")
                onClicked: sheet.close()
            }
        }
    }
}
