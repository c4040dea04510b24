// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// How much of the documents a summary rests on, as the store counts it, and what it does not.
Column {
    id: line

    enum Part {
        Nothing,
        Pages,
        Sections,
        Files
    }

    required property summaryCoverage coverage
    /// What an earlier summary had done; empty: nothing.
    required property string kept
    property int shown: CoverageLine.Nothing
    readonly property list<summaryPlace> places: shown === CoverageLine.Pages ? coverage.pagesWithoutText : shown === CoverageLine.Sections ? coverage.emptySections : shown === CoverageLine.Files ? coverage.unreadFiles : []

    signal openWanted(path: string)
    /// What was opened should come into sight.
    signal seen

    function toggle(part: int): void {
        line.shown = line.shown === part ? CoverageLine.Nothing : part;
        Qt.callLater(line.seen);
    }

    topPadding: Theme.px(10)
    spacing: Theme.px(6)

    Hairline {
        width: parent.width
    }
    Words {
        width: parent.width
        topPadding: Theme.px(4)
        wrapMode: Text.WordWrap
        text: line.kept.length > 0 ? qsTr("%1 %2").arg(line.coverage.sentence).arg(line.kept) : line.coverage.sentence
        isQuiet: true
        objectName: "coverage"
    }
    Flow {
        width: parent.width
        spacing: Theme.px(6)

        TextButton {
            visible: line.coverage.pagesWithoutText.length > 0
            leftPadding: 0
            text: qsTr("%n page(s) without text", "", line.coverage.pagesWithoutText.length)
            iconName: line.shown === CoverageLine.Pages ? "chevron-down" : "chevron-right"
            onClicked: line.toggle(CoverageLine.Pages)
        }
        TextButton {
            visible: line.coverage.emptySections.length > 0
            leftPadding: 0
            text: qsTr("%n section(s) that gave nothing", "", line.coverage.emptySections.length)
            iconName: line.shown === CoverageLine.Sections ? "chevron-down" : "chevron-right"
            onClicked: line.toggle(CoverageLine.Sections)
        }
        TextButton {
            visible: line.coverage.unreadFiles.length > 0
            leftPadding: 0
            text: qsTr("%n file(s) not read whole", "", line.coverage.unreadFiles.length)
            iconName: line.shown === CoverageLine.Files ? "chevron-down" : "chevron-right"
            onClicked: line.toggle(CoverageLine.Files)
        }
    }
    Repeater {
        model: line.places

        PlaceButton {
            required property summaryPlace modelData

            x: line.LayoutMirroring.enabled ? 0 : Theme.px(14)
            width: line.width - Theme.px(14)
            text: LibraryWords.placeInWords(modelData)
            Accessible.name: qsTr("Open %1").arg(text)
            onClicked: line.openWanted(modelData.document)
        }
    }
}
