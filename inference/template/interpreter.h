// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/template/runtime.h"
#include "inference/template/syntax.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace inference::templates {

/// Walks a template's tree once. The tree must outlive it. Throws TemplateError.
class Interpreter final : public Runtime {
public:
    Interpreter(const TemplateBudget &budget, std::int64_t now);

    /// A variable of the template; `name` must outlive the interpreter.
    void setVariable(std::string_view name, Value value) { m_root->set(name, std::move(value)); }
    /// Runs the template and gives its output.
    Text run(const Body &body);

    Value call(const Value &callee, const Arguments &arguments) override;

private:
    enum class Flow { Next, Break, Continue };

    Flow runBody(const Body &body);
    Flow runStatement(const Statement &statement);
    Flow runIf(const Statement &statement);
    Flow runFor(const Statement &statement);
    std::vector<Value> filteredItems(const Statement &statement);
    void runSet(const Statement &statement);
    void runSetBlock(const Statement &statement);
    void runCallBlock(const Statement &statement);
    Flow runWith(const Statement &statement);
    void write(const Text &text);
    /// Runs a body in a scope of its own and gives its output.
    Text captured(const Body &body);
    void assign(const Target &target, const Value &value);
    Value callMacro(const Macro &macro, const Arguments &arguments);
    void bindParameters(const Statement &definition, const Arguments &arguments);
    Macro *makeMacro(const Statement &definition);
    Scope *pushScope(Scope *parent);

    Value evaluate(const Expression &expression);
    Value evaluateLiteral(const Expression &expression);
    Value evaluateName(const Expression &expression);
    Value evaluateDict(const Expression &expression);
    bool evaluateCompare(const Expression &expression);
    Value evaluateCall(const Expression &expression);
    Value applyFilters(const Expression &filter, const Value &input);
    std::vector<Value> evaluateAll(const std::vector<ExpressionPtr> &expressions);
    Arguments evaluateArguments(const Expression &expression);
    Value orNone(const ExpressionPtr &expression);

    /// Switches to another scope or output while it lives, also when an error passes.
    template <class T>
    class Restore {
    public:
        Restore(T &place, T value)
            : m_place(place)
            , m_before(place)
        {
            place = value;
        }
        ~Restore() { m_place = m_before; }
        Restore(const Restore &) = delete;
        Restore &operator=(const Restore &) = delete;

    private:
        T &m_place;
        T m_before;
    };

    Scope *m_root = nullptr;
    Scope *m_scope = nullptr;
    Text m_output;
    Text *m_out = &m_output;
    std::uint32_t m_calls = 0;
};

} // namespace inference::templates
