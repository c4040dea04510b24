// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

SettingsSection {
    id: section

    required property AppContext context
    readonly property Settings settings: context.settings
    readonly property IngestService ingest: context.ingest

    title: qsTr("Reading documents")

    Words {
        anchors.left: parent.left
        text: qsTr("How documents are read")
    }
    Segments {
        anchors.left: parent.left
        name: qsTr("How documents are read")
        options: [qsTr("At full speed"), qsTr("Gently")]
        current: section.settings.indexingSpeed
        onChosen: index => section.settings.indexingSpeed = index
    }
    Words {
        width: parent.width
        wrapMode: Text.WordWrap
        text: section.settings.indexingSpeed === App.IndexingSpeed.Full ? qsTr("On all cores but one, behind everything else that this computer does. While an answer is written, reading waits.") : qsTr("On one core, half of the time. While an answer is written, reading waits.")
        isQuiet: true
    }
    Toggle {
        anchors.left: parent.left
        text: qsTr("Pause the reading of documents")
        checked: section.settings.indexingPaused
        onToggled: section.settings.indexingPaused = checked
    }
    Words {
        width: parent.width
        wrapMode: Text.WordWrap
        text: section.ingest.byMeaning ? qsTr("Passages are found by their words and by their meaning.") : qsTr("Passages are found by their words alone: there is no embedding model.")
        isQuiet: true
    }
}
