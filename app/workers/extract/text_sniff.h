// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workers/extract/reader.h"

namespace app::extraction {

/// Whether a file's first 64 KiB are text in any encoding: a byte order mark, UTF-16 by its zeros, or hardly a control
/// character and no zero.
bool looksLikeText(Bytes file);

/// Which kind of text a file is, by its first lines, then by its extension; PlainText when neither says more.
Format formatOfText(Bytes file, std::string_view extension);

} // namespace app::extraction
