// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/model/sha256.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace inference;

namespace {

std::string hashOf(const std::string &text)
{
    return sha256Hex(std::as_bytes(std::span(text)));
}

} // namespace

TEST_CASE("SHA-256 gives the standard's example digests")
{
    CHECK(hashOf("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hashOf("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hashOf("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(hashOf(std::string(1000000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 pads right at every length around a block")
{
    // From Python's hashlib, for strings of 'x'.
    struct Row {
        std::size_t length;
        const char *digest;
    };
    for (const Row &row : {
             Row{1, "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"},
             Row{55, "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072"},
             Row{56, "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e"},
             Row{63, "75220b47218278e656f2013bb8f0c455a25eaf01e86c64924e9d48d89776d6f2"},
             Row{64, "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c"},
             Row{65, "9537c5fdf120482f7d58d25e9ed583f52c02b4e304ea814db1633ad565aed7e9"},
             Row{119, "000b48d4edf0fa7bee3c6236ecd2785baa5db4eeb8bb54341b029e0d9fa5fb0c"},
             Row{120, "13f05a0b594787f5ecd315edc96141bd3243203d1b7d4f0836f37308b276ba98"},
             Row{128, "24da1b81d0b16df6428eee73c69fcb2a93c76bc6df706f0c6670fe6bfe800464"},
         }) {
        CAPTURE(row.length);
        CHECK(hashOf(std::string(row.length, 'x')) == row.digest);
    }
}
