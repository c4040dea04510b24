// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Library
import Carrel.Services
import Carrel.Style

SettingsSection {
    id: section

    required property AppContext context
    readonly property Settings settings: context.settings
    readonly property IngestService ingest: context.ingest
    readonly property EmbedderList embedders: context.embedders
    /// Where none was chosen, or the chosen one is gone, the first one serves.
    readonly property string embedder: embedders.choices.some(one => one.path === settings.embedder) ? settings.embedder : embedders.choices.length > 0 ? embedders.choices[0].path : ""

    title: qsTr("Reading documents")

    Component.onCompleted: section.embedders.refresh()

    ReadingStatus {
        id: status
        ingest: section.ingest
        collections: section.context.collections
    }
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
        anchors.left: parent.left
        topPadding: Theme.px(6)
        text: qsTr("The model that finds passages by their meaning")
    }
    Column {
        width: parent.width
        spacing: Theme.px(8)

        Repeater {
            model: section.embedders.choices

            DeviceRow {
                required property embedderChoice modelData

                width: parent ? parent.width : 0
                name: modelData.name
                note: qsTr("%1 · %2").arg(modelData.size).arg(LibraryWords.place(modelData.path))
                chosen: section.embedder === modelData.path
                onChooseWanted: section.settings.embedder = modelData.path
            }
        }
    }
    Words {
        width: parent.width
        wrapMode: Text.WordWrap
        visible: text.length > 0
        text: section.ingest.remaking ? (status.detail.length > 0 ? qsTr("The meaning of %n passage(s) is learnt anew by the chosen model: %1. Until then the one before finds them.", "", status.counts.passages).arg(status.detail) : qsTr("The meaning of %n passage(s) is learnt anew by the chosen model. Until then the one before finds them.", "", status.counts.passages)) : status.wordsAlone.length > 0 ? status.wordsAlone : section.embedders.choices.length > 1 ? qsTr("Passages are found by their words and by their meaning. Another model learns the meaning of all passages anew, in the background, beside what is there; it takes its place when it has seen them all.") : qsTr("Passages are found by their words and by their meaning. Put another embedding model (bert, nomic-bert or qwen3-embedding, as a GGUF file) beside this one to choose it here.")
        isQuiet: true
        objectName: "embedderNote"
    }
}
