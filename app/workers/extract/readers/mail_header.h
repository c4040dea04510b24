// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace app::extraction {

/// A header's value as it is meant: on one line, its encoded words (RFC 2047) decoded, those next to each other joined.
/// Bytes outside of encoded words are taken for UTF-8, or else windows-1252.
std::string decodedHeader(std::string_view raw);

} // namespace app::extraction
