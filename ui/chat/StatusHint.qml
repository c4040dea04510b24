// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Carrel.Style

/// A few quiet words of the status line; all of it is in a tip.
Words {
    id: words

    /// Shown while the pointer is on the words.
    required property string tip

    visible: text.length > 0
    isQuiet: true
    font.pixelSize: Theme.small

    HoverHandler {
        id: hover
    }
    Loader {
        active: hover.hovered
        sourceComponent: Hint {
            parent: words
            visible: true
            text: words.tip
        }
    }
}
