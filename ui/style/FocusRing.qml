// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

/// Shown around a control that has the keyboard.
Rectangle {
    id: ring

    /// Drawn outside the control by this much.
    property real gap: 2

    anchors.fill: parent
    anchors.margins: -gap
    radius: Theme.radiusSmall + gap
    color: "transparent"
    border.color: Theme.accent
    border.width: Math.max(2, Theme.px(2))
}
