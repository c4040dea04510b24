// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace app {

/// SHA-256 over the bytes of files one after the other, in hex; empty when one cannot be read or `stopped` returns
/// true, which is asked after every megabyte. Blocks: never on the GUI thread.
std::string sha256OfFiles(const std::vector<std::filesystem::path> &files, const std::function<bool()> &stopped);

} // namespace app
