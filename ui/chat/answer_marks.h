// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/conversation_types.h"
#include "app/markdown/citation_marks.h"

namespace ui {

/// What an answer's sources and the comparison with them add to its blocks: numbers that lead to a source, numbers of
/// sources that were found afterwards, and sentences that no source says. Plain value.
class AnswerMarks {
public:
    /// Reads them off a message. `blocks`: of its text, all of them when it has ended.
    void set(const app::MessageValue &message, const QList<app::markdown::Block> &blocks);
    /// The block of that number with its marks.
    [[nodiscard]] app::markdown::Block marked(app::markdown::Block block, qsizetype number) const;

private:
    /// Numbers that are put into a block.
    struct Addition {
        qsizetype block = 0;
        qsizetype at = 0;
        QList<qint32> numbers;
    };
    QList<qint32> m_known;
    QList<app::markdown::BlockRange> m_notFound;
    QList<Addition> m_additions; ///< in the order of the text
};

} // namespace ui
