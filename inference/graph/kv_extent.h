// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/backend.h"
#include "inference/graph/graph.h"

#include <cstdint>
#include <vector>

namespace inference::graph {

/// How many positions each layer's KV cache has room for, and which of a sequence's positions are still there.
///
/// A layer that looks back at a window only is a ring: position p stands in slot p % slots(layer), where position
/// p - slots(layer) stood. All layers are written alike, so that the furthest position written tells what is lost.
class KvExtent {
public:
    KvExtent() = default;
    /// Rings hold the window, a batch and ProgramOptions::rewind positions, rounded up to whole blocks of kBlock; a
    /// layer whose ring would be no shorter than the context has room for the context.
    KvExtent(const Graph &graph, const backend::ProgramOptions &options);

    static constexpr std::uint32_t kBlock = 64;

    [[nodiscard]] std::uint32_t slots(std::size_t layer) const { return m_layers[layer].slots; }
    /// First position of the sequence that the layer still holds.
    [[nodiscard]] std::uint32_t firstHeld(std::size_t layer) const;
    /// Positions of [0, length) that the layer holds.
    [[nodiscard]] std::uint32_t held(std::size_t layer, std::uint32_t length) const;

    /// Positions [first, first + count) are about to be written; a sequence begins with first == 0.
    void write(std::uint32_t first, std::uint32_t count);
    /// One past the furthest position written.
    [[nodiscard]] std::uint32_t written() const { return m_written; }
    /// The caches hold what they held when written() was this.
    void restore(std::uint32_t written) { m_written = written; }

    /// As Program::resumeRanges().
    [[nodiscard]] std::vector<backend::ResumeRange> resumeRanges() const;
    [[nodiscard]] bool resumable(std::uint32_t length) const;

private:
    struct Layer {
        std::uint32_t slots = 0;
        std::uint32_t window = 0; ///< 0: nothing is ever lost
    };

    std::vector<Layer> m_layers;
    std::uint32_t m_context = 0;
    std::uint32_t m_written = 0;
};

} // namespace inference::graph
