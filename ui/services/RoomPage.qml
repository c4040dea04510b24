// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Style

/// What every room but the chat gets from the window.
FocusScope {
    id: page

    required property AppContext context
    required property bool showMenuButton

    signal menuWanted
    signal chatWanted
    signal newChatWanted
    signal addModelWanted

    readonly property real margin: width < Theme.px(640) ? Theme.px(20) : Theme.px(32)
}
