// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// tokenize_driver MODEL.gguf: many texts in one run, for check_tokenizers.py. Standard input is a sequence of texts,
// each a little-endian u32 of its length in bytes and the bytes; standard output has a line of ids for each. Nothing is
// added and no control token recognised. With --time: one line with the nanoseconds that all texts took.
#include "inference/model/gguf_file.h"
#include "inference/model/model_config.h"
#include "inference/tokenizer/tokenizer.h"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>

using namespace inference;

namespace {

bool readText(std::istream &in, std::string &text)
{
    unsigned char length[4] = {};
    if (!in.read(reinterpret_cast<char *>(length), 4))
        return false;
    text.resize(length[0] | (std::size_t{length[1]} << 8U) | (std::size_t{length[2]} << 16U) |
                (std::size_t{length[3]} << 24U));
    return static_cast<bool>(in.read(text.data(), static_cast<std::streamsize>(text.size())));
}

int fail(const Error &error)
{
    std::cerr << name(error.code) << ": " << error.detail << '\n';
    return 1;
}

} // namespace

int main(int argc, char **argv)
{
    const bool timed = argc == 3 && std::string_view(argv[2]) == "--time";
    if (argc != 2 && !timed) {
        std::cerr << "usage: tokenize_driver MODEL.gguf [--time]\n";
        return 2;
    }
    const auto file = GgufFile::open(argv[1], GgufScope::HeaderOnly);
    if (!file)
        return fail(file.error());
    auto vocabulary = readVocabulary(**file);
    if (!vocabulary)
        return fail(vocabulary.error());
    const auto tokenizer = Tokenizer::create(std::move(*vocabulary));
    if (!tokenizer)
        return fail(tokenizer.error());

    std::ios::sync_with_stdio(false);
    std::string text;
    std::vector<TokenId> ids;
    std::chrono::nanoseconds spent{};
    while (readText(std::cin, text)) {
        ids.clear();
        const auto start = std::chrono::steady_clock::now();
        (*tokenizer)->encode(text, Trust::Untrusted, ids);
        spent += std::chrono::steady_clock::now() - start;
        if (timed)
            continue;
        for (std::size_t i = 0; i < ids.size(); ++i)
            std::cout << (i == 0 ? "" : " ") << ids[i];
        std::cout << '\n';
    }
    if (timed)
        std::cout << spent.count() << '\n';
    return 0;
}
