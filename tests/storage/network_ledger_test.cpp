// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/network_ledger.h"

#include "tests/storage/support.h"

using namespace storage;
using namespace storage::test;

TEST_CASE("a request is in the ledger before it is sent, and learns how it ended")
{
    TestDatabase database;
    NetworkLedger ledger(*database);
    const auto first = need(ledger.begin({.method = "GET", .url = "https://a/", .purpose = "download of a"}));
    const auto second = need(ledger.begin({.atMs = 5, .method = "GET", .url = "https://b/", .purpose = "p"}));
    CHECK(need(ledger.list())[1].status == 0);
    need(ledger.end(first, {.bytesSent = 10, .bytesReceived = 20, .status = 200}));
    need(ledger.end(second, {.error = "no route"}));
    const auto rows = need(ledger.list());
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].url == "https://b/");
    CHECK(rows[0].atMs == 5);
    CHECK(rows[0].error == "no route");
    CHECK(rows[1].bytesReceived == 20);
    CHECK(rows[1].status == 200);
    CHECK(rows[1].atMs > 0);
    CHECK(need(ledger.list(1)).size() == 1);
    CHECK(codeOf(ledger.end({999}, {})) == ErrorCode::NotFound);
}
