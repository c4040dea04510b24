// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/spm_tokenizer.h"

#include "inference/tokenizer/word_cache.h"

#include <string>
#include <utility>

namespace inference {

SpmTokenizer::SpmTokenizer(Vocabulary vocabulary)
    : VocabularyTokenizer(std::move(vocabulary), appendPieceBytes)
    , m_merger(this->vocabulary(), roles().kinds)
    , m_addsPrefix(this->vocabulary().addSpacePrefix.value_or(true))
{
    const Vocabulary &keys = this->vocabulary();
    lead(keys.bos, keys.addBos.value_or(true));
    trail(keys.eos, keys.addEos.value_or(false));
    setDropsLeadingSpace(m_addsPrefix);
}

void SpmTokenizer::encode(std::span<const TextSpan> spans, std::vector<TokenId> &out) const
{
    std::string storage;
    const std::string_view text = joined(spans, storage);
    PieceMerger::Scratch scratch;
    std::string escaped;
    partition(text, spans, out, [&](std::string_view piece, bool afterSpecial) {
        escaped.clear();
        if (m_addsPrefix && afterSpecial)
            escaped += escapedSpace;
        appendEscaped(escaped, piece);
        WordCache cache(escaped.size());
        const std::size_t start = out.size();
        for (std::string_view rest = escaped; !rest.empty();) {
            const std::string_view word = rest.substr(0, m_merger.separablePrefix(rest));
            rest.remove_prefix(word.size());
            if (m_merger.wordsAreIndependent() && cache.copy(word, out))
                continue;
            const std::size_t first = out.size();
            m_merger.merge(word, start, scratch, out);
            cache.remember(word, first, out.size() - first);
        }
    });
}

} // namespace inference
