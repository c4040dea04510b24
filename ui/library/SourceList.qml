// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// The passages that a summary cites, folded under their number.
Column {
    id: list

    required property list<summarySource> sources
    property bool unfolded: false

    signal pageWanted(source: summarySource)

    spacing: Theme.px(4)

    TextButton {
        x: list.LayoutMirroring.enabled ? parent.width - width + leftPadding : -leftPadding
        text: qsTr("%n source(s)", "", list.sources.length)
        iconName: list.unfolded ? "chevron-down" : "chevron-right"
        objectName: "summarySources"
        onClicked: list.unfolded = !list.unfolded
    }
    Repeater {
        model: list.sources

        PassageQuote {
            required property summarySource modelData

            x: list.LayoutMirroring.enabled ? 0 : Theme.px(14)
            width: list.width - Theme.px(14)
            visible: list.unfolded
            source: modelData
            onPageWanted: source => list.pageWanted(source)
        }
    }
}
