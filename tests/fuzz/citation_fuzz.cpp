// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Answers written under the rule of citations, a token for each byte of the input: what the reader of finished Markdown
// takes for citations, and every sentence of it, names live sources alone. The first byte is the number of sources.
// Then the same readers on the input as it is, as an answer and as a document.
#include "app/grounding/citations.h"
#include "app/grounding/injection.h"
#include "app/grounding/sentence_checks.h"
#include "inference/sampling/citation_mask.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace inference;

namespace {

constexpr auto kTokens = std::to_array<std::string_view>({
    "[",    "]",   "1",     "2",       "9",        "0",     "12",  "[9]", "[1",  "[99",  ", ",   ",",     ";",
    "`",    "``",  "```",   "````",    "\n",       "\n\n",  "~~~", "\r",  " ",   "    ", "\t",   "a",     "a.",
    "|",    "\\",  "<",     ">",       "- ",       "> ",    "1. ", "](",  ")",   "(",    ":",    "!",     "http://a.b",
    "*",    "**",  "_",     "~",       "&#96;",    "&#91;", "#",   "# ",  "---", "|--|", "\"",   "'",     "<a b='",
    "<!--", "-->", "<div>", "www.a.b", "\xE2\x80", "\x99",  "=",   "==",  "[x]", "[x]:", "\n  ", "```\n",
});

std::string writtenUnder(CitationScanner &scanner, const std::uint8_t *data, std::size_t size)
{
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        const std::string_view token = kTokens[data[i] % kTokens.size()];
        if (mayFollow(scanner, token)) {
            scanner.push(token);
            text += token;
        }
    }
    // Whatever state it ended in, a few bytes lead out of it.
    for (const std::string_view ending : {"]", "1]", "`", "``", " `", " ``"}) {
        CitationScanner tried = scanner;
        if (!scanner.mayEnd() && tried.push(ending) && tried.mayEnd()) {
            scanner = tried;
            text += ending;
        }
    }
    return text;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0 || size > 4096) {
        return 0;
    }
    const std::uint32_t ids = 1 + data[0] % 12;
    CitationScanner scanner(ids);
    const std::string written = writtenUnder(scanner, data + 1, size - 1);
    if (!scanner.mayEnd() || !app::grounding::invalidCitations(written, ids).empty()) {
        std::abort();
    }

    const std::string text(reinterpret_cast<const char *>(data + 1), size - 1);
    for (const app::grounding::InstructionLike &found : app::grounding::findInstructions(text)) {
        if (found.span.begin >= found.span.end || found.span.end > text.size()) {
            std::abort();
        }
    }
    const std::array<app::grounding::Source, 1> sources{
        {{.id = 1, .document = "a", .page = {}, .heading = {}, .text = text, .whole = true}}};
    for (const std::string &answer : {written, text}) {
        for (const auto &check : app::grounding::checkSentences({.markdown = answer, .sources = sources})) {
            if (check.span.begin > check.span.end || check.span.end > answer.size()) {
                std::abort();
            }
        }
    }
    return 0;
}
