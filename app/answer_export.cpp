// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/answer_export.h"

#include "app/markdown/citation_marks.h"
#include "app/markdown/html_writer.h"
#include "app/markdown/markdown_blocks.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QLocale>

#include <algorithm>

namespace app {

namespace {

using markdown::Block;
using markdown::escapedHtml;

constexpr qsizetype kLongestName = 80;

QString words(const char *text)
{
    return QCoreApplication::translate("AnswerExport", text);
}

QString titleOf(const ExportedTalk &talk)
{
    return talk.title.isEmpty() ? words(QT_TRANSLATE_NOOP("AnswerExport", "Chat")) : talk.title;
}

QString speaker(const ExportedTalk &talk, const MessageValue &message)
{
    if (message.role == MessageRole::User)
        return words(QT_TRANSLATE_NOOP("AnswerExport", "You"));
    return talk.assistantName.isEmpty() ? QStringLiteral("Carrel") : talk.assistantName;
}

/// What nobody asked for needs no name above it: its title says what it is.
bool isAlone(const ExportedTalk &talk)
{
    return talk.messages.size() == 1 && talk.messages.constFirst().role == MessageRole::Assistant;
}

/// What is to be known of an answer: where it comes from, who wrote it, how it ended.
QStringList factsOf(const ExportedTalk &talk, const MessageValue &message)
{
    QStringList facts;
    if (message.role != MessageRole::Assistant)
        return facts;
    if (const QString material = materialSentence(message.grounding, message.citations); !material.isEmpty())
        facts += material;
    const auto notFound = std::ranges::count(message.checks, SentenceVerdict::NotFound, &SentenceCheckValue::verdict);
    if (notFound > 0)
        facts += words(QT_TRANSLATE_NOOP("AnswerExport", "Sentences not found in the documents: %1.")).arg(notFound);
    if (message.state == MessageState::Stopped || message.state == MessageState::Interrupted ||
        message.state == MessageState::Failed)
        facts += words(QT_TRANSLATE_NOOP("AnswerExport", "This answer is not finished."));
    if (!message.record.modelName.isEmpty())
        facts +=
            words(QT_TRANSLATE_NOOP("AnswerExport", "Written by %1 on this computer.")).arg(message.record.modelName);
    if (&message == &talk.messages.constLast())
        facts += talk.facts;
    return facts;
}

QString dateOf(const ExportedTalk &talk)
{
    return talk.written.isValid() ? words(QT_TRANSLATE_NOOP("AnswerExport", "Exported from Carrel on %1"))
                                        .arg(talk.written.toString(Qt::ISODate).left(10))
                                  : words(QT_TRANSLATE_NOOP("AnswerExport", "Exported from Carrel"));
}

/// Text of people and documents for Markdown: nothing in it is markup any more.
QString escapedMarkdown(const QString &text)
{
    QString out;
    bool lineStart = true; // nothing but white space stands before on the line
    bool counts = false;   // nothing but digits
    for (const QChar c : text) {
        const bool special = QStringView(u"\\`*_{}[]<>#|~&!$").contains(c);
        // "1." and "-" make lists at the beginning of a line alone.
        const bool lists = (lineStart && (c == u'-' || c == u'+' || c == u'=')) || (counts && (c == u'.' || c == u')'));
        if (special || lists)
            out += u'\\';
        out += c == u'\r' ? QChar(u'\n') : c;
        counts = (lineStart || counts) && c.isDigit();
        lineStart = c == u'\n' || (lineStart && c.isSpace());
    }
    return out;
}

QString quotedMarkdown(const QString &text, QLatin1StringView prefix)
{
    QString out;
    const QStringList lines = escapedMarkdown(text).split(u'\n');
    for (const QString &line : lines)
        out += prefix + line.trimmed() + u'\n';
    return out;
}

QString footnoteName(qsizetype answer, qint32 number)
{
    return QStringLiteral("a%1s%2").arg(answer).arg(number);
}

/// A bracketed number in the text of the blocks.
struct Bracket {
    QString text;
    bool cites = false; ///< else it stands in code or in a link, or is no number of a source
};

QList<Bracket> bracketsOf(const QString &answer, const markdown::KnownSource &known)
{
    QList<Bracket> brackets;
    const auto collect = [&](markdown::StyledText styled, bool isCode) {
        if (!isCode)
            markdown::markCitations(styled, known);
        for (qsizetype at = styled.text.indexOf(u'['); at >= 0; at = styled.text.indexOf(u'[', at + 1)) {
            qsizetype end = at + 1;
            while (end < styled.text.size() && styled.text[end] >= u'0' && styled.text[end] <= u'9')
                ++end;
            if (end == at + 1 || end >= styled.text.size() || styled.text[end] != u']')
                continue;
            const bool cites = std::ranges::any_of(styled.spans, [at](const markdown::Span &span) {
                return span.start == at && span.styles & markdown::Citation;
            });
            brackets.append({.text = styled.text.sliced(at, end + 1 - at), .cites = cites});
        }
    };
    for (const Block &block : markdown::MarkdownBlocks::parse(answer)) {
        collect(block.content, block.kind == markdown::BlockKind::Code);
        for (const auto &row : block.table.rows) {
            for (const markdown::StyledText &cell : row)
                collect(cell, false);
        }
    }
    return brackets;
}

/// The answer with `[n]` as footnotes, where they are citations.
QString answerMarkdown(const MessageValue &message, qsizetype answer, const QList<CitationValue> &cited)
{
    QString text = message.text;
    const auto known = [&cited](int number) {
        return std::ranges::find(cited, number, &CitationValue::ordinal) != cited.end();
    };
    // Only the blocks know which brackets cite; the source has the same ones in the same order.
    qsizetype at = 0;
    for (const Bracket &bracket : bracketsOf(text, known)) {
        at = text.indexOf(bracket.text, at);
        if (at < 0)
            break;
        QString note = bracket.text;
        if (bracket.cites) {
            note = QStringLiteral("[^%1]").arg(footnoteName(answer, note.sliced(1, note.size() - 2).toInt()));
            text.replace(at, bracket.text.size(), note);
        }
        at += note.size();
    }
    return text;
}

QString markdownOf(const ExportedTalk &talk, qsizetype &answer)
{
    QString out = QStringLiteral("# ") + escapedMarkdown(titleOf(talk)) + QStringLiteral("\n\n*") +
                  escapedMarkdown(dateOf(talk)) + QStringLiteral("*\n");
    QString notes;
    for (const MessageValue &message : talk.messages) {
        if (message.state == MessageState::Streaming || message.role == MessageRole::System)
            continue;
        out += isAlone(talk)
                   ? QStringLiteral("\n")
                   : QStringLiteral("\n## ") + escapedMarkdown(speaker(talk, message)) + QStringLiteral("\n\n");
        if (message.role == MessageRole::User) {
            out += quotedMarkdown(message.text, QLatin1StringView("> "));
            continue;
        }
        ++answer;
        const QList<CitationValue> cited = citedPassages(message);
        out += answerMarkdown(message, answer, cited).trimmed() + u'\n';
        for (const QString &fact : factsOf(talk, message))
            out += QStringLiteral("\n*") + escapedMarkdown(fact) + QStringLiteral("*\n");
        for (const CitationValue &citation : cited) {
            notes += QStringLiteral("\n[^%1]: **%2**\n\n")
                         .arg(footnoteName(answer, citation.ordinal), escapedMarkdown(citation.place()));
            notes += quotedMarkdown(citation.text, QLatin1StringView("    > "));
        }
    }
    return notes.isEmpty() ? out : out + QStringLiteral("\n---\n") + notes;
}

constexpr char kStyle[] = R"(
:root { color-scheme: light dark; --ink: #22201c; --quiet: #6f6a61; --paper: #faf8f4; --line: #e6e1d8; --fill: #f1ebe4; --accent: #2f6b57; --warn: #8f6210; }
@media (prefers-color-scheme: dark) { :root { --ink: #ece7dd; --quiet: #a09a8d; --paper: #171613; --line: #33312b; --fill: #2a2823; --accent: #7cc0a6; --warn: #d9b15f; } }
body { background: var(--paper); color: var(--ink); font: 16px/1.6 Inter, system-ui, sans-serif; max-width: 46rem; margin: 2.5rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1rem; margin: 2rem 0 .4rem; } h3, h4, h5, h6 { font-size: 1.05rem; }
.quiet, .facts { color: var(--quiet); font-size: .85rem; }
.question { background: var(--fill); border-radius: 10px; padding: .7rem 1rem; white-space: pre-wrap; }
pre { border: 1px solid var(--line); border-radius: 8px; padding: .8rem; overflow-x: auto; } code { font: .9em/1.5 "JetBrains Mono", ui-monospace, monospace; }
table { border-collapse: collapse; } th, td { border-bottom: 1px solid var(--line); padding: .35rem .8rem; text-align: start; } .right { text-align: end; } .center { text-align: center; }
blockquote { margin: .5rem 0; padding-inline-start: .9rem; border-inline-start: 3px solid var(--line); color: var(--quiet); }
a { color: var(--accent); } a.source { font-size: .75em; font-weight: 600; vertical-align: super; text-decoration: none; padding: 0 .15em; }
.notfound { text-decoration: underline dotted var(--warn); text-underline-offset: 3px; }
ol.sources { font-size: .88rem; padding-inline-start: 1.6rem; } ol.sources q { color: var(--quiet); white-space: pre-wrap; }
@media print { body { margin: 0; max-width: none; } }
)";

/// What a page is for.
enum class Medium {
    Screen, ///< numbers of sources and web addresses are links
    Paper,  ///< nothing is a link
};

QString sourcesHtml(qsizetype answer, const QList<CitationValue> &cited, Medium medium)
{
    if (cited.isEmpty())
        return {};
    if (medium == Medium::Paper) {
        QString html;
        for (const CitationValue &citation : cited) {
            html += QStringLiteral("<p class=\"source\"><strong>[%1] %2</strong><br>“%3”</p>\n")
                        .arg(QString::number(citation.ordinal), escapedHtml(citation.place()),
                             escapedHtml(citation.text.simplified()));
        }
        return html;
    }
    QString html = QStringLiteral("<ol class=\"sources\">\n");
    for (const CitationValue &citation : cited) {
        html += QStringLiteral("<li id=\"%1\" value=\"%2\"><strong>%3</strong><br><q>%4</q></li>\n")
                    .arg(footnoteName(answer, citation.ordinal))
                    .arg(citation.ordinal)
                    .arg(escapedHtml(citation.place()), escapedHtml(citation.text));
    }
    return html + QStringLiteral("</ol>\n");
}

QString answerHtml(const MessageValue &message, qsizetype answer, const QList<CitationValue> &cited, Medium medium)
{
    QList<Block> blocks = markdown::MarkdownBlocks::parse(message.text);
    QStringList unfound;
    for (const SentenceCheckValue &check : message.checks) {
        if (check.verdict == SentenceVerdict::NotFound)
            unfound += message.text.mid(check.begin, std::max(0, check.end - check.begin));
    }
    for (const markdown::BlockRange &range : markdown::placesOf(blocks, unfound))
        markdown::addStyle(blocks[range.block].content, range.start, range.length, markdown::NotFound);
    for (Block &block : blocks)
        markdown::markCitations(block, [&cited](int number) {
            return std::ranges::find(cited, number, &CitationValue::ordinal) != cited.end();
        });
    if (medium == Medium::Paper) {
        return markdown::toHtml(
            blocks, [](int number) { return QStringLiteral("<span class=\"cited\">[%1]</span>").arg(number); },
            markdown::LinkHtml::Beside);
    }
    return markdown::toHtml(blocks, [answer](int number) {
        return QStringLiteral("<a class=\"source\" href=\"#%1\">%2</a>").arg(footnoteName(answer, number)).arg(number);
    });
}

QString htmlOf(const ExportedTalk &talk, qsizetype &answer, Medium medium = Medium::Screen)
{
    QString out = QStringLiteral("<h1>%1</h1>\n<p class=\"quiet\">%2</p>\n")
                      .arg(escapedHtml(titleOf(talk)), escapedHtml(dateOf(talk)));
    for (const MessageValue &message : talk.messages) {
        if (message.state == MessageState::Streaming || message.role == MessageRole::System)
            continue;
        if (!isAlone(talk))
            out += QStringLiteral("<h2>%1</h2>\n").arg(escapedHtml(speaker(talk, message)));
        if (message.role == MessageRole::User) {
            // On paper a block has no padding, a cell has.
            const QString frame = medium == Medium::Paper
                                      ? QStringLiteral("<table width=\"100%\" cellspacing=\"0\"><tr><td "
                                                       "class=\"question\">%1</td></tr></table>\n")
                                      : QStringLiteral("<div class=\"question\" dir=\"auto\">%1</div>\n");
            out += frame.arg(escapedHtml(message.text));
            continue;
        }
        ++answer;
        const QList<CitationValue> cited = citedPassages(message);
        out += answerHtml(message, answer, cited, medium);
        if (const QStringList facts = factsOf(talk, message); !facts.isEmpty())
            out += QStringLiteral("<p class=\"facts\">%1</p>\n").arg(escapedHtml(facts.join(u' ')));
        out += sourcesHtml(answer, cited, medium);
    }
    return out;
}

QString htmlPage(const QList<ExportedTalk> &talks)
{
    QString body;
    qsizetype answer = 0;
    for (const ExportedTalk &talk : talks)
        body += htmlOf(talk, answer);
    const QString title =
        talks.size() == 1 ? titleOf(talks.constFirst()) : words(QT_TRANSLATE_NOOP("AnswerExport", "Chats from Carrel"));
    return QStringLiteral("<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"
                          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                          "'unsafe-inline'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<meta "
                          "name=\"viewport\" content=\"width=device-width\">\n<title>") +
           escapedHtml(title) + QStringLiteral("</title>\n<style>") + QString::fromLatin1(kStyle) +
           QStringLiteral("</style>\n</head>\n<body>\n") + body + QStringLiteral("</body>\n</html>\n");
}

} // namespace

QList<CitationValue> citedPassages(const MessageValue &answer)
{
    QList<CitationValue> cited;
    for (const CitationValue &citation : answer.citations) {
        if (citation.used || answer.grounding.refused)
            cited += citation;
    }
    std::ranges::sort(cited, {}, &CitationValue::ordinal);
    return cited;
}

QString withSources(const MessageValue &answer)
{
    QStringList lines{answer.text.trimmed()};
    if (const QList<CitationValue> cited = citedPassages(answer); !cited.isEmpty()) {
        lines += QString();
        for (const CitationValue &citation : cited)
            lines += words(QT_TRANSLATE_NOOP("AnswerExport", "[%1] %2: “%3”"))
                         .arg(QString::number(citation.ordinal), citation.place(), citation.text.simplified());
    }
    return lines.join(u'\n');
}

QString exportedForPaper(const ExportedTalk &talk)
{
    qsizetype answer = 0;
    return htmlOf(talk, answer, Medium::Paper);
}

QString exported(const ExportedTalk &talk, ExportFormat format)
{
    return exported(QList<ExportedTalk>{talk}, format);
}

QString exported(const QList<ExportedTalk> &talks, ExportFormat format)
{
    if (format == ExportFormat::Html)
        return htmlPage(talks);
    QStringList pages;
    qsizetype answer = 0;
    for (const ExportedTalk &talk : talks)
        pages += markdownOf(talk, answer);
    return pages.join(u'\n');
}

std::optional<ExportFormat> exportFormatOf(const QString &name)
{
    const QString ending = name.contains(u'.') ? QFileInfo(name).suffix().toLower() : name.toLower();
    if (ending == QLatin1StringView("md") || ending == QLatin1StringView("markdown"))
        return ExportFormat::Markdown;
    if (ending == QLatin1StringView("html") || ending == QLatin1StringView("htm"))
        return ExportFormat::Html;
    return std::nullopt;
}

QString exportFileName(const QString &title)
{
    QString name;
    for (const QChar c : title.simplified()) {
        if (c.isLetterOrNumber() || c == u'-' || c == u' ')
            name += c;
        if (name.size() == kLongestName)
            break;
    }
    name = name.trimmed();
    return name.isEmpty() ? words(QT_TRANSLATE_NOOP("AnswerExport", "Chat")) : name;
}

} // namespace app
