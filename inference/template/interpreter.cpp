// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Statements; expressions are in evaluate.cpp.
#include "inference/template/interpreter.h"

#include "inference/template/builtins.h"

#include <utility>

namespace inference::templates {

Interpreter::Interpreter(const TemplateBudget &budget, std::int64_t now)
    : Runtime(budget, now)
{
    m_root = heap().make(Scope{});
    for (const std::string_view name : functionNames())
        m_root->set(name, heap().make(Function{std::string(name)}));
    // What a template sets must not be visible to nothing but itself: it gets a scope above the given names.
    m_scope = pushScope(m_root);
}

Text Interpreter::run(const Body &body)
{
    runBody(body);
    return std::move(m_output);
}

Scope *Interpreter::pushScope(Scope *parent)
{
    return heap().make(Scope{.parent = parent, .variables = {}, .captured = false});
}

void Interpreter::write(const Text &text)
{
    m_out->append(text);
    charge(text.size() / 256);
    if (m_out->size() > budget().outputBytes)
        fail("the template's output is too long (limit " + std::to_string(budget().outputBytes) + " bytes)");
}

Interpreter::Flow Interpreter::runBody(const Body &body)
{
    const Depth depth(*this);
    for (const auto &statement : body) {
        const Flow flow = runStatement(*statement);
        if (flow != Flow::Next)
            return flow;
    }
    return Flow::Next;
}

Interpreter::Flow Interpreter::runStatement(const Statement &statement)
{
    setLine(statement.line);
    charge(1);
    switch (statement.kind) {
    case StatementKind::Literal:
        write(Text(statement.text, Origin::Template));
        return Flow::Next;
    case StatementKind::Print:
        write(toText(evaluate(*statement.expressions[0])));
        return Flow::Next;
    case StatementKind::If:
        return runIf(statement);
    case StatementKind::For:
        return runFor(statement);
    case StatementKind::Set:
        runSet(statement);
        return Flow::Next;
    case StatementKind::SetBlock:
        runSetBlock(statement);
        return Flow::Next;
    case StatementKind::Macro:
        m_scope->set(statement.text, makeMacro(statement));
        return Flow::Next;
    case StatementKind::FilterBlock: {
        Text text = captured(statement.bodies[0]);
        write(toText(applyFilters(*statement.expressions[0], string(std::move(text)))));
        return Flow::Next;
    }
    case StatementKind::CallBlock:
        runCallBlock(statement);
        return Flow::Next;
    case StatementKind::With:
        return runWith(statement);
    case StatementKind::Block:
        return runBody(statement.bodies[0]);
    case StatementKind::Break:
        return Flow::Break;
    case StatementKind::Continue:
        return Flow::Continue;
    }
    return Flow::Next;
}

Interpreter::Flow Interpreter::runIf(const Statement &statement)
{
    for (std::size_t i = 0; i < statement.expressions.size(); ++i) {
        setLine(statement.expressions[i]->line);
        if (isTrue(evaluate(*statement.expressions[i])))
            return runBody(statement.bodies[i]);
    }
    const bool hasElse = statement.bodies.size() > statement.expressions.size();
    return hasElse ? runBody(statement.bodies.back()) : Flow::Next;
}

std::vector<Value> Interpreter::filteredItems(const Statement &statement)
{
    std::vector<Value> items = iterate(evaluate(*statement.expressions[0]));
    const ExpressionPtr &condition = statement.expressions[1];
    if (!condition)
        return items;
    std::vector<Value> kept;
    const Restore scope(m_scope, pushScope(m_scope));
    for (Value &item : items) {
        charge(1);
        assign(statement.target, item);
        if (isTrue(evaluate(*condition)))
            kept.push_back(std::move(item));
    }
    return kept;
}

Interpreter::Flow Interpreter::runFor(const Statement &statement)
{
    Scope *const outer = m_scope;
    List *const items = heap().make(List{filteredItems(statement), false});
    if (items->items.empty()) {
        if (statement.bodies.size() < 2)
            return Flow::Next;
        const Restore scope(m_scope, pushScope(outer));
        return runBody(statement.bodies[1]);
    }
    Loop *const loop = heap().make(Loop{.items = &items->items, .index = 0, .lastChanged = {}});
    const Restore scope(m_scope, pushScope(outer));
    for (; loop->index < items->items.size(); ++loop->index) {
        charge(1);
        if (m_scope->captured)
            m_scope = pushScope(outer);
        m_scope->variables.clear(); // what one round sets the next does not see
        m_scope->set("loop", loop);
        const Value item = items->items[loop->index];
        assign(statement.target, item);
        if (runBody(statement.bodies[0]) == Flow::Break)
            break;
    }
    return Flow::Next;
}

void Interpreter::assign(const Target &target, const Value &value)
{
    if (!target.member.empty()) {
        const Value *found = m_scope->find(target.names[0]);
        auto *const *space = found != nullptr ? std::get_if<Namespace *>(found) : nullptr;
        if (space == nullptr)
            fail("\"" + target.names[0] + "\" is not a namespace: its members cannot be set");
        (*space)->members[target.member] = value;
        return;
    }
    if (!target.unpacks) {
        m_scope->set(target.names[0], value);
        return;
    }
    std::vector<Value> parts = iterate(value);
    if (parts.size() != target.names.size())
        fail("cannot unpack " + std::to_string(parts.size()) + " values into " + std::to_string(target.names.size()) +
             " names");
    for (std::size_t i = 0; i < parts.size(); ++i)
        m_scope->set(target.names[i], std::move(parts[i]));
}

void Interpreter::runSet(const Statement &statement)
{
    assign(statement.target, evaluate(*statement.expressions[0]));
}

Text Interpreter::captured(const Body &body)
{
    Text text;
    const Restore out(m_out, &text);
    const Restore scope(m_scope, pushScope(m_scope));
    runBody(body);
    return text;
}

void Interpreter::runSetBlock(const Statement &statement)
{
    Value value = string(captured(statement.bodies[0]));
    if (statement.expressions[0])
        value = applyFilters(*statement.expressions[0], value);
    assign(statement.target, value);
}

void Interpreter::runCallBlock(const Statement &statement)
{
    const Expression &call = *statement.expressions[0];
    const Value callee = evaluate(*call.children[0]);
    Arguments arguments = evaluateArguments(call);
    arguments.named.emplace_back("caller", makeMacro(statement));
    write(toText(this->call(callee, arguments)));
}

Interpreter::Flow Interpreter::runWith(const Statement &statement)
{
    Scope *const inner = pushScope(m_scope);
    for (const Parameter &variable : statement.parameters)
        inner->set(variable.name, evaluate(*variable.fallback));
    const Restore scope(m_scope, inner);
    return runBody(statement.bodies[0]);
}

Macro *Interpreter::makeMacro(const Statement &definition)
{
    for (Scope *scope = m_scope; scope != nullptr; scope = scope->parent)
        scope->captured = true;
    return heap().make(Macro{&definition, m_scope});
}

Value Interpreter::callMacro(const Macro &macro, const Arguments &arguments)
{
    if (m_calls >= budget().recursion)
        fail("macros call each other too deeply (limit " + std::to_string(budget().recursion) + ")");
    const std::uint32_t callLine = line();
    Text text;
    {
        const Restore calls(m_calls, m_calls + 1);
        const Restore out(m_out, &text);
        const Restore scope(m_scope, pushScope(macro.scope));
        bindParameters(*macro.definition, arguments);
        runBody(macro.definition->bodies[0]);
    }
    setLine(callLine);
    return string(std::move(text));
}

void Interpreter::bindParameters(const Statement &definition, const Arguments &arguments)
{
    const auto &parameters = definition.parameters;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const Value *given = arguments.find(i, parameters[i].name);
        if (given != nullptr)
            m_scope->set(parameters[i].name, *given);
        else if (parameters[i].fallback)
            m_scope->set(parameters[i].name, evaluate(*parameters[i].fallback));
        else
            m_scope->set(parameters[i].name, undefined(parameters[i].name));
    }
    std::vector<Value> rest;
    for (std::size_t i = parameters.size(); i < arguments.positional.size(); ++i)
        rest.push_back(arguments.positional[i]);
    auto *others = heap().make(Dict{});
    Value caller = undefined("caller");
    for (const auto &[name, value] : arguments.named) {
        bool isParameter = false;
        for (const Parameter &parameter : parameters)
            isParameter = isParameter || parameter.name == name;
        if (name == "caller")
            caller = value;
        else if (!isParameter)
            others->set("s" + name, string(name, Origin::Template), value);
    }
    m_scope->set("varargs", tuple(std::move(rest)));
    m_scope->set("kwargs", others);
    m_scope->set("caller", std::move(caller));
}

Value Interpreter::call(const Value &callee, const Arguments &arguments)
{
    const Depth depth(*this);
    if (const auto *macro = std::get_if<Macro *>(&callee))
        return callMacro(**macro, arguments);
    if (const auto *method = std::get_if<Method *>(&callee))
        return callMethod(*this, **method, arguments);
    if (const auto *function = std::get_if<Function *>(&callee))
        return callFunction(*this, (*function)->name, arguments);
    if (const auto *missing = std::get_if<Undefined>(&callee))
        failUndefined(*missing);
    fail("a value of type " + std::string(typeName(callee)) + " cannot be called");
}

} // namespace inference::templates
