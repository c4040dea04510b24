// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Limits on hyperparameters and vocabularies; a file beyond them is refused as malformed.
#pragma once

#include <cstdint>

namespace inference::model_limits {

inline constexpr std::uint32_t kLayers = 1024;
inline constexpr std::uint32_t kHeads = 1024;
inline constexpr std::uint32_t kHeadDim = 1024;
inline constexpr std::uint32_t kVocabulary = std::uint32_t{1} << 22U;
inline constexpr std::uint32_t kWidth = std::uint32_t{1} << 20U; ///< embedding and feed-forward
inline constexpr std::uint32_t kExperts = 1024;
inline constexpr std::uint32_t kExpertGroups = 32;
inline constexpr std::uint32_t kAdapterRank = 4096;
inline constexpr std::uint32_t kStreams = 16;    ///< that layers carry side by side
inline constexpr std::uint32_t kTaps = 16;       ///< of a convolution over tokens
inline constexpr std::uint32_t kStateSize = 256; ///< rows of the matrix that a recurrent head keeps
inline constexpr std::uint32_t kContext = std::uint32_t{1} << 27U;
inline constexpr std::uint32_t kTokenBytes = std::uint32_t{1} << 16U; ///< text of one token
inline constexpr std::uint32_t kCharsmapBytes = std::uint32_t{1} << 24U;

} // namespace inference::model_limits
