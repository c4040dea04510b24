// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/special_tokens.h"

namespace inference {

namespace {

std::uint64_t edge(std::uint64_t node, char byte)
{
    return (node << 8U) | static_cast<unsigned char>(byte);
}

} // namespace

void SpecialTokens::add(std::string_view text, TokenId token)
{
    if (text.empty() || text.size() > maxBytes)
        return;
    m_firstBytes.set(static_cast<unsigned char>(text[0]));
    std::uint32_t node = 0;
    for (const char byte : text) {
        const auto [it, fresh] = m_edges.try_emplace(edge(node, byte), static_cast<std::uint32_t>(m_tokenAt.size()));
        if (fresh)
            m_tokenAt.push_back(none);
        node = it->second;
    }
    if (m_tokenAt[node] == none)
        m_tokenAt[node] = token;
}

std::optional<SpecialTokens::Match> SpecialTokens::find(std::string_view text, std::size_t from) const
{
    if (m_firstBytes.none())
        return std::nullopt;
    for (std::size_t start = from; start < text.size(); ++start) {
        if (!m_firstBytes.test(static_cast<unsigned char>(text[start])))
            continue;
        std::optional<Match> longest;
        std::uint32_t node = 0;
        for (std::size_t i = start; i < text.size(); ++i) {
            const auto next = m_edges.find(edge(node, text[i]));
            if (next == m_edges.end())
                break;
            node = next->second;
            if (m_tokenAt[node] != none)
                longest = Match{start, i + 1 - start, m_tokenAt[node]};
        }
        if (longest)
            return longest;
    }
    return std::nullopt;
}

} // namespace inference
