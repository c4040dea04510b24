// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/bpe_merger.h"

#include "inference/tokenizer/byte_alphabet.h"
#include "inference/unicode/unicode.h"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>

namespace inference {

namespace {

constexpr TokenId noToken = -1;
constexpr std::size_t noSymbol = static_cast<std::size_t>(-1);
constexpr std::uint32_t mergedAway = ~std::uint32_t{0};

/// Numbers texts: tokens first, then whatever else merges name.
class SymbolNames {
public:
    SymbolNames(const Vocabulary &vocabulary, const std::vector<bool> &isText, std::vector<TokenId> &tokenOf)
        : m_tokenOf(tokenOf)
    {
        m_ids.reserve(vocabulary.tokens.size() + 256);
        for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
            if (!isText[id])
                continue;
            // Of equal texts the last token counts, as in other readers of these files.
            m_tokenOf[symbol(vocabulary.tokens[id])] = static_cast<TokenId>(id);
        }
    }

    std::uint32_t symbol(std::string_view text)
    {
        if (const auto found = m_ids.find(text); found != m_ids.end())
            return found->second;
        const auto id = static_cast<std::uint32_t>(m_tokenOf.size());
        m_ids.emplace(m_texts.emplace_back(text), id);
        m_tokenOf.push_back(noToken);
        return id;
    }

    /// The symbols whose text is one character.
    [[nodiscard]] std::unordered_map<char32_t, std::uint32_t> characters() const
    {
        std::unordered_map<char32_t, std::uint32_t> found;
        for (const auto &[text, id] : m_ids) {
            const unicode::Decoded decoded = unicode::decodeAt(text, 0);
            if (decoded.valid && decoded.length == text.size())
                found.emplace(decoded.codePoint, id);
        }
        return found;
    }

private:
    std::vector<TokenId> &m_tokenOf;
    std::deque<std::string> m_texts; // stable addresses for the keys below
    std::unordered_map<std::string_view, std::uint32_t> m_ids;
};

/// The heap's order: lowest rank on top, then leftmost.
bool comesLater(const BpeMerger::Scratch::Candidate &a, const BpeMerger::Scratch::Candidate &b)
{
    return a.rank != b.rank ? a.rank > b.rank : a.left > b.left;
}

} // namespace

BpeMerger::BpeMerger(const Vocabulary &vocabulary, const std::vector<bool> &isText, BpeAlphabet alphabet)
    : m_alphabet(alphabet)
    , m_pairs(vocabulary.merges.size())
    , m_fallback(vocabulary)
{
    SymbolNames names(vocabulary, isText, m_tokenOf);
    std::string joined;
    std::uint32_t rank = 0;
    for (const auto &[left, right] : vocabulary.merges) {
        joined.assign(left).append(right);
        const std::uint32_t leftSymbol = names.symbol(left);
        const std::uint32_t rightSymbol = names.symbol(right);
        const std::uint32_t result = names.symbol(joined);
        // An empty part can never stand in a word, and would merge for ever if it could.
        if (!left.empty() && !right.empty())
            m_pairs.add(leftSymbol, rightSymbol, {rank, result});
        if (alphabet == BpeAlphabet::Characters)
            m_neighbours.add(joined);
        ++rank;
    }
    if (alphabet == BpeAlphabet::Characters) {
        m_characterSymbols = names.characters();
        m_unknownSymbol = static_cast<std::uint32_t>(m_tokenOf.size());
        m_tokenOf.push_back(noToken);
        return;
    }
    for (unsigned byte = 0; byte < 256; ++byte)
        m_byteSymbols[byte] = names.symbol(alphabetText(static_cast<std::uint8_t>(byte)));
}

void BpeMerger::offer(const PairTable &pairs, Scratch &scratch, std::size_t left)
{
    const Scratch::Symbol &first = scratch.symbols[left];
    const std::uint32_t rightId = scratch.symbols[first.next].id;
    if (const Merge *merge = pairs.find(first.id, rightId)) {
        scratch.heap.push_back({merge->rank, first.id, rightId, left});
        std::ranges::push_heap(scratch.heap, comesLater);
    }
}

std::uint32_t BpeMerger::characterSymbol(std::string_view word, std::size_t position, std::size_t length) const
{
    if (m_alphabet == BpeAlphabet::Bytes)
        return m_byteSymbols[static_cast<unsigned char>(word[position])];
    const unicode::Decoded decoded = unicode::decodeAt(word.substr(position, length), 0);
    const auto found = decoded.valid ? m_characterSymbols.find(decoded.codePoint) : m_characterSymbols.end();
    return found == m_characterSymbols.end() ? m_unknownSymbol : found->second;
}

std::uint64_t BpeMerger::merge(std::string_view word, std::size_t start, Scratch &scratch,
                               std::vector<TokenId> &out) const
{
    auto &symbols = scratch.symbols;
    symbols.clear();
    scratch.heap.clear();
    for (std::size_t position = 0; position < word.size();) {
        const std::size_t length = m_alphabet == BpeAlphabet::Bytes ? 1 : unicode::decodeAt(word, position).length;
        const std::size_t index = symbols.size();
        symbols.push_back(
            {characterSymbol(word, position, length), position, index == 0 ? noSymbol : index - 1, index + 1});
        position += length;
    }
    if (symbols.empty())
        return 0;
    symbols.back().next = noSymbol;
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i)
        offer(m_pairs, scratch, i);

    std::uint64_t operations = scratch.heap.size();
    while (!scratch.heap.empty()) {
        std::ranges::pop_heap(scratch.heap, comesLater);
        const Scratch::Candidate best = scratch.heap.back();
        scratch.heap.pop_back();
        ++operations;
        Scratch::Symbol &left = symbols[best.left];
        if (left.id != best.leftId || left.next == noSymbol || symbols[left.next].id != best.rightId)
            continue; // one of the two has merged since
        Scratch::Symbol &right = symbols[left.next];
        left.id = m_pairs.find(best.leftId, best.rightId)->result;
        right.id = mergedAway;
        left.next = right.next;
        const std::size_t heapBefore = scratch.heap.size();
        if (left.next != noSymbol) {
            symbols[left.next].previous = best.left;
            offer(m_pairs, scratch, best.left);
        }
        if (left.previous != noSymbol)
            offer(m_pairs, scratch, left.previous);
        operations += scratch.heap.size() - heapBefore;
    }

    for (std::size_t i = 0; i != noSymbol; i = symbols[i].next) {
        const std::size_t end = symbols[i].next == noSymbol ? word.size() : symbols[symbols[i].next].start;
        appendSymbol(symbols[i].id, word.substr(symbols[i].start, end - symbols[i].start), start, out);
    }
    return operations;
}

void BpeMerger::appendSymbol(std::uint32_t symbol, std::string_view bytes, std::size_t start,
                             std::vector<TokenId> &out) const
{
    if (m_tokenOf[symbol] != noToken) {
        out.push_back(m_tokenOf[symbol]);
        return;
    }
    if (m_alphabet == BpeAlphabet::Characters) {
        m_fallback.append(bytes, start, out);
        return;
    }
    for (const char byte : bytes) {
        const TokenId token = m_tokenOf[m_byteSymbols[static_cast<unsigned char>(byte)]];
        if (token != noToken)
            out.push_back(token);
    }
}

} // namespace inference
