// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What of a Markdown text a reader sees as text, as md4c has it: the judge of citations.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

/// The runs of the source outside code and links; what stands together in the source is one run.
std::vector<std::string> shownRuns(std::string_view markdown);

/// The numbers of all citations, "[3]" and "[1, 2]", that stand in these runs; numbers without end count as the
/// greatest.
std::vector<std::uint64_t> shownCitations(std::string_view markdown);

} // namespace tests
