// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/kv_extent.h"

#include <algorithm>

namespace inference::graph {

KvExtent::KvExtent(const Graph &graph, const backend::ProgramOptions &options)
    : m_context(options.contextLength)
{
    for (const KvLayer &layer : graph.kv) {
        const std::uint64_t wanted = std::uint64_t{layer.window} + options.maxBatch + options.rewind;
        const std::uint64_t ring = (wanted + kBlock - 1) / kBlock * kBlock;
        const bool slides = layer.window > 0 && ring < options.contextLength;
        m_layers.push_back({.slots = slides ? static_cast<std::uint32_t>(ring) : options.contextLength,
                            .window = slides ? layer.window : 0});
    }
}

std::uint32_t KvExtent::firstHeld(std::size_t layer) const
{
    const Layer &l = m_layers[layer];
    return l.window == 0 || m_written <= l.slots ? 0 : m_written - l.slots;
}

std::uint32_t KvExtent::held(std::size_t layer, std::uint32_t length) const
{
    return length - std::min(length, firstHeld(layer));
}

void KvExtent::write(std::uint32_t first, std::uint32_t count)
{
    m_written = first == 0 ? count : std::max(m_written, first + count);
}

std::vector<backend::ResumeRange> KvExtent::resumeRanges() const
{
    std::uint64_t first = 0;
    for (std::size_t layer = 0; layer < m_layers.size(); ++layer) {
        // The row at a length looks back at window - 1 positions before it.
        if (const std::uint64_t lost = firstHeld(layer); lost > 0) {
            first = std::max(first, lost + m_layers[layer].window - 1);
        }
    }
    if (first > m_context) {
        return {};
    }
    return {{static_cast<std::uint32_t>(first), m_context}};
}

bool KvExtent::resumable(std::uint32_t length) const
{
    return length == backend::resumePoint(resumeRanges(), length);
}

} // namespace inference::graph
