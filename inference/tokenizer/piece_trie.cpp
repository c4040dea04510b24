// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/piece_trie.h"

#include <algorithm>

namespace inference {

namespace {

using Entry = std::pair<std::string_view, TokenId>;

/// Sorted texts that share the characters above a node.
struct Group {
    std::size_t begin;
    std::size_t end;
    std::size_t depth;
};

} // namespace

PieceTrie::PieceTrie(std::span<const Entry> texts)
{
    std::vector<Entry> sorted(texts.begin(), texts.end());
    std::erase_if(sorted, [](const Entry &entry) { return entry.first.empty(); });
    std::ranges::stable_sort(sorted, {}, &Entry::first);

    // Breadth first, so that the children of a node get neighbouring numbers.
    std::vector<Group> level{{0, sorted.size(), 0}};
    m_labels.push_back(0);
    m_tokens.push_back(none);
    while (!level.empty()) {
        std::vector<Group> next;
        for (const Group &group : level) {
            m_firstChild.push_back(static_cast<std::uint32_t>(m_labels.size()));
            std::size_t begin = group.begin;
            while (begin < group.end && sorted[begin].first.size() == group.depth)
                ++begin; // the node's own text, set when the node was made
            while (begin < group.end) {
                const char label = sorted[begin].first[group.depth];
                std::size_t end = begin;
                while (end < group.end && sorted[end].first[group.depth] == label)
                    ++end;
                m_labels.push_back(static_cast<unsigned char>(label));
                m_tokens.push_back(sorted[begin].first.size() == group.depth + 1 ? sorted[begin].second : none);
                next.push_back({begin, end, group.depth + 1});
                begin = end;
            }
        }
        level.swap(next);
    }
    m_firstChild.push_back(static_cast<std::uint32_t>(m_labels.size()));
}

std::optional<PieceTrie::Node> PieceTrie::child(Node node, char byte) const
{
    const auto label = static_cast<unsigned char>(byte);
    const auto begin = m_labels.begin() + m_firstChild[node];
    const auto end = m_labels.begin() + m_firstChild[node + 1];
    const auto found = std::lower_bound(begin, end, label);
    if (found == end || *found != label)
        return std::nullopt;
    return static_cast<Node>(found - m_labels.begin());
}

} // namespace inference
