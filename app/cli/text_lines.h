// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What `embed` and `rerank` share: the texts they read and how they print numbers.
#pragma once

#include "app/cli/command.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace app::cli {

/// The texts of the command line, else the lines of standard input without their ends.
std::expected<std::vector<std::string>, Failure> textsOrLines(const std::vector<std::string> &given);

/// The shortest decimal that is read back as the same number; null where it is none.
QByteArray numberJson(float number);
/// `[0.1,-0.2]`
QByteArray arrayJson(std::span<const float> numbers);

/// Tells on standard error that the end of the text (counted from 1) was not read.
void noteDropped(std::size_t text, std::uint32_t dropped, std::uint32_t context);

} // namespace app::cli
