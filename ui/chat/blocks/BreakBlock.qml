// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Style

/// A thematic break.
BlockFrame {
    above: Theme.px(16)
    below: Theme.px(16)
    Accessible.role: Accessible.Separator
    Accessible.name: qsTr("Separator")

    Hairline {
        width: parent.width
    }
}
