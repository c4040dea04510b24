// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/sentences.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace storage {

/// Without a rule, where ICU's data lacks it, a text is one span.
struct TextDivider::Rules {
    std::unique_ptr<icu::BreakIterator> sentences;
    std::unique_ptr<icu::BreakIterator> lines;
};

namespace {

std::vector<TextSpan> divide(std::string_view text, icu::BreakIterator *iterator)
{
    std::vector<TextSpan> spans;
    if (iterator != nullptr) {
        UErrorCode status = U_ZERO_ERROR;
        UText *wrapped = utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status);
        iterator->setText(wrapped, status);
        if (U_SUCCESS(status)) {
            std::int32_t begin = iterator->first();
            for (std::int32_t end = iterator->next(); end != icu::BreakIterator::DONE; end = iterator->next()) {
                spans.push_back({static_cast<std::size_t>(begin), static_cast<std::size_t>(end)});
                begin = end;
            }
        }
        utext_close(wrapped);
    }
    if (spans.empty() && !text.empty()) {
        spans.push_back({0, text.size()});
    }
    return spans;
}

icu::Locale localeOf(std::string_view language)
{
    UErrorCode status = U_ZERO_ERROR;
    const icu::Locale locale = icu::Locale::forLanguageTag(std::string(language), status);
    return language.empty() || U_FAILURE(status) || locale.isBogus() ? icu::Locale::getRoot() : locale;
}

/// What a period stands behind without ending a sentence, of the languages that are written most; sorted. ICU has such
/// lists too, but fewer entries, and overlooks one at the start of a text.
constexpr auto kAbbreviations = std::to_array<std::string_view>({
    "Abb",  "Abs",  "Art",  "Aufl", "Bd",  "Bsp",  "Capt", "Co",     "Col",  "Corp", "Dept", "Dipl", "Dr",
    "Eq",   "Fig",  "Figs", "Gen",  "Hon", "Hr",   "Hrsg", "Inc",    "Ing",  "Jr",   "Lt",   "Ltd",  "Mio",
    "Mlle", "Mme",  "Mr",   "Mrs",  "Ms",  "Mt",   "Nos",  "Nr",     "Prof", "Ref",  "Rev",  "Sect", "Sgt",
    "Sr",   "Sra",  "Srta", "St",   "Str", "Tab",  "Vol",  "approx", "art",  "bzw",  "ca",   "cf",   "ed",
    "eds",  "evtl", "fig",  "geb",  "ggf", "inkl", "insb", "lit",    "max",  "min",  "nr",   "op",   "pp",
    "resp", "sog",  "usf",  "vgl",  "vol", "vs",   "zit",  "zzgl",
});

/// Whether a sentence seems to end and does not: behind an abbreviation or a single letter ("z. B. Grüße").
bool endsInAbbreviation(std::string_view sentence)
{
    while (!sentence.empty() && (sentence.back() == ' ' || sentence.back() == '\n' || sentence.back() == '\t')) {
        sentence.remove_suffix(1);
    }
    if (!sentence.ends_with('.')) {
        return false;
    }
    sentence.remove_suffix(1);
    const std::size_t begin = sentence.find_last_of(" \n\t(.") + 1; // 0 without one
    const std::string_view word = sentence.substr(begin);
    const bool letter = word.size() == 1 && ((word[0] >= 'a' && word[0] <= 'z') || (word[0] >= 'A' && word[0] <= 'Z'));
    return letter || std::ranges::binary_search(kAbbreviations, word);
}

/// What follows an ordinal number in German dates and the like; sorted.
constexpr auto kBehindOrdinals = std::to_array<std::string_view>({
    "April",
    "August",
    "Dezember",
    "Februar",
    "Jahrhundert",
    "Januar",
    "Juli",
    "Juni",
    "Jänner",
    "Mai",
    "März",
    "November",
    "Oktober",
    "Quartal",
    "September",
});

/// Whether a sentence seems to end and does not: "bis zum 30. Juni".
bool endsInOrdinal(std::string_view sentence, std::string_view next)
{
    const std::size_t last = sentence.find_last_not_of(" \n\t");
    if (last == std::string_view::npos || last == 0 || sentence[last] != '.') {
        return false;
    }
    const std::string_view before = sentence.substr(0, last);
    const std::size_t digits = before.size() - (before.find_last_not_of("0123456789") + 1); // all without another
    const std::string_view word = next.substr(0, next.find_first_of(" \n\t.,;:!?)"));
    return digits > 0 && digits <= 2 && std::ranges::binary_search(kBehindOrdinals, word);
}

} // namespace

TextDivider::TextDivider(std::string_view language)
    : m_rules(std::make_unique<Rules>())
{
    const icu::Locale locale = localeOf(language);
    UErrorCode status = U_ZERO_ERROR;
    m_rules->lines.reset(icu::BreakIterator::createLineInstance(locale, status));
    status = U_ZERO_ERROR;
    m_rules->sentences.reset(icu::BreakIterator::createSentenceInstance(locale, status));
}

TextDivider::~TextDivider() = default;

std::vector<TextSpan> TextDivider::sentences(std::string_view text)
{
    std::vector<TextSpan> whole;
    for (const TextSpan &span : divide(text, m_rules->sentences.get())) {
        const std::string_view before =
            whole.empty() ? std::string_view() : text.substr(whole.back().begin, span.begin - whole.back().begin);
        if (endsInAbbreviation(before) || endsInOrdinal(before, text.substr(span.begin, span.end - span.begin))) {
            whole.back().end = span.end;
        } else {
            whole.push_back(span);
        }
    }
    return whole;
}

std::vector<TextSpan> TextDivider::lineChunks(std::string_view text)
{
    return divide(text, m_rules->lines.get());
}

} // namespace storage
