// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/special_finder.h"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace inference;

TEST_CASE("control tokens are found in trusted text alone, user-defined ones anywhere", "[special_finder]")
{
    SpecialTokens all;
    SpecialTokens userDefined;
    all.add("<s>", 1);
    all.add("<tool>", 2);
    userDefined.add("<tool>", 2);
    struct Row {
        std::vector<TextSpan> spans;
        std::string found; // position=token
    };
    for (const Row &row : std::vector<Row>{{{{"a<s><tool>", Trust::Trusted}}, "1=1 4=2 "},
                                           {{{"a<s><tool>", Trust::Untrusted}}, "4=2 "},
                                           {{{"<s", Trust::Trusted}, {">", Trust::Untrusted}}, ""},
                                           {{{"<s", Trust::Trusted}, {">", Trust::Trusted}}, "0=1 "},
                                           {{{"<s>", Trust::Untrusted}, {"<s>", Trust::Trusted}}, "3=1 "},
                                           {{{"<to", Trust::Trusted}, {"ol>", Trust::Untrusted}}, "0=2 "},
                                           {{}, ""}}) {
        std::string text;
        for (const TextSpan &span : row.spans)
            text += span.text;
        SpecialFinder finder(text, row.spans, all, userDefined);
        std::string found;
        for (std::size_t position = 0; const auto match = finder.next(position);) {
            found += std::to_string(match->position) + "=" + std::to_string(match->token) + " ";
            position = match->position + match->length;
        }
        INFO(text);
        CHECK(found == row.found);
    }
}
