// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/pair_filter.h"

#include "inference/unicode/unicode.h"

namespace inference {

namespace {

constexpr std::size_t logBits = 21;

std::size_t bitOf(char32_t left, char32_t right)
{
    // Multiplicative hashing (Knuth): the upper bits are the well-mixed ones.
    const std::uint64_t both = (static_cast<std::uint64_t>(left) << 21U) | static_cast<std::uint64_t>(right);
    return static_cast<std::size_t>((both * 0x9E3779B97F4A7C15ULL) >> (64U - logBits));
}

} // namespace

PairFilter::PairFilter()
    : m_bits((std::size_t{1} << logBits) / 64)
{
}

void PairFilter::add(std::string_view text)
{
    unicode::Decoded left = unicode::decodeAt(text, 0);
    for (std::size_t i = left.length; i < text.size();) {
        const unicode::Decoded right = unicode::decodeAt(text, i);
        const std::size_t bit = bitOf(left.codePoint, right.codePoint);
        m_bits[bit / 64] |= std::uint64_t{1} << (bit % 64);
        left = right;
        i += right.length;
    }
}

std::size_t PairFilter::separablePrefix(std::string_view text) const
{
    unicode::Decoded left = unicode::decodeAt(text, 0);
    std::size_t end = left.length;
    while (end < text.size()) {
        const unicode::Decoded right = unicode::decodeAt(text, end);
        const std::size_t bit = bitOf(left.codePoint, right.codePoint);
        if (((m_bits[bit / 64] >> (bit % 64)) & 1U) == 0)
            break;
        left = right;
        end += right.length;
    }
    return end;
}

} // namespace inference
