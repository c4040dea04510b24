// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/inference/tokenizer/fixtures.h"

#include "inference/tokenizer/byte_alphabet.h"

#include <fstream>
#include <stdexcept>
#include <utility>

namespace fixtures {

using inference::TokenKind;
using inference::Vocabulary;

nlohmann::json load(const std::string &name)
{
    std::ifstream file(std::string(CARREL_FIXTURES) + "/" + name);
    if (!file)
        throw std::runtime_error("no fixture " + name);
    return nlohmann::json::parse(file);
}

std::vector<std::string> texts()
{
    return load("texts.json").get<std::vector<std::string>>();
}

std::vector<std::size_t> lengths(std::string_view compact)
{
    constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < compact.size(); ++i) {
        if (compact[i] != '(') {
            out.push_back(digits.find(compact[i]));
            continue;
        }
        const std::size_t close = compact.find(')', i);
        out.push_back(std::stoul(std::string(compact.substr(i + 1, close - i - 1))));
        i = close;
    }
    return out;
}

Vocabulary smallVocabulary(std::string_view pre)
{
    const nlohmann::json json = load("small_vocabulary.json");
    Vocabulary vocabulary;
    vocabulary.model = "gpt2";
    vocabulary.pre = pre;
    vocabulary.tokens = json["tokens"].get<std::vector<std::string>>();
    vocabulary.kinds.assign(vocabulary.tokens.size(), TokenKind::Normal);
    for (std::size_t i = 0; i < json["control"].get<std::size_t>(); ++i)
        vocabulary.kinds[i] = TokenKind::Control;
    for (const std::string merge : json["merges"]) {
        const std::size_t space = merge.find(' ');
        vocabulary.merges.emplace_back(merge.substr(0, space), merge.substr(space + 1));
    }
    vocabulary.unknown = 0;
    vocabulary.bos = 1;
    vocabulary.eos = 2;
    return vocabulary;
}

Vocabulary byteVocabulary(const std::vector<std::pair<std::string, std::string>> &merges,
                          const std::vector<Extra> &extra)
{
    Vocabulary vocabulary;
    vocabulary.model = "gpt2";
    vocabulary.pre = "gpt-2";
    for (unsigned byte = 0; byte < 256; ++byte)
        vocabulary.tokens.emplace_back(inference::alphabetText(static_cast<std::uint8_t>(byte)));
    for (const auto &[left, right] : merges)
        vocabulary.tokens.push_back(left + right);
    vocabulary.kinds.assign(vocabulary.tokens.size(), TokenKind::Normal);
    for (const Extra &token : extra) {
        vocabulary.tokens.push_back(token.text);
        vocabulary.kinds.push_back(token.kind);
    }
    vocabulary.merges = merges;
    return vocabulary;
}

} // namespace fixtures
