// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/text_embedder.h"

#include "storage/sentences.h"

#include <algorithm>

namespace app {

std::vector<std::string> embeddingWindows(std::string_view heading, std::string_view text, const TextEmbedder &embedder)
{
    const std::string front = heading.empty() ? std::string() : std::string(heading) + " > ";
    const std::int32_t room =
        std::max(embedder.longestText() - embedder.countTokens(front), embedder.longestText() / 4);
    if (embedder.countTokens(text) <= room)
        return {front + std::string(text)};
    storage::TextDivider divider({});
    struct Piece {
        storage::TextSpan span;
        std::int32_t tokens = 0;
    };
    std::vector<Piece> pieces;
    for (const storage::TextSpan &sentence : divider.sentences(text)) {
        const std::string_view slice = text.substr(sentence.begin, sentence.end - sentence.begin);
        if (const std::int32_t tokens = embedder.countTokens(slice); tokens <= room) {
            pieces.push_back({sentence, tokens});
            continue;
        }
        for (const storage::TextSpan &part : divider.lineChunks(slice)) {
            pieces.push_back({{sentence.begin + part.begin, sentence.begin + part.end},
                              embedder.countTokens(slice.substr(part.begin, part.end - part.begin))});
        }
    }
    std::vector<std::string> windows;
    for (std::size_t first = 0; first < pieces.size();) {
        std::size_t end = first;
        std::int32_t tokens = 0;
        while (end < pieces.size() && (end == first || tokens + pieces[end].tokens <= room))
            tokens += pieces[end++].tokens;
        windows.push_back(front + std::string(text.substr(pieces[first].span.begin,
                                                          pieces[end - 1].span.end - pieces[first].span.begin)));
        if (end == pieces.size())
            break;
        // The next one begins where a quarter of this one is left, but always behind where this one began.
        std::int32_t shared = 0;
        std::size_t next = end;
        while (next > first + 1 && shared + pieces[next - 1].tokens <= room / 4)
            shared += pieces[--next].tokens;
        first = next;
    }
    return windows;
}

} // namespace app
