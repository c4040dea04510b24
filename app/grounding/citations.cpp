// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/citations.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace app::grounding {

namespace {

bool isBlank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/// Reads a bracket of numbers at the beginning of some text.
class BracketReader {
public:
    explicit BracketReader(std::string_view text)
        : m_text(text)
    {
    }

    /// Length of the bracket, whose numbers are appended; nothing where there is none.
    std::optional<std::size_t> read(std::vector<std::uint32_t> &ids)
    {
        if (!take('[')) {
            return std::nullopt;
        }
        do {
            skipBlanks();
            if (!readId(ids)) {
                return std::nullopt;
            }
            skipBlanks();
        } while (take(',') || take(';'));
        if (!take(']')) {
            return std::nullopt;
        }
        return m_at;
    }

private:
    bool take(char byte)
    {
        if (m_at < m_text.size() && m_text[m_at] == byte) {
            ++m_at;
            return true;
        }
        return false;
    }

    void skipBlanks()
    {
        while (m_at < m_text.size() && isBlank(m_text[m_at])) {
            ++m_at;
        }
    }

    bool readId(std::vector<std::uint32_t> &ids)
    {
        constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
        const std::size_t begin = m_at;
        std::uint64_t id = 0;
        while (m_at < m_text.size() && m_text[m_at] >= '0' && m_text[m_at] <= '9') {
            id = std::min(kMost, id * 10 + static_cast<std::uint64_t>(m_text[m_at] - '0'));
            ++m_at;
        }
        if (m_at == begin) {
            return false;
        }
        if (std::ranges::find(ids, id) == ids.end()) {
            ids.push_back(static_cast<std::uint32_t>(id));
        }
        return true;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

} // namespace

std::vector<BlockCitation> citationsIn(const AnswerBlock &block)
{
    std::vector<BlockCitation> citations;
    if (block.kind == BlockKind::Code) {
        return citations;
    }
    const std::string_view text = block.text;
    for (std::size_t at = text.find('['); at != std::string_view::npos; at = text.find('[', at)) {
        CitationMark mark;
        const auto length = BracketReader(text.substr(at)).read(mark.ids);
        if (!length) {
            ++at;
            continue;
        }
        // What stands apart in the Markdown, or is code or a link in part, only looks like one.
        bool plain = true;
        for (std::size_t i = at; i < at + *length; ++i) {
            plain = plain && !block.isCode[i] && !block.isLink[i] &&
                    block.origin[i] == block.origin[at] + static_cast<std::uint32_t>(i - at);
        }
        if (plain) {
            mark.span = block.source(at, at + *length);
            citations.push_back({std::move(mark), {at, at + *length}});
        }
        at += *length;
    }
    return citations;
}

std::vector<CitationMark> citationsIn(std::string_view markdown)
{
    std::vector<CitationMark> marks;
    for (const AnswerBlock &block : answerBlocks(markdown)) {
        for (BlockCitation &citation : citationsIn(block)) {
            marks.push_back(std::move(citation.mark));
        }
    }
    return marks;
}

std::vector<std::uint32_t> invalidCitations(std::string_view markdown, std::uint32_t sources)
{
    std::vector<std::uint32_t> invalid;
    for (const CitationMark &mark : citationsIn(markdown)) {
        for (const std::uint32_t id : mark.ids) {
            if ((id == 0 || id > sources) && std::ranges::find(invalid, id) == invalid.end()) {
                invalid.push_back(id);
            }
        }
    }
    return invalid;
}

} // namespace app::grounding
