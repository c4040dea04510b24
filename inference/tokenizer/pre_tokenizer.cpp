// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/pre_tokenizer.h"

#include "inference/tokenizer/pre_tokenizer_stages.h"
#include "inference/tokenizer/scan_cursor.h"

#include <algorithm>
#include <array>
#include <span>

namespace inference {

namespace {

std::uint64_t isolate(Stage stage, std::string_view piece, std::vector<std::size_t> &lengths)
{
    Cursor cursor(piece);
    std::size_t position = 0;
    std::size_t unmatched = 0; // start of what no match has covered yet
    while (position < piece.size()) {
        const std::size_t end = stage(cursor, position);
        if (end == position) {
            position += cursor.at(position).length;
            continue;
        }
        if (unmatched < position)
            lengths.push_back(position - unmatched);
        lengths.push_back(end - position);
        unmatched = position = end;
    }
    if (unmatched < piece.size())
        lengths.push_back(piece.size() - unmatched);
    return cursor.examined();
}

struct NamedRules {
    std::string_view pre;
    PreTokenizerRules rules;
};

constexpr PreTokenizerRules only(PreTokenizer kind)
{
    return {.kind = kind};
}

constexpr PreTokenizerRules wholeWordsAndBos(PreTokenizer kind)
{
    return {.kind = kind, .ignoreMerges = true, .addBos = true};
}

constexpr PreTokenizerRules wholeWords(PreTokenizer kind)
{
    return {.kind = kind, .ignoreMerges = true};
}

/// Text as it is, with U+2581 for the space.
constexpr PreTokenizerRules rawLines()
{
    return {.kind = PreTokenizer::Lines, .rawText = true, .forceBos = true};
}

constexpr auto namedRules = std::to_array<NamedRules>({
    {"default", only(PreTokenizer::Default)},
    {"gpt-2", only(PreTokenizer::Gpt2)},
    {"olmo", only(PreTokenizer::Gpt2)},
    {"mpt", only(PreTokenizer::Gpt2)},
    {"phi-2", only(PreTokenizer::Gpt2)},
    {"exaone4", only(PreTokenizer::Gpt2)},
    {"jais", only(PreTokenizer::Gpt2)},
    {"trillion", only(PreTokenizer::Gpt2)},
    {"granite-docling", only(PreTokenizer::Gpt2)},
    {"gigachat", only(PreTokenizer::Gpt2)},
    {"mellum", only(PreTokenizer::Gpt2)},
    {"a.x-4.0", only(PreTokenizer::Gpt2)},
    {"modern-bert", only(PreTokenizer::Gpt2)},
    {"jina-es", only(PreTokenizer::Gpt2)},
    {"jina-de", only(PreTokenizer::Gpt2)},
    {"jina-v1-en", only(PreTokenizer::Gpt2)},
    {"jina-v2-es", only(PreTokenizer::Gpt2)},
    {"jina-v2-de", only(PreTokenizer::Gpt2)},
    {"jina-v2-code", only(PreTokenizer::Gpt2)},
    {"roberta-bpe", only(PreTokenizer::Gpt2)},
    {"smollm", only(PreTokenizer::SmolLm)},
    {"starcoder", only(PreTokenizer::SmolLm)},
    {"refact", only(PreTokenizer::SmolLm)},
    {"command-r", only(PreTokenizer::SmolLm)},
    {"codeshell", only(PreTokenizer::SmolLm)},
    {"exaone", only(PreTokenizer::SmolLm)},
    {"mellum2", only(PreTokenizer::SmolLm)},
    {"minerva-7b", only(PreTokenizer::SmolLm)},
    {"llama-bpe", wholeWordsAndBos(PreTokenizer::Llama3)},
    {"llama3", wholeWordsAndBos(PreTokenizer::Llama3)},
    {"llama-v3", wholeWordsAndBos(PreTokenizer::Llama3)},
    {"falcon3", wholeWordsAndBos(PreTokenizer::Llama3)},
    {"falcon-h1", wholeWordsAndBos(PreTokenizer::Llama3)},
    {"pixtral", wholeWordsAndBos(PreTokenizer::Llama3)},
    {"midm-2.0", wholeWordsAndBos(PreTokenizer::Llama3)},
    {"lfm2", wholeWordsAndBos(PreTokenizer::Llama3)},
    {"jina-v5-nano", wholeWordsAndBos(PreTokenizer::Llama3)},
    {"dbrx", only(PreTokenizer::Llama3)},
    {"smaug-bpe", only(PreTokenizer::Llama3)},
    {"chatglm-bpe", only(PreTokenizer::Llama3)},
    {"glm4", only(PreTokenizer::Llama3)},
    {"qwen2", only(PreTokenizer::Qwen2)},
    {"deepseek-r1-qwen", only(PreTokenizer::Qwen2)},
    {"stablelm2", only(PreTokenizer::Qwen2)},
    {"megrez", only(PreTokenizer::Qwen2)},
    {"kormo", only(PreTokenizer::Qwen2)},
    {"hunyuan", only(PreTokenizer::Qwen2)},
    {"f2llmv2", only(PreTokenizer::Qwen2)},
    {"grok-2", only(PreTokenizer::Qwen2)},
    {"solar-open", only(PreTokenizer::Qwen2)},
    {"bailingmoe", only(PreTokenizer::Qwen2)}, // its `\s*[\r\n]` matches what `\s*[\r\n]+` does
    {"bailingmoe2", only(PreTokenizer::Qwen2)},
    {"llada-moe", only(PreTokenizer::Qwen2)},
    {"seed-coder", only(PreTokenizer::SeedCoder)},
    {"ufakzeka", only(PreTokenizer::NoContractions)},
    {"minicpm5", wholeWords(PreTokenizer::MiniCpm5)},
    {"laguna", only(PreTokenizer::Laguna)},
    {"exaone-moe", only(PreTokenizer::ExaoneMoe)},
    {"qwen35", only(PreTokenizer::Qwen35)},
    {"tekken", wholeWordsAndBos(PreTokenizer::Tekken)},
    {"gpt-4o", only(PreTokenizer::Gpt4o)},
    {"llama4", only(PreTokenizer::Gpt4o)},
    {"kanana2", only(PreTokenizer::Gpt4o)},
    {"minimax-m2", only(PreTokenizer::Gpt4o)},
    {"talkie", only(PreTokenizer::Gpt4o)},
    {"granite-embed-multi-97m", wholeWords(PreTokenizer::Gpt4o)},
    {"kimi-k2", only(PreTokenizer::KimiK2)},
    {"tiny_aya", only(PreTokenizer::TinyAya)},
    {"cohere2moe", only(PreTokenizer::TinyAya)},
    {"superbpe", only(PreTokenizer::SuperBpe)},
    {"youtu", wholeWords(PreTokenizer::Youtu)},
    {"gemma4", rawLines()},
    {"granite-embed-multi-311m", rawLines()},
    {"deepseek-llm", only(PreTokenizer::DeepSeekLlm)},
    {"deepseek-coder", only(PreTokenizer::DeepSeekCoder)},
    {"deepseek-v3", only(PreTokenizer::DeepSeekV3)},
    {"hunyuan-dense", only(PreTokenizer::DeepSeekV3)},
    {"joyai-llm", only(PreTokenizer::DeepSeekV3)},
    {"hy_v4", only(PreTokenizer::DeepSeekV3)},
    {"falcon", only(PreTokenizer::Falcon)},
    {"bloom", only(PreTokenizer::Bloom)},
    {"poro-chat", only(PreTokenizer::Bloom)},
    {"gpt3-finnish", only(PreTokenizer::Bloom)},
    {"viking", only(PreTokenizer::Viking)},
});

} // namespace

std::optional<PreTokenizerRules> preTokenizerRules(std::string_view pre)
{
    const auto found = std::ranges::find(namedRules, pre, &NamedRules::pre);
    return found == namedRules.end() ? std::nullopt : std::optional(found->rules);
}

std::uint64_t splitWords(PreTokenizer kind, std::string_view text, std::vector<std::size_t> &lengths)
{
    const std::span<const Stage> stages = stagesOf(kind);
    if (text.empty())
        return 0;
    if (stages.size() == 1)
        return isolate(stages[0], text, lengths);
    std::uint64_t examined = 0;
    std::vector<std::size_t> pieces{text.size()};
    std::vector<std::size_t> next;
    for (const Stage stage : stages) {
        next.clear();
        std::size_t start = 0;
        for (const std::size_t length : pieces) {
            examined += isolate(stage, text.substr(start, length), next);
            start += length;
        }
        pieces.swap(next);
    }
    lengths.insert(lengths.end(), pieces.begin(), pieces.end());
    return examined;
}

} // namespace inference
