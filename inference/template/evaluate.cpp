// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The part of Interpreter that evaluates expressions.
#include "inference/template/builtins.h"
#include "inference/template/interpreter.h"

#include <utility>

namespace inference::templates {

Value Interpreter::evaluate(const Expression &expression)
{
    const Depth depth(*this);
    charge(1);
    setLine(expression.line);
    const auto child = [&](std::size_t i) { return evaluate(*expression.children[i]); };
    switch (expression.kind) {
    case ExpressionKind::Constant:
        return evaluateLiteral(expression);
    case ExpressionKind::Name:
        return evaluateName(expression);
    case ExpressionKind::List:
        return list(evaluateAll(expression.children));
    case ExpressionKind::Tuple:
        return tuple(evaluateAll(expression.children));
    case ExpressionKind::Dict:
        return evaluateDict(expression);
    case ExpressionKind::Attribute:
        return attribute(child(0), expression.text);
    case ExpressionKind::Subscript: {
        const Value container = child(0);
        return subscript(container, child(1));
    }
    case ExpressionKind::Slice: {
        const Value sequence = child(0);
        const Value start = orNone(expression.children[1]);
        const Value stop = orNone(expression.children[2]);
        return slice(sequence, start, stop, orNone(expression.children[3]));
    }
    case ExpressionKind::Call:
        return evaluateCall(expression);
    case ExpressionKind::Filter:
        return applyFilters(expression, Undefined{});
    case ExpressionKind::Test: {
        const Value subject = child(0);
        const Arguments arguments = evaluateArguments(expression);
        return applyTest(*this, expression.text, subject, arguments);
    }
    case ExpressionKind::Not:
        return !isTrue(child(0));
    case ExpressionKind::Negate:
        return negated(child(0));
    case ExpressionKind::Plus:
        return binary("+", std::int64_t{0}, child(0));
    case ExpressionKind::Binary: {
        const Value left = child(0);
        const Value right = child(1);
        return binary(expression.text, left, right);
    }
    case ExpressionKind::Compare:
        return evaluateCompare(expression);
    case ExpressionKind::And: {
        const Value left = child(0);
        return isTrue(left) ? child(1) : left;
    }
    case ExpressionKind::Or: {
        const Value left = child(0);
        return isTrue(left) ? left : child(1);
    }
    case ExpressionKind::Condition:
        if (isTrue(child(1)))
            return child(0);
        return expression.children[2] ? child(2) : undefined("the inline if without else");
    }
    return Undefined{};
}

Value Interpreter::evaluateLiteral(const Expression &expression)
{
    if (const auto *text = std::get_if<std::string>(&expression.literal))
        return string(*text, Origin::Template);
    if (const auto *boolean = std::get_if<bool>(&expression.literal))
        return *boolean;
    if (const auto *integer = std::get_if<std::int64_t>(&expression.literal))
        return *integer;
    if (const auto *number = std::get_if<double>(&expression.literal))
        return *number;
    return None{};
}

Value Interpreter::evaluateName(const Expression &expression)
{
    const Value *value = m_scope->find(expression.text);
    return value != nullptr ? *value : undefined(expression.text);
}

Value Interpreter::evaluateDict(const Expression &expression)
{
    auto *dict = heap().make(Dict{});
    for (std::size_t i = 0; i + 1 < expression.children.size(); i += 2) {
        const Value key = evaluate(*expression.children[i]);
        Value value = evaluate(*expression.children[i + 1]);
        dict->set(dictKeyOf(key), key, std::move(value));
    }
    return dict;
}

bool Interpreter::evaluateCompare(const Expression &expression)
{
    Value left = evaluate(*expression.children[0]);
    for (std::size_t i = 0; i < expression.operators.size(); ++i) {
        Value right = evaluate(*expression.children[i + 1]);
        const std::string &op = expression.operators[i];
        bool holds = false;
        if (op == "==" || op == "!=")
            holds = equal(left, right) == (op == "==");
        else if (op == "in" || op == "not in")
            holds = contains(right, left) == (op == "in");
        else if (op == "<" || op == ">=")
            holds = less(left, right) == (op == "<");
        else
            holds = less(right, left) == (op == ">");
        if (!holds)
            return false;
        left = std::move(right);
    }
    return true;
}

std::vector<Value> Interpreter::evaluateAll(const std::vector<ExpressionPtr> &expressions)
{
    std::vector<Value> values;
    values.reserve(expressions.size());
    for (const ExpressionPtr &expression : expressions)
        values.push_back(evaluate(*expression));
    return values;
}

Arguments Interpreter::evaluateArguments(const Expression &expression)
{
    Arguments arguments;
    for (std::size_t i = 1; i < expression.children.size(); ++i)
        arguments.positional.push_back(evaluate(*expression.children[i]));
    for (const auto &[name, value] : expression.named)
        arguments.named.emplace_back(name, evaluate(*value));
    return arguments;
}

Value Interpreter::evaluateCall(const Expression &expression)
{
    const Value callee = evaluate(*expression.children[0]);
    const Arguments arguments = evaluateArguments(expression);
    setLine(expression.line);
    return call(callee, arguments);
}

Value Interpreter::applyFilters(const Expression &filter, const Value &input)
{
    // A filter block's chain has no input at its bottom: it gets the block's text.
    const Depth depth(*this);
    Value value = input;
    if (filter.children[0]) {
        const bool continues = filter.children[0]->kind == ExpressionKind::Filter;
        value = continues ? applyFilters(*filter.children[0], input) : evaluate(*filter.children[0]);
    }
    const Arguments arguments = evaluateArguments(filter);
    setLine(filter.line);
    return applyFilter(*this, filter.text, value, arguments);
}

Value Interpreter::orNone(const ExpressionPtr &expression)
{
    return expression ? evaluate(*expression) : Value(None{});
}

} // namespace inference::templates
