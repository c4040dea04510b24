// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/store_p.h"

#include <catch2/catch_test_macros.hpp>

#include <limits>
#include <set>

using namespace storage;

TEST_CASE("UUIDs are version 7, differ and sort by time")
{
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string uuid = detail::makeUuid(1'700'000'000'000);
        CHECK(detail::isUuid(uuid));
        CHECK(uuid.starts_with("018bcfe5-6800-7"));
        CHECK(std::string_view("89ab").contains(uuid[19]));
        seen.insert(uuid);
    }
    CHECK(seen.size() == 1000);
    CHECK(detail::makeUuid(1'700'000'000'000) < detail::makeUuid(1'700'000'000'001));
}

TEST_CASE("what is not a UUID is refused")
{
    CHECK(detail::isUuid("00000000-0000-7000-8000-000000000001"));
    for (const char *text : {"", "00000000-0000-7000-8000-00000000000", "00000000-0000-7000-8000-0000000000012",
                             "00000000-0000-7000-8000-00000000000G", "00000000-0000-7000-8000-00000000000A",
                             "00000000x0000-7000-8000-000000000001"}) {
        CHECK_FALSE(detail::isUuid(text));
    }
}

TEST_CASE("token lists survive packing")
{
    using Limits = std::numeric_limits<std::int32_t>;
    for (const auto &tokens : {std::vector<std::int32_t>{}, {0}, {1, -1, 258}, {Limits::min(), Limits::max()}}) {
        CHECK(detail::unpacked(detail::packed(tokens)) == tokens);
    }
    CHECK(detail::packed(std::vector<std::int32_t>{0x01020304}) ==
          std::vector<std::byte>{std::byte{4}, std::byte{3}, std::byte{2}, std::byte{1}});
    CHECK(detail::unpacked(std::vector<std::byte>(7)).size() == 1);
}

TEST_CASE("adapters survive JSON, and what is none is left out")
{
    const std::vector<AdapterUse> adapters = {{.sha256 = "ab", .name = "Legal \"tone\"", .scale = 0.5}};
    CHECK(detail::adaptersFromJson(detail::adaptersToJson(adapters)) == adapters);
    for (const char *json :
         {"", "{}", "7", "[1]", R"([{"sha256":1,"name":"x","scale":1}])", R"([{"name":"x"}])", "[["}) {
        CHECK(detail::adaptersFromJson(json).empty());
    }
}

TEST_CASE("roles and states have a text each")
{
    for (const Role role : {Role::System, Role::User, Role::Assistant, Role::Tool}) {
        CHECK(detail::roleFrom(detail::toText(role)) == role);
    }
    for (const MessageState state : {MessageState::Complete, MessageState::Streaming, MessageState::Interrupted,
                                     MessageState::Stopped, MessageState::Failed}) {
        CHECK(detail::stateFrom(detail::toText(state)) == state);
    }
    CHECK_FALSE(detail::roleFrom("nobody").has_value());
    CHECK_FALSE(detail::stateFrom("").has_value());
}
