// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace inference {

/// How text is cut into words before merging, named after the model that brought the pattern.
enum class PreTokenizer : std::uint8_t {
    Gpt2,
    SmolLm, ///< every number alone, then Gpt2
    Llama3,
    Qwen2,
    Qwen35,
    SeedCoder,      ///< Qwen2 without line ends after other characters
    NoContractions, ///< Qwen2 without 's, 're, …
    MiniCpm5,       ///< numbers by three, then Llama3 with numbers of any length
    Laguna,         ///< lines, then Qwen2
    ExaoneMoe,
    Tekken,
    Gpt4o,
    KimiK2,
    TinyAya,  ///< digits by three from the right, then Gpt4o
    SuperBpe, ///< numbers apart, their digits by three from the right
    Youtu,    ///< scripts of East Asia, then Gpt4o with single numbers
    DeepSeekLlm,
    DeepSeekCoder,
    DeepSeekV3,
    Falcon,
    Bloom,
    Viking, ///< Bloom, then every number alone
    Lines,  ///< runs of line feeds and what stands between them
    Default,
};

/// What a `tokenizer.ggml.pre` name implies.
struct PreTokenizerRules {
    PreTokenizer kind = PreTokenizer::Default;
    bool ignoreMerges = false; ///< a word that is a token as a whole is taken without merging
    bool addBos = false;       ///< default of add_bos_token where the file does not say
    bool rawText = false;      ///< merges run over characters, not over bytes in GPT-2's alphabet
    bool forceBos = false;     ///< BOS whatever the file says
};

/// The rules of a name as files write it; nothing where Carrel does not know the name.
std::optional<PreTokenizerRules> preTokenizerRules(std::string_view pre);

/// Cuts `text` (any bytes; an invalid UTF-8 subpart is one character without category) into words and appends their
/// lengths in bytes to `lengths`; they sum up to the text's. Equal to the scheme's regular expression as an Oniguruma
/// "isolated" split, without recursion. Returns the number of characters looked at: at most a constant times the
/// text's.
std::uint64_t splitWords(PreTokenizer kind, std::string_view text, std::vector<std::size_t> &lengths);

} // namespace inference
