// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/source_lookup.h"

#include <QCoreApplication>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

namespace app {

namespace {

constexpr std::int32_t kMostPassages = 64;
constexpr std::size_t kCompared = 48; // bytes that decide whether a place holds a quotation

QString words(const char *text)
{
    return QCoreApplication::translate("SourceService", text);
}

bool isContinuation(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// The start of the character at or before an offset.
std::size_t characterStart(std::string_view text, std::size_t at)
{
    at = std::min(at, text.size());
    while (at > 0 && at < text.size() && isContinuation(text[at]))
        --at;
    return at;
}

/// Without white space: passages join the lines of a page in another way.
std::string packed(std::string_view text, std::size_t most)
{
    std::string result;
    for (const char c : text) {
        if (result.size() >= most)
            break;
        if (c != ' ' && c != '\n' && c != '\t' && c != '\f')
            result += c;
    }
    return result;
}

/// Whether a piece of the document is what was quoted.
bool holdsQuotation(std::string_view piece, const CitationValue &citation)
{
    const std::string beginning = packed(piece, kCompared);
    const std::string quoted = packed(citation.text.toStdString(), std::string::npos);
    return !beginning.empty() && quoted.find(beginning) != std::string::npos;
}

/// A file of the same name whose content is another one.
storage::Result<std::string> sameName(IndexStores &stores, const CitationValue &citation)
{
    const auto files = stores.documents.files(citation.collectionUuid.toStdString());
    if (!files)
        return std::unexpected(files.error());
    const std::string name = citation.documentName.toStdString();
    const auto found = std::ranges::find_if(*files, [&](const storage::FileStatus &status) {
        return std::filesystem::path(status.file.path).filename() == name;
    });
    return found == files->end() ? std::string() : found->file.path;
}

/// Cuts a long page to what stands around [begin, end).
void takeAround(FoundSource &found, std::string page, std::size_t begin, std::size_t end)
{
    std::size_t from = 0;
    std::size_t to = page.size();
    if (static_cast<std::int64_t>(page.size()) > kMostSourceText) {
        const auto room = static_cast<std::size_t>(kMostSourceText);
        const std::size_t length = std::min(end - begin, room);
        const std::size_t before = (room - length) / 2;
        from = characterStart(page, begin > before ? begin - before : 0);
        to = characterStart(page, std::min(page.size(), from + room));
        // A line that is whole is easier to begin with.
        const std::size_t line = page.find('\n', from);
        if (from > 0 && line != std::string::npos && line + 1 < begin)
            from = line + 1;
    }
    end = std::clamp(end, from, to);
    begin = std::clamp(begin, from, end);
    found.markBegin = static_cast<std::int64_t>(begin - from);
    found.markEnd = static_cast<std::int64_t>(end - from);
    found.text = from == 0 && to == page.size() ? std::move(page) : page.substr(from, to - from);
}

} // namespace

storage::Result<FoundSource> findSource(IndexStores &stores, const CitationValue &citation)
{
    FoundSource found;
    auto document = stores.documents.documentByHash(citation.documentSha256.toStdString());
    if (!document)
        return std::unexpected(document.error());
    if (!*document || !storage::isSearchable((*document)->state)) {
        auto other = sameName(stores, citation);
        if (!other)
            return std::unexpected(other.error());
        found.otherPath = std::move(*other);
        return found;
    }
    found.known = true;
    found.document = std::move(**document);
    auto files = stores.documents.filesOf(found.document.id);
    if (!files)
        return std::unexpected(files.error());
    const std::string collection = citation.collectionUuid.toStdString();
    const auto rank = [&](const storage::CollectionFile &file) {
        return std::pair(file.presence != storage::FilePresence::Present, file.collectionUuid != collection);
    };
    if (const auto best = std::ranges::min_element(*files, {}, rank); best != files->end())
        found.file = *best;

    const std::int64_t begin = std::max<std::int64_t>(citation.begin, 0);
    const std::int64_t end = std::max<std::int64_t>(citation.end, begin);
    auto page = stores.texts.pageAt(found.document.id, begin);
    if (!page)
        return page.error().code == storage::ErrorCode::NotFound ? storage::Result<FoundSource>(std::move(found))
                                                                 : std::unexpected(page.error());
    std::string text = std::exchange(page->text, {});
    found.page = std::move(*page);
    const auto inside = [&](std::int64_t offset) {
        return characterStart(text, static_cast<std::size_t>(std::clamp<std::int64_t>(
                                        offset - found.page.textBegin, 0, static_cast<std::int64_t>(text.size()))));
    };
    const std::size_t first = inside(begin);
    const std::size_t last = inside(end);
    found.onPage = holdsQuotation(std::string_view(text).substr(first, last - first), citation);
    takeAround(found, std::move(text), first, found.onPage ? last : first);
    if (!found.onPage)
        return found;
    const auto passages = stores.texts.passagesOf(found.document.id, begin, end, kMostPassages);
    if (!passages)
        return std::unexpected(passages.error());
    found.passages = static_cast<std::int32_t>(passages->size());
    for (const storage::Passage &passage : *passages) {
        if (found.heading.empty())
            found.heading = passage.heading;
        std::ranges::copy_if(passage.boxes, std::back_inserter(found.boxes),
                             [&](const storage::LineBox &box) { return box.page == found.page.number; });
    }
    return found;
}

QString placeWords(const storage::Document &document, const storage::DocumentPage &page)
{
    const QString label = QString::fromStdString(page.label);
    const QString number = QString::number(page.number + 1);
    const QString count = QString::number(document.pageCount);
    const std::string_view format = document.format;
    if (format == "pptx" || format == "odp")
        return words(QT_TRANSLATE_NOOP("SourceService", "slide %1 of %2")).arg(number, count);
    if (format == "xlsx" || format == "ods")
        return label.isEmpty() ? words(QT_TRANSLATE_NOOP("SourceService", "sheet %1")).arg(number)
                               : words(QT_TRANSLATE_NOOP("SourceService", "sheet %1")).arg(label);
    if (document.numbered) {
        return label.isEmpty() || label == number
                   ? words(QT_TRANSLATE_NOOP("SourceService", "page %1 of %2")).arg(number, count)
                   : words(QT_TRANSLATE_NOOP("SourceService", "page %1 (%2 of %3)")).arg(label, number, count);
    }
    return document.pageCount > 1 ? label : QString();
}

} // namespace app
