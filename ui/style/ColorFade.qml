// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

/// How a colour changes under the pointer.
ColorAnimation {
    duration: Theme.quick
}
