// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Templates and single constructs against what jinja2 makes of them (tests/oracles/make_template_fixtures.py).
#include "inference/template/chat_template.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>

using namespace inference;
using nlohmann::json;

namespace {

std::string readFile(const std::string &name)
{
    std::ifstream file(std::string(CARREL_FIXTURES) + "/" + name, std::ios::binary);
    REQUIRE(file.good());
    return {std::istreambuf_iterator<char>(file), {}};
}

Role roleOf(const std::string &name)
{
    return name == "system" ? Role::System
           : name == "user" ? Role::User
           : name == "tool" ? Role::Tool
                            : Role::Assistant;
}

TemplateInput inputOf(const json &testCase)
{
    TemplateInput input;
    for (const json &message : testCase["messages"])
        input.messages.push_back({roleOf(message["role"]), message["content"]});
    input.addGenerationPrompt = testCase["add_generation_prompt"];
    input.bosToken = "<s>";
    input.eosToken = "</s>";
    if (testCase["enable_thinking"].is_boolean())
        input.enableThinking = testCase["enable_thinking"].get<bool>();
    if (testCase["tools"].is_array())
        input.toolsJson =
            nlohmann::ordered_json::parse(readFile("cases.json"))[testCase["position"].get<std::size_t>()]["tools"]
                .dump();
    input.now = testCase["now"];
    return input;
}

std::vector<json> cases()
{
    std::vector<json> all = json::parse(readFile("cases.json")).get<std::vector<json>>();
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i]["position"] = i;
    return all;
}

/// The rendered text, or null where parsing or rendering fails.
json rendered(const std::string &source, const TemplateInput &input)
{
    const auto parsed = ChatTemplate::parse(source);
    if (!parsed) {
        CHECK(parsed.error().code == ErrorCode::TemplateInvalid);
        CHECK(parsed.error().detail.contains("line "));
        return nullptr;
    }
    const auto segments = (*parsed)->render(input);
    if (!segments) {
        UNSCOPED_INFO(segments.error().detail);
        CHECK(segments.error().code == ErrorCode::TemplateFailed);
        CHECK(segments.error().detail.contains("line "));
        return nullptr;
    }
    return joined(*segments);
}

} // namespace

TEST_CASE("templates of the families render as jinja2 renders them", "[template][golden]")
{
    const json expected = json::parse(readFile("expected.json"));
    REQUIRE(expected.size() >= 11);
    for (const auto &[name, outputs] : expected.items()) {
        const std::string source = readFile("templates/" + name + ".jinja");
        for (const json &testCase : cases()) {
            const std::string caseName = testCase["name"];
            INFO(name << ": " << caseName);
            CHECK(rendered(source, inputOf(testCase)) == outputs[caseName]);
        }
    }
}

TEST_CASE("single constructs behave as in jinja2", "[template][golden]")
{
    const json snippets = json::parse(readFile("snippets.json"));
    REQUIRE(snippets.size() > 200);
    const TemplateInput input = inputOf(cases()[1]);
    for (const json &snippet : snippets) {
        INFO(snippet[0].get<std::string>());
        CHECK(rendered(snippet[0], input) == snippet[1]);
    }
}
