// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/sentences.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace storage {

namespace {

std::vector<std::string> texts(std::string_view text, const std::vector<TextSpan> &spans)
{
    std::vector<std::string> parts;
    for (const TextSpan &span : spans) {
        parts.emplace_back(text.substr(span.begin, span.end - span.begin));
    }
    return parts;
}

} // namespace

TEST_CASE("text is divided into sentences")
{
    const struct {
        const char *language;
        const char *text;
        std::vector<std::string> sentences;
    } cases[] = {
        {"", "One. Two! Three?", {"One. ", "Two! ", "Three?"}},
        {"en", "Dr. Smith paid 3.50 euros. He left.", {"Dr. Smith paid 3.50 euros. ", "He left."}},
        {"de", "Das gilt z. B. hier. Grüße.", {"Das gilt z. B. hier. ", "Grüße."}},
        {"",
         "Bis zum 30. Juni gilt es. Es waren 30. Jonas ging.",
         {"Bis zum 30. Juni gilt es. ", "Es waren 30. ", "Jonas ging."}},
        {"de",
         "Am 3. März 2026 im 2. Quartal. Das war 2026. März blieb.",
         {"Am 3. März 2026 im 2. Quartal. ", "Das war 2026. ", "März blieb."}},
        {"", "See Fig. 3 (cf. Vol. II). J. R. Moor agrees.", {"See Fig. 3 (cf. Vol. II). ", "J. R. Moor agrees."}},
        {"", "He said no. She left.", {"He said no. ", "She left."}},
        {"ja", "これは一。これは二。", {"これは一。", "これは二。"}},
        {"not a language", "One. Two.", {"One. ", "Two."}},
        {"", "no end", {"no end"}},
        {"", "", {}},
    };
    for (const auto &[language, text, expected] : cases) {
        CAPTURE(language, text);
        CHECK(texts(text, TextDivider(language).sentences(text)) == expected);
    }
}

TEST_CASE("what is not UTF-8 is divided without losing a byte")
{
    TextDivider divider("");
    const std::string text = "One\xff. Two\xc3";
    std::size_t end = 0;
    for (const TextSpan &span : divider.sentences(text)) {
        CHECK(span.begin == end);
        end = span.end;
    }
    CHECK(end == text.size());
}

TEST_CASE("a sentence is divided where a line may be broken")
{
    const std::string text = "a long, long sentence";
    CHECK(texts(text, TextDivider("").lineChunks(text)) ==
          std::vector<std::string>{"a ", "long, ", "long ", "sentence"});
}

} // namespace storage
