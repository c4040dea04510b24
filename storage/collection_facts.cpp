// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/collection_facts.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace storage {

namespace {

std::optional<MissingFile> missingOf(const FileStatus &status)
{
    const Document &document = status.document;
    MissingFile missing{.path = status.file.path,
                        .state = document.state,
                        .reason = document.reason,
                        .pages = document.pageCount,
                        .pagesWithText = document.pagesWithText};
    const bool searchable = document.id.valid() && isSearchable(document.state);
    if (searchable && document.state == DocumentState::Read && document.pagesWithText >= document.pageCount) {
        return std::nullopt;
    }
    if (searchable) {
        missing.why = WhyMissing::PagesWithoutText;
    } else if (status.file.presence == FilePresence::Offline) {
        missing.why = WhyMissing::Offline;
    } else if (status.file.presence == FilePresence::Unreadable) {
        missing.why = WhyMissing::Unreadable;
    } else if (!document.id.valid() || document.state == DocumentState::Waiting ||
               document.state == DocumentState::Reading) {
        missing.why = WhyMissing::NotLookedAt;
    }
    return missing;
}

/// Keeps the file whose value is better; of equal ones the first.
template <class Better>
void keep(std::optional<FileFact> &best, const std::string &path, std::int64_t value, Better better)
{
    if (!best || better(value, best->value)) {
        best = FileFact{path, value};
    }
}

void addFormat(std::vector<FormatFacts> &formats, const Document &document)
{
    auto found = std::ranges::find(formats, document.format, &FormatFacts::format);
    if (found == formats.end()) {
        found = formats.insert(formats.end(), {.format = document.format});
    }
    ++found->files;
    found->pages += document.pageCount;
    found->words += document.wordCount;
}

} // namespace

CollectionFacts collectionFacts(std::span<const FileStatus> files)
{
    CollectionFacts facts;
    for (const FileStatus &status : files) {
        const CollectionFile &file = status.file;
        const Document &document = status.document;
        ++facts.files;
        facts.searchable += document.id.valid() && isSearchable(document.state) ? 1 : 0;
        facts.offline += file.presence == FilePresence::Offline ? 1 : 0;
        facts.bytes += file.sizeBytes;
        facts.pages += document.pageCount;
        facts.pagesWithText += document.pagesWithText;
        facts.words += document.wordCount;
        facts.passages += document.passageCount;
        addFormat(facts.formats, document);
        if (auto missing = missingOf(status)) {
            facts.missing.push_back(std::move(*missing));
        }
        keep(facts.newest, file.path, file.modifiedNs, std::greater{});
        keep(facts.oldest, file.path, file.modifiedNs, std::less{});
        keep(facts.biggest, file.path, file.sizeBytes, std::greater{});
        if (document.wordCount > 0) {
            keep(facts.longest, file.path, document.wordCount, std::greater{});
        }
    }
    std::ranges::stable_sort(facts.formats, std::greater{}, &FormatFacts::files);
    return facts;
}

} // namespace storage
