// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/summary_document.h"

#include "app/document_extraction.h"

#include <QCoreApplication>

#include <limits>
#include <utility>

namespace app {

SummaryDocument summaryDocument(BuiltDocument built, std::string path, std::string sha256)
{
    SummaryDocument made{.path = std::move(path),
                         .sha256 = std::move(sha256),
                         .title = std::move(built.document.title),
                         .language = std::move(built.document.language),
                         .state = built.document.state,
                         .numbered = built.document.numbered,
                         .sections = std::move(built.chunks.sections),
                         .passages = std::move(built.chunks.passages)};
    for (const storage::DocumentPage &page : built.pages) {
        if (page.text.empty())
            made.pagesWithoutText.push_back(page.number);
    }
    for (storage::Passage &passage : made.passages)
        passage.boxes = {};
    return made;
}

storage::Result<SummaryDocument> summaryDocument(storage::DocumentText &texts, const storage::Document &document,
                                                 std::string path)
{
    auto sections = texts.sections(document.id);
    if (!sections)
        return std::unexpected(sections.error());
    auto passages = texts.passages(document.id, 0, std::numeric_limits<std::int32_t>::max());
    if (!passages)
        return std::unexpected(passages.error());
    auto pages = texts.pagesWithoutText(document.id);
    if (!pages)
        return std::unexpected(pages.error());
    return SummaryDocument{.path = std::move(path),
                           .sha256 = document.sha256,
                           .title = document.title,
                           .language = document.language,
                           .state = document.state,
                           .numbered = document.numbered,
                           .pagesWithoutText = std::move(*pages),
                           .sections = std::move(*sections),
                           .passages = std::move(*passages)};
}

QString unreadSentence(storage::DocumentState state)
{
    using storage::DocumentState;
    const auto words = [](const char *text) { return QCoreApplication::translate("SummaryDocument", text); };
    switch (state) {
    case DocumentState::Waiting:
    case DocumentState::Reading:
        return words(QT_TRANSLATE_NOOP("SummaryDocument", "It has not been read yet."));
    case DocumentState::Read:
    case DocumentState::Partial:
        return words(QT_TRANSLATE_NOOP("SummaryDocument", "It has no text."));
    case DocumentState::Scanned:
        return stateSentence(extraction::State::NoText);
    case DocumentState::Encrypted:
        return stateSentence(extraction::State::Encrypted);
    case DocumentState::Unsupported:
        return stateSentence(extraction::State::Unsupported);
    case DocumentState::TooLarge:
        return stateSentence(extraction::State::TooLarge);
    case DocumentState::Malformed:
        return stateSentence(extraction::State::Malformed);
    case DocumentState::Failed:
        return words(QT_TRANSLATE_NOOP("SummaryDocument", "The program that reads documents failed over it twice."));
    }
    return {};
}

} // namespace app
