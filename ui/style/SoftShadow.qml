// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick

/// What lies above casts this on what lies below: thin layers, so that it costs no shader and fades out.
Item {
    id: shadow

    property real radius: Theme.radius

    Repeater {
        model: 7

        Rectangle {
            required property int index
            readonly property real spread: Theme.px(2) * index

            x: -spread
            y: Theme.px(3) - spread * 0.6
            width: shadow.width + 2 * spread
            height: shadow.height + spread * 1.7
            radius: shadow.radius + spread
            color: Theme.shadow
        }
    }
}
