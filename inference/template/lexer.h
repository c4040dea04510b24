// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/template/template_error.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace inference::templates {

enum class TokenType : std::uint8_t {
    Data, ///< text between tags
    VariableBegin,
    VariableEnd,
    BlockBegin,
    BlockEnd,
    Name,
    String, ///< text is the value, escapes undone
    Integer,
    Float,
    Operator,
    End,
};

struct Token {
    TokenType type = TokenType::End;
    std::string text;
    std::uint32_t line = 1;
    std::int64_t integer = 0;
    double number = 0;
};

/// Cuts a template into tokens. Newlines become "\n" and one at the very end is dropped; the newline behind a block
/// and white space before a block on its line are dropped (trim_blocks, lstrip_blocks); "-" and "+" at a tag's edge
/// override that; comments and raw blocks are resolved. Time is linear. Throws TemplateError.
std::vector<Token> tokenize(std::string_view source);

} // namespace inference::templates
