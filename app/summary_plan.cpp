// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/summary_plan.h"

#include "storage/sentences.h"

#include <algorithm>

namespace app {

namespace {

/// A section with the units that belong to it.
struct Branch {
    std::size_t first = 0;
    std::size_t ownEnd = 0; ///< behind its own text
    std::size_t end = 0;    ///< behind its last subsection
    std::int32_t ownTokens = 0;
    std::int32_t tokens = 0; ///< with all below
    std::int32_t chapter = 0;
    std::vector<std::size_t> children;
};

class Planner {
public:
    Planner(const SummaryDocument &document, const std::vector<SummaryUnit> &units, const PieceLimits &limits)
        : m_document(document)
        , m_units(units)
        , m_limits(limits)
    {
    }

    std::vector<SummaryPiece> run()
    {
        if (m_document.sections.empty()) {
            // An index of nothing but passages has no tree.
            m_branches.push_back({.ownEnd = m_units.size(), .end = m_units.size()});
            for (std::size_t unit = 0; unit < m_units.size(); ++unit)
                m_branches[0].ownTokens += weight(unit);
            m_branches[0].tokens = m_branches[0].ownTokens;
        } else {
            gather();
        }
        divide(0);
        return std::move(m_pieces);
    }

private:
    void gather()
    {
        m_branches.resize(m_document.sections.size());
        std::size_t unit = 0;
        for (std::size_t section = 0; section < m_branches.size(); ++section) {
            Branch &branch = m_branches[section];
            branch.first = unit;
            for (; unit < m_units.size() && sectionOf(unit) <= section; ++unit)
                branch.ownTokens += weight(unit);
            branch.ownEnd = branch.end = unit;
            branch.tokens = branch.ownTokens;
        }
        // Sections are in the document's order, so those below come behind: sums from the last to the first.
        for (std::size_t section = m_branches.size() - 1; section > 0; --section) {
            Branch &above = m_branches[parentOf(section)];
            above.tokens += m_branches[section].tokens;
            above.end = std::max(above.end, m_branches[section].end);
        }
        for (std::size_t section = 1; section < m_branches.size(); ++section) {
            const std::size_t above = parentOf(section);
            m_branches[above].children.push_back(section);
            m_branches[section].chapter = above == 0 ? static_cast<std::int32_t>(section) : m_branches[above].chapter;
        }
    }

    [[nodiscard]] std::int32_t weight(std::size_t unit) const { return m_units[unit].tokens + kUnitFrame; }

    [[nodiscard]] std::size_t sectionOf(std::size_t unit) const
    {
        const std::int32_t section = m_document.passages[m_units[unit].passage].section;
        return std::min(static_cast<std::size_t>(std::max(section, 0)), m_branches.size() - 1);
    }

    /// Of a row that makes no sense (a section above itself) the root.
    [[nodiscard]] std::size_t parentOf(std::size_t section) const
    {
        const std::int32_t parent = m_document.sections[section].parent;
        return parent < 0 || std::cmp_greater_equal(parent, section) ? 0 : static_cast<std::size_t>(parent);
    }

    // NOLINTNEXTLINE(misc-no-recursion): as deep as headings go
    void divide(std::size_t section)
    {
        const Branch &branch = m_branches[section];
        if (branch.tokens <= m_limits.most) {
            emit(branch.first, branch.end, section);
            return;
        }
        divideText(branch, section);
        std::size_t first = branch.ownEnd;
        std::int32_t gathered = 0;
        std::size_t titled = section;
        const auto flush = [&](std::size_t end) {
            emit(first, end, titled);
            first = end;
            gathered = 0;
        };
        for (const std::size_t child : branch.children) {
            const Branch &below = m_branches[child];
            if (below.tokens >= m_limits.least) {
                flush(below.first);
                divide(child);
                first = below.end;
                continue;
            }
            titled = gathered == 0 ? child : section;
            gathered += below.tokens;
            if (gathered >= m_limits.least)
                flush(below.end);
        }
        flush(branch.end);
    }

    /// The text before the first subsection, in as many parts as it takes.
    void divideText(const Branch &branch, std::size_t section)
    {
        const std::int32_t parts = std::max(1, (branch.ownTokens + m_limits.most - 1) / m_limits.most);
        const std::int32_t aim = (branch.ownTokens + parts - 1) / parts;
        std::size_t first = branch.first;
        std::int32_t gathered = 0;
        for (std::size_t unit = branch.first; unit < branch.ownEnd; ++unit) {
            const std::int32_t with = gathered + weight(unit);
            if (gathered > 0 && (with > m_limits.most || with - aim > aim - gathered)) {
                emit(first, unit, section);
                first = unit;
                gathered = 0;
            }
            gathered += weight(unit);
        }
        emit(first, branch.ownEnd, section);
    }

    void emit(std::size_t first, std::size_t end, std::size_t section)
    {
        if (first >= end)
            return;
        SummaryPiece piece{.first = first, .end = end, .chapter = m_branches[section].chapter};
        if (section < m_document.sections.size())
            piece.title = m_document.sections[section].title;
        for (std::size_t unit = first; unit < end; ++unit)
            piece.tokens += weight(unit);
        m_pieces.push_back(std::move(piece));
    }

    const SummaryDocument &m_document;
    const std::vector<SummaryUnit> &m_units;
    const PieceLimits m_limits;
    std::vector<Branch> m_branches; ///< by section
    std::vector<SummaryPiece> m_pieces;
};

} // namespace

std::vector<SummaryUnit> summaryUnits(const SummaryDocument &document, std::int32_t most)
{
    storage::TextDivider divider(document.language);
    std::vector<SummaryUnit> units;
    for (std::size_t passage = 0; passage < document.passages.size(); ++passage) {
        const std::string &text = document.passages[passage].text;
        const std::int32_t tokens = document.tokens.at(passage);
        if (tokens <= most || text.empty()) {
            units.push_back({.passage = passage, .end = text.size(), .tokens = tokens});
            continue;
        }
        // Tokens are taken to be spread evenly; a fifth less than what fits makes up for those that are not.
        const auto bytes = std::max<std::size_t>(
            text.size() * static_cast<std::size_t>(most) * 4 / (static_cast<std::size_t>(tokens) * 5), 1);
        const auto add = [&](std::size_t begin, std::size_t end) {
            const auto share = static_cast<std::int64_t>(tokens) * static_cast<std::int64_t>(end - begin) /
                               static_cast<std::int64_t>(text.size());
            units.push_back(
                {.passage = passage, .begin = begin, .end = end, .tokens = static_cast<std::int32_t>(share) + 1});
        };
        std::size_t first = 0;
        std::size_t end = 0;
        const auto take = [&](std::size_t spanEnd) {
            if (spanEnd - first > bytes && end > first) {
                add(first, end);
                first = end;
            }
            end = spanEnd;
        };
        for (const storage::TextSpan &sentence : divider.sentences(text)) {
            if (sentence.end - sentence.begin <= bytes) {
                take(sentence.end);
                continue;
            }
            const std::string_view whole = std::string_view(text).substr(sentence.begin, sentence.end - sentence.begin);
            for (const storage::TextSpan &run : divider.lineChunks(whole)) {
                // A run without any place to break it is cut between two characters.
                for (std::size_t at = run.begin + bytes; at < run.end; at += bytes) {
                    while (at > run.begin && (static_cast<unsigned char>(whole[at]) & 0xC0U) == 0x80)
                        --at;
                    take(sentence.begin + at);
                }
                take(sentence.begin + run.end);
            }
        }
        if (text.size() > first)
            add(first, text.size());
    }
    return units;
}

std::vector<SummaryPiece> summaryPieces(const SummaryDocument &document, const std::vector<SummaryUnit> &units,
                                        const PieceLimits &limits)
{
    if (units.empty())
        return {};
    return Planner(document, units, limits).run();
}

} // namespace app
