// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The syntax tree of a template: what the parser makes and the interpreter walks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace inference::templates {

enum class ExpressionKind : std::uint8_t {
    Constant,  ///< literal
    Name,      ///< text
    List,      ///< children
    Tuple,     ///< children
    Dict,      ///< children: key, value, key, value …
    Attribute, ///< children[0] . text
    Subscript, ///< children[0] [ children[1] ]
    Slice,     ///< children[0] [ children[1] : children[2] : children[3] ], the last three may be null
    Call,      ///< children[0] ( children[1…], named )
    Filter,    ///< children[0] | text ( children[1…], named ); children[0] is null in filter blocks
    Test,      ///< children[0] is text ( children[1…], named )
    Not,       ///< children[0]
    Negate,    ///< children[0]
    Plus,      ///< children[0]
    Binary,    ///< children[0] text children[1]: + - ~ * / // % **
    Compare,   ///< children[0] operators[0] children[1] operators[1] children[2] …
    And,       ///< children[0] and children[1]
    Or,        ///< children[0] or children[1]
    Condition, ///< children[0] if children[1] else children[2] (may be null)
};

struct Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;

struct Expression {
    ExpressionKind kind = ExpressionKind::Constant;
    std::uint32_t line = 0;
    std::uint32_t depth = 1; ///< of the tree below; the parser bounds it
    std::string text;
    std::variant<std::monostate, bool, std::int64_t, double, std::string> literal; ///< monostate = none
    std::vector<ExpressionPtr> children;
    std::vector<std::pair<std::string, ExpressionPtr>> named;
    std::vector<std::string> operators;
};

enum class StatementKind : std::uint8_t {
    Literal,     ///< text
    Print,       ///< expressions[0]
    If,          ///< expressions: conditions; bodies: one each, one more for else
    For,         ///< target, expressions: iterable, condition (may be null); bodies: loop, else
    Set,         ///< target, expressions[0]
    SetBlock,    ///< target, expressions: filters (may be null), bodies[0]
    Macro,       ///< text = name, parameters, bodies[0]
    FilterBlock, ///< expressions[0], bodies[0]
    CallBlock,   ///< parameters of caller, expressions[0] = call, bodies[0]
    With,        ///< parameters = names, expressions = values, bodies[0]
    Block,       ///< bodies[0], as it stands
    Break,
    Continue,
};

struct Statement;
using Body = std::vector<std::unique_ptr<const Statement>>;

/// What an assignment writes to: one name, several (unpacked), or a member of a namespace.
struct Target {
    std::vector<std::string> names;
    std::string member; ///< not empty: names[0].member
    bool unpacks = false;
};

struct Parameter {
    std::string name;
    ExpressionPtr fallback; ///< may be null
};

struct Statement {
    StatementKind kind = StatementKind::Literal;
    std::uint32_t line = 0;
    std::string text;
    Target target;
    std::vector<Parameter> parameters;
    std::vector<ExpressionPtr> expressions;
    std::vector<Body> bodies;
};

} // namespace inference::templates
