// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/template/parser.h"

#include "inference/template/expression_parser.h"

#include <initializer_list>
#include <utility>

namespace inference::templates {

namespace {

class Parser : private ExpressionParser {
public:
    explicit Parser(std::string_view source)
        : ExpressionParser(tokenize(source))
    {
    }

    Body parse()
    {
        Body body = parseBody({});
        if (current().type != TokenType::End)
            fail("unexpected \"" + current().text + "\"");
        return body;
    }

private:
    using Names = std::initializer_list<std::string_view>;

    static bool isOneOf(std::string_view name, Names names)
    {
        for (const std::string_view candidate : names) {
            if (candidate == name)
                return true;
        }
        return false;
    }

    /// Statements up to a block whose name is one of `ends`; that name becomes the current token. Without `ends` up to
    /// the end of the template.
    Body parseBody(Names ends)
    {
        const Nesting nesting(*this);
        Body body;
        for (;;) {
            switch (current().type) {
            case TokenType::Data: {
                auto statement = make(StatementKind::Literal);
                statement->text = next().text;
                body.push_back(std::move(statement));
                break;
            }
            case TokenType::VariableBegin: {
                auto statement = make(StatementKind::Print);
                next();
                statement->expressions.push_back(parseTupleOrExpression());
                if (current().type != TokenType::VariableEnd)
                    fail("unexpected \"" + current().text + "\" in {{ }}");
                next();
                body.push_back(std::move(statement));
                break;
            }
            case TokenType::BlockBegin:
                next();
                if (current().type != TokenType::Name)
                    fail("a block has no name");
                if (isOneOf(current().text, ends))
                    return body;
                body.push_back(parseStatement());
                break;
            default:
                if (ends.size() > 0)
                    fail("a block is never closed: \"" + std::string(*(ends.end() - 1)) + "\" is missing");
                return body;
            }
        }
    }

    std::unique_ptr<Statement> make(StatementKind kind)
    {
        auto statement = std::make_unique<Statement>();
        statement->kind = kind;
        statement->line = current().line;
        return statement;
    }

    void closeBlock()
    {
        if (current().type != TokenType::BlockEnd)
            fail("unexpected \"" + current().text + "\" in {% %}");
        next();
    }

    /// The body up to `end`, and the closing tag.
    Body parseWhole(std::string_view end)
    {
        closeBlock();
        Body body = parseBody({end});
        next();
        // Jinja lets a macro's name stand after endmacro.
        if (current().type == TokenType::Name && end == "endmacro")
            next();
        closeBlock();
        return body;
    }

    std::unique_ptr<const Statement> parseStatement()
    {
        const std::string name = current().text;
        if (name == "if")
            return parseIf();
        if (name == "for")
            return parseFor();
        if (name == "set")
            return parseSet();
        if (name == "macro")
            return parseMacro();
        if (name == "call")
            return parseCall();
        if (name == "filter")
            return parseFilterBlock();
        if (name == "with")
            return parseWith();
        if (name == "generation") {
            auto statement = make(StatementKind::Block);
            next();
            statement->bodies.push_back(parseWhole("endgeneration"));
            return statement;
        }
        if (name == "break" || name == "continue") {
            if (m_loops == 0)
                fail("\"" + name + "\" outside of a loop");
            auto statement = make(name == "break" ? StatementKind::Break : StatementKind::Continue);
            next();
            closeBlock();
            return statement;
        }
        fail("the statement \"" + name + "\" is not known");
    }

    std::unique_ptr<const Statement> parseIf()
    {
        auto statement = make(StatementKind::If);
        for (;;) {
            next();
            statement->expressions.push_back(parseExpression());
            closeBlock();
            statement->bodies.push_back(parseBody({"elif", "else", "endif"}));
            if (current().text == "elif")
                continue;
            if (current().text == "else") {
                next();
                closeBlock();
                statement->bodies.push_back(parseBody({"endif"}));
            }
            next();
            closeBlock();
            return statement;
        }
    }

    std::unique_ptr<const Statement> parseFor()
    {
        auto statement = make(StatementKind::For);
        next();
        statement->target = parseTarget();
        if (!takeName("in"))
            fail("\"in\" is missing in a for loop");
        statement->expressions.push_back(parseTupleWithoutCondition());
        statement->expressions.push_back(takeName("if") ? parseExpression() : nullptr);
        if (current().type == TokenType::Name && current().text == "recursive")
            fail("recursive loops are not supported");
        closeBlock();
        ++m_loops;
        statement->bodies.push_back(parseBody({"else", "endfor"}));
        --m_loops;
        if (current().text == "else") {
            next();
            closeBlock();
            statement->bodies.push_back(parseBody({"endfor"}));
        }
        next();
        closeBlock();
        return statement;
    }

    Target parseTarget()
    {
        Target target;
        const bool parenthesized = takeOperator("(");
        do {
            if (!target.names.empty() && (current().type != TokenType::Name || current().text == "in"))
                break;
            target.names.push_back(expectName("a variable's name"));
            target.unpacks = target.unpacks || target.names.size() > 1;
            if (target.names.size() == 1 && takeOperator(".")) {
                target.member = expectName("a member's name");
                return target;
            }
            if (isOperator(","))
                target.unpacks = true;
        } while (takeOperator(","));
        if (parenthesized)
            expectOperator(")");
        return target;
    }

    std::unique_ptr<const Statement> parseSet()
    {
        auto statement = make(StatementKind::Set);
        next();
        statement->target = parseTarget();
        if (takeOperator("=")) {
            statement->expressions.push_back(parseTupleOrExpression());
            closeBlock();
            return statement;
        }
        if (statement->target.unpacks)
            fail("a block can be set to one variable only");
        statement->kind = StatementKind::SetBlock;
        statement->expressions.push_back(isOperator("|") ? parseFilters(nullptr) : nullptr);
        statement->bodies.push_back(parseWhole("endset"));
        return statement;
    }

    std::unique_ptr<const Statement> parseMacro()
    {
        auto statement = make(StatementKind::Macro);
        next();
        statement->text = expectName("a macro's name");
        statement->parameters = parseParameters();
        statement->bodies.push_back(parseFunctionBody("endmacro"));
        return statement;
    }

    std::unique_ptr<const Statement> parseCall()
    {
        auto statement = make(StatementKind::CallBlock);
        next();
        if (isOperator("("))
            statement->parameters = parseParameters();
        statement->text = "caller";
        statement->expressions.push_back(parseExpression());
        if (statement->expressions[0]->kind != ExpressionKind::Call)
            fail("a call block needs a call");
        statement->bodies.push_back(parseFunctionBody("endcall"));
        return statement;
    }

    Body parseFunctionBody(std::string_view end)
    {
        const std::size_t loops = std::exchange(m_loops, 0); // no loop can be left from inside a function
        Body body = parseWhole(end);
        m_loops = loops;
        return body;
    }

    std::vector<Parameter> parseParameters()
    {
        std::vector<Parameter> parameters;
        expectOperator("(");
        while (!isOperator(")")) {
            if (!parameters.empty())
                expectOperator(",");
            if (isOperator(")"))
                break;
            Parameter parameter;
            parameter.name = expectName("a parameter's name");
            if (takeOperator("="))
                parameter.fallback = parseExpression();
            else if (!parameters.empty() && parameters.back().fallback)
                fail("a parameter without a default follows one with a default");
            parameters.push_back(std::move(parameter));
        }
        expectOperator(")");
        return parameters;
    }

    std::unique_ptr<const Statement> parseFilterBlock()
    {
        auto statement = make(StatementKind::FilterBlock);
        next();
        statement->expressions.push_back(parseFilterChain());
        statement->bodies.push_back(parseWhole("endfilter"));
        return statement;
    }

    std::unique_ptr<const Statement> parseWith()
    {
        auto statement = make(StatementKind::With);
        next();
        while (current().type != TokenType::BlockEnd) {
            if (!statement->parameters.empty())
                expectOperator(",");
            Parameter variable;
            variable.name = expectName("a variable's name");
            expectOperator("=");
            variable.fallback = parseExpression();
            statement->parameters.push_back(std::move(variable));
        }
        statement->bodies.push_back(parseWhole("endwith"));
        return statement;
    }

    std::size_t m_loops = 0;
};

} // namespace

Body parseTemplate(std::string_view source)
{
    return Parser(source).parse();
}

} // namespace inference::templates
