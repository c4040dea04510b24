// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Style

SettingsSection {
    id: section

    required property AppContext context

    title: qsTr("About")

    Words {
        width: parent.width
        wrapMode: Text.WordWrap
        text: qsTr("Carrel %1, a private study desk for language models. Free software under the GNU General Public License, version 3 or later.").arg(section.context.version)
    }
    Words {
        width: parent.width
        wrapMode: Text.WordWrap
        isQuiet: true
        text: qsTr("Built with Qt %1 (LGPL-3.0), KSyntaxHighlighting (MIT), md4c (MIT), SQLite (public domain) and Highway (Apache-2.0). Inter, JetBrains Mono and Noto Serif under the SIL Open Font License. Models come with licences of their own; each card names its one.").arg(section.context.qtVersion)
    }
}
