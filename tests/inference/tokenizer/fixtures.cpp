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

Vocabulary schemeVocabulary(const nlohmann::json &keys)
{
    Vocabulary vocabulary;
    vocabulary.model = keys["model"];
    vocabulary.pre = keys.value("pre", "");
    vocabulary.tokens = keys["tokens"].get<std::vector<std::string>>();
    for (const char kind : keys["types"].get<std::string>())
        vocabulary.kinds.push_back(static_cast<TokenKind>(kind - '0'));
    if (keys.contains("scores"))
        vocabulary.scores = keys["scores"].get<std::vector<float>>();
    for (const std::string merge : keys.value("merges", nlohmann::json::array())) {
        const std::size_t space = merge.find(' ');
        vocabulary.merges.emplace_back(merge.substr(0, space), merge.substr(space + 1));
    }
    const auto id = [&](const char *key, std::optional<inference::TokenId> &token) {
        if (keys.contains(key))
            token = keys[key].get<inference::TokenId>();
    };
    id("bos", vocabulary.bos);
    id("eos", vocabulary.eos);
    id("unk", vocabulary.unknown);
    id("sep", vocabulary.separator);
    id("pad", vocabulary.padding);
    id("mask", vocabulary.mask);
    const auto flag = [&](const char *key, std::optional<bool> &value) {
        if (keys.contains(key))
            value = keys[key].get<bool>();
    };
    flag("add_space_prefix", vocabulary.addSpacePrefix);
    flag("remove_extra_whitespaces", vocabulary.removeExtraWhitespaces);
    flag("normalizer.lowercase", vocabulary.lowercase);
    const std::string hex = keys.value("charsmap", "");
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        vocabulary.charsmap += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return vocabulary;
}

Vocabulary pieceVocabulary(std::string_view model, const std::vector<Piece> &pieces)
{
    Vocabulary vocabulary;
    vocabulary.model = model;
    for (const Piece &piece : pieces) {
        vocabulary.tokens.push_back(piece.text);
        vocabulary.scores.push_back(piece.score);
        vocabulary.kinds.push_back(piece.kind);
    }
    return vocabulary;
}

std::string byteToken(unsigned byte)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    return std::string("<0x") + digits[byte >> 4U] + digits[byte & 15U] + ">";
}

} // namespace fixtures
