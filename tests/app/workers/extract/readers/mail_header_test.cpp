// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/mail_header.h"

#include <catch2/catch_test_macros.hpp>

using namespace app::extraction;

TEST_CASE("headers are decoded as they are meant")
{
    struct Case {
        const char *raw;
        const char *expected;
    };
    constexpr Case kCases[] = {
        {"plain", "plain"},
        {" folded\r\n line ", "folded line"},
        {"=?utf-8?q?J=C3=B6rg_X?= <j@example.org>", "Jörg X <j@example.org>"},
        {"=?iso-8859-1?q?Gr=FC=DFe?= =?utf-8?b?IHVuZCBEYW5r?=", "Grüße und Dank"},
        {"=?UTF-8?B?w6Q=?=\r\n =?UTF-8?B?w7Y=?=", "äö"},
        {"=?utf-8?q?=C3?= =?utf-8?q?=A4?=", "ä"},
        {"a =?utf-8?q?b?= c =?utf-8?q?d?= e", "a b c d e"},
        {"=?koi8-r?Q?=F0=D2=C9=D7=C5=D4?=", "Привет"},
        {"=?utf-8*de?q?x?=", "x"},
        {"=?utf-8?x?no?= kind", "=?utf-8?x?no?= kind"},
        {"=?broken", "=?broken"},
        {"=?", "=?"},
        {"M\xFCller", "Müller"},
        {"", ""},
    };
    for (const Case &one : kCases) {
        INFO(one.raw);
        CHECK(decodedHeader(one.raw) == one.expected);
    }
}
