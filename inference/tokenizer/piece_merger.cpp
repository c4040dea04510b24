// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/piece_merger.h"

#include "inference/unicode/unicode.h"

#include <algorithm>

namespace inference {

namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

/// The heap's order: highest score on top, then leftmost.
bool comesLater(const PieceMerger::Scratch::Candidate &a, const PieceMerger::Scratch::Candidate &b)
{
    return a.score != b.score ? a.score < b.score : a.left > b.left;
}

} // namespace

PieceMerger::PieceMerger(const Vocabulary &vocabulary, const std::vector<TokenKind> &kinds)
    : m_vocabulary(vocabulary)
    , m_kinds(kinds)
    , m_table(vocabulary.tokens.size())
    , m_fallback(vocabulary)
{
    for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
        const TokenKind kind = kinds[id];
        const std::string &text = vocabulary.tokens[id];
        if (text.empty() || (kind != TokenKind::Normal && kind != TokenKind::UserDefined && kind != TokenKind::Unused))
            continue;
        m_table.add(text, static_cast<TokenId>(id));
        m_pairs.add(text);
    }
}

void PieceMerger::offer(std::string_view word, Scratch &scratch, std::size_t left) const
{
    const Scratch::Symbol &symbol = scratch.symbols[left];
    const std::size_t rightPiece = scratch.symbols[symbol.next].piece;
    const Scratch::Piece &first = scratch.pieces[symbol.piece];
    const TokenId token = m_table.find(word.substr(first.start, first.length + scratch.pieces[rightPiece].length));
    if (token == TextTable::none)
        return;
    scratch.heap.push_back(
        {m_vocabulary.scores[static_cast<std::size_t>(token)], token, left, symbol.piece, rightPiece});
    std::ranges::push_heap(scratch.heap, comesLater);
}

std::uint64_t PieceMerger::merge(std::string_view word, std::size_t start, Scratch &scratch,
                                 std::vector<TokenId> &out) const
{
    auto &symbols = scratch.symbols;
    auto &pieces = scratch.pieces;
    symbols.clear();
    pieces.clear();
    scratch.heap.clear();
    for (std::size_t position = 0; position < word.size();) {
        const std::size_t length = unicode::decodeAt(word, position).length;
        const std::size_t index = symbols.size();
        pieces.push_back({position, length, m_table.find(word.substr(position, length)), none, none});
        symbols.push_back({index, index == 0 ? none : index - 1, index + 1});
        position += length;
    }
    if (symbols.empty())
        return 0;
    symbols.back().next = none;
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i)
        offer(word, scratch, i);

    std::uint64_t operations = scratch.heap.size();
    while (!scratch.heap.empty()) {
        std::ranges::pop_heap(scratch.heap, comesLater);
        const Scratch::Candidate best = scratch.heap.back();
        scratch.heap.pop_back();
        ++operations;
        Scratch::Symbol &left = symbols[best.left];
        if (left.piece != best.leftPiece || left.next == none || symbols[left.next].piece != best.rightPiece)
            continue; // one of the two has merged since
        Scratch::Symbol &right = symbols[left.next];
        pieces.push_back({pieces[best.leftPiece].start, pieces[best.leftPiece].length + pieces[best.rightPiece].length,
                          best.token, best.leftPiece, best.rightPiece});
        left.piece = pieces.size() - 1;
        right.piece = none;
        left.next = right.next;
        const std::size_t heapBefore = scratch.heap.size();
        if (left.next != none) {
            symbols[left.next].previous = best.left;
            offer(word, scratch, best.left);
        }
        if (left.previous != none)
            offer(word, scratch, left.previous);
        operations += scratch.heap.size() - heapBefore;
    }
    for (std::size_t i = 0; i != none; i = symbols[i].next)
        appendPiece(word, symbols[i].piece, start, scratch, out);
    return operations;
}

void PieceMerger::appendPiece(std::string_view word, std::size_t piece, std::size_t start, Scratch &scratch,
                              std::vector<TokenId> &out) const
{
    // A stack of its own: unused tokens may nest as deep as the word is long.
    scratch.stack.assign(1, piece);
    while (!scratch.stack.empty()) {
        const Scratch::Piece &top = scratch.pieces[scratch.stack.back()];
        scratch.stack.pop_back();
        if (top.token != TextTable::none && m_kinds[static_cast<std::size_t>(top.token)] != TokenKind::Unused) {
            out.push_back(top.token);
        } else if (top.left != none) {
            scratch.stack.push_back(top.right);
            scratch.stack.push_back(top.left);
        } else {
            m_fallback.append(word.substr(top.start, top.length), start, out);
        }
    }
}

} // namespace inference
