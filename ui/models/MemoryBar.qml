// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Style

/// What is free of a device's memory, and what a model takes of it: weights, context, scratch.
Item {
    id: bar

    required property MemoryPlan plan
    readonly property color tint: plan.fits ? Theme.accent : Theme.warn

    implicitHeight: Theme.px(12)
    Accessible.role: Accessible.Graphic
    Accessible.name: plan.words

    Rectangle {
        id: ground
        anchors.fill: parent
        radius: height / 2
        color: Theme.fillStrong
    }
    // Rounded as a whole: the parts are drawn square and their outer corners are covered by a clip of the row's ends.
    Row {
        id: parts

        readonly property list<real> shares: [bar.plan.weightsShare, bar.plan.contextShare, bar.plan.scratchShare]
        readonly property list<real> strengths: [1, 0.6, 0.34]

        anchors.left: parent.left
        height: parent.height
        visible: bar.plan.known

        Repeater {
            model: 3

            Item {
                id: part

                required property int index
                readonly property real share: parts.shares[part.index]
                readonly property bool first: index === 0

                width: Math.max(share > 0 ? Theme.px(2) : 0, Math.round(bar.width * share))
                height: parts.height
                clip: true

                Rectangle {
                    // The first part is round at its beginning alone.
                    anchors.left: part.first ? parent.left : undefined
                    anchors.horizontalCenter: part.first ? undefined : parent.horizontalCenter
                    width: part.width + (part.first ? height : 2)
                    height: part.height
                    radius: part.first ? height / 2 : 0
                    color: bar.tint
                    opacity: parts.strengths[part.index]
                }
            }
        }
    }
}
