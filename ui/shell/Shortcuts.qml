// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

/// The keys of the whole window; ShortcutSheet lists them.
Item {
    id: keys

    /// An answer is being written. Otherwise Escape belongs to whatever has the keyboard.
    property bool busy: false
    /// The conversation is on the screen.
    property bool talking: false

    signal newChatWanted
    signal searchWanted
    signal sidebarWanted
    signal modelWanted
    signal findWanted
    signal settingsWanted
    signal helpWanted
    signal composerWanted
    signal stopWanted
    signal copyAnswerWanted
    signal copyCodeWanted
    signal againWanted
    /// The next source of an answer (1) or the one before (-1).
    signal sourceWanted(step: int)
    signal saveWanted
    signal compareWanted

    Shortcut {
        sequences: ["Ctrl+N", "Ctrl+Shift+O"]
        onActivated: keys.newChatWanted()
    }
    Shortcut {
        sequence: "Ctrl+K"
        onActivated: keys.searchWanted()
    }
    Shortcut {
        sequence: "Ctrl+B"
        onActivated: keys.sidebarWanted()
    }
    Shortcut {
        sequence: "Ctrl+L"
        onActivated: keys.modelWanted()
    }
    Shortcut {
        sequence: "Ctrl+F"
        onActivated: keys.findWanted()
    }
    Shortcut {
        sequence: "Ctrl+,"
        onActivated: keys.settingsWanted()
    }
    Shortcut {
        sequences: ["F1", "Ctrl+/"]
        onActivated: keys.helpWanted()
    }
    Shortcut {
        sequence: "Shift+Escape"
        onActivated: keys.composerWanted()
    }
    Shortcut {
        sequence: "Escape"
        enabled: keys.busy
        onActivated: keys.stopWanted()
    }
    Shortcut {
        sequence: "Ctrl+Shift+C"
        onActivated: keys.copyAnswerWanted()
    }
    Shortcut {
        sequence: "Ctrl+Shift+;"
        onActivated: keys.copyCodeWanted()
    }
    Shortcut {
        sequence: "Ctrl+R"
        onActivated: keys.againWanted()
    }
    Shortcut {
        sequence: "Alt+Down"
        enabled: keys.talking
        onActivated: keys.sourceWanted(1)
    }
    Shortcut {
        sequence: "Alt+Up"
        enabled: keys.talking
        onActivated: keys.sourceWanted(-1)
    }
    Shortcut {
        sequence: "Ctrl+Shift+L"
        onActivated: keys.compareWanted()
    }
    Shortcut {
        sequence: "Ctrl+S"
        onActivated: keys.saveWanted()
    }
}
