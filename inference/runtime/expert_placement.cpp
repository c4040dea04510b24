// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/expert_placement.h"

namespace inference::runtime {

std::optional<std::uint32_t> fewestHostLayers(std::uint32_t layers, std::uint64_t availableBytes,
                                              const std::function<std::uint64_t(std::uint32_t)> &bytesWith)
{
    const auto fits = [&](std::uint32_t n) { return availableBytes == 0 || bytesWith(n) <= availableBytes; };
    if (fits(0)) {
        return 0;
    }
    if (layers == 0 || !fits(layers)) {
        return std::nullopt;
    }
    std::uint32_t tooFew = 0;
    std::uint32_t enough = layers;
    while (enough - tooFew > 1) {
        const std::uint32_t middle = tooFew + (enough - tooFew) / 2;
        (fits(middle) ? enough : tooFew) = middle;
    }
    return enough;
}

} // namespace inference::runtime
