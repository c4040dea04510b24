// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic

/// A tooltip.
ToolTip {
    id: hint

    delay: 600
    padding: Theme.px(6)
    leftPadding: Theme.px(9)
    rightPadding: Theme.px(9)
    margins: Theme.px(6)
    // A long one in lines: wider than the window, it would be pushed over what it explains, and close at once.
    contentWidth: Math.min(contentItem.implicitWidth, Theme.px(400))

    contentItem: Words {
        text: hint.text
        wrapMode: Text.Wrap
        color: Theme.paper
        font.pixelSize: Theme.small
    }
    background: Rectangle {
        radius: Theme.radiusSmall
        color: Theme.ink
    }
}
