// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/page_label.h"

#include <catch2/catch_test_macros.hpp>

namespace app::grounding {

TEST_CASE("page stands before numbers alone")
{
    for (const char *label : {"1", "12", "1204", "iv", "xxviii", "XL", "ccxc", "A", "A-3", "B.12", "S12", "12a"}) {
        CAPTURE(label);
        CHECK(isPageNumber(label));
    }
    for (const char *label :
         {"", " ", "The year of the colony", "Budget", "Sheet1", "Budget 2026", "2026-05-01", "mild", "mix", "civil",
          "iiii", "vx", "Preface", "12 of 30", "letter.txt", "Über", "一"}) {
        CAPTURE(label);
        CHECK(!isPageNumber(label));
    }
}

} // namespace app::grounding
