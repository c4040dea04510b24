// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/citation_guard.h"

#include <utility>

namespace inference::runtime {

namespace {

void readAnswer(CitationScanner &scanner, std::span<const OutputPiece> pieces)
{
    for (const OutputPiece &piece : pieces) {
        if (piece.kind == PartKind::Answer) {
            scanner.push(piece.text);
        }
    }
}

} // namespace

CitationGuard::CitationGuard(std::shared_ptr<const CitationTokens> tokens,
                             std::function<std::string_view(TokenId)> textOf, std::uint32_t ids, OutputFormat format,
                             std::optional<std::size_t> opened)
    : m_tokens(std::move(tokens))
    , m_textOf(std::move(textOf))
    , m_ids(m_tokens->complete() ? ids : 0)
    , m_parser(std::move(format), opened)
    , m_answer(m_ids)
    , m_raw(m_ids, CitationScanner::Code::Nothing)
{
}

CitationScanner CitationGuard::state() const
{
    const std::optional<PartKind> writing = m_parser.writing();
    if (!writing) {
        return m_raw; // a header, or text after all
    }
    if (*writing != PartKind::Answer) {
        // A token may end the part and begin the answer: what it brings itself counts.
        return CitationScanner(m_ids, CitationScanner::Code::Nothing);
    }
    OutputParser ending = m_parser;
    std::vector<OutputPiece> held;
    ending.finish(held);
    CitationScanner scanner = m_answer;
    readAnswer(scanner, held);
    return scanner;
}

void CitationGuard::forbid(std::span<float> logits)
{
    forbidWrongCitations(state(), *m_tokens, m_textOf, logits);
}

TokenId CitationGuard::take(TokenId chosen)
{
    const TokenId token = permittedToken(state(), *m_tokens, m_textOf, chosen);
    const std::string_view text = m_textOf(token);
    m_raw.push(text);
    m_pieces.clear();
    m_parser.push(text, m_pieces);
    readAnswer(m_answer, m_pieces);
    return token;
}

} // namespace inference::runtime
