// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// From bytes in any encoding to UTF-8.
#pragma once

#include "app/workers/extract/reader.h"

#include <string>
#include <string_view>

namespace app::extraction {

struct DecodedText {
    std::string text;     ///< UTF-8, without a byte order mark
    std::string encoding; ///< its name
    bool guessed = false; ///< from the look of the bytes alone
};

/// The encoding of a byte order mark, else UTF-16 or UTF-32 by their zero bytes, else UTF-8 where all bytes are, else
/// what `declared` says (a name as HTML and mail use it; may be empty or nonsense), else a guess. Encodings of seven
/// bits are believed when they are declared. What cannot be decoded becomes U+FFFD.
DecodedText decodeText(Bytes bytes, std::string_view declared = {});

/// Bytes of one encoding, named as in HTML and mail; windows-1252 where nothing is known by that name.
std::string decodeAs(std::string_view bytes, std::string_view encoding);

/// The encoding of a Windows code page: 932, 1251, 437, 10000 (Macintosh).
std::string codePageName(int codePage);

/// Whether bytes look like no text at all: zero bytes or many control characters where no UTF-16 or UTF-32 explains
/// them.
bool looksBinary(Bytes bytes);

} // namespace app::extraction
