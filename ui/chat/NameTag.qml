// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic

/// A name that is being written behind a mark in the composer.
QtObject {
    id: tag

    required property TextArea area
    required property string mark
    property int start: -1
    /// The one that Escape closed.
    property int left: -1
    property string query: ""
    readonly property bool open: start >= 0 && start !== left

    function look(): void {
        const cursor = tag.area.cursorPosition;
        const from = Math.max(0, cursor - 100);
        const at = DocumentTag.startOf(tag.area.getText(from, cursor), cursor - from, tag.mark);
        tag.start = at < 0 ? -1 : from + at;
        if (tag.start !== tag.left)
            tag.left = -1;
        tag.query = tag.start < 0 ? "" : tag.area.getText(tag.start + 1, cursor);
    }
    function leave(): void {
        tag.left = tag.start;
    }
}
