// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a model or a document says, as values: a flat list of leaf blocks that remember the containers around them.
// Nothing here is markup: text is plain text, styles are spans over it, links are strings that nobody has followed.
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

namespace app::markdown {
Q_NAMESPACE

/// The leaf blocks. Lists and quotes are containers, see Container.
enum class BlockKind { Paragraph, Heading, Code, Table, ThematicBreak };
Q_ENUM_NS(BlockKind)

/// How a column of a table is aligned; Start follows the direction of the text.
enum class Alignment { Start, Left, Center, Right };
Q_ENUM_NS(Alignment)

/// Styles of a span; they combine. The last three are not Markdown's, see citation_marks.h.
enum SpanStyle : quint8 {
    Bold = 1,
    Italic = 2,
    InlineCode = 4,
    Strike = 8,
    Link = 16,
    Citation = 32,    ///< `[n]`, the number of a source; the whole of it is one span
    NotFound = 64,    ///< of a sentence that the sources do not say
    Attributed = 128, ///< with Citation: found by comparing, not written by the model
};

/// A run of styled characters. Spans are sorted, do not overlap, and cover styled text only.
struct Span {
    qsizetype start = 0;  ///< UTF-16 units from the start of the text
    qsizetype length = 0; ///< > 0
    quint8 styles = 0;    ///< SpanStyle bits
    int link = -1;        ///< index into the links of the text, -1 for none
    bool operator==(const Span &) const = default;
};

/// Text with its spans. '\n' is a line break inside the paragraph.
struct StyledText {
    Q_GADGET
    Q_PROPERTY(QString text MEMBER text)
public:
    QString text;
    QList<Span> spans;
    QStringList links; ///< targets as written, unchecked; text of them must be shown before one is opened
    bool operator==(const StyledText &) const = default;
};

/// One list or quote around a block, outermost first in Block::path.
struct Container {
    enum class Kind : quint8 { Quote, Bullet, Ordered };
    enum class Task : quint8 { None, Open, Done };
    Kind kind = Kind::Quote;
    Task task = Task::None;
    bool first = false; ///< the block is the first of its list item and carries the marker
    int number = 0;     ///< of the item in an ordered list
    bool operator==(const Container &) const = default;
};

/// Rows of cells; every row has as many cells as there are columns. The first row is the head.
struct Table {
    QList<Alignment> columns;
    QList<QList<StyledText>> rows;
    bool operator==(const Table &) const = default;
};

/// A leaf block. Copies share their data.
struct Block {
    Q_GADGET
    Q_PROPERTY(app::markdown::BlockKind kind MEMBER kind)
    Q_PROPERTY(int level MEMBER level)
    Q_PROPERTY(bool continuesPrevious MEMBER continuesPrevious)
    Q_PROPERTY(QString language MEMBER language)
    Q_PROPERTY(app::markdown::StyledText content MEMBER content)
    Q_PROPERTY(int rowCount READ rowCount)
    Q_PROPERTY(int columnCount READ columnCount)
    Q_PROPERTY(int quoteDepth READ quoteDepth)
    Q_PROPERTY(int listDepth READ listDepth)
    Q_PROPERTY(QString marker READ marker)
public:
    BlockKind kind = BlockKind::Paragraph;
    int level = 0;                  ///< of a heading, 1 to 6
    bool continuesPrevious = false; ///< a long code block goes on: no gap, no header of its own
    QString language;               ///< of a code block: first word after the fence, may be empty
    StyledText content;             ///< of paragraph, heading and code (code has no spans)
    Table table;
    QList<Container> path;

    [[nodiscard]] int rowCount() const { return static_cast<int>(table.rows.size()); }
    [[nodiscard]] int columnCount() const { return static_cast<int>(table.columns.size()); }
    [[nodiscard]] int quoteDepth() const;
    [[nodiscard]] int listDepth() const;
    /// What stands before the first block of a list item: "•", "3.", "☐", "☑"; empty elsewhere.
    [[nodiscard]] QString marker() const;
    /// A cell of a table; empty outside of it.
    Q_INVOKABLE [[nodiscard]] app::markdown::StyledText cell(int row, int column) const;
    Q_INVOKABLE [[nodiscard]] app::markdown::Alignment alignment(int column) const;
    bool operator==(const Block &) const = default;
};

} // namespace app::markdown
