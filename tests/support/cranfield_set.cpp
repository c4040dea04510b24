// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/cranfield_set.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <stdexcept>

namespace tests {

namespace {

std::vector<std::vector<std::string>> tableOf(const std::filesystem::path &file, std::size_t columns)
{
    std::vector<std::vector<std::string>> rows;
    std::ifstream stream(file);
    if (!stream) {
        throw std::runtime_error(file.string() + " cannot be read");
    }
    for (std::string line; std::getline(stream, line);) {
        std::vector<std::string> cells;
        for (std::size_t begin = 0; begin <= line.size();) {
            const std::size_t end = std::min(line.find('\t', begin), line.size());
            cells.push_back(line.substr(begin, end - begin));
            begin = end + 1;
        }
        cells.resize(columns);
        rows.push_back(std::move(cells));
    }
    return rows;
}

} // namespace

CranfieldSet readCranfield(const std::filesystem::path &folder)
{
    CranfieldSet set;
    for (const auto &row : tableOf(folder / "corpus.tsv", 3)) {
        set.papers.push_back({row[0], row[1], row[2]});
    }
    std::map<std::string, std::set<std::string>> relevant;
    for (const auto &row : tableOf(folder / "qrels.tsv", 3)) {
        relevant[row[0]].insert(row[1]);
    }
    for (const auto &row : tableOf(folder / "queries.tsv", 2)) {
        set.questions.push_back({row[0], row[1], relevant[row[0]]});
    }
    return set;
}

double ndcg(const std::vector<std::string> &ranking, const std::set<std::string> &relevant, std::size_t depth)
{
    double gain = 0;
    double best = 0;
    for (std::size_t place = 0; place < depth; ++place) {
        const double weight = 1 / std::log2(static_cast<double>(place) + 2);
        gain += place < ranking.size() && relevant.contains(ranking[place]) ? weight : 0;
        best += place < relevant.size() ? weight : 0;
    }
    return best > 0 ? gain / best : 0;
}

double recall(const std::vector<std::string> &ranking, const std::set<std::string> &relevant, std::size_t depth)
{
    const auto end = ranking.begin() + static_cast<std::ptrdiff_t>(std::min(depth, ranking.size()));
    const auto found = std::count_if(ranking.begin(), end, [&](const auto &one) { return relevant.contains(one); });
    return relevant.empty() ? 0 : static_cast<double>(found) / static_cast<double>(relevant.size());
}

} // namespace tests
