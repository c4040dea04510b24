// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/sentence_piece.h"

#include <charconv>

namespace inference {

namespace {

constexpr TokenId noToken = -1;

} // namespace

std::optional<unsigned char> namedByte(std::string_view text)
{
    if (text.size() != 6 || !text.starts_with("<0x") || !text.ends_with('>'))
        return std::nullopt;
    unsigned byte = 0;
    if (std::from_chars(text.data() + 3, text.data() + 5, byte, 16).ptr != text.data() + 5)
        return std::nullopt;
    return static_cast<unsigned char>(byte);
}

void appendEscaped(std::string &out, std::string_view text)
{
    for (const char c : text) {
        if (c == ' ')
            out += escapedSpace;
        else
            out += c;
    }
}

void appendPieceBytes(std::string &out, std::string_view text, TokenKind kind)
{
    if (kind == TokenKind::Byte) {
        if (const auto byte = namedByte(text)) {
            out += static_cast<char>(*byte);
            return;
        }
    }
    if (kind == TokenKind::Control || kind == TokenKind::UserDefined || kind == TokenKind::Unknown) {
        out += text;
        return;
    }
    for (std::size_t i = 0; i < text.size();) {
        if (text.substr(i).starts_with(escapedSpace)) {
            out += ' ';
            i += escapedSpace.size();
        } else {
            out += text[i];
            ++i;
        }
    }
}

ByteFallback::ByteFallback(const Vocabulary &vocabulary)
    : m_unknown(vocabulary.unknown)
{
    m_tokens.fill(noToken);
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
        if (vocabulary.kinds[id] != TokenKind::Byte)
            continue;
        if (const auto byte = namedByte(vocabulary.tokens[id]))
            m_tokens[*byte] = static_cast<TokenId>(id);
    }
    for (const TokenId token : m_tokens)
        m_complete = m_complete && token != noToken;
}

void ByteFallback::append(std::string_view bytes, std::size_t start, std::vector<TokenId> &out) const
{
    if (m_complete) {
        for (const char byte : bytes)
            out.push_back(m_tokens[static_cast<unsigned char>(byte)]);
    } else if (m_unknown && (out.size() <= start || out.back() != *m_unknown)) {
        out.push_back(*m_unknown);
    }
}

} // namespace inference
