// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// Collections and files to choose from while a name is written after `#`. The keyboard stays with the text, which hands
/// over the keys that belong here.
Popup {
    id: picker

    required property DocumentFinder finder
    required property ChatService chat
    required property IngestService ingest
    /// A name is being written.
    property bool wanted: false
    property string query: ""
    /// There is something to choose: arrows, Enter and Tab belong here.
    readonly property bool handles: visible && list.count > 0
    readonly property string sentence: list.count > 0 || !choices.settled ? "" : picker.query.length === 0 ? qsTr("There are no documents to choose from yet. The paper clip attaches files.") : qsTr("No collection or file is called so.")

    signal chosen

    function move(step: int): void {
        list.currentIndex = (list.currentIndex + step + list.count) % list.count;
    }
    function choose(): void {
        choices.attach(list.currentIndex);
        picker.chosen();
    }

    // More than a word that nothing is called is a sentence with a number sign in it.
    visible: wanted && (list.count > 0 || (sentence.length > 0 && !query.includes(" ")))
    focus: false
    modal: false
    closePolicy: Popup.NoAutoClose
    y: -height - Theme.px(6)
    width: Math.min(Theme.px(440), parent ? parent.width : Theme.px(440))
    height: Math.min(implicitHeight, Theme.px(380))
    margins: Theme.px(8)
    padding: Theme.px(5)
    objectName: "documentPicker"

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
    contentItem: Item {
        implicitHeight: list.count > 0 ? list.contentHeight : nothing.implicitHeight + Theme.px(20)

        DocumentChoiceModel {
            id: choices
            finder: picker.finder
            chat: picker.chat
            ingest: picker.ingest
            active: picker.wanted
            query: picker.query
        }
        Words {
            id: nothing
            anchors.centerIn: parent
            width: parent.width - Theme.px(20)
            visible: list.count === 0
            wrapMode: Text.WordWrap
            text: picker.sentence
            isQuiet: true
        }
        ListView {
            id: list
            anchors.fill: parent
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            highlightMoveDuration: 0
            currentIndex: count > 0 ? 0 : -1
            objectName: "documentChoices"

            Accessible.role: Accessible.List
            Accessible.name: qsTr("%n document(s) to choose from", "", count)

            ScrollBar.vertical: Scroller {}
            model: choices
            section.property: "group"
            section.delegate: Words {
                required property string section

                width: list.width
                height: Theme.px(26)
                leftPadding: Theme.px(9)
                rightPadding: Theme.px(9)
                text: section
                isQuiet: true
                font.pixelSize: Theme.small
                font.weight: Font.Medium
                Accessible.role: Accessible.Heading
            }
            delegate: DocumentChoiceRow {
                width: list.width
                onClicked: {
                    list.currentIndex = index;
                    picker.choose();
                }
            }
            onCurrentItemChanged: {
                const row = currentItem as DocumentChoiceRow;
                if (row && picker.visible)
                    row.Accessible.announce(row.spoken);
            }
        }
    }
    enter: Transition {
        NumberAnimation {
            property: "opacity"
            from: 0
            to: 1
            duration: Theme.quick
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
