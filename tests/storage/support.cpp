// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/storage/support.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <random>

namespace storage::test {

namespace fs = std::filesystem;

TempFolder::TempFolder()
{
    std::string pattern = (fs::temp_directory_path() / "carrel-test-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    m_path = pattern;
}

TempFolder::~TempFolder()
{
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
}

std::vector<std::string> TempFolder::files() const
{
    std::vector<std::string> names;
    for (const auto &entry : fs::recursive_directory_iterator(m_path)) {
        if (entry.is_regular_file()) {
            names.push_back(fs::relative(entry.path(), m_path).string());
        }
    }
    std::ranges::sort(names);
    return names;
}

std::vector<std::string> TempFolder::filesWith(std::string_view bytes) const
{
    std::vector<std::string> names;
    for (const std::string &file : files()) {
        if (readFile(m_path / file).find(bytes) != std::string::npos) {
            names.push_back(file);
        }
    }
    return names;
}

OpenReport TestDatabase::open(OpenOptions options)
{
    m_database.reset();
    options.path = m_folder.database();
    options.now = m_clock.function();
    Opened opened = Database::open(options);
    INFO(name(opened.report.outcome) << ": " << opened.report.detail);
    REQUIRE(opened.database != nullptr);
    m_database = std::move(opened.database);
    return opened.report;
}

std::string readFile(const fs::path &path)
{
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void writeFile(const fs::path &path, std::string_view bytes)
{
    std::ofstream stream(path, std::ios::binary);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    REQUIRE(stream.good());
}

std::uint64_t campaignSeed()
{
    const char *given = std::getenv("CARREL_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "campaign seed: CARREL_SEED=" << seed << '\n';
    return seed;
}

int campaignSize(int quick, int full)
{
    const char *campaign = std::getenv("CARREL_CAMPAIGN");
    return campaign != nullptr && std::string_view(campaign) == "full" ? full : quick;
}

} // namespace storage::test
