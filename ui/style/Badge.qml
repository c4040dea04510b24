// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick

/// A few words on a soft ground. The words say it; the colour only repeats them.
Rectangle {
    id: badge

    enum Tone {
        Quiet,
        Good,
        Warn,
        Stop
    }

    required property string text
    property int tone: Badge.Quiet

    implicitWidth: words.implicitWidth + Theme.px(12)
    implicitHeight: words.implicitHeight + Theme.px(5)
    radius: Theme.px(5)
    color: tone === Badge.Good ? Theme.accentSoft : tone === Badge.Warn ? Theme.warnSoft : tone === Badge.Stop ? Theme.stopSoft : Theme.fill

    Words {
        id: words
        anchors.centerIn: parent
        width: Math.min(implicitWidth, badge.width - Theme.px(12))
        text: badge.text
        color: badge.tone === Badge.Good ? Theme.accent : badge.tone === Badge.Warn ? Theme.warn : badge.tone === Badge.Stop ? Theme.stop : Theme.quiet
        font.pixelSize: Theme.tiny
        font.weight: Font.Medium
    }
}
