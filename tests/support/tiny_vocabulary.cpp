// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/tiny_vocabulary.h"

#include <array>
#include <stdexcept>
#include <string_view>

namespace tests {

namespace {

// "Ġ" is the space of GPT-2's alphabet. Each part is a byte or the result of a merge above it.
constexpr auto kMerges = std::to_array<std::string_view>(
    {"Ġ t", "h e", "i n", "Ġ a",   "Ġt he",  "e r",   "o n", "r e",     "a t",  "n d",   "Ġ s", "o r",  "e n", "l l",
     "l o", "Ġ w", "o u", "he ll", "hell o", "Ġw or", "l d", "Ġwor ld", "in g", "Ġa nd", "i s", "Ġ is", "4 2", "Ċ Ċ"});

void appendUtf8(std::string &out, std::uint32_t code)
{
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else { // GPT-2's alphabet stays below U+0800
        out += static_cast<char>(0xC0U | (code >> 6U));
        out += static_cast<char>(0x80U | (code & 0x3FU));
    }
}

// Bytes that print stand for themselves, the others are numbered from U+0100 on.
std::string printableByte(std::uint32_t byte)
{
    const auto prints = [](std::uint32_t b) {
        return (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || (b >= 174 && b <= 255);
    };
    std::uint32_t code = byte;
    if (!prints(byte)) {
        code = 256;
        for (std::uint32_t b = 0; b < byte; ++b) {
            code += prints(b) ? 0U : 1U;
        }
    }
    std::string out;
    appendUtf8(out, code);
    return out;
}

} // namespace

std::uint32_t tinyVocabularyLeast()
{
    return static_cast<std::uint32_t>(TinyVocabulary::kFirstByte + 256 + kMerges.size());
}

TinyVocabulary makeTinyVocabulary(std::uint32_t size, const std::vector<std::string> &furtherMerges)
{
    if (size < tinyVocabularyLeast() + furtherMerges.size()) {
        throw std::invalid_argument("a tiny vocabulary needs more tokens");
    }
    constexpr std::int32_t kNormal = 1;
    constexpr std::int32_t kControl = 3;
    constexpr std::int32_t kUnused = 5;
    TinyVocabulary vocabulary;
    const auto add = [&](std::string text, std::int32_t type) {
        vocabulary.tokens.push_back(std::move(text));
        vocabulary.types.push_back(type);
    };
    add("<|endoftext|>", kControl);
    add("<|im_start|>", kControl);
    add("<|im_end|>", kControl);
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        add(printableByte(byte), kNormal);
    }
    std::vector<std::string_view> merges(kMerges.begin(), kMerges.end());
    merges.insert(merges.end(), furtherMerges.begin(), furtherMerges.end());
    for (const std::string_view merge : merges) {
        const std::size_t space = merge.find(' ');
        vocabulary.merges.emplace_back(merge);
        add(std::string(merge.substr(0, space)) + std::string(merge.substr(space + 1)), kNormal);
    }
    while (vocabulary.tokens.size() < size) {
        add("<unused" + std::to_string(vocabulary.tokens.size()) + ">", kUnused);
    }
    return vocabulary;
}

std::string tinyChatTemplate()
{
    return "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + "
           "'<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif "
           "%}";
}

} // namespace tests
