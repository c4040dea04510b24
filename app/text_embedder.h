// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/failure.h"

#include <cstdint>
#include <expected>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace app {

/// Which model made a vector.
struct EmbedderIdentity {
    std::string sha256; ///< of the file
    std::string name;
    std::int32_t width = 0; ///< numbers in a vector
    bool operator==(const EmbedderIdentity &) const = default;
};

/// Turns texts into vectors of unit length. Calls block; one at a time, from any thread but the GUI's.
class TextEmbedder {
public:
    virtual ~TextEmbedder() = default;

    [[nodiscard]] virtual EmbedderIdentity identity() const = 0;
    /// Tokens of a text, without those that stand around every text. Callable from any thread at any time.
    [[nodiscard]] virtual std::int32_t countTokens(std::string_view text) const = 0;
    /// Most tokens of a text that the model was trained on.
    [[nodiscard]] virtual std::int32_t longestText() const = 0;
    /// A vector for each text, as texts that are searched; code "inference.cancelled" after `stop`.
    virtual std::expected<std::vector<std::vector<float>>, Failure> embedPassages(const std::vector<std::string> &texts,
                                                                                  const std::stop_token &stop) = 0;
    /// A question's.
    virtual std::expected<std::vector<float>, Failure> embedQuestion(const std::string &question) = 0;
};

/// The parts of a passage that an embedder sees, each with the heading in front: all of it where it fits, else runs
/// of whole sentences that overlap by about a quarter, so that no thought is cut in all of them.
std::vector<std::string> embeddingWindows(std::string_view heading, std::string_view text,
                                          const TextEmbedder &embedder);

} // namespace app
