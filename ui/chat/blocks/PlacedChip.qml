// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Carrel.Services
import Carrel.Sources

/// The chip over a number in a text. The text says when its letters have other places.
CitationChip {
    id: chip

    required property int index
    required property BlockText words
    required property TextEdit host
    required property SourceNavigator navigator
    required property messageId answer

    function settle(): void {
        const spot = chip.words.citationRect(chip.index);
        chip.number = chip.words.citationNumber(chip.index);
        chip.added = chip.words.isCitationAdded(chip.index);
        chip.x = Math.round(chip.host.leftPadding + spot.x + (spot.width - chip.width) / 2);
        chip.y = Math.round(chip.host.topPadding + spot.y + (spot.height - chip.height) / 2);
    }

    number: 0
    place: chip.navigator?.place(chip.answer, chip.number) ?? ""
    current: chip.navigator?.number === chip.number && chip.navigator?.answer.value === chip.answer.value
    onClicked: chip.navigator?.open(chip.answer, chip.number)
    Component.onCompleted: settle()
}
