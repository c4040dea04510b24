// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"
#include "inference/tokenizer/vocabulary.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace inference {

/// Whether control tokens written in the text ("<|im_end|>") become their ids. Text of users, models and documents is
/// always Untrusted; only the literal parts of a chat template are Trusted. User-defined tokens match in both.
enum class Trust { Untrusted, Trusted };

/// A piece of a text of which each piece has its own trust.
struct TextSpan {
    std::string_view text;
    Trust trust = Trust::Untrusted;
};

/// Turns text into token ids and back, exactly as the model was trained. Immutable after creation and safe to share
/// between threads; time is linear in the text.
class Tokenizer {
public:
    /// The scheme that the vocabulary names. Fails with UnsupportedTokenizer and its name where Carrel does not know it
    /// (`model`, or `pre` of a BPE vocabulary), with FileMalformed and the failing check, or with OutOfMemory.
    static Result<std::unique_ptr<Tokenizer>> create(Vocabulary vocabulary);
    virtual ~Tokenizer() = default;

    /// Appends the ids of `text` (any bytes; invalid UTF-8 is encoded byte by byte). Adds neither BOS nor EOS.
    virtual void encode(std::string_view text, Trust trust, std::vector<TokenId> &out) const = 0;
    /// Encodes the joined text as one: merges go across the borders of pieces, exactly as for one string, but control
    /// tokens are recognised only where all of their text is trusted.
    virtual void encode(std::span<const TextSpan> text, std::vector<TokenId> &out) const = 0;
    [[nodiscard]] std::vector<TokenId> encode(std::string_view text, Trust trust) const
    {
        std::vector<TokenId> ids;
        encode(text, trust, ids);
        return ids;
    }
    /// The bytes a token stands for, not necessarily whole UTF-8. Control tokens give their text.
    [[nodiscard]] virtual std::string_view bytes(TokenId token) const = 0;
    [[nodiscard]] virtual TokenKind kind(TokenId token) const = 0;
    /// All tokens' bytes joined; control tokens are left out unless `withControl`. Where dropsLeadingSpace(), the space
    /// that encoding put before the text and after special tokens is taken off again.
    [[nodiscard]] std::string decode(std::span<const TokenId> tokens, bool withControl) const;

    [[nodiscard]] virtual std::size_t size() const = 0;
    [[nodiscard]] virtual const Vocabulary &vocabulary() const = 0;
    [[nodiscard]] virtual bool addsBos() const = 0; ///< by key, else by the scheme's default
    [[nodiscard]] virtual bool addsEos() const = 0;
    /// What stands before and after a whole text by these rules: BOS or CLS, EOS or SEP, or nothing.
    [[nodiscard]] virtual std::span<const TokenId> leading() const = 0;
    [[nodiscard]] virtual std::span<const TokenId> trailing() const = 0;
    /// Encoding puts a space before a text that text written by the model begins with too; it is not part of either.
    [[nodiscard]] virtual bool dropsLeadingSpace() const = 0;
    /// End-of-generation set: eos, eot, eom and the well-known end tokens of the vocabulary.
    [[nodiscard]] virtual bool endsGeneration(TokenId token) const = 0;
    /// A sentence when the scheme was guessed (the file names none), else empty.
    [[nodiscard]] virtual std::string_view warning() const = 0;
};

} // namespace inference
