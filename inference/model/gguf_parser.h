// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The parser behind GgufFile: bytes in, checked header out. Private to inference/model.
#pragma once

#include "inference/error.h"
#include "inference/model/gguf_file.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace inference {

/// Limits of what Carrel reads; beyond them a file is refused as malformed.
namespace gguf_limits {
inline constexpr std::uint64_t kEntries = 65536; ///< metadata entries; tensors
inline constexpr std::uint64_t kKeyBytes = 256;
inline constexpr std::uint64_t kTensorNameBytes = 63;
inline constexpr std::uint64_t kStringBytes = std::uint64_t{16} << 20U;
inline constexpr std::uint64_t kTemplateBytes = std::uint64_t{1} << 20U;
inline constexpr std::uint64_t kArrayElements = std::uint64_t{1} << 26U; ///< of one array, and of all together
inline constexpr std::uint64_t kMinAlignment = 8;
inline constexpr std::uint64_t kMaxAlignment = std::uint64_t{1} << 20U;
} // namespace gguf_limits

/// A header whose every number has been checked. Views point into the parsed bytes.
struct GgufHeader {
    std::uint32_t version = 0;
    std::uint32_t alignment = 32;
    std::vector<std::pair<std::string_view, GgufValue>> metadata; ///< in file order
    std::vector<GgufType> types;                                  ///< of metadata
    std::vector<GgufTensor> tensors;                              ///< in file order
    std::vector<std::uint32_t> keysByName;                        ///< indexes into metadata, sorted by key
    std::vector<std::uint32_t> tensorsByName;                     ///< indexes into tensors, sorted by name
    std::uint64_t dataStart = 0;                                  ///< of the data section, from the file's start
    bool complete = false;                                        ///< every tensor's bytes lie inside the file
};

/// Parses and checks. Errors name the check that failed. May throw std::bad_alloc alone.
Result<GgufHeader> parseGguf(std::span<const std::byte> bytes, GgufScope scope);

} // namespace inference
