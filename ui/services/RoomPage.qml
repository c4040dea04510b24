// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Style

/// What every room but the chat gets from the window.
FocusScope {
    id: page

    required property AppContext context
    required property bool showMenuButton
    /// Files are held over the window.
    property bool dropping: false

    /// The room is chosen again while it is open: what was opened in it closes.
    signal homeWanted
    signal menuWanted
    signal chatWanted
    signal newChatWanted
    signal addModelWanted
    /// A model file is to be shown from the inside.
    signal inspectWanted(path: string)
    /// An assistant was taken away; it can be brought back.
    signal removedAssistant(name: string)
    /// Back to where the room was opened from.
    signal leaveWanted
    /// The way out of a failure, an App.FailureAction.
    signal failureActionWanted(action: int)
    /// Where the settings say what may be sent.
    signal privacyWanted
    /// A new chat about the collection of that uuid.
    signal askWanted(uuid: string)
    signal filesDropped(paths: list<string>)

    readonly property real margin: width < Theme.px(640) ? Theme.px(20) : Theme.px(32)
}
