// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/database.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// What the tests of storage share.
namespace storage::test {

/// A folder of its own that goes away with everything in it.
class TempFolder {
public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder &) = delete;
    TempFolder &operator=(const TempFolder &) = delete;

    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }
    [[nodiscard]] std::filesystem::path database() const { return m_path / "carrel.db"; }

    /// Relative names of the files in it and below, sorted.
    [[nodiscard]] std::vector<std::string> files() const;
    /// Names of the files that hold these bytes.
    [[nodiscard]] std::vector<std::string> filesWith(std::string_view bytes) const;

private:
    std::filesystem::path m_path;
};

/// A clock that moves one second at each look.
class FakeClock {
public:
    [[nodiscard]] std::function<TimestampMs()> function()
    {
        return [this] { return nowMs += 1000; };
    }
    TimestampMs nowMs = 1'700'000'000'000;
};

/// The value of a Result; fails the test with the error otherwise.
template <class T>
T need(Result<T> result)
{
    if (!result) {
        INFO(name(result.error().code) << ": " << result.error().detail);
        REQUIRE(result.has_value());
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

/// The code of a failed Result; fails the test when it has a value.
template <class T>
ErrorCode codeOf(const Result<T> &result)
{
    REQUIRE_FALSE(result.has_value());
    return result.error().code;
}

/// Opens a database that must open, with a fake clock.
class TestDatabase {
public:
    TestDatabase() { open(); }

    Database &operator*() { return *m_database; }
    Database *operator->() { return m_database.get(); }
    [[nodiscard]] const TempFolder &folder() const { return m_folder; }
    FakeClock &clock() { return m_clock; }
    void close() { m_database.reset(); }
    OpenReport open(OpenOptions options = {});

private:
    TempFolder m_folder;
    FakeClock m_clock;
    std::unique_ptr<Database> m_database;
};

std::string readFile(const std::filesystem::path &path);
void writeFile(const std::filesystem::path &path, std::string_view bytes);

/// A number from an environment variable, or a fresh one that the test prints.
std::uint64_t campaignSeed();
/// `quick` in the daily run, `full` with CARREL_CAMPAIGN=full.
int campaignSize(int quick, int full);

} // namespace storage::test
