// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

/// A line of one pixel between things.
Rectangle {
    implicitWidth: Theme.hair
    implicitHeight: Theme.hair
    color: Theme.hairline
}
