// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/source_index.h"

#include "app/grounding/source_units.h"

#include <algorithm>
#include <cmath>

namespace app::grounding {

namespace {

constexpr std::size_t kWindowWords = 200;
constexpr std::size_t kStride = 100;

void sortUnique(std::vector<std::string> &keys)
{
    std::ranges::sort(keys);
    keys.erase(std::ranges::unique(keys).begin(), keys.end());
}

template <class Fact>
void appendWithin(const std::vector<Fact> &from, const storage::TextSpan &span, std::vector<Fact> &to)
{
    std::ranges::copy_if(from, std::back_inserter(to), [&span](const Fact &fact) {
        return fact.span.begin < span.end && span.begin < fact.span.end;
    });
}

} // namespace

SourceIndex::SourceIndex(std::span<const Source> sources)
    : m_sources(sources)
{
    m_texts.reserve(sources.size());
    for (std::size_t i = 0; i < sources.size(); ++i) {
        m_texts.push_back(normalized(sources[i].text));
        const std::size_t first = m_windows.size();
        addWindows(i);
        m_ranges.push_back({first, m_windows.size()});
    }
    for (std::size_t i = 0; i < m_windows.size(); ++i) {
        for (const std::string &key : m_windows[i].keys) {
            m_windowsWith[key].push_back(static_cast<std::uint32_t>(i));
        }
    }
}

void SourceIndex::addWindows(std::size_t index)
{
    const Source &source = m_sources[index];
    const NormalText &text = m_texts[index];
    const std::vector<Word> words = wordsOf(text);
    const std::string label = source.document + "\n" + source.page + "\n" + source.heading;
    const std::vector<std::string> labelKeys = contentKeys(normalized(label));
    const Facts labelFacts = offersOf(label);
    const Facts facts = offersOf(source.text);
    for (std::size_t begin = 0;; begin += kStride) {
        const std::size_t end = std::min(words.size(), begin + kWindowWords);
        const bool last = end == words.size();
        SourceWindow window{.source = index, .span = {}, .keys = labelKeys, .facts = labelFacts};
        window.span = {begin == 0 ? 0 : text.source(words[begin].begin, words[begin].end).begin,
                       last ? source.text.size() : text.source(words[end - 1].begin, words[end - 1].end).end};
        for (std::size_t i = begin; i < end; ++i) {
            if (words[i].content) {
                window.keys.push_back(words[i].key);
            }
        }
        sortUnique(window.keys);
        appendWithin(facts.numbers, window.span, window.facts.numbers);
        appendWithin(facts.dates, window.span, window.facts.dates);
        m_windows.push_back(std::move(window));
        if (last) {
            break;
        }
    }
    addStatements(index, facts, labelFacts);
}

void SourceIndex::addStatements(std::size_t index, const Facts &facts, const Facts &labelFacts)
{
    const Source &source = m_sources[index];
    // Of "Lease > Money > Deposit" the last one says what the text under it is about.
    const std::size_t last = source.heading.rfind(" > ");
    const std::vector<std::string> about =
        contentKeys(normalized(last == std::string::npos ? source.heading : source.heading.substr(last + 3)));
    // "10. Guarantee", "hk18.pdf": numbers of no thing; years and dates hold for all that follows.
    Facts label{.dates = labelFacts.dates};
    std::ranges::copy_if(labelFacts.numbers, std::back_inserter(label.numbers), [](const NumberFact &number) {
        return std::ranges::any_of(number.readings, [&number](const std::string &reading) {
            return reading.size() == 4 && (reading.starts_with('1') || reading.starts_with('2')) && number.unit.empty();
        });
    });
    std::vector<SourceStatement> statements;
    for (SourceUnit &unit : unitsOf(source.text)) {
        SourceStatement statement{.keys = std::move(unit.keys), .about = about, .facts = label};
        appendWithin(facts.numbers, unit.span, statement.facts.numbers);
        appendWithin(facts.dates, unit.span, statement.facts.dates);
        statements.push_back(std::move(statement));
    }
    m_statements.push_back(std::move(statements));
}

std::size_t SourceIndex::indexOf(std::uint32_t id) const
{
    return static_cast<std::size_t>(std::ranges::find(m_sources, id, &Source::id) - m_sources.begin());
}

double SourceIndex::weight(const std::string &key) const
{
    const auto found = m_windowsWith.find(key);
    const double frequency = found == m_windowsWith.end() ? 1.0 : static_cast<double>(found->second.size());
    return std::log1p(static_cast<double>(m_windows.size()) / frequency);
}

std::vector<double> SourceIndex::overlaps(std::span<const std::string> keys) const
{
    std::vector<double> shares(m_windows.size());
    double all = 0;
    for (const std::string &key : keys) {
        const double value = weight(key);
        all += value;
        if (const auto found = m_windowsWith.find(key); found != m_windowsWith.end()) {
            for (const std::uint32_t window : found->second) {
                shares[window] += value;
            }
        }
    }
    for (double &share : shares) {
        share = all > 0 ? share / all : 0;
    }
    return shares;
}

double SourceIndex::overlap(std::span<const std::string> keys, std::span<const std::size_t> windows) const
{
    double all = 0;
    double there = 0;
    for (const std::string &key : keys) {
        const double value = weight(key);
        const bool has = std::ranges::any_of(
            windows, [&](std::size_t window) { return std::ranges::binary_search(m_windows[window].keys, key); });
        all += value;
        there += has ? value : 0;
    }
    return all > 0 ? there / all : 0;
}

} // namespace app::grounding
