// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

namespace inference::runtime {

/// The fewest layers, of `layers` that have experts and counted from the first, whose experts must stay in host memory
/// for the rest to fit a device: bytesWith(n), what the device takes when those of n layers do, is at most
/// `availableBytes` (0 = unknown: no bound). Nothing when the rest does not fit even without any experts. bytesWith()
/// must not rise with n from one layer on.
std::optional<std::uint32_t> fewestHostLayers(std::uint32_t layers, std::uint64_t availableBytes,
                                              const std::function<std::uint64_t(std::uint32_t)> &bytesWith);

} // namespace inference::runtime
