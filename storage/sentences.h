// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace storage {

/// A run of a text, in bytes.
struct TextSpan {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool operator==(const TextSpan &) const = default;
};

/// Divides text of one language. One thread at a time.
class TextDivider {
public:
    /// `language`: BCP 47; empty or unknown: rules that hold everywhere.
    explicit TextDivider(std::string_view language);
    ~TextDivider();
    TextDivider(const TextDivider &) = delete;
    TextDivider &operator=(const TextDivider &) = delete;

    /// Sentences, by the boundaries of Unicode Standard Annex 29 but for those behind common abbreviations
    /// ("Dr.").
    /// Without gaps: white space belongs to the sentence before it. What is not UTF-8 is no boundary.
    std::vector<TextSpan> sentences(std::string_view text);
    /// The same for places where a line may be broken (Annex 14), for sentences that are too long.
    std::vector<TextSpan> lineChunks(std::string_view text);

private:
    struct Rules;
    std::unique_ptr<Rules> m_rules;
};

} // namespace storage
