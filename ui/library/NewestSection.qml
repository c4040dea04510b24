// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Services
import Carrel.Style

/// What was found in the section that was read last, while there is nothing of the summary itself.
Column {
    id: newest

    required property summarySection section

    spacing: Theme.px(6)

    Words {
        width: parent.width
        text: newest.section.points.length > 0 ? qsTr("Just read: %1").arg(newest.section.title) : qsTr("Just read, gave nothing: %1").arg(newest.section.title)
        font.weight: Font.Medium
    }
    Repeater {
        model: newest.section.points

        SectionPoint {
            required property string modelData

            width: newest.width
            text: modelData
        }
    }
    Words {
        width: parent.width
        topPadding: Theme.px(6)
        wrapMode: Text.WordWrap
        text: qsTr("The summary is written when all parts are read.")
        isQuiet: true
        font.pixelSize: Theme.small
    }
}
