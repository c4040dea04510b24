// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/document_store.h"
#include "storage/index_database.h"
#include "tests/storage/support.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace storage::test {

/// An index in a folder of its own, with a fake clock.
class TestIndex {
public:
    TestIndex() { open(); }

    IndexDatabase &operator*() { return *m_database; }
    IndexDatabase *operator->() { return m_database.get(); }
    [[nodiscard]] const TempFolder &folder() const { return m_folder; }
    [[nodiscard]] std::filesystem::path path() const { return m_folder.path() / "index.db"; }
    void close() { m_database.reset(); }
    IndexOutcome open();

private:
    TempFolder m_folder;
    FakeClock m_clock;
    std::unique_ptr<IndexDatabase> m_database;
};

/// A hash of no file: `digit` 64 times.
std::string hashOf(char digit);

/// A file in a collection whose content is read: a passage for each text, a page for each passage.
FileStatus addDocument(IndexDatabase &index, std::string_view collection, std::string_view path,
                       std::string_view sha256, const std::vector<std::string> &texts, std::string_view heading = {});

} // namespace storage::test
