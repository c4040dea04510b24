// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/template/lexer.h"
#include "inference/template/syntax.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace inference::templates {

/// The expression half of the parser: precedence as in Jinja. Throws TemplateError.
class ExpressionParser {
public:
    explicit ExpressionParser(std::vector<Token> tokens)
        : m_tokens(std::move(tokens))
    {
    }

    /// An expression with `a if b else c`.
    ExpressionPtr parseExpression();
    /// The same, or several with commas between: a tuple.
    ExpressionPtr parseTupleOrExpression();
    /// A tuple or expression whose top has no `if`, for loops that filter.
    ExpressionPtr parseTupleWithoutCondition();
    /// `| name(arguments) | …` onto `input`, which may be null.
    ExpressionPtr parseFilters(ExpressionPtr input);
    /// The same without the first bar.
    ExpressionPtr parseFilterChain();

protected:
    /// Counts nested constructs while it lives; throws where they go too deep.
    class Nesting {
    public:
        explicit Nesting(ExpressionParser &parser);
        ~Nesting() { --m_parser.m_nesting; }
        Nesting(const Nesting &) = delete;
        Nesting &operator=(const Nesting &) = delete;

    private:
        ExpressionParser &m_parser;
    };

    [[nodiscard]] const Token &current() const { return m_tokens[m_position]; }
    const Token &next();
    [[nodiscard]] bool isOperator(std::string_view text) const;
    bool takeOperator(std::string_view text);
    void expectOperator(std::string_view text);
    bool takeName(std::string_view name);
    std::string expectName(std::string_view what);
    [[noreturn]] void fail(const std::string &what) const;

private:
    using Node = std::unique_ptr<Expression>;
    enum class WithCondition { Yes, No };
    enum class WithFilters { Yes, No };

    [[nodiscard]] Node make(ExpressionKind kind) const;
    ExpressionPtr finished(Node node) const;
    ExpressionPtr binary(ExpressionKind kind, std::string_view text, ExpressionPtr left, ExpressionPtr right) const;
    ExpressionPtr parseTuple(WithCondition condition);
    ExpressionPtr parseOr();
    ExpressionPtr parseAnd();
    ExpressionPtr parseNot();
    ExpressionPtr parseCompare();
    ExpressionPtr parseSum();
    ExpressionPtr parseConcatenation();
    ExpressionPtr parseProduct();
    ExpressionPtr parsePower();
    ExpressionPtr parseUnary(WithFilters filters);
    ExpressionPtr parsePrimary();
    ExpressionPtr parseName();
    ExpressionPtr parseString();
    ExpressionPtr parseParenthesized();
    ExpressionPtr parseList();
    ExpressionPtr parseDict();
    ExpressionPtr parsePostfix(ExpressionPtr input);
    ExpressionPtr parseCall(ExpressionPtr input);
    ExpressionPtr parseSubscript(ExpressionPtr input);
    ExpressionPtr parseFiltersAndTests(ExpressionPtr input);
    ExpressionPtr parseFilter(ExpressionPtr input);
    ExpressionPtr parseTest(ExpressionPtr input);
    void parseArguments(Expression &call);
    [[nodiscard]] bool isTestArgument() const;

    std::vector<Token> m_tokens;
    std::size_t m_position = 0;
    std::uint32_t m_nesting = 0;
};

} // namespace inference::templates
