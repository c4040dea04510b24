// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Text that a PDF file holds and nobody sees: drawn in white, in no mode, too small. It is where instructions to a
// language model are hidden.
#pragma once

#include "app/workers/extract/readers/pdf_document.h"

namespace app::extraction {

/// Whether a file's content streams draw any text in white or without ink, or cannot be looked into here (another
/// compression, encryption): only then its pages are compared with their pictures. Inflates at most `budget` bytes.
bool mayHideText(Bytes file, std::uint64_t budget);

/// Takes the words off a page that are smaller than can be read, and with a picture those without ink where they stand.
/// Returns what was taken off. `scale`: pixels of the picture in a point.
std::string removeHiddenWords(PlacedPage &page, const GrayPicture *picture, float scale);

/// Whether anything is drawn at all.
bool hasInk(const GrayPicture &picture);

} // namespace app::extraction
