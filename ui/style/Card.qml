// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

/// A sheet of paper on the desk: surface, hairline, rounded.
Rectangle {
    color: Theme.surface
    radius: Theme.radius
    border.color: Theme.hairline
    border.width: Theme.hair
}
