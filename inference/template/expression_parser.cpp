// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/template/expression_parser.h"

#include "inference/template/builtins.h"

#include <algorithm>
#include <array>
#include <utility>

namespace inference::templates {

namespace {

// Far beyond what published templates use (20 and 40), far below what would endanger the stack.
constexpr std::uint32_t mostNesting = 64;
constexpr std::uint32_t mostDepth = 250;

bool isOneOf(std::string_view text, std::initializer_list<std::string_view> candidates)
{
    return std::ranges::find(candidates, text) != candidates.end();
}

} // namespace

ExpressionParser::Nesting::Nesting(ExpressionParser &parser)
    : m_parser(parser)
{
    if (parser.m_nesting >= mostNesting)
        parser.fail("the template nests too deeply");
    ++parser.m_nesting;
}

const Token &ExpressionParser::next()
{
    const Token &token = m_tokens[m_position];
    if (token.type != TokenType::End)
        ++m_position;
    return token;
}

bool ExpressionParser::isOperator(std::string_view text) const
{
    return current().type == TokenType::Operator && current().text == text;
}

bool ExpressionParser::takeOperator(std::string_view text)
{
    if (!isOperator(text))
        return false;
    next();
    return true;
}

void ExpressionParser::expectOperator(std::string_view text)
{
    if (!takeOperator(text))
        fail("\"" + std::string(text) + "\" is missing before \"" + current().text + "\"");
}

bool ExpressionParser::takeName(std::string_view name)
{
    if (current().type != TokenType::Name || current().text != name)
        return false;
    next();
    return true;
}

std::string ExpressionParser::expectName(std::string_view what)
{
    if (current().type != TokenType::Name)
        fail(std::string(what) + " is missing before \"" + current().text + "\"");
    return next().text;
}

void ExpressionParser::fail(const std::string &what) const
{
    throw TemplateError(current().line, what);
}

ExpressionParser::Node ExpressionParser::make(ExpressionKind kind) const
{
    auto node = std::make_unique<Expression>();
    node->kind = kind;
    node->line = current().line;
    return node;
}

ExpressionPtr ExpressionParser::finished(Node node) const
{
    std::uint32_t deepest = 0;
    for (const auto &child : node->children)
        deepest = std::max(deepest, child ? child->depth : 0);
    for (const auto &[name, child] : node->named)
        deepest = std::max(deepest, child->depth);
    node->depth = deepest + 1;
    if (node->depth > mostDepth)
        fail("an expression is too long");
    return node;
}

ExpressionPtr ExpressionParser::binary(ExpressionKind kind, std::string_view text, ExpressionPtr left,
                                       ExpressionPtr right) const
{
    auto node = make(kind);
    node->line = left->line;
    node->text = text;
    node->children.push_back(std::move(left));
    node->children.push_back(std::move(right));
    return finished(std::move(node));
}

ExpressionPtr ExpressionParser::parseExpression()
{
    const Nesting nesting(*this);
    ExpressionPtr value = parseOr();
    while (takeName("if")) {
        auto node = make(ExpressionKind::Condition);
        node->children.push_back(std::move(value));
        node->children.push_back(parseOr());
        node->children.push_back(takeName("else") ? parseExpression() : nullptr);
        value = finished(std::move(node));
    }
    return value;
}

ExpressionPtr ExpressionParser::parseTupleOrExpression()
{
    return parseTuple(WithCondition::Yes);
}

ExpressionPtr ExpressionParser::parseTupleWithoutCondition()
{
    return parseTuple(WithCondition::No);
}

ExpressionPtr ExpressionParser::parseTuple(WithCondition condition)
{
    const auto item = [&] { return condition == WithCondition::Yes ? parseExpression() : parseOr(); };
    auto tuple = make(ExpressionKind::Tuple);
    ExpressionPtr first = item();
    if (!isOperator(","))
        return first;
    tuple->children.push_back(std::move(first));
    while (takeOperator(",")) {
        const TokenType type = current().type;
        if (type == TokenType::VariableEnd || type == TokenType::BlockEnd || isOperator(")"))
            break;
        tuple->children.push_back(item());
    }
    return finished(std::move(tuple));
}

ExpressionPtr ExpressionParser::parseOr()
{
    ExpressionPtr left = parseAnd();
    while (takeName("or"))
        left = binary(ExpressionKind::Or, "or", std::move(left), parseAnd());
    return left;
}

ExpressionPtr ExpressionParser::parseAnd()
{
    ExpressionPtr left = parseNot();
    while (takeName("and"))
        left = binary(ExpressionKind::And, "and", std::move(left), parseNot());
    return left;
}

ExpressionPtr ExpressionParser::parseNot()
{
    auto node = make(ExpressionKind::Not);
    if (!takeName("not"))
        return parseCompare();
    const Nesting nesting(*this);
    node->children.push_back(parseNot());
    return finished(std::move(node));
}

ExpressionPtr ExpressionParser::parseCompare()
{
    auto node = make(ExpressionKind::Compare);
    ExpressionPtr left = parseSum();
    node->children.push_back(std::move(left));
    for (;;) {
        std::string op;
        if (current().type == TokenType::Operator && isOneOf(current().text, {"==", "!=", "<", "<=", ">", ">="})) {
            op = next().text;
        } else if (takeName("in")) {
            op = "in";
        } else if (current().type == TokenType::Name && current().text == "not" &&
                   m_tokens[m_position + 1].type == TokenType::Name && m_tokens[m_position + 1].text == "in") {
            next();
            next();
            op = "not in";
        } else {
            break;
        }
        node->operators.push_back(op);
        node->children.push_back(parseSum());
    }
    if (node->operators.empty()) {
        // The node was only a guess: give its one child back.
        return std::move(node->children[0]);
    }
    return finished(std::move(node));
}

ExpressionPtr ExpressionParser::parseSum()
{
    ExpressionPtr left = parseConcatenation();
    while (isOperator("+") || isOperator("-")) {
        const std::string op = next().text;
        left = binary(ExpressionKind::Binary, op, std::move(left), parseConcatenation());
    }
    return left;
}

ExpressionPtr ExpressionParser::parseConcatenation()
{
    ExpressionPtr left = parseProduct();
    while (takeOperator("~"))
        left = binary(ExpressionKind::Binary, "~", std::move(left), parseProduct());
    return left;
}

ExpressionPtr ExpressionParser::parseProduct()
{
    ExpressionPtr left = parsePower();
    while (isOperator("*") || isOperator("/") || isOperator("//") || isOperator("%")) {
        const std::string op = next().text;
        left = binary(ExpressionKind::Binary, op, std::move(left), parsePower());
    }
    return left;
}

ExpressionPtr ExpressionParser::parsePower()
{
    ExpressionPtr left = parseUnary(WithFilters::Yes);
    while (takeOperator("**"))
        left = binary(ExpressionKind::Binary, "**", std::move(left), parseUnary(WithFilters::Yes));
    return left;
}

ExpressionPtr ExpressionParser::parseUnary(WithFilters filters)
{
    ExpressionPtr value;
    if (isOperator("-") || isOperator("+")) {
        const Nesting nesting(*this);
        auto node = make(isOperator("-") ? ExpressionKind::Negate : ExpressionKind::Plus);
        next();
        node->children.push_back(parseUnary(WithFilters::No));
        value = finished(std::move(node));
    } else {
        value = parsePrimary();
    }
    value = parsePostfix(std::move(value));
    return filters == WithFilters::Yes ? parseFiltersAndTests(std::move(value)) : std::move(value);
}

ExpressionPtr ExpressionParser::parsePrimary()
{
    const Nesting nesting(*this);
    switch (current().type) {
    case TokenType::Name:
        return parseName();
    case TokenType::String:
        return parseString();
    case TokenType::Integer:
    case TokenType::Float: {
        auto node = make(ExpressionKind::Constant);
        const Token &token = next();
        if (token.type == TokenType::Integer)
            node->literal = token.integer;
        else
            node->literal = token.number;
        return finished(std::move(node));
    }
    default:
        break;
    }
    if (isOperator("("))
        return parseParenthesized();
    if (isOperator("["))
        return parseList();
    if (isOperator("{"))
        return parseDict();
    fail(current().text.empty() ? "an expression is missing" : "unexpected \"" + current().text + "\"");
}

ExpressionPtr ExpressionParser::parseName()
{
    auto node = make(ExpressionKind::Constant);
    const std::string name = next().text;
    if (isOneOf(name, {"true", "True"})) {
        node->literal = true;
    } else if (isOneOf(name, {"false", "False"})) {
        node->literal = false;
    } else if (!isOneOf(name, {"none", "None"})) {
        node->kind = ExpressionKind::Name;
        node->text = name;
    }
    return finished(std::move(node));
}

ExpressionPtr ExpressionParser::parseString()
{
    auto node = make(ExpressionKind::Constant);
    std::string text;
    while (current().type == TokenType::String)
        text += next().text;
    node->literal = std::move(text);
    return finished(std::move(node));
}

ExpressionPtr ExpressionParser::parseParenthesized()
{
    auto empty = make(ExpressionKind::Tuple);
    expectOperator("(");
    if (takeOperator(")"))
        return finished(std::move(empty));
    ExpressionPtr inner = parseTuple(WithCondition::Yes);
    expectOperator(")");
    return inner;
}

ExpressionPtr ExpressionParser::parseList()
{
    auto node = make(ExpressionKind::List);
    expectOperator("[");
    while (!isOperator("]")) {
        if (!node->children.empty())
            expectOperator(",");
        if (isOperator("]"))
            break;
        node->children.push_back(parseExpression());
    }
    expectOperator("]");
    return finished(std::move(node));
}

ExpressionPtr ExpressionParser::parseDict()
{
    auto node = make(ExpressionKind::Dict);
    expectOperator("{");
    while (!isOperator("}")) {
        if (!node->children.empty())
            expectOperator(",");
        if (isOperator("}"))
            break;
        node->children.push_back(parseExpression());
        expectOperator(":");
        node->children.push_back(parseExpression());
    }
    expectOperator("}");
    return finished(std::move(node));
}

ExpressionPtr ExpressionParser::parsePostfix(ExpressionPtr input)
{
    for (;;) {
        if (takeOperator(".")) {
            auto node = make(ExpressionKind::Attribute);
            if (current().type == TokenType::Integer) {
                node->kind = ExpressionKind::Subscript;
                auto index = make(ExpressionKind::Constant);
                index->literal = next().integer;
                node->children.push_back(std::move(input));
                node->children.push_back(finished(std::move(index)));
            } else {
                node->text = expectName("a member's name");
                node->children.push_back(std::move(input));
            }
            input = finished(std::move(node));
        } else if (isOperator("[")) {
            input = parseSubscript(std::move(input));
        } else if (isOperator("(")) {
            input = parseCall(std::move(input));
        } else {
            return input;
        }
    }
}

ExpressionPtr ExpressionParser::parseCall(ExpressionPtr input)
{
    auto node = make(ExpressionKind::Call);
    node->children.push_back(std::move(input));
    parseArguments(*node);
    return finished(std::move(node));
}

ExpressionPtr ExpressionParser::parseSubscript(ExpressionPtr input)
{
    auto node = make(ExpressionKind::Subscript);
    node->children.push_back(std::move(input));
    expectOperator("[");
    std::array<ExpressionPtr, 3> parts;
    std::size_t part = 0;
    while (!isOperator("]")) {
        if (isOperator(":")) {
            next();
            node->kind = ExpressionKind::Slice;
            if (++part == parts.size())
                fail("a slice has too many parts");
        } else if (parts[part]) {
            fail("unexpected \"" + current().text + "\" in []");
        } else {
            parts[part] = parseExpression();
        }
    }
    expectOperator("]");
    if (node->kind == ExpressionKind::Subscript && !parts[0])
        fail("an index is missing in []");
    for (std::size_t i = 0; i < (node->kind == ExpressionKind::Slice ? parts.size() : 1); ++i)
        node->children.push_back(std::move(parts[i]));
    return finished(std::move(node));
}

ExpressionPtr ExpressionParser::parseFiltersAndTests(ExpressionPtr input)
{
    for (;;) {
        if (isOperator("|")) {
            next();
            input = parseFilter(std::move(input));
        } else if (takeName("is")) {
            input = parseTest(std::move(input));
        } else if (isOperator("(")) {
            input = parseCall(std::move(input));
        } else {
            return input;
        }
    }
}

ExpressionPtr ExpressionParser::parseFilters(ExpressionPtr input)
{
    while (takeOperator("|"))
        input = parseFilter(std::move(input));
    return input;
}

ExpressionPtr ExpressionParser::parseFilterChain()
{
    return parseFilters(parseFilter(nullptr));
}

ExpressionPtr ExpressionParser::parseFilter(ExpressionPtr input)
{
    auto node = make(ExpressionKind::Filter);
    node->text = expectName("a filter's name");
    if (!isFilter(node->text))
        fail("the filter \"" + node->text + "\" is not known");
    node->children.push_back(std::move(input));
    if (isOperator("("))
        parseArguments(*node);
    return finished(std::move(node));
}

bool ExpressionParser::isTestArgument() const
{
    switch (current().type) {
    case TokenType::Name:
        return !isOneOf(current().text, {"else", "or", "and", "if", "is", "in", "not"});
    case TokenType::String:
    case TokenType::Integer:
    case TokenType::Float:
        return true;
    default:
        return isOperator("[") || isOperator("{");
    }
}

ExpressionPtr ExpressionParser::parseTest(ExpressionPtr input)
{
    auto negation = make(ExpressionKind::Not);
    auto node = make(ExpressionKind::Test);
    const bool negated = takeName("not");
    node->text = expectName("a test's name");
    if (!isTest(node->text))
        fail("the test \"" + node->text + "\" is not known");
    node->children.push_back(std::move(input));
    if (isOperator("("))
        parseArguments(*node);
    else if (isTestArgument())
        node->children.push_back(parsePostfix(parsePrimary()));
    if (!negated)
        return finished(std::move(node));
    negation->children.push_back(finished(std::move(node)));
    return finished(std::move(negation));
}

void ExpressionParser::parseArguments(Expression &call)
{
    expectOperator("(");
    bool first = true;
    while (!isOperator(")")) {
        if (!std::exchange(first, false))
            expectOperator(",");
        if (isOperator(")"))
            break;
        if (isOperator("*") || isOperator("**"))
            fail("unpacked arguments are not supported");
        if (current().type == TokenType::Name && m_tokens[m_position + 1].type == TokenType::Operator &&
            m_tokens[m_position + 1].text == "=") {
            std::string name = next().text;
            next();
            call.named.emplace_back(std::move(name), parseExpression());
        } else if (call.named.empty()) {
            call.children.push_back(parseExpression());
        } else {
            fail("an argument without a name follows one with a name");
        }
    }
    expectOperator(")");
}

} // namespace inference::templates
