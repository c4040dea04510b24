// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The text side of a model: header, tokenizer and chat template, without weights.
#pragma once

#include "inference/error.h"
#include "inference/model_summary.h"
#include "inference/output_format.h"
#include "inference/types.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace inference {

/// A prompt ready for evaluation.
struct EncodedPrompt {
    std::vector<TokenId> tokens;
    std::string text;            ///< what the tokens spell, control tokens included: "what the model saw"
    bool thinkingOpened = false; ///< the template already opened the thinking part of the answer
};

/// A text, or a pair of texts, as embedders and rerankers read it.
struct EncodedText {
    std::vector<TokenId> tokens;            ///< special ones included
    std::uint32_t secondText = 0xFFFFFFFFU; ///< of a pair: index of the second text's first token
    std::uint32_t dropped = 0;              ///< tokens that did not fit
};

/// How messages become a prompt.
struct ChatOptions {
    bool addGenerationPrompt = true;
    std::optional<bool> enableThinking;
    std::int64_t now = 0; ///< seconds since 1970, for templates that print the date; part of an answer's record
};

/// Everything of a model file that deals with text. Immutable, safe to share between threads; calls take time linear
/// in the text. Tokenizing a chat never turns message text into control tokens.
class TextModel {
public:
    /// Reads the header alone: a file cut after its header works. Takes milliseconds.
    static Result<std::shared_ptr<const TextModel>> open(const std::filesystem::path &path);
    virtual ~TextModel() = default;

    [[nodiscard]] virtual const ModelSummary &summary() const = 0;
    /// The model's own recommended settings, or the defaults.
    [[nodiscard]] virtual const SamplingParams &recommendedSampling() const = 0;
    /// The template in use: the file's own, or Carrel's for the model's family with the reason in templateWarning(),
    /// a sentence in English that is empty otherwise.
    [[nodiscard]] virtual std::string_view templateSource() const = 0;
    [[nodiscard]] virtual std::string_view templateWarning() const = 0;
    /// How this model marks the parts of its answers.
    [[nodiscard]] virtual const OutputFormat &outputFormat() const = 0;
    [[nodiscard]] virtual std::string_view tokenizerWarning() const = 0;

    [[nodiscard]] virtual Result<EncodedPrompt> encodeChat(std::span<const Message> messages,
                                                           const ChatOptions &options) const = 0;
    /// Raw text as `complete` and `perplexity` need it: BOS/EOS as the tokenizer's keys say unless `addSpecial` is off.
    [[nodiscard]] virtual std::vector<TokenId> encodeText(std::string_view text, bool addSpecial,
                                                          bool parseControl) const = 0;
    /// A whole text for an embedder, in at most `most` tokens: what does not fit is cut off its end.
    [[nodiscard]] virtual EncodedText encodeWhole(std::string_view text, std::size_t most) const = 0;
    /// A query and a document for a reranker, in the form that it was trained with.
    [[nodiscard]] virtual EncodedText encodePair(std::string_view query, std::string_view document,
                                                 std::size_t most) const = 0;
    [[nodiscard]] virtual std::string decode(std::span<const TokenId> tokens, bool withControl) const = 0;
    [[nodiscard]] virtual std::string_view tokenBytes(TokenId token) const = 0;
    /// Control tokens steer the model; their text is never part of an answer.
    [[nodiscard]] virtual bool isControl(TokenId token) const = 0;
    [[nodiscard]] virtual bool endsGeneration(TokenId token) const = 0;
    /// Tokens that the model's file forbids to generate.
    [[nodiscard]] virtual std::span<const TokenId> suppressed() const = 0;
    /// The token spells a mark of outputFormat().
    [[nodiscard]] virtual bool isMark(TokenId token) const = 0;
    /// A chat answer's first space is a mark of the vocabulary and no part of the text.
    [[nodiscard]] virtual bool dropsLeadingSpace() const = 0;
    [[nodiscard]] virtual bool addsBos() const = 0;
    [[nodiscard]] virtual std::optional<TokenId> bos() const = 0;
    [[nodiscard]] virtual std::size_t vocabularySize() const = 0;
};

/// Reads a model file's card from its header alone, also of models Carrel cannot run.
Result<ModelSummary> readModelSummary(const std::filesystem::path &path);

} // namespace inference
