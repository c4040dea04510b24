// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/error.h"

#include <catch2/catch_test_macros.hpp>

#include <set>

using namespace inference;

TEST_CASE("every error code has a name of its own")
{
    std::set<std::string_view> names;
    for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code) {
        const std::string_view text = name(static_cast<ErrorCode>(code));
        CAPTURE(code, text);
        CHECK(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
        CHECK(names.insert(text).second);
    }
}
