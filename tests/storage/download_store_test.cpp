// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/download_store.h"

#include "tests/storage/support.h"

using namespace storage;
using namespace storage::test;

namespace {

const Download kWanted{.title = "A model",
                       .address = "https://h/m.gguf",
                       .mirrors = {"https://a/m.gguf", "https://b/m.gguf"},
                       .folder = "/srv/models",
                       .fileName = "m.gguf",
                       .expectedBytes = 100,
                       .expectedSha256 = "ab",
                       .sha256Source = "hub",
                       .catalogueId = "m",
                       .licenceId = "mit",
                       .licenceText = std::string("text\0with all bytes\xff", 20),
                       .purpose = "download"};

} // namespace

TEST_CASE("a download reads back as it was asked for, and in its order")
{
    TestDatabase database;
    DownloadStore store(*database);
    const Download first = need(store.add(kWanted));
    CHECK(first.step == DownloadStep::Waiting);
    CHECK(first.uuid.size() == 36);
    CHECK(first.createdMs > 0);
    Download expected = kWanted;
    expected.id = first.id;
    expected.uuid = first.uuid;
    expected.createdMs = first.createdMs;
    CHECK(first == expected);
    Download named = kWanted;
    named.uuid = "00000000-0000-4000-8000-000000000001";
    CHECK(need(store.add(named)).uuid == named.uuid);
    CHECK(need(store.list()).front() == first);
    CHECK(codeOf(store.add({.address = "https://h/", .folder = "/x"})) == ErrorCode::InvalidArgument);
    named.uuid = "no uuid";
    CHECK(codeOf(store.add(named)) == ErrorCode::InvalidArgument);
}

TEST_CASE("the course of a download is kept, what was asked for stays")
{
    TestDatabase database;
    DownloadStore store(*database);
    Download row = need(store.add(kWanted));
    row.step = DownloadStep::Paused;
    row.source = 1;
    row.validator = "\"tag\"";
    row.totalBytes = 100;
    need(store.update(row));
    CHECK(need(store.get(row.id)) == row);
    row.step = DownloadStep::Failed;
    row.errorCode = "download.unreachable";
    row.errorDetail = "why";
    row.title = "another title";
    need(store.update(row));
    const Download failed = need(store.get(row.id));
    CHECK(failed.errorCode == "download.unreachable");
    CHECK(failed.finishedMs > 0);
    CHECK(failed.title == "A model");
    row.step = DownloadStep::Waiting;
    need(store.update(row));
    CHECK(need(store.get(row.id)).finishedMs == 0);
    row.id = {999};
    CHECK(codeOf(store.update(row)) == ErrorCode::NotFound);
    CHECK(codeOf(store.get({999})) == ErrorCode::NotFound);
}

TEST_CASE("checkpoints come in the order of their ends and go with their download")
{
    TestDatabase database;
    DownloadStore store(*database);
    const Download one = need(store.add(kWanted));
    const Download other = need(store.add(kWanted));
    const DownloadCheckpoint late{.endByte = 20, .sha256 = {std::byte{2}}};
    const DownloadCheckpoint early{.endByte = 10, .sha256 = {std::byte{1}}};
    need(store.addCheckpoints(one.id, {late, early}));
    need(store.addCheckpoints(other.id, {late}));
    CHECK(need(store.checkpoints(one.id)) == std::vector{early, late});
    const DownloadCheckpoint again{.endByte = 20, .sha256 = {std::byte{3}}};
    need(store.addCheckpoints(one.id, {again}));
    CHECK(need(store.checkpoints(one.id)) == std::vector{early, again});
    need(store.removeCheckpoints(one.id));
    CHECK(need(store.checkpoints(one.id)).empty());
    need(store.remove(other.id));
    CHECK(need(store.checkpoints(other.id)).empty());
    CHECK(codeOf(store.remove(other.id)) == ErrorCode::NotFound);
    CHECK_FALSE(store.addCheckpoints({999}, {early}));
}

TEST_CASE("the files of a model belong to its first one and go with it")
{
    TestDatabase database;
    DownloadStore store(*database);
    const Download first = need(store.add(kWanted));
    Download more = kWanted;
    more.fileName = "m-2.gguf";
    more.partOf = first.id;
    const Download second = need(store.add(more));
    CHECK(second.partOf == first.id);
    CHECK(!first.partOf.valid());
    CHECK(need(store.list()) == std::vector{first, second});
    need(store.addCheckpoints(second.id, {{.endByte = 10}}));
    need(store.remove(first.id));
    CHECK(need(store.list()).empty());
    CHECK(need(store.checkpoints(second.id)).empty());
}
