// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>

namespace inference {

/// SHA-256 (FIPS 180-4) of bytes in memory.
std::array<std::byte, 32> sha256(std::span<const std::byte> bytes);

/// The same as 64 lower-case hexadecimal digits.
std::string sha256Hex(std::span<const std::byte> bytes);

} // namespace inference
