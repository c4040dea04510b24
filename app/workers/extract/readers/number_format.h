// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace app::extraction {

/// The format that a built-in id of a workbook stands for; empty: none, or as it is stored. Dates that follow the
/// reader's own habits are written as ISO 8601 has them.
std::string_view builtinNumberFormat(int id);

/// A number as a cell shows it by a format code ("#,##0.00;[Red]-#,##0.00"). What is not known of a code is left out;
/// an empty code or "General" gives up to 15 significant digits. `from1904`: days of dates count from 1904.
std::string formatCell(double value, std::string_view code, bool from1904);

/// A number with up to 15 significant digits, without an exponent where it is short without.
std::string plainNumber(double value);

} // namespace app::extraction
