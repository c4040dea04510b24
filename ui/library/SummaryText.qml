// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Qt.labs.qmlmodels
import Carrel.Chat
import Carrel.Services
import Carrel.Style

/// The text of a summary, its blocks drawn as those of answers are.
Column {
    id: text

    required property SummaryBlocks blocks
    /// It is no message of a conversation.
    property messageId message

    signal linkChosen(target: string)

    Repeater {
        model: text.blocks
        delegate: DelegateChooser {
            role: "kind"

            DelegateChoice {
                roleValue: Markdown.Code

                CodeBlock {
                    id: code

                    required property int index

                    width: text.width
                    onCopyWanted: Clipboard.copy(text.blocks.code(code.index))
                }
            }
            DelegateChoice {
                roleValue: Markdown.Table

                TableBlock {
                    width: text.width
                    messageId: text.message
                    onLinkChosen: target => text.linkChosen(target)
                }
            }
            DelegateChoice {
                roleValue: Markdown.ThematicBreak

                BreakBlock {
                    width: text.width
                }
            }
            DelegateChoice {
                TextBlock {
                    width: text.width
                    messageId: text.message
                    onLinkChosen: target => text.linkChosen(target)
                }
            }
        }
    }
}
