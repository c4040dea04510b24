// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workers/extract/reader.h"

#include <optional>
#include <string>
#include <vector>

namespace app::extraction {

/// What the end of a ZIP file says is in it.
struct ZipDirectory {
    std::string mediaType = {};          ///< of a first, stored entry named "mimetype"; else empty
    std::vector<std::string> names = {}; ///< lower case ASCII, `/` between folders; at most the first thousands
};

/// Reads the names alone; nothing when there is no directory, as in a file that was cut. Nothing is inflated.
std::optional<ZipDirectory> readZipDirectory(Bytes file);

} // namespace app::extraction
