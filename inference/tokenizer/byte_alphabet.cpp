// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/byte_alphabet.h"

#include "inference/unicode/unicode.h"

#include <array>
#include <cstddef>

namespace inference {

namespace {

constexpr std::size_t alphabetEnd = 0x100 + 68;

struct Alphabet {
    std::array<std::array<char, 2>, 256> text{};
    std::array<std::uint8_t, 256> textLength{};
    std::array<std::int16_t, alphabetEnd> byteOf{}; // -1: not in the alphabet
};

constexpr bool standsForItself(unsigned byte)
{
    return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

constexpr Alphabet makeAlphabet()
{
    Alphabet alphabet;
    alphabet.byteOf.fill(-1);
    unsigned next = 0x100;
    for (unsigned byte = 0; byte < 256; ++byte) {
        const unsigned codePoint = standsForItself(byte) ? byte : next++;
        alphabet.byteOf[codePoint] = static_cast<std::int16_t>(byte);
        if (codePoint < 0x80) {
            alphabet.text[byte] = {static_cast<char>(codePoint), 0};
            alphabet.textLength[byte] = 1;
        } else {
            alphabet.text[byte] = {static_cast<char>(0xC0U | (codePoint >> 6U)),
                                   static_cast<char>(0x80U | (codePoint & 0x3FU))};
            alphabet.textLength[byte] = 2;
        }
    }
    return alphabet;
}

constexpr Alphabet alphabet = makeAlphabet();

} // namespace

std::string_view alphabetText(std::uint8_t byte)
{
    return {alphabet.text[byte].data(), alphabet.textLength[byte]};
}

std::optional<std::uint8_t> alphabetByte(char32_t codePoint)
{
    if (codePoint >= alphabetEnd || alphabet.byteOf[codePoint] < 0)
        return std::nullopt;
    return static_cast<std::uint8_t>(alphabet.byteOf[codePoint]);
}

void appendAlphabetBytes(std::string &out, std::string_view token)
{
    for (std::size_t i = 0; i < token.size();) {
        const unicode::Decoded decoded = unicode::decodeAt(token, i);
        if (const auto byte = decoded.valid ? alphabetByte(decoded.codePoint) : std::nullopt)
            out.push_back(static_cast<char>(*byte));
        else
            out.append(token, i, decoded.length);
        i += decoded.length;
    }
}

} // namespace inference
