// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/stream_decoder.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

using inference::StreamDecoder;

namespace {

struct Outcome {
    std::string text;
    bool stopped = false;
    bool operator==(const Outcome &) const = default;
};

/// `cuts` bit i set: a new push begins after byte i.
Outcome decode(const std::string &input, const std::vector<std::string> &stops, std::uint64_t cuts)
{
    StreamDecoder decoder(stops);
    Outcome outcome;
    std::size_t start = 0;
    for (std::size_t i = 0; i < input.size(); ++i) {
        if (i + 1 < input.size() && ((cuts >> (i % 64)) & 1U) == 0)
            continue;
        const bool stopped = decoder.push(std::string_view(input).substr(start, i + 1 - start), outcome.text);
        outcome.stopped = outcome.stopped || stopped;
        start = i + 1;
    }
    decoder.finish(outcome.text);
    return outcome;
}

struct Case {
    std::string input;
    std::vector<std::string> stops;
    Outcome expected;
};

const std::string fffd = "\uFFFD";

std::vector<Case> cases()
{
    return {
        {"", {"x"}, {"", false}},
        {"plain", {}, {"plain", false}},
        {"h\u00e9\u4e2d\U0001f600!", {}, {"h\u00e9\u4e2d\U0001f600!", false}},
        {"abSTOPcd", {"STOP"}, {"ab", true}},
        {"abSTO", {"STOP"}, {"abSTO", false}},
        {"STSTOP", {"STOP"}, {"ST", true}},
        {"aabaabaaab", {"aabaaab"}, {"aab", true}},
        {"abcd", {"abcd", "bc"}, {"a", true}},
        {"xabc", {"abc", "bc", "c"}, {"x", true}},
        {"xbc", {"abc", "bcd"}, {"xbc", false}},
        {"x\n\nUser: y", {"\nUser:", "</s>"}, {"x\n", true}},
        {"a\u00e9b", {"\u00e9"}, {"a", true}},
        {"a\u00e8b", {"\u00e9"}, {"a\u00e8b", false}},
        {"\U0001f600\U0001f601z", {"\U0001f601"}, {"\U0001f600", true}},
        {"a\xFFz", {}, {"a" + fffd + "z", false}},
        {"a\xE2\x82", {}, {"a" + fffd, false}},
        {"a\xE2\x82z", {}, {"a" + fffd + "z", false}},
        {"\xE2\x28\xA1", {}, {fffd + "(" + fffd, false}},
        {"\xF0\x9F\x98", {}, {fffd, false}},
        {"\xF0\x9F\xE4\xB8\xAD", {}, {fffd + "\u4e2d", false}},
        {"\xC0\x80", {}, {fffd + fffd, false}},
        {"\xED\xA0\x80", {}, {fffd + fffd + fffd, false}},
        {"\xF4\x90\x80\x80", {}, {fffd + fffd + fffd + fffd, false}},
        {"\xC3\xC3\xA9", {"\u00e9"}, {fffd, true}},
        {"end\xE2\x82", {"\xE2\x82"}, {"end", false}},
        {"ab", {""}, {"ab", false}},
    };
}

} // namespace

TEST_CASE("text and stop strings come out the same for every split", "[stream_decoder]")
{
    for (const Case &c : cases()) {
        const std::uint64_t splits = c.input.empty() ? 1 : std::uint64_t{1} << (c.input.size() - 1);
        for (std::uint64_t cuts = 0; cuts < splits; ++cuts) {
            const Outcome outcome = decode(c.input, c.stops, cuts);
            if (outcome == c.expected)
                continue;
            INFO("input of " << c.input.size() << " bytes, cuts " << cuts << ": \"" << outcome.text << '"');
            CHECK(outcome == c.expected);
        }
        CHECK(decode(c.input, c.stops, ~std::uint64_t{0}) == c.expected);
    }
}

TEST_CASE("only what may still change is held back", "[stream_decoder]")
{
    StreamDecoder decoder({"<end>"});
    std::string out;
    CHECK_FALSE(decoder.push("abc", out));
    CHECK(out == "abc");
    CHECK(decoder.heldBytes() == 0);
    CHECK_FALSE(decoder.push("d<en", out));
    CHECK(out == "abcd");
    CHECK(decoder.heldBytes() == 3);
    CHECK_FALSE(decoder.push("t\xE4\xB8", out));
    CHECK(out == "abcd<ent");
    CHECK(decoder.heldBytes() == 2);
    CHECK(decoder.push("\xAD<end>tail", out));
    CHECK(out == "abcd<ent\u4e2d");
    CHECK(decoder.heldBytes() == 0);
    CHECK(decoder.push("more", out));
    decoder.finish(out);
    CHECK(out == "abcd<ent\u4e2d");
}

TEST_CASE("a space at the very start is dropped where it is a mark of the vocabulary", "[stream_decoder]")
{
    for (const auto &[first, second, expected] : {std::tuple{" Hello", " you", "Hello you"},
                                                  {" ", " two", " two"},
                                                  {"", " late", "late"},
                                                  {"a", " b", "a b"}}) {
        StreamDecoder decoder({"\n"}, StreamDecoder::LeadingSpace::Drop);
        std::string out;
        decoder.push(first, out);
        decoder.push(second, out);
        decoder.finish(out);
        CHECK(out == expected);
    }
    StreamDecoder keeps({});
    std::string out;
    keeps.push(" x", out);
    CHECK(out == " x");
}
