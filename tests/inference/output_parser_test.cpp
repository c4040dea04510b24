// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/output_parser.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <random>

using namespace inference;

namespace {

using enum PartKind;

struct Part {
    PartKind kind = Answer;
    std::string text;
    std::string name = {};
    bool operator==(const Part &) const = default;
};

struct Case {
    const char *family; ///< key of formatNamed()
    std::string input;
    std::vector<Part> expected;
    std::optional<std::size_t> opened = {};
};

/// The marks of a model whose template or vocabulary spells this.
OutputFormat formatNamed(std::string_view family)
{
    const auto of = [](std::string_view evidence) {
        return outputFormatFor({.chatTemplate = evidence, .hasToken = {}});
    };
    if (family == "hermes")
        return of("<tool_call>");
    if (family == "mistral")
        return of("[TOOL_CALLS] [THINK]");
    if (family == "llama")
        return of("<|python_tag|>");
    if (family == "llama4")
        return of("<|python_start|>");
    if (family == "deepseek")
        return of("<\uFF5Ctool\u2581calls\u2581begin\uFF5C><\uFF5Ctool\u2581call\u2581begin\uFF5C>"
                  "<\uFF5Ctool\u2581calls\u2581end\uFF5C>");
    if (family == "command-r7b")
        return of("<|START_THINKING|><|START_ACTION|><|START_RESPONSE|>");
    if (family == "command-r")
        return of("<|CHATBOT_TOKEN|>");
    if (family == "granite")
        return of("<|tool_call|><response>");
    if (family == "granite 3.2")
        return of("Here is my thought process:");
    if (family == "glm4")
        return of("<|observation|>");
    if (family == "glm4.5")
        return of("<|observation|><tool_call>");
    if (family == "harmony")
        return of("<|channel|><|message|>");
    if (family == "gemma4")
        return of("<|channel><|tool_call>");
    if (family == "lfm2")
        return of("<|tool_call_start|>");
    if (family == "nemotron")
        return of("<TOOLCALL>");
    if (family == "kimi")
        return of("<|tool_call_begin|><|tool_calls_section_begin|><|tool_calls_section_end|>");
    REQUIRE(family == std::string_view("common"));
    return commonOutputFormat();
}

const std::vector<Case> cases = {
    // Thinking
    {"common", "", {}},
    {"common", "plain", {{Answer, "plain"}}},
    {"common", " \n plain", {{Answer, " \n plain"}}},
    {"common", " \n", {{Answer, " \n"}}},
    {"common", "<think>a</think>b", {{Thinking, "a"}, {Answer, "b"}}},
    {"common", "\n<think>\na b\n</think>\n\nb\n", {{Thinking, "a b"}, {Answer, "b\n"}}},
    {"common", "[THINK]x[/THINK]y", {{Thinking, "x"}, {Answer, "y"}}},
    {"common", "<think></think>y", {{Answer, "y"}}},
    {"common", "<think>x</thin></think>y", {{Thinking, "x</thin>"}, {Answer, "y"}}},
    {"common", "<think>x<</think>", {{Thinking, "x<"}}},
    {"common", "<think>x[/THINK]</think>", {{Thinking, "x[/THINK]"}}},
    {"common", "<think>never closed \n", {{Thinking, "never closed"}}},
    {"common", "<think>cut </thi", {{Thinking, "cut </thi"}}},
    {"common", "<thi", {{Answer, "<thi"}}},
    {"common", " <thx", {{Answer, " <thx"}}},
    {"common", "a <think>b</think>", {{Answer, "a <think>b</think>"}}},
    {"common", "<think>a</think>b<think>c", {{Thinking, "a"}, {Answer, "b<think>c"}}},
    {"common", "<think>\u00e9\u4e2d</think>\u00fc", {{Thinking, "\u00e9\u4e2d"}, {Answer, "\u00fc"}}},
    {"common", "a b </think> c", {{Thinking, "a b"}, {Answer, "c"}}, 0},
    {"common", "<think>a</think>c", {{Thinking, "a"}, {Answer, "c"}}, 0},
    {"common", "</think>c", {{Answer, "c"}}, 0},
    {"common", " \n x[/THINK]y", {{Thinking, "x"}, {Answer, "y"}}, 1},
    {"common", "[THINx", {{Thinking, "[THINx"}}, 1},
    {"common", "<thi", {{Thinking, "<thi"}}, 0},
    {"common", "a<tool_call>b</tool_call>", {{Answer, "a<tool_call>b</tool_call>"}}},
    // Calls between tags
    {"hermes",
     "<think>\nhm\n</think>\n\nLet me see.\n<tool_call>\n{\"name\": "
     "\"f\"}\n</tool_call>\n<tool_call>{}</tool_call>\nDone. ",
     {{Thinking, "hm"},
      {Answer, "Let me see."},
      {ToolCall, "{\"name\": \"f\"}"},
      {ToolCall, "{}"},
      {Answer, "Done. "}}},
    {"hermes", "a < b, <tool_ x <tool_call", {{Answer, "a < b, <tool_ x <tool_call"}}},
    {"hermes", "x <tool_call>{\"a\": \"</tool_\"", {{Answer, "x"}, {ToolCall, "{\"a\": \"</tool_\""}}},
    {"hermes", "a  b \n c", {{Answer, "a  b \n c"}}},
    {"glm4.5",
     "\n<think>x</think>\n<tool_call>f\n<arg_key>a</arg_key>\n<arg_value>1</arg_value>\n</tool_call>",
     {{Thinking, "x"}, {ToolCall, "f\n<arg_key>a</arg_key>\n<arg_value>1</arg_value>"}}},
    {"lfm2", "<|tool_call_start|>[f(a=1)]<|tool_call_end|>Looking.", {{ToolCall, "[f(a=1)]"}, {Answer, "Looking."}}},
    {"nemotron", "<think>\n</think>\n<TOOLCALL>[{}]</TOOLCALL>", {{ToolCall, "[{}]"}}},
    {"gemma4",
     "<|channel>thought\nhm\n<channel|>Yes <|tool_call>call:f{a:1}<tool_call|>",
     {{Thinking, "hm"}, {Answer, "Yes"}, {ToolCall, "call:f{a:1}"}}},
    {"kimi",
     "ok<|tool_calls_section_begin|><|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{}<|tool_call_end|>"
     "<|tool_calls_section_end|>",
     {{Answer, "ok"}, {ToolCall, "functions.f:0\n{}"}}},
    {"deepseek",
     "<think>a</think>b<\uFF5Ctool\u2581calls\u2581begin\uFF5C><\uFF5Ctool\u2581call\u2581begin\uFF5C>function"
     "<\uFF5Ctool\u2581sep\uFF5C>f\n```json\n{}\n```<\uFF5Ctool\u2581call\u2581end\uFF5C>\n"
     "<\uFF5Ctool\u2581call\u2581begin\uFF5C>g<\uFF5Ctool\u2581sep\uFF5C>{}<\uFF5Ctool\u2581call\u2581end\uFF5C>"
     "<\uFF5Ctool\u2581calls\u2581end\uFF5C>",
     {{Thinking, "a"}, {Answer, "b"}, {ToolCall, "function\nf\n```json\n{}\n```"}, {ToolCall, "g\n{}"}}},
    // Calls that nothing closes
    {"mistral",
     "[THINK]x[/THINK]ok [TOOL_CALLS] [{\"name\": \"f\"}]\n",
     {{Thinking, "x"}, {Answer, "ok"}, {ToolCall, "[{\"name\": \"f\"}]"}}},
    {"mistral",
     "[TOOL_CALLS]f[ARGS]{\"a\": [1]}[TOOL_CALLS]g[CALL_ID]123[ARGS]{}",
     {{ToolCall, "f\n{\"a\": [1]}"}, {ToolCall, "g\n123\n{}"}}},
    {"granite", "<think>a</think><response>b</response>\n", {{Thinking, "a"}, {Answer, "b"}}},
    {"granite", "Use <response>b</response>", {{Answer, "Use <response>b</response>"}}},
    {"granite", "<|tool_call|>[{}]", {{ToolCall, "[{}]"}}},
    {"granite 3.2", "Here is my thought process: a\n\nHere is my response: b", {{Thinking, "a"}, {Answer, "b"}}},
    {"granite 3.2", "Here is my thought", {{Answer, "Here is my thought"}}},
    {"command-r7b",
     "<|START_THINKING|>plan<|END_THINKING|><|START_ACTION|>[\n  {}\n]<|END_ACTION|>",
     {{Thinking, "plan"}, {ToolCall, "[\n  {}\n]"}}},
    {"command-r7b", "<|START_RESPONSE|>Hi \n<|END_RESPONSE|>", {{Answer, "Hi"}}},
    {"command-r", "Action: ```json\n[{}]\n```", {{ToolCall, "[{}]"}}},
    {"command-r", "Action: none", {{Answer, "Action: none"}}},
    // Calls without marks
    {"llama",
     "{\"name\": \"f\", \"parameters\": {\"a\": \"}\\\"{\"}}",
     {{ToolCall, "{\"name\": \"f\", \"parameters\": {\"a\": \"}\\\"{\"}}"}}},
    {"llama",
     "\n{ \"type\":\"function\" , \"name\" : \"a.b-c\",\n\"arguments\":{} }; {\"name\": \"g\", \"parameters\": {}} "
     "then",
     {{ToolCall, "{ \"type\":\"function\" , \"name\" : \"a.b-c\",\n\"arguments\":{} }"},
      {ToolCall, "{\"name\": \"g\", \"parameters\": {}}"},
      {Answer, "then"}}},
    {"llama", "{\"name\": \"Ada\", \"born\": 1815}", {{Answer, "{\"name\": \"Ada\", \"born\": 1815}"}}},
    {"llama", "{\"name\": \"two words\"}", {{Answer, "{\"name\": \"two words\"}"}}},
    {"llama", "{\"name", {{Answer, "{\"name"}}},
    {"llama", "See {\"name\": \"f\", \"parameters\": {}}", {{Answer, "See {\"name\": \"f\", \"parameters\": {}}"}}},
    {"llama", "<|python_tag|>f.call(x=1)", {{ToolCall, "f.call(x=1)"}}},
    {"llama4", "Wait <|python_start|>1 + 1<|python_end|> so", {{Answer, "Wait"}, {ToolCall, "1 + 1"}, {Answer, "so"}}},
    {"glm4", "get_weather\n{\"city\": \"Bern\"}", {{ToolCall, "{\"city\": \"Bern\"}", "get_weather"}}},
    {"glm4", "\nHello\n{x}", {{Answer, "\nHello\n{x}"}}},
    {"glm4", "Hello there\n{x}", {{Answer, "Hello there\n{x}"}}},
    {"glm4", "Hello", {{Answer, "Hello"}}},
    // Harmony
    {"harmony",
     "<|channel|>analysis<|message|>hm \n<|end|><|start|>assistant<|channel|>final<|message|>Yes.",
     {{Thinking, "hm"}, {Answer, "Yes."}}},
    {"harmony",
     "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary<|message|>Let me look.<|end|>"
     "<|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{\"city\": \"Bern\"}"
     "<|call|>",
     {{Thinking, "a"}, {Answer, "Let me look."}, {ToolCall, "{\"city\": \"Bern\"}", "get_weather"}}},
    {"harmony", "<|start|>assistant to=functions.f<|channel|>commentary json<|message|>{}", {{ToolCall, "{}", "f"}}},
    {"harmony", " to=functions.f<|channel|>commentary json<|message|>{}", {{ToolCall, "{}", "f"}}},
    {"harmony", "<|channel|>analysis to=python code<|message|>1+1", {{ToolCall, "1+1", "python"}}},
    {"harmony", "<|channel|>analysis<|message|>a<|channel|>final<|message|>b", {{Thinking, "a"}, {Answer, "b"}}},
    {"harmony", "plain text", {{Answer, "plain text"}}},
    {"harmony", "to be or not", {{Answer, "to be or not"}}},
    {"harmony", "<|message|>x<|return|>", {{Answer, "x"}}},
    {"harmony", "a < b <|chan", {{Answer, "a < b <|chan"}}},
    {"harmony", "<|channel|>final <|constrain|>json<|message|>{}", {{Answer, "{}"}}},
    {"harmony", "<|channel|>final", {}},
    {"harmony", " to", {{Answer, " to"}}},
};

/// The parts; pieces of one part joined.
std::vector<Part> joined(const std::vector<OutputPiece> &pieces)
{
    std::vector<Part> parts;
    for (const OutputPiece &piece : pieces) {
        CHECK_FALSE(piece.text.empty());
        if (piece.begins)
            parts.push_back({piece.kind, {}, piece.name});
        REQUIRE_FALSE(parts.empty());
        CHECK(parts.back().kind == piece.kind);
        parts.back().text += piece.text;
    }
    return parts;
}

/// `endsPiece(i)`: a new push begins after byte i.
template <class EndsPiece>
std::vector<Part> parse(const Case &c, EndsPiece endsPiece)
{
    OutputParser parser(formatNamed(c.family), c.opened);
    std::vector<OutputPiece> pieces;
    std::size_t start = 0;
    for (std::size_t i = 0; i < c.input.size(); ++i) {
        if (i + 1 < c.input.size() && !endsPiece(i))
            continue;
        parser.push(std::string_view(c.input).substr(start, i + 1 - start), pieces);
        start = i + 1;
    }
    parser.finish(pieces);
    return joined(pieces);
}

std::string shown(const std::vector<Part> &parts)
{
    std::string out;
    for (const Part &part : parts)
        out += std::to_string(static_cast<int>(part.kind)) + part.name + "[" + part.text + "] ";
    return out;
}

void check(const Case &c, const std::vector<Part> &parts)
{
    if (parts == c.expected)
        return;
    INFO(c.family << ": " << c.input << "\ngives " << shown(parts) << "\nnot   " << shown(c.expected));
    CHECK(parts == c.expected);
}

} // namespace

TEST_CASE("the parts of an output are the same for every split", "[output]")
{
    std::mt19937 random(7);
    for (const Case &c : cases) {
        check(c, parse(c, [](std::size_t) { return false; }));
        check(c, parse(c, [](std::size_t) { return true; }));
        const std::size_t places = c.input.empty() ? 0 : c.input.size() - 1;
        for (std::size_t a = 0; a < places; ++a) {
            for (std::size_t b = a; b < std::min(places, a + 12); ++b)
                check(c, parse(c, [&](std::size_t i) { return i == a || i == b; }));
        }
        for (int round = 0; round < 100; ++round)
            check(c, parse(c, [&](std::size_t) { return random() % 3 == 0; }));
    }
}

TEST_CASE("random texts of marks split the same way at every place and lose no letter", "[output]")
{
    std::mt19937 random(11);
    for (const char *family : {"common", "hermes", "mistral", "llama", "deepseek", "command-r7b", "granite", "glm4",
                               "harmony", "gemma4", "kimi"}) {
        const OutputFormat format = formatNamed(family);
        const std::vector<std::string> marks = format.marks();
        for (int round = 0; round < 400; ++round) {
            Case c{.family = family, .input = {}, .expected = {}};
            std::string letters;
            while (c.input.size() < 200) {
                switch (random() % 5) {
                case 0:
                    c.input += marks[random() % marks.size()];
                    break;
                case 1: { // a part of a mark
                    const std::string &mark = marks[random() % marks.size()];
                    c.input += mark.substr(0, random() % mark.size());
                    break;
                }
                case 2:
                    c.input += " \n"[random() % 2];
                    break;
                case 3:
                    c.input += "{\"name\": \"f\", \"parameters\": {";
                    break;
                default:
                    // Letters of no mark, so that each can be found again.
                    c.input += "\u00e4";
                    letters += "\u00e4";
                }
            }
            c.expected = parse(c, [](std::size_t) { return false; });
            check(c, parse(c, [](std::size_t) { return true; }));
            check(c, parse(c, [&](std::size_t) { return random() % 4 == 0; }));
            std::string found;
            for (const Part &part : c.expected) {
                for (std::size_t i = part.text.find("\u00e4"); i != std::string::npos;
                     i = part.text.find("\u00e4", i + 2))
                    found += "\u00e4";
            }
            // What stands in a header is no text.
            if (!format.harmony) {
                INFO(family << ": " << c.input);
                CHECK(found == letters);
            }
        }
    }
}

TEST_CASE("text is given out as soon as its part is certain", "[output]")
{
    OutputParser parser(formatNamed("hermes"), {});
    const auto push = [&](std::string_view text) {
        std::vector<OutputPiece> pieces;
        parser.push(text, pieces);
        return shown(joined(pieces));
    };
    CHECK(push("<think>ab") == "1[ab] ");
    CHECK(parser.isThinking());
    std::vector<OutputPiece> pieces;
    parser.push(" c</", pieces);
    CHECK(pieces == std::vector<OutputPiece>{{.kind = Thinking, .text = " c"}});
    CHECK(push("think>\n").empty());
    CHECK_FALSE(parser.isThinking());
    CHECK(push("d") == "0[d] ");
    // Without calls to expect, space in an answer does not wait.
    OutputParser plain(commonOutputFormat(), {});
    pieces.clear();
    plain.push("a \n", pieces);
    CHECK(pieces == std::vector<OutputPiece>{{.kind = Answer, .text = "a \n", .begins = true}});
}

TEST_CASE("pieces are whole characters where the input's are", "[output]")
{
    OutputParser parser(formatNamed("deepseek"), {});
    std::vector<OutputPiece> pieces;
    for (const char *text : {"a<", "\uFF5C", "tool", "\u2581", "\u00e9", "<\uFF5C", "\uFF5C"})
        parser.push(text, pieces);
    parser.finish(pieces);
    CHECK(shown(joined(pieces)) == "0[a<\uFF5Ctool\u2581\u00e9<\uFF5C\uFF5C] ");
}

TEST_CASE("what is held back is bounded", "[output]")
{
    for (const char *family : {"hermes", "llama", "glm4", "harmony", "mistral"}) {
        for (const char *start : {"a", "", "{\"name\": ", "<|channel|>", "<think>", " to="}) {
            for (const char filler : {' ', 'x', '<', '{', '\n'}) {
                OutputParser parser(formatNamed(family), {});
                std::vector<OutputPiece> pieces;
                parser.push(start, pieces);
                const std::string text(100, filler);
                std::size_t given = 0;
                for (int i = 0; i < 1000; ++i) {
                    pieces.clear();
                    parser.push(text, pieces);
                    for (const OutputPiece &piece : pieces)
                        given += piece.text.size();
                }
                INFO(family << ", " << start << ", " << filler);
                // White space that belongs to no part is dropped, not held.
                const bool isSpace = filler == ' ' || filler == '\n';
                CHECK((given > 100'000 - 2'000 || (isSpace && given == 0)));
            }
        }
    }
}

TEST_CASE("white space in front of a header is not held without end", "[output]")
{
    OutputParser parser(formatNamed("harmony"), {});
    std::vector<OutputPiece> pieces;
    const std::string space(10'000, ' ');
    parser.push(space, pieces);
    std::size_t given = 0;
    for (const OutputPiece &piece : pieces)
        given += piece.text.size();
    CHECK(given > space.size() - 2'000);
    parser.push("x", pieces);
    parser.finish(pieces);
    std::string text;
    for (const OutputPiece &piece : pieces)
        text += piece.text;
    CHECK(text == space + "x");
}

TEST_CASE("no mark that counts begins with another", "[output]")
{
    const OutputFormat all = outputFormatFor({.chatTemplate = {}, .hasToken = [](std::string_view) { return true; }});
    CHECK(all.parts.size() > 18);
    std::vector<std::string> opens = all.dropped;
    for (const PartMarkers &part : all.parts) {
        opens.push_back(part.open);
        CHECK_FALSE(part.open.empty());
        for (const std::string &separator : part.separators) {
            CHECK_FALSE(separator.starts_with(part.close.empty() ? "\n" : part.close));
            CHECK_FALSE(part.close.starts_with(separator));
        }
    }
    for (std::size_t i = 0; i < opens.size(); ++i) {
        for (std::size_t j = 0; j < opens.size(); ++j) {
            INFO(opens[i] << " and " << opens[j]);
            CHECK((i == j || !opens[i].starts_with(opens[j])));
        }
    }
}

TEST_CASE("a format holds the marks for which template or vocabulary speak", "[output]")
{
    const auto opens = [](const OutputFormat &format, std::string_view mark) {
        return std::ranges::contains(format.parts, mark, &PartMarkers::open);
    };
    const OutputFormat common = commonOutputFormat();
    CHECK(common.parts.size() == 2);
    CHECK(opens(common, "<think>"));
    CHECK_FALSE((common.harmony || common.jsonCalls || common.namedCalls));
    const OutputFormat byToken =
        outputFormatFor({.chatTemplate = {}, .hasToken = [](std::string_view text) { return text == "[TOOL_CALLS]"; }});
    CHECK(opens(byToken, "[TOOL_CALLS]"));
    CHECK_FALSE(opens(byToken, "<tool_call>"));
    CHECK(formatNamed("glm4").namedCalls);
    CHECK_FALSE(formatNamed("glm4.5").namedCalls);
    CHECK(formatNamed("harmony").harmony);
    CHECK(std::ranges::contains(formatNamed("harmony").marks(), "<|return|>"));
}

TEST_CASE("a prompt that opens thinking is recognised", "[output]")
{
    const OutputFormat common = commonOutputFormat();
    CHECK(openedThinking("<|im_start|>assistant\n<think>\n", common) == 0);
    CHECK(openedThinking("x[THINK]", common) == 1);
    CHECK(openedThinking("<think>\n\n</think>\n\n", common) == std::nullopt);
    CHECK(openedThinking("", common) == std::nullopt);
    CHECK(openedThinking(" \n", common) == std::nullopt);
    CHECK(openedThinking("<|turn>model\n<|channel>thought\n", formatNamed("gemma4")) == 2);
    CHECK(openedThinking("x<tool_call>", formatNamed("hermes")) == std::nullopt);
}
