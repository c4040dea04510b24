// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/answer_text.h"

#include <md4c.h>

#include <algorithm>
#include <array>
#include <utility>

namespace app::grounding {

namespace {

constexpr std::size_t kMostBytes = std::size_t{16} << 20U;
constexpr unsigned kFlags =
    MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_PERMISSIVEURLAUTOLINKS | MD_FLAG_NOHTML;

/// The entities that models write for what they fear to be markup.
std::string_view entityText(std::string_view entity)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kEntities{
        {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&nbsp;", " "}, {"&apos;", "'"}}};
    const auto *const found =
        std::ranges::find(kEntities, entity, &std::pair<std::string_view, std::string_view>::first);
    return found == kEntities.end() ? entity : found->second;
}

class Reader {
public:
    explicit Reader(std::string_view source)
        : m_source(source)
    {
    }

    std::vector<AnswerBlock> read()
    {
        MD_PARSER parser{};
        parser.flags = kFlags;
        parser.enter_block = [](MD_BLOCKTYPE type, void *, void *self) { return of(self).enterBlock(type); };
        parser.leave_block = [](MD_BLOCKTYPE type, void *, void *self) { return of(self).leaveBlock(type); };
        parser.enter_span = [](MD_SPANTYPE type, void *, void *self) { return of(self).countSpan(type, 1); };
        parser.leave_span = [](MD_SPANTYPE type, void *, void *self) { return of(self).countSpan(type, -1); };
        parser.text = [](MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *self) {
            return of(self).takeText(type, {text, size});
        };
        md_parse(m_source.data(), static_cast<MD_SIZE>(m_source.size()), &parser, this);
        endBlock();
        return std::move(m_blocks);
    }

private:
    static Reader &of(void *self) { return *static_cast<Reader *>(self); }

    int enterBlock(MD_BLOCKTYPE type)
    {
        endBlock();
        switch (type) {
        case MD_BLOCK_QUOTE:
            ++m_quotes;
            break;
        case MD_BLOCK_H:
            m_block.kind = BlockKind::Heading;
            break;
        case MD_BLOCK_CODE:
            m_block.kind = BlockKind::Code;
            break;
        case MD_BLOCK_TH:
        case MD_BLOCK_TD:
            m_block.kind = BlockKind::Cell;
            break;
        default:
            break;
        }
        return 0;
    }

    int leaveBlock(MD_BLOCKTYPE type)
    {
        endBlock();
        m_quotes -= type == MD_BLOCK_QUOTE ? 1 : 0;
        return 0;
    }

    int countSpan(MD_SPANTYPE type, int by)
    {
        m_code += type == MD_SPAN_CODE ? by : 0;
        m_links += type == MD_SPAN_A || type == MD_SPAN_IMG ? by : 0;
        return 0;
    }

    int takeText(MD_TEXTTYPE type, std::string_view text)
    {
        const bool inside =
            text.data() >= m_source.data() && text.data() + text.size() <= m_source.data() + m_source.size();
        if (inside) {
            m_at = static_cast<std::size_t>(text.data() - m_source.data());
        }
        std::string_view shown = text;
        if (type == MD_TEXT_SOFTBR || type == MD_TEXT_BR) {
            shown = "\n";
        } else if (type == MD_TEXT_NULLCHAR) {
            shown = "\uFFFD";
        } else if (type == MD_TEXT_ENTITY) {
            shown = entityText(text);
        }
        const bool follows = inside && shown.data() == text.data();
        for (std::size_t i = 0; i < shown.size(); ++i) {
            m_block.origin.push_back(static_cast<std::uint32_t>(m_at + (follows ? i : 0)));
        }
        m_block.text += shown;
        m_block.isCode.insert(m_block.isCode.end(), shown.size(), m_code > 0);
        m_block.isLink.insert(m_block.isLink.end(), shown.size(), m_links > 0);
        if (inside) {
            m_at += text.size();
        }
        return 0;
    }

    void endBlock()
    {
        if (m_block.text.find_first_not_of(" \t\n") != std::string::npos) {
            m_block.quoted = m_quotes > 0;
            m_blocks.push_back(std::move(m_block));
        }
        m_block = {};
    }

    std::string_view m_source;
    std::vector<AnswerBlock> m_blocks;
    AnswerBlock m_block;
    std::size_t m_at = 0; ///< in the source, behind what came last
    int m_quotes = 0;
    int m_code = 0;
    int m_links = 0;
};

} // namespace

storage::TextSpan AnswerBlock::source(std::size_t begin, std::size_t end) const
{
    if (begin >= end || end > origin.size()) {
        return {};
    }
    return {origin[begin], std::size_t{origin[end - 1]} + 1};
}

std::vector<AnswerBlock> answerBlocks(std::string_view markdown)
{
    return Reader(markdown.substr(0, kMostBytes)).read();
}

} // namespace app::grounding
