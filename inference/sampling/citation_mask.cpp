// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/sampling/citation_mask.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace inference {

namespace {

using TextOf = std::function<std::string_view(TokenId)>;

bool isDigit(char byte)
{
    return byte >= '0' && byte <= '9';
}

std::string_view withoutLeadingBlanks(std::string_view text)
{
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    return text;
}

bool hasBracketWithDigit(std::string_view text)
{
    for (std::size_t at = text.find('['); at != std::string_view::npos; at = text.find('[', at + 1)) {
        const std::string_view rest = withoutLeadingBlanks(text.substr(at + 1));
        if (!rest.empty() && isDigit(rest.front())) {
            return true;
        }
    }
    return false;
}

bool mayContinueList(std::string_view text)
{
    if (text == " " || (text.size() > 1 && text[0] == ' ' && isDigit(text[1]))) {
        return true;
    }
    constexpr std::string_view kBytes = ",;]";
    return !text.empty() && (isDigit(text.front()) || kBytes.contains(text.front()));
}

} // namespace

CitationTokens::CitationTokens(std::size_t vocabularySize, const TextOf &textOf)
    : m_size(vocabularySize)
{
    bool closes = false;
    bool counts = false;
    for (std::size_t i = 0; i < vocabularySize; ++i) {
        const auto token = static_cast<TokenId>(i);
        const std::string_view text = textOf(token);
        if (text.empty()) {
            m_silent.push_back(token);
            continue;
        }
        if (hasBracketWithDigit(text)) {
            m_bracketed.push_back(token);
        }
        if (const std::string_view rest = withoutLeadingBlanks(text); !rest.empty() && isDigit(rest.front())) {
            m_digits.push_back(token);
        }
        if (mayContinueList(text)) {
            m_continuing.push_back(token);
        }
        if (text.find_first_of("\n\r|") != std::string_view::npos) {
            m_breaking.push_back(token);
        }
        closes = closes || text == "]";
        counts = counts || text == "1";
    }
    m_complete = closes && counts;
}

bool mayFollow(const CitationScanner &scanner, std::string_view text)
{
    if (text.empty()) {
        return scanner.mayEnd();
    }
    CitationScanner tried = scanner;
    return tried.push(text);
}

void forbidWrongCitations(const CitationScanner &scanner, const CitationTokens &tokens, const TextOf &textOf,
                          std::span<float> logits)
{
    constexpr float kNever = -std::numeric_limits<float>::infinity();
    const auto at = [&](TokenId token) -> float & { return logits[static_cast<std::size_t>(token)]; };
    const auto isThere = [&](TokenId token) { return static_cast<std::size_t>(token) < logits.size(); };
    if (scanner.inList()) {
        std::vector<std::pair<TokenId, float>> kept;
        for (const TokenId token : tokens.continuing()) {
            if (isThere(token) && mayFollow(scanner, textOf(token))) {
                kept.emplace_back(token, at(token));
            }
        }
        std::ranges::fill(logits, kNever);
        for (const auto &[token, logit] : kept) {
            at(token) = logit;
        }
        return;
    }
    const auto forbid = [&](std::span<const TokenId> some) {
        for (const TokenId token : some) {
            if (isThere(token) && !mayFollow(scanner, textOf(token))) {
                at(token) = kNever;
            }
        }
    };
    forbid(tokens.bracketed());
    if (scanner.bracketIsOpen()) {
        forbid(tokens.digits());
    }
    if (scanner.mustCloseSpan()) {
        forbid(tokens.breaking());
        forbid(tokens.silent());
    }
}

TokenId permittedToken(const CitationScanner &scanner, const CitationTokens &tokens, const TextOf &textOf,
                       TokenId chosen)
{
    if (mayFollow(scanner, textOf(chosen))) {
        return chosen;
    }
    for (std::size_t i = 0; i < tokens.vocabularySize(); ++i) {
        const auto token = static_cast<TokenId>(i);
        if (mayFollow(scanner, textOf(token))) {
            return token;
        }
    }
    return chosen;
}

} // namespace inference
