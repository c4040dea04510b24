// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Carrel.Services
import Carrel.Style

/// What the chat is about, as chips in as many lines as there is room for, and whether an answer comes from it alone.
Flickable {
    id: row

    required property AttachmentListModel attachments
    required property ChatService chat
    readonly property real line: Theme.px(30)

    /// Nothing here wants the keyboard any more.
    signal writingWanted

    visible: row.attachments.count > 0
    implicitHeight: !visible ? 0 : Math.min(flow.implicitHeight, 3 * row.line + 2 * flow.spacing + Theme.px(8))
    contentHeight: flow.implicitHeight
    clip: contentHeight > height
    interactive: contentHeight > height
    boundsBehavior: Flickable.StopAtBounds

    ScrollBar.vertical: Scroller {}

    Accessible.role: Accessible.List
    Accessible.name: qsTr("Documents of this chat")

    Flow {
        id: flow
        width: row.width
        spacing: Theme.px(8)

        Repeater {
            id: chips
            model: row.attachments
            delegate: AttachmentChip {
                id: chip
                widest: Math.min(Theme.px(230), row.width)
                onRemoveWanted: byKeyboard => {
                    const next = chip.index + 1 < chips.count ? chip.index + 1 : chip.index - 1;
                    if (byKeyboard && next >= 0)
                        (chips.itemAt(next) as AttachmentChip)?.focusCross();
                    else
                        row.writingWanted();
                    row.attachments.remove(chip.index);
                }
            }
        }
        Toggle {
            id: only
            implicitHeight: row.line
            spacing: Theme.px(8)
            text: qsTr("Only from documents")
            font.pixelSize: Theme.label
            checked: row.chat.documentMode === App.DocumentMode.Only
            onToggled: row.chat.setDocumentMode(checked ? App.DocumentMode.Only : App.DocumentMode.First)

            Loader {
                active: only.hovered
                sourceComponent: Hint {
                    parent: only
                    visible: true
                    text: qsTr("Where the documents do not answer, the model is not asked")
                }
            }
        }
    }
}
