// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/bert_normalizer.h"

#include <catch2/catch_test_macros.hpp>

#include <numeric>

using namespace inference;

namespace {

std::string words(std::string_view text, BertNormalization normalization)
{
    const NormalizedWords found = bertWords(text, normalization);
    CHECK(std::accumulate(found.lengths.begin(), found.lengths.end(), std::size_t{0}) == found.text.size());
    std::string joined;
    std::string_view rest = found.text;
    for (const std::size_t length : found.lengths) {
        joined += joined.empty() ? "" : "|";
        joined += rest.substr(0, length);
        rest.remove_prefix(length);
    }
    return joined;
}

} // namespace

TEST_CASE("text becomes BERT's words", "[bert_normalizer]")
{
    struct Row {
        const char *text;
        const char *uncased;
        const char *cased;
    };
    for (const Row &row : {
             Row{"", "", ""},
             {" \t\n\u00a0\u3000 ", "", ""},
             {"Hello, World!", "hello|,|world|!", "Hello|,|World|!"},
             {"don't $5 a_b", "don|'|t|$|5|a|_|b", "don|'|t|$|5|a|_|b"},
             {"\u00c9t\u00e9 \u00c5ngstro\u0308m", "ete|angstrom", "\u00c9t\u00e9|\u00c5ngstro\u0308m"},
             {"\u0130I \u01c5", "ii|\u01c6", "\u0130I|\u01c5"},
             {"\u4e2d\u6587ab\u3042", "\u4e2d|\u6587|ab\u3042", "\u4e2d|\u6587|ab\u3042"},
             {"\uf900 \u2f81\U0002f800", "\u8c48|\u2f81|\u4e3d", "\uf900|\u2f81|\U0002f800"},
             {"\ud55c", "\u1112\u1161\u11ab", "\ud55c"},
             {"a\u200bb\u00adc\x01\x0b\u0085\ufeffd", "abcd", "abcd"},
             {"a\xFF\xE4\xB8z \ufffd", "az", "az"},
             {"\u037e\u1fef", ";|`", "\u037e|\u1fef"},
             {"\u0301 a\u0301\u0327", "a", "\u0301|a\u0301\u0327"},
             {"\U0003abcd\u0378", "\U0003abcd\u0378", "\U0003abcd\u0378"},
             {"\u20ac\u2192 a+b", "\u20ac\u2192|a|+|b", "\u20ac\u2192|a|+|b"},
         }) {
        INFO(row.text);
        CHECK(words(row.text, {}) == row.uncased);
        CHECK(words(row.text, {.lowercase = false, .stripAccents = false}) == row.cased);
    }
    CHECK(words("\u00c9t\u00e9", {.lowercase = true, .stripAccents = false}) == "\u00e9t\u00e9");
    CHECK(words("\u00c9t\u00e9", {.lowercase = false, .stripAccents = true}) == "Ete");
}
