// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/bert_normalizer.h"

#include "inference/unicode/unicode.h"

#include <algorithm>
#include <array>

namespace inference {

namespace {

using unicode::Category;

struct Range {
    char32_t first;
    char32_t last;
};

// The blocks of ideographs that BERT's reference implementation sets apart. The sixth starts at U+2B920 there, not at
// U+2B820 where the block does, and the vocabularies were trained so.
constexpr std::array<Range, 8> ideographs{{{0x3400, 0x4DBF},
                                           {0x4E00, 0x9FFF},
                                           {0xF900, 0xFAFF},
                                           {0x20000, 0x2A6DF},
                                           {0x2A700, 0x2B73F},
                                           {0x2B740, 0x2B81F},
                                           {0x2B920, 0x2CEAF},
                                           {0x2F800, 0x2FA1F}}};

bool isIdeograph(char32_t c)
{
    return c >= 0x3400 &&
           std::ranges::any_of(ideographs, [c](const Range &range) { return c >= range.first && c <= range.last; });
}

bool isPunctuation(char32_t c)
{
    const Category category = unicode::categoryOf(c);
    return category == Category::Punctuation || (c < 0x7F && category == Category::Symbol);
}

/// Unassigned code points stay: vocabularies know characters younger than any one table. Of the controls only those in
/// `isSeparator` are white space.
bool isDropped(char32_t c)
{
    return c == 0 || c == unicode::Decoded::replacement || unicode::isControlOrFormat(c);
}

bool isSeparator(char32_t c)
{
    return c == U'\t' || c == U'\n' || c == U'\r' ||
           (unicode::categoryOf(c) == Category::Whitespace && !unicode::isControlOrFormat(c));
}

/// Takes characters of one word between white space, and cuts it further.
class WordWriter {
public:
    WordWriter(NormalizedWords &out, BertNormalization normalization)
        : m_out(out)
        , m_normalization(normalization)
    {
    }

    void add(char32_t c) { m_raw.push_back(c); }

    /// The word ends here.
    void end()
    {
        if (m_raw.empty())
            return;
        if (m_normalization.stripAccents)
            m_raw = unicode::decomposed(m_raw);
        for (const char32_t c : m_raw) {
            if (m_normalization.stripAccents && unicode::isNonSpacingMark(c))
                continue;
            if (isPunctuation(c)) {
                cut();
                put(c);
                cut();
            } else {
                put(c);
            }
        }
        cut();
        m_raw.clear();
    }

private:
    void put(char32_t c)
    {
        if (m_normalization.lowercase)
            unicode::appendLower(m_out.text, c);
        else
            unicode::append(m_out.text, c);
    }

    void cut()
    {
        if (m_out.text.size() > m_start)
            m_out.lengths.push_back(m_out.text.size() - m_start);
        m_start = m_out.text.size();
    }

    NormalizedWords &m_out;
    BertNormalization m_normalization;
    std::u32string m_raw;
    std::size_t m_start = 0;
};

} // namespace

NormalizedWords bertWords(std::string_view text, BertNormalization normalization)
{
    NormalizedWords out;
    WordWriter word(out, normalization);
    for (std::size_t i = 0; i < text.size();) {
        const unicode::Decoded decoded = unicode::decodeAt(text, i);
        i += decoded.length;
        const char32_t c = decoded.codePoint;
        if (isSeparator(c)) {
            word.end();
        } else if (isDropped(c)) {
            continue;
        } else if (isIdeograph(c)) {
            word.end();
            word.add(c);
            word.end();
        } else {
            word.add(c);
        }
    }
    word.end();
    return out;
}

} // namespace inference
