// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/chunker.h"

#include "storage/sentences.h"

#include <algorithm>
#include <optional>

namespace storage {

namespace {

/// What packing moves as a whole: a block, or a part of one that is too long.
struct Unit {
    const ChunkBlock *block = nullptr;
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::int32_t tokens = 0;
    const ChunkBlock *header = nullptr; ///< of the table that a row belongs to, unless it is that row
    std::int32_t headerTokens = 0;
};

bool isSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r';
}

class Chunker {
public:
    Chunker(const ChunkInput &input, const ChunkLimits &limits)
        : m_input(input)
        , m_limits(limits)
        , m_divider(input.language)
    {
    }

    Chunks run()
    {
        m_chunks.sections.push_back({});
        if (!m_input.blocks.empty()) {
            m_chunks.sections[0].firstPage = m_input.blocks.front().page;
            m_chunks.sections[0].textBegin = m_chunks.sections[0].textEnd = m_input.blocks.front().begin;
        }
        for (const ChunkBlock &block : m_input.blocks) {
            if (block.kind == ChunkKind::Heading) {
                closeSection(block.level);
                openSection(block);
            } else {
                add(block);
            }
            m_chunks.sections.back().textEnd = block.end;
        }
        closeSection(0);
        return std::move(m_chunks);
    }

private:
    [[nodiscard]] std::string_view slice(std::int64_t begin, std::int64_t end) const
    {
        return m_input.text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
    }

    std::int32_t count(std::int64_t begin, std::int64_t end) { return m_input.tokens(slice(begin, end)); }

    void openSection(const ChunkBlock &heading)
    {
        m_heading = &heading;
        const auto number = static_cast<std::int32_t>(m_chunks.sections.size());
        std::int32_t parent = number - 1;
        while (parent > 0 && m_chunks.sections[static_cast<std::size_t>(parent)].level >= heading.level) {
            parent = m_chunks.sections[static_cast<std::size_t>(parent)].parent;
        }
        std::string title(slice(heading.begin, heading.end));
        std::ranges::replace_if(title, isSpace, ' ');
        m_chunks.sections.push_back({.number = number,
                                     .parent = std::max(parent, 0),
                                     .level = heading.level,
                                     .title = std::move(title),
                                     .firstPage = heading.page,
                                     .textBegin = heading.begin,
                                     .textEnd = heading.end,
                                     .tokenCount = count(heading.begin, heading.end)});
    }

    void add(const ChunkBlock &block)
    {
        if (block.kind != ChunkKind::TableRow) {
            m_header = nullptr;
        } else if (block.header || m_lastKind != ChunkKind::TableRow) {
            m_header = block.header ? &block : nullptr;
            m_headerTokens = block.header ? count(block.begin, block.end) : 0;
        }
        m_lastKind = block.kind;
        const std::size_t first = m_units.size();
        const std::int32_t tokens = count(block.begin, block.end);
        if (tokens <= m_limits.most) {
            m_units.push_back({.block = &block, .begin = block.begin, .end = block.end, .tokens = tokens});
        } else {
            divide(block);
        }
        for (std::size_t unit = first; unit < m_units.size(); ++unit) {
            m_units[unit].header = m_header != &block ? m_header : nullptr;
            m_units[unit].headerTokens = m_headerTokens;
        }
    }

    /// Sentences of a block; of a sentence that is too long, as much as fits.
    void divide(const ChunkBlock &block)
    {
        const auto spans = block.kind == ChunkKind::Code ? lines(slice(block.begin, block.end))
                                                         : m_divider.sentences(slice(block.begin, block.end));
        for (const TextSpan &span : spans) {
            const std::int64_t begin = block.begin + static_cast<std::int64_t>(span.begin);
            const std::int64_t end = block.begin + static_cast<std::int64_t>(span.end);
            const std::int32_t tokens = count(begin, end);
            if (tokens <= m_limits.most) {
                m_units.push_back({.block = &block, .begin = begin, .end = end, .tokens = tokens});
                continue;
            }
            std::int64_t from = begin;
            std::int32_t gathered = 0;
            for (const TextSpan &piece : m_divider.lineChunks(slice(begin, end))) {
                const std::int64_t pieceBegin = begin + static_cast<std::int64_t>(piece.begin);
                const std::int64_t pieceEnd = begin + static_cast<std::int64_t>(piece.end);
                const std::int32_t more = count(pieceBegin, pieceEnd);
                if (gathered > 0 && gathered + more > m_limits.most) {
                    m_units.push_back({.block = &block, .begin = from, .end = pieceBegin, .tokens = gathered});
                    from = pieceBegin;
                    gathered = 0;
                }
                gathered += more;
            }
            m_units.push_back({.block = &block, .begin = from, .end = end, .tokens = gathered});
        }
    }

    static std::vector<TextSpan> lines(std::string_view text)
    {
        std::vector<TextSpan> spans;
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
            spans.push_back({begin, end});
            begin = end;
        }
        return spans;
    }

    /// Packs the section's units. `nextLevel`: of the heading that follows, 0 at the document's end.
    void closeSection(std::int32_t nextLevel)
    {
        Section &section = m_chunks.sections.back();
        std::int32_t total = 0;
        for (const Unit &unit : m_units) {
            total += unit.tokens;
        }
        section.tokenCount += total;
        m_chunks.tokens += section.tokenCount;
        if (m_units.empty() && m_heading != nullptr && nextLevel <= section.level) {
            m_units.push_back(
                {.block = m_heading, .begin = m_heading->begin, .end = m_heading->end, .tokens = section.tokenCount});
            total = section.tokenCount;
        }
        // As many passages as it takes, of about the same size.
        const std::int32_t passages = std::max(1, (total + m_limits.most - 1) / m_limits.most);
        const std::int32_t aim = std::max(m_limits.least, (total + passages - 1) / passages);
        std::size_t first = 0;
        std::int32_t gathered = 0;
        for (std::size_t unit = 0; unit < m_units.size(); ++unit) {
            if (unit > first) {
                const std::int32_t with = gathered + m_units[unit].tokens;
                // The unit on the border goes where the passage comes nearer to the aim.
                const bool nearer = gathered >= m_limits.least && with - aim > aim - gathered;
                if (with > m_limits.most || nearer) {
                    emit(first, unit);
                    first = unit;
                    gathered = 0;
                }
            }
            if (unit == first && m_units[unit].header != nullptr) {
                gathered += m_units[unit].headerTokens;
            }
            gathered += m_units[unit].tokens;
        }
        emit(first, m_units.size());
        m_units.clear();
        m_header = nullptr;
        m_lastKind = ChunkKind::Paragraph;
    }

    void emit(std::size_t first, std::size_t end)
    {
        if (first == end) {
            return;
        }
        Passage passage{.number = static_cast<std::int32_t>(m_chunks.passages.size()),
                        .section = m_chunks.sections.back().number,
                        .firstPage = m_units[first].block->page,
                        .lastPage = m_units[end - 1].block->page,
                        .textBegin = m_units[first].begin,
                        .textEnd = m_units[end - 1].end,
                        .heading = headingOf(m_chunks.sections.back())};
        if (const Unit &unit = m_units[first]; unit.header != nullptr) {
            passage.text = std::string(slice(unit.header->begin, unit.header->end)) + '\n';
            passage.tokenCount = unit.headerTokens;
        }
        for (std::size_t i = first; i < end; ++i) {
            const Unit &unit = m_units[i];
            if (i > first && unit.block != m_units[i - 1].block) {
                passage.text += unit.block->kind == ChunkKind::Paragraph ? "\n\n" : "\n";
            }
            passage.text += slice(unit.begin, unit.end);
            passage.tokenCount += unit.tokens;
            const auto boxes = lineBoxes(m_input.words, unit.begin, unit.end);
            passage.boxes.insert(passage.boxes.end(), boxes.begin(), boxes.end());
        }
        while (!passage.text.empty() && isSpace(passage.text.back())) {
            passage.text.pop_back();
        }
        if (!passage.text.empty()) {
            m_chunks.passages.push_back(std::move(passage));
        }
    }

    [[nodiscard]] std::string headingOf(const Section &section) const
    {
        std::string heading = section.title;
        for (std::int32_t parent = section.parent; parent > 0;) {
            const Section &above = m_chunks.sections[static_cast<std::size_t>(parent)];
            heading.insert(0, above.title + " > ");
            parent = above.parent;
        }
        if (m_input.title.empty()) {
            return heading;
        }
        return heading.empty() ? m_input.title : m_input.title + " > " + heading;
    }

    const ChunkInput &m_input;
    const ChunkLimits m_limits;
    TextDivider m_divider;
    Chunks m_chunks;
    std::vector<Unit> m_units; ///< of the open section
    const ChunkBlock *m_heading = nullptr;
    const ChunkBlock *m_header = nullptr; ///< of the open table
    std::int32_t m_headerTokens = 0;
    ChunkKind m_lastKind = ChunkKind::Paragraph;
};

} // namespace

Chunks chunk(const ChunkInput &input, const ChunkLimits &limits)
{
    return Chunker(input, limits).run();
}

std::vector<LineBox> lineBoxes(const std::vector<ChunkWord> &words, std::int64_t begin, std::int64_t end)
{
    std::vector<LineBox> lines;
    auto word = std::ranges::lower_bound(words, begin, {}, &ChunkWord::end);
    for (; word != words.end() && word->begin < end; ++word) {
        if (word->end <= begin) {
            continue;
        }
        const LineBox &box = word->box;
        LineBox *line = lines.empty() ? nullptr : &lines.back();
        const float middle = (box.top + box.bottom) / 2;
        // Of one line: beside the word before, with its middle between that line's edges.
        if (line != nullptr && line->page == box.page && middle > line->top && middle < line->bottom &&
            box.right > line->left && box.left - line->right < 2 * (line->bottom - line->top)) {
            line->left = std::min(line->left, box.left);
            line->top = std::min(line->top, box.top);
            line->right = std::max(line->right, box.right);
            line->bottom = std::max(line->bottom, box.bottom);
        } else {
            lines.push_back(box);
        }
    }
    return lines;
}

} // namespace storage
