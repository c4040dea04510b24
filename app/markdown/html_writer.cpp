// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/markdown/html_writer.h"

#include "app/markdown/citation_marks.h"

#include <algorithm>

namespace app::markdown {

namespace {

constexpr int kDeepest = 32; // containers that are written; deeper ones lose their indent, never their text

bool isWebAddress(const QString &target)
{
    return target.startsWith(QLatin1StringView("https://"), Qt::CaseInsensitive) ||
           target.startsWith(QLatin1StringView("http://"), Qt::CaseInsensitive);
}

QString lines(const QString &text)
{
    return escapedHtml(text).replace(u'\n', QLatin1StringView("<br>"));
}

/// What a document is written with.
struct Manner {
    const CitationHtml &citation;
    LinkHtml links;
};

/// Whether a link goes on behind a span, in another style.
bool goesOn(const StyledText &text, qsizetype index)
{
    const Span &span = text.spans[index];
    const Span next = text.spans.value(index + 1);
    return next.styles & Link && next.link == span.link && next.start == span.start + span.length;
}

QString spanHtml(const StyledText &text, qsizetype index, const Manner &manner)
{
    const Span &span = text.spans[index];
    QString html = lines(text.text.mid(span.start, span.length));
    if (span.styles & Citation && manner.citation) {
        if (const QString own = manner.citation(citationNumber(text, span)); !own.isEmpty())
            html = own;
    }
    const auto wrap = [&](SpanStyle style, QLatin1StringView name) {
        if (span.styles & style)
            html = u'<' + name + u'>' + html + QStringLiteral("</") + name + u'>';
    };
    wrap(InlineCode, QLatin1StringView("code"));
    wrap(Italic, QLatin1StringView("em"));
    wrap(Bold, QLatin1StringView("strong"));
    wrap(Strike, QLatin1StringView("s"));
    if (span.styles & NotFound)
        html = QStringLiteral("<span class=\"notfound\">") + html + QStringLiteral("</span>");
    if (span.styles & Link) {
        const QString target = text.links.value(span.link);
        if (manner.links == LinkHtml::Web && isWebAddress(target))
            html = QStringLiteral("<a rel=\"noreferrer noopener\" href=\"%1\">").arg(escapedHtml(target)) + html +
                   QStringLiteral("</a>");
        else if (!goesOn(text, index) &&
                 (target != QStringView(text.text).mid(span.start, span.length) || !isWebAddress(target)))
            html += QStringLiteral(" (%1)").arg(escapedHtml(target));
    }
    return html;
}

QString textHtml(const StyledText &text, const Manner &manner)
{
    QString html;
    qsizetype at = 0;
    for (qsizetype i = 0; i < text.spans.size(); ++i) {
        const Span &span = text.spans[i];
        html += lines(text.text.mid(at, span.start - at)) + spanHtml(text, i, manner);
        at = span.start + span.length;
    }
    return html + lines(text.text.mid(at));
}

QString tableHtml(const Block &block, const Manner &manner)
{
    QString html = QStringLiteral("<table>\n");
    for (int row = 0; row < block.rowCount(); ++row) {
        const QLatin1StringView cell(row == 0 ? "th" : "td");
        html += QLatin1StringView("<tr>");
        for (int column = 0; column < block.columnCount(); ++column) {
            const Alignment side = block.alignment(column);
            const QLatin1StringView align(side == Alignment::Right    ? " class=\"right\""
                                          : side == Alignment::Center ? " class=\"center\""
                                                                      : "");
            html += u'<' + cell + align + u'>' + textHtml(block.cell(row, column), manner) + QStringLiteral("</") +
                    cell + u'>';
        }
        html += QLatin1StringView("</tr>\n");
    }
    return html + QStringLiteral("</table>\n");
}

QString leafHtml(const Block &block, const Manner &manner)
{
    switch (block.kind) {
    case BlockKind::Paragraph:
        return QStringLiteral("<p dir=\"auto\">") + textHtml(block.content, manner) + QStringLiteral("</p>\n");
    case BlockKind::Heading: {
        // The page has a heading of its own above.
        const QString name = u'h' + QString::number(std::min(block.level + 2, 6));
        return u'<' + name + u'>' + textHtml(block.content, manner) + QStringLiteral("</") + name +
               QStringLiteral(">\n");
    }
    case BlockKind::Code:
        return QStringLiteral("<pre><code>") + escapedHtml(block.content.text) + QStringLiteral("</code></pre>\n");
    case BlockKind::Table:
        return tableHtml(block, manner);
    case BlockKind::ThematicBreak:
        break;
    }
    return QStringLiteral("<hr>\n");
}

QLatin1StringView listName(const Container &container)
{
    return QLatin1StringView(container.kind == Container::Kind::Quote     ? "blockquote"
                             : container.kind == Container::Kind::Ordered ? "ol"
                                                                          : "ul");
}

/// Opens and closes containers as blocks come.
class Nesting {
public:
    void enter(const QList<Container> &path, QString &html)
    {
        const auto depth = std::min<qsizetype>(path.size(), kDeepest);
        qsizetype same = 0;
        for (; same < depth && same < m_open.size() && m_open[same].kind == path[same].kind; ++same) {
            const Container &container = path[same];
            if (container.kind == Container::Kind::Quote || !container.first)
                continue;
            // A list that counts from the start again is another one.
            if (container.kind == Container::Kind::Ordered && container.number <= m_open[same].number)
                break;
            leave(same + 1, html);
            m_open[same] = container;
            html += QStringLiteral("</li>\n") + item(container);
            ++same;
            break;
        }
        leave(same, html);
        for (; same < depth; ++same) {
            const Container &container = path[same];
            html += u'<' + listName(container);
            if (container.kind == Container::Kind::Ordered && container.number != 1)
                html += QStringLiteral(" start=\"%1\"").arg(container.number);
            html += QLatin1StringView(">\n");
            if (container.kind != Container::Kind::Quote)
                html += item(container);
            m_open.append(container);
        }
    }
    void leave(qsizetype depth, QString &html)
    {
        while (m_open.size() > depth) {
            const Container container = m_open.takeLast();
            if (container.kind != Container::Kind::Quote)
                html += QLatin1StringView("</li>");
            html += QStringLiteral("</") + listName(container) + QStringLiteral(">\n");
        }
    }

private:
    static QString item(const Container &container)
    {
        return QStringLiteral("<li>") + (container.task == Container::Task::Open   ? QStringLiteral("\u2610 ")
                                         : container.task == Container::Task::Done ? QStringLiteral("\u2611 ")
                                                                                   : QString());
    }

    QList<Container> m_open;
};

} // namespace

QString escapedHtml(const QString &text)
{
    return text.toHtmlEscaped().replace(u'\'', QLatin1StringView("&#39;"));
}

QString toHtml(const QList<Block> &blocks, const CitationHtml &citation, LinkHtml links)
{
    const Manner manner{.citation = citation, .links = links};
    QString html;
    Nesting nesting;
    for (const Block &block : blocks) {
        nesting.enter(block.path, html);
        html += leafHtml(block, manner);
    }
    nesting.leave(0, html);
    return html;
}

} // namespace app::markdown
