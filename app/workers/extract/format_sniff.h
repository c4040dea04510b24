// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workers/extract/reader.h"

namespace app::extraction {

/// What a file is. With a state other than Read no reader is called: the state and the reason are the answer.
struct Sniffed {
    Format format = Format::Unknown;
    State state = State::Read;
    std::string reason = {};
};

/// Finds a file's format by its content: signatures first, for ZIP the names in its directory. What is text without a
/// signature (Markdown, CSV, source code, mail, …) is told apart by its first lines and its extension (lower case,
/// without the dot). Binary files without a reader are Unsupported, and encrypted Office files Encrypted.
/// Reads a bounded part of the file; never fails.
Sniffed sniffFormat(Bytes file, std::string_view extension);

} // namespace app::extraction
