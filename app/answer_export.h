// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Conversations and single answers as documents for people: Markdown and HTML, with the passages that they cite.
#pragma once

#include "app/conversation_types.h"

#include <QDateTime>
#include <QList>
#include <QString>

#include <optional>

namespace app {

enum class ExportFormat { Markdown, Html };

/// A conversation, an answer or a summary, as it is written out.
struct ExportedTalk {
    QString title;     ///< empty: "Chat"
    QDateTime written; ///< when it was exported
    /// Oldest first; messages that still stream are left out.
    QList<MessageValue> messages;
    QString assistantName; ///< who answers
    QStringList facts;     ///< more to be known of the last answer, a sentence each
};

/// The talk, with a footnote for each passage that an answer cites: document, page, quoted text. Markdown of answers
/// stays as the model wrote it, outside text is escaped. HTML is one file that loads nothing from anywhere: all text
/// escaped, links inert but for http and https, a strict content security policy.
QString exported(const ExportedTalk &talk, ExportFormat format);
/// Several, one after the other.
QString exported(const QList<ExportedTalk> &talks, ExportFormat format);

/// The talk as a page to be printed: HTML without head and style, in which nothing is a link. Targets of links and the
/// passages that are cited are written out.
QString exportedForPaper(const ExportedTalk &talk);

/// By the ending of a file name (.md, .markdown, .html, .htm) or the name "md", "html"; nothing for others.
std::optional<ExportFormat> exportFormatOf(const QString &name);

/// What the citations of an answer come to below it: the passages that it refers to, by their numbers; all of them
/// when it refers to none but was refused.
QList<CitationValue> citedPassages(const MessageValue &answer);

/// An answer as it goes into a letter: its Markdown, then a line for each passage that it cites: number, place, words.
QString withSources(const MessageValue &answer);

/// A name for a file made of a title: letters, digits, spaces and hyphens, never empty, no longer than 80.
QString exportFileName(const QString &title);

} // namespace app
