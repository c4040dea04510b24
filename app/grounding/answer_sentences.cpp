// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/answer_sentences.h"

#include "app/grounding/citations.h"
#include "app/grounding/normal_text.h"
#include "app/grounding/quotes.h"
#include "inference/unicode/unicode.h"

#include <algorithm>
#include <array>

namespace app::grounding {

namespace {

namespace uni = inference::unicode;

constexpr std::string_view kSpaces = " \t\n";

storage::TextSpan trimmed(std::string_view text, storage::TextSpan span)
{
    while (span.begin < span.end && kSpaces.contains(text[span.begin])) {
        ++span.begin;
    }
    while (span.end > span.begin && kSpaces.contains(text[span.end - 1])) {
        --span.end;
    }
    return span;
}

/// Sentences of one block. Where a sentence ends is looked for in the text without its citations, whose places are
/// spaces that follow a sentence, so that they belong to it.
std::vector<storage::TextSpan> divide(const AnswerBlock &block, const std::vector<BlockCitation> &citations,
                                      storage::TextDivider &divider)
{
    std::string plain = block.text;
    for (const BlockCitation &citation : citations) {
        std::fill(plain.begin() + static_cast<std::ptrdiff_t>(citation.at.begin),
                  plain.begin() + static_cast<std::ptrdiff_t>(citation.at.end), ' ');
    }
    std::vector<storage::TextSpan> spans;
    for (const storage::TextSpan &span : divider.sentences(plain)) {
        const storage::TextSpan words = trimmed(plain, span);
        if (words.begin < words.end || spans.empty()) {
            spans.push_back(span);
        } else {
            spans.back().end = span.end;
        }
    }
    for (storage::TextSpan &span : spans) {
        span = trimmed(block.text, span);
    }
    return spans;
}

AnswerSentence sentenceAt(const AnswerBlock &block, const storage::TextSpan &span,
                          const std::vector<BlockCitation> &citations)
{
    AnswerSentence sentence{.block = 0, .at = span, .text = block.text.substr(span.begin, span.end - span.begin)};
    for (const BlockCitation &citation : citations) {
        if (citation.at.begin < span.begin || citation.at.end > span.end) {
            continue;
        }
        std::fill_n(sentence.text.begin() + static_cast<std::ptrdiff_t>(citation.at.begin - span.begin),
                    citation.at.end - citation.at.begin, ' ');
        for (const std::uint32_t id : citation.mark.ids) {
            if (std::ranges::find(sentence.ids, id) == sentence.ids.end()) {
                sentence.ids.push_back(id);
            }
        }
    }
    return sentence;
}

/// Quotations of a block go to the sentence that they begin in, cut where it ends.
void addQuotes(const AnswerBlock &block, const std::vector<storage::TextSpan> &quotes, AnswerSentence &sentence)
{
    if (block.quoted) {
        sentence.quotes.push_back({0, sentence.text.size()});
        return;
    }
    for (const storage::TextSpan &quote : quotes) {
        const std::size_t begin = std::max(quote.begin, sentence.at.begin);
        const std::size_t end = std::min(quote.end, sentence.at.end);
        if (begin < end) {
            sentence.quotes.push_back({begin - sentence.at.begin, end - sentence.at.begin});
        }
    }
}

Unchecked reasonFor(const std::string &text)
{
    const std::string_view shown = std::string_view(text).substr(0, text.find_last_not_of(" \t\n\")*") + 1);
    if (shown.ends_with('?') || shown.ends_with("？")) {
        return Unchecked::Question;
    }
    return isMeta(text) ? Unchecked::Meta : Unchecked::None;
}

} // namespace

bool isMeta(std::string_view sentence)
{
    constexpr auto kPhrases = std::to_array<std::string_view>({
        "documents do not ",
        "documents don't ",
        "document does not ",
        "document doesn't ",
        "sources do not ",
        "sources don't ",
        "source does not ",
        "passages do not ",
        "text does not ",
        "does not answer",
        "do not answer",
        "not mentioned in the",
        "no information about",
        "no information on",
        "could not find",
        "couldn't find",
        "cannot find",
        "can't find",
        "i don't know",
        "i do not know",
        "cannot answer",
        "can't answer",
        "not specified in the",
        "not stated in the",
        "not found in the",
        "beantworten die frage nicht",
        "dokumente enthalten kein",
        "dokument enthalt kein",
        "quellen enthalten kein",
        "den dokumenten nicht",
        "dem dokument nicht",
        "nicht in den dokumenten",
        "nicht im dokument",
        "keine angabe",
        "keine information",
        "nicht erwahnt",
        "kann die frage nicht",
        "documents ne ",
        "document ne ",
        "sources ne ",
        "n'est pas mentionne",
        "aucune information",
        "je ne sais pas",
        "documentos no ",
        "documento no ",
        "fuentes no ",
        "no se menciona",
        "ninguna informacion",
        "no hay informacion",
        "no lo se",
        "文档中没有",
        "文档没有",
        "文件中没有",
        "资料中没有",
        "没有提到",
        "没有提及",
        "未提及",
        "无法回答",
        "没有相关信息",
    });
    std::string plain;
    const std::string text = normalized(sentence).text;
    for (std::size_t at = 0; at < text.size();) {
        const uni::Decoded decoded = uni::decodeAt(text, at);
        if (!uni::isNonSpacingMark(decoded.codePoint)) {
            plain += text.substr(at, decoded.length);
        }
        at += std::max<std::uint32_t>(decoded.length, 1);
    }
    return std::ranges::any_of(kPhrases, [&plain](std::string_view phrase) { return plain.contains(phrase); });
}

std::vector<AnswerSentence> sentencesOf(const std::vector<AnswerBlock> &blocks)
{
    storage::TextDivider divider("");
    std::vector<AnswerSentence> sentences;
    for (std::size_t index = 0; index < blocks.size(); ++index) {
        const AnswerBlock &block = blocks[index];
        const std::vector<BlockCitation> citations = citationsIn(block);
        const std::vector<storage::TextSpan> quotes = quotesIn(block.text);
        const bool whole = block.kind == BlockKind::Heading || block.kind == BlockKind::Code;
        const std::vector<storage::TextSpan> spans =
            whole ? std::vector{trimmed(block.text, {0, block.text.size()})} : divide(block, citations, divider);
        for (const storage::TextSpan &span : spans) {
            AnswerSentence sentence = sentenceAt(block, span, citations);
            sentence.block = index;
            if (whole) {
                sentence.reason = block.kind == BlockKind::Code ? Unchecked::Code : Unchecked::Heading;
            } else {
                addQuotes(block, quotes, sentence);
                sentence.reason = reasonFor(sentence.text);
            }
            sentences.push_back(std::move(sentence));
        }
    }
    return sentences;
}

} // namespace app::grounding
