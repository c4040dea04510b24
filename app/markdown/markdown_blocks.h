// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/markdown/block.h"
#include "app/markdown/line_rules.h"

#include <QStringView>

namespace app::markdown {

/// Markdown that arrives piece by piece, as blocks: those of closed segments never change again, those of the one open
/// segment are made anew with each piece. A segment is a paragraph, a heading, a fence, a top-level list item and the
/// like; where one ends is decided on whole lines alone, so that any split of the same text gives the same blocks.
/// A piece costs time in proportion to its own length and the open segment, which is bounded (kSegmentBudget).
/// Not thread-safe; make one per message.
class MarkdownBlocks {
public:
    /// Longer segments are cut at a line, longer lines at a word: hostile input stays cheap, and no text is lost.
    static constexpr qsizetype kSegmentBudget = 16 * 1024; // UTF-16 units
    /// Longer code goes on in a further block with Block::continuesPrevious.
    static constexpr int kCodeLines = 400;

    /// What a call changed: blocks before `firstChanged` are untouched.
    struct Change {
        qsizetype firstChanged = 0;
        qsizetype oldCount = 0;
        qsizetype newCount = 0;
        [[nodiscard]] bool isEmpty() const { return firstChanged == oldCount && oldCount == newCount; }
    };

    /// Takes the next piece; it may end anywhere, even between two surrogates or CR and LF.
    Change append(QStringView piece);
    /// No more text comes: a half line becomes a line, an unclosed fence is closed.
    Change finish();

    [[nodiscard]] const QList<Block> &blocks() const { return m_blocks; }
    /// How many blocks can no longer change.
    [[nodiscard]] qsizetype closedCount() const { return m_closed; }

    /// All blocks of a finished text.
    static QList<Block> parse(QStringView text);

private:
    enum class Segment { None, Paragraph, Item, Fence, Indented };
    struct ListState {
        bool active = false;
        bool ordered = false;
        QChar mark;
        int next = 0;
    };

    void takeLine(QStringView line);
    void startSegment(QStringView line);
    void addLine(QStringView line);
    void closeSegment();
    void cutOversized();
    void takeFenceLine(QStringView line);
    void appendCode(QStringView line);
    void openFence(const FenceStart &fence, const QString &language, bool continues);
    bool staysInItem(QStringView line, int indent) const;
    bool endsParagraph(QStringView line) const;
    void showOpen();
    int firstNumber() const { return m_segment == Segment::Item && m_continuesList ? m_itemNumber : -1; }
    Change changeSince(const QList<Block> &oldTail, qsizetype oldClosed) const;

    QList<Block> m_blocks;
    qsizetype m_closed = 0; // blocks of closed segments
    Segment m_segment = Segment::None;
    QString m_source; // whole lines of the open segment, each with its '\n'
    QString m_line;   // the line that has no end yet
    bool m_pendingCr = false;
    bool m_lastBlank = false;
    int m_lineCount = 0;
    int m_contentIndent = 0;
    int m_itemNumber = 0;
    bool m_continuesList = false;
    ListState m_list;
    FenceStart m_fence; // info is not kept
    QString m_language;
    QString m_code; // text of the open code block, without the half line
};

} // namespace app::markdown
