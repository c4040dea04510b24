// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The judged questions of tests/storage/cranfield, and how rankings are scored on them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tests {

struct Paper {
    std::string id;
    std::string title;
    std::string text;
};

struct JudgedQuestion {
    std::string id;
    std::string text;
    std::set<std::string> relevant; ///< papers
};

struct CranfieldSet {
    std::vector<Paper> papers;
    std::vector<JudgedQuestion> questions;
};

/// Reads the three tables; throws std::runtime_error when one is missing.
CranfieldSet readCranfield(const std::filesystem::path &folder);

/// Normalised discounted cumulative gain of the first `depth`, every relevant paper counting 1.
/// (Järvelin, Kekäläinen: Cumulated gain-based evaluation of IR techniques, 2002.)
double ndcg(const std::vector<std::string> &ranking, const std::set<std::string> &relevant, std::size_t depth = 10);
/// Share of the relevant papers among the first `depth`.
double recall(const std::vector<std::string> &ranking, const std::set<std::string> &relevant, std::size_t depth = 100);

} // namespace tests
