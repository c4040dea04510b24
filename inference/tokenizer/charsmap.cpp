// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/charsmap.h"

#include <algorithm>

namespace inference {

namespace {

std::uint32_t littleEndian(std::string_view bytes, std::size_t position)
{
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
        value = (value << 8U) | static_cast<unsigned char>(bytes[position + i]);
    return value;
}

std::uint32_t childOffset(std::uint32_t node)
{
    return (node >> 10U) << ((node & (1U << 9U)) >> 6U);
}

} // namespace

Result<Charsmap> Charsmap::read(std::string_view bytes)
{
    Charsmap map;
    if (bytes.empty())
        return map;
    if (bytes.size() < 4)
        return failure(ErrorCode::FileMalformed, "precompiled_charsmap is shorter than its header");
    const std::size_t trieBytes = littleEndian(bytes, 0);
    if (trieBytes % 4 != 0 || trieBytes > bytes.size() - 4)
        return failure(ErrorCode::FileMalformed, "precompiled_charsmap: a trie of " + std::to_string(trieBytes) +
                                                     " bytes in a table of " + std::to_string(bytes.size()));
    map.m_nodes.reserve(trieBytes / 4);
    for (std::size_t i = 0; i < trieBytes; i += 4)
        map.m_nodes.push_back(littleEndian(bytes, 4 + i));
    map.m_replacements = bytes.substr(4 + trieBytes);
    // Replacements are looked up by their start: the end must be there for each, and near.
    std::size_t length = 0;
    for (const char c : map.m_replacements) {
        length = c == '\0' ? 0 : length + 1;
        if (length > longestReplacement)
            return failure(ErrorCode::FileMalformed, "precompiled_charsmap: a replacement is longer than 256 bytes");
    }
    if (length > 0)
        return failure(ErrorCode::FileMalformed, "precompiled_charsmap: the last replacement has no end");
    return map;
}

Charsmap::Match Charsmap::longestMatch(std::string_view text) const
{
    Match match;
    if (m_nodes.empty())
        return match;
    std::size_t node = childOffset(m_nodes[0]);
    const std::size_t end = std::min(text.size(), longestPrefix);
    for (std::size_t i = 0; i < end; ++i) {
        const auto label = static_cast<unsigned char>(text[i]);
        node ^= label;
        // NUL is the label of values and never one of text. Bit 31 marks values, which have no label.
        if (label == 0 || node >= m_nodes.size() || (m_nodes[node] & ((1U << 31U) | 0xFFU)) != label)
            break;
        const bool hasValue = ((m_nodes[node] >> 8U) & 1U) != 0;
        node ^= childOffset(m_nodes[node]);
        if (!hasValue || node >= m_nodes.size())
            continue;
        const std::size_t start = m_nodes[node] & 0x7FFFFFFFU;
        if (start >= m_replacements.size())
            continue;
        const std::string_view rest = std::string_view(m_replacements).substr(start);
        match = {i + 1, rest.substr(0, rest.find('\0'))};
    }
    return match;
}

} // namespace inference
