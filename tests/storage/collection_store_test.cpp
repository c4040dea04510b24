// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/collection_store.h"

#include "storage/assistant_store.h"
#include "tests/storage/support.h"

namespace storage {

using namespace test;

TEST_CASE("collections are made, found by name, renamed and removed")
{
    TestDatabase database;
    CollectionStore store(*database);
    CHECK(need(store.list()).empty());
    const Collection tax = need(store.create("Tax"));
    const Collection lease = need(store.create("Lease"));
    CHECK(tax.uuid != lease.uuid);
    CHECK(tax.createdMs > 0);
    CHECK(codeOf(store.create("Tax")) == ErrorCode::Conflict);
    CHECK(codeOf(store.create("")) == ErrorCode::InvalidArgument);
    CHECK(need(store.named("Tax")).id == tax.id);
    CHECK(codeOf(store.named("none")) == ErrorCode::NotFound);
    CHECK(codeOf(store.rename(tax.id, "Lease")) == ErrorCode::Conflict);
    need(store.rename(tax.id, "Tax"));
    need(store.rename(tax.id, "Taxes"));
    need(store.setEmbedder(tax.id, "abc"));
    const auto all = need(store.list());
    REQUIRE(all.size() == 2);
    CHECK(all[0].name == "Lease");
    CHECK(all[1].name == "Taxes");
    CHECK(all[1].embedderSha256 == "abc");
    need(store.remove(tax.id));
    CHECK(codeOf(store.remove(tax.id)) == ErrorCode::NotFound);
    CHECK(codeOf(store.get(tax.id)) == ErrorCode::NotFound);
}

TEST_CASE("sources come and go, whatever bytes their names have")
{
    TestDatabase database;
    CollectionStore store(*database);
    const Collection made = need(store.create("c"));
    const std::vector<std::string> odd = {"/folder/Grüße", "/folder/\xff\xfe\x80", "/with \"quotes\"\n"};
    CHECK(need(store.addSources(made.id, odd)).sources == odd);
    CHECK(need(store.addSources(made.id, {odd[1], "/new"})).sources.size() == 4);
    database.close();
    database.open();
    CollectionStore again(*database);
    Collection read = need(again.get(made.id));
    CHECK(std::vector(read.sources.begin(), read.sources.begin() + 3) == odd);
    CHECK(need(again.removeSource(made.id, odd[1])).sources == std::vector<std::string>{odd[0], odd[2], "/new"});
    CHECK(codeOf(again.removeSource(made.id, odd[1])) == ErrorCode::NotFound);
    CHECK(codeOf(again.addSources({99}, odd)) == ErrorCode::NotFound);
}

TEST_CASE("an assistant loses a collection that is removed")
{
    TestDatabase database;
    CollectionStore store(*database);
    const Collection made = need(store.create("c"));
    AssistantStore assistants(*database);
    Assistant assistant = need(assistants.create({.name = "A", .collections = {made.id}}));
    CHECK(need(assistants.get(assistant.id)).collections.size() == 1);
    need(store.remove(made.id));
    CHECK(need(assistants.get(assistant.id)).collections.empty());
}

} // namespace storage
