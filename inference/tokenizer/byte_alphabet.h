// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The printable alphabet in which GPT-2 style vocabularies write arbitrary bytes: printable Latin-1 bytes stand for
// themselves, the other 68 are numbered from U+0100.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inference {

/// The UTF-8 text of a byte in the alphabet.
std::string_view alphabetText(std::uint8_t byte);

/// The byte a code point stands for.
std::optional<std::uint8_t> alphabetByte(char32_t codePoint);

/// Appends the bytes that `token` spells; characters outside the alphabet stand for their own UTF-8.
void appendAlphabetBytes(std::string &out, std::string_view token);

} // namespace inference
