// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sources prepared for looking up sentences in them.
#pragma once

#include "app/grounding/evidence.h"
#include "app/grounding/facts.h"
#include "app/grounding/normal_text.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace app::grounding {

/// A stretch of a source in which a sentence's words and facts are looked for together: in all of a long document
/// nearly every word and number stands somewhere.
struct SourceWindow {
    std::size_t source = 0;        ///< index
    storage::TextSpan span;        ///< in the source's text
    std::vector<std::string> keys; ///< that say something, sorted, the source's name and heading included
    Facts facts;
};

/// What a source says in one go, with the facts in it: a number belongs to what it stands beside.
struct SourceStatement {
    std::vector<std::string> keys;  ///< sorted
    std::vector<std::string> about; ///< of the heading above it, sorted
    Facts facts;                    ///< dates and years of the source's name and heading included
};

/// Windows of a set of sources, and how rare their words are. The sources must outlive it.
class SourceIndex {
public:
    explicit SourceIndex(std::span<const Source> sources);

    [[nodiscard]] std::span<const Source> sources() const { return m_sources; }
    [[nodiscard]] std::span<const NormalText> texts() const { return m_texts; }
    [[nodiscard]] std::span<const SourceWindow> windows() const { return m_windows; }
    /// Index of the source with this id; sources().size() where there is none.
    [[nodiscard]] std::size_t indexOf(std::uint32_t id) const;
    /// The windows of a source: indices from `begin` to before `end`.
    struct Range {
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    [[nodiscard]] Range windowsOf(std::size_t source) const { return m_ranges[source]; }
    [[nodiscard]] std::span<const SourceStatement> statementsOf(std::size_t source) const
    {
        return m_statements[source];
    }
    /// Weight of a word: ln(1 + n / df), df of the n windows having it; of words that none has, as if one had it.
    [[nodiscard]] double weight(const std::string &key) const;
    /// Share, by weight, of `keys` that each window has. Takes time for the windows that have any.
    [[nodiscard]] std::vector<double> overlaps(std::span<const std::string> keys) const;
    /// The same for some windows together.
    [[nodiscard]] double overlap(std::span<const std::string> keys, std::span<const std::size_t> windows) const;

private:
    void addWindows(std::size_t index);
    void addStatements(std::size_t index, const Facts &facts, const Facts &labelFacts);

    std::span<const Source> m_sources;
    std::vector<NormalText> m_texts;
    std::vector<SourceWindow> m_windows;
    std::vector<Range> m_ranges;                                               ///< per source
    std::vector<std::vector<SourceStatement>> m_statements;                    ///< per source
    std::unordered_map<std::string, std::vector<std::uint32_t>> m_windowsWith; ///< a word, ascending
};

} // namespace app::grounding
