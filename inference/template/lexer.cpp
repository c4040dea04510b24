// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/template/lexer.h"

#include "inference/unicode/unicode.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace inference::templates {

namespace {

constexpr auto operators = std::to_array<std::string_view>({
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "*", "/", "%", "~", "(",
    ")",  "[",  "]",  "{",  "}",  ".",  ",", ":", "|", "=", "<", ">",
});

std::string normalized(std::string_view source)
{
    std::string out;
    out.reserve(source.size());
    for (std::size_t i = 0; i < source.size(); ++i) {
        if (source[i] != '\r') {
            out.push_back(source[i]);
            continue;
        }
        out.push_back('\n');
        if (i + 1 < source.size() && source[i + 1] == '\n')
            ++i;
    }
    if (out.ends_with('\n'))
        out.pop_back();
    return out;
}

bool isSpaceAt(std::string_view text, std::size_t position, std::size_t &length)
{
    const unicode::Decoded c = unicode::decodeAt(text, position);
    length = c.length;
    return c.valid && (unicode::categoryOf(c.codePoint) == unicode::Category::Whitespace ||
                       (c.codePoint >= 0x1C && c.codePoint <= 0x1F));
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isNameStart(std::string_view text, std::size_t position, std::size_t &length)
{
    const unicode::Decoded c = unicode::decodeAt(text, position);
    length = c.length;
    return c.valid && (c.codePoint == U'_' || unicode::isLetter(unicode::categoryOf(c.codePoint)));
}

class Lexer {
public:
    explicit Lexer(std::string_view source)
        : m_storage(normalized(source))
        , m_source(m_storage)
    {
    }

    std::vector<Token> run()
    {
        while (m_position < m_source.size())
            takeData();
        push(TokenType::End, "");
        return std::move(m_tokens);
    }

private:
    void push(TokenType type, std::string text) { m_tokens.push_back({type, std::move(text), m_line, 0, 0}); }

    [[nodiscard]] bool at(std::string_view expected) const { return m_source.substr(m_position).starts_with(expected); }

    void advance(std::size_t count)
    {
        const std::string_view taken = m_source.substr(m_position, count);
        m_line += static_cast<std::uint32_t>(std::ranges::count(taken, '\n'));
        m_position += taken.size();
    }

    void skipSpace()
    {
        std::size_t length = 0;
        while (m_position < m_source.size() && isSpaceAt(m_source, m_position, length))
            advance(length);
    }

    /// The next "{{", "{%" or "{#" at or after `from`.
    [[nodiscard]] std::size_t findTag(std::size_t from) const
    {
        for (std::size_t i = m_source.find('{', from); i != std::string_view::npos; i = m_source.find('{', i + 1)) {
            if (i + 1 < m_source.size() && (m_source[i + 1] == '{' || m_source[i + 1] == '%' || m_source[i + 1] == '#'))
                return i;
        }
        return m_source.size();
    }

    void takeData()
    {
        const std::size_t tag = findTag(m_position);
        std::string_view data = m_source.substr(m_position, tag - m_position);
        char sign = 0;
        if (tag + 2 < m_source.size() && (m_source[tag + 2] == '-' || m_source[tag + 2] == '+'))
            sign = m_source[tag + 2];
        const bool isVariable = tag < m_source.size() && m_source[tag + 1] == '{';
        if (tag < m_source.size()) {
            if (sign == '-')
                data = withoutTrailingSpace(data);
            else if (sign != '+' && !isVariable)
                data = withoutIndent(data);
        }
        if (!data.empty())
            push(TokenType::Data, std::string(data));
        advance(tag - m_position);
        if (m_position >= m_source.size())
            return;
        const bool isComment = m_source[m_position + 1] == '#';
        advance(sign == 0 ? 2 : 3);
        if (isComment)
            takeComment();
        else if (isVariable)
            takeVariable();
        else
            takeBlock();
    }

    static std::string_view withoutTrailingSpace(std::string_view data)
    {
        std::size_t end = data.size();
        while (end > 0) {
            std::size_t start = end - 1;
            while (start > 0 && (static_cast<unsigned char>(data[start]) & 0xC0U) == 0x80U)
                --start;
            std::size_t length = 0;
            if (!isSpaceAt(data, start, length))
                break;
            end = start;
        }
        return data.substr(0, end);
    }

    /// Drops white space between the start of the line and the tag.
    [[nodiscard]] std::string_view withoutIndent(std::string_view data) const
    {
        const std::size_t newline = data.rfind('\n');
        if (newline == std::string_view::npos && !m_lineStarts)
            return data;
        const std::size_t lineStart = newline == std::string_view::npos ? 0 : newline + 1;
        std::size_t length = 0;
        for (std::size_t i = lineStart; i < data.size(); i += length) {
            if (!isSpaceAt(data, i, length))
                return data;
        }
        return data.substr(0, lineStart);
    }

    /// What follows a closing delimiter: white space after "-", one newline after a block or comment.
    void afterTag(char sign, bool trimsNewline)
    {
        const std::size_t before = m_position;
        if (sign == '-')
            skipSpace();
        else if (sign != '+' && trimsNewline && at("\n"))
            advance(1);
        m_lineStarts = m_position > before && m_source[m_position - 1] == '\n';
    }

    void takeComment()
    {
        const std::size_t end = m_source.find("#}", m_position);
        if (end == std::string_view::npos)
            throw TemplateError(m_line, "the comment is never closed");
        const char sign = end > m_position ? m_source[end - 1] : char{0};
        advance(end + 2 - m_position);
        afterTag(sign == '-' || sign == '+' ? sign : char{0}, true);
    }

    void takeVariable()
    {
        push(TokenType::VariableBegin, "");
        const char sign = takeExpression("}}");
        push(TokenType::VariableEnd, "");
        afterTag(sign, false);
    }

    void takeBlock()
    {
        const std::size_t start = m_position;
        const std::uint32_t line = m_line;
        skipSpace();
        if (takeWord("raw")) {
            skipSpace();
            const bool trims = at("-%}");
            if (trims || at("%}")) {
                advance(trims ? 3 : 2);
                if (trims)
                    skipSpace();
                takeRaw();
                return;
            }
        }
        m_position = start;
        m_line = line;
        push(TokenType::BlockBegin, "");
        const char sign = takeExpression("%}");
        push(TokenType::BlockEnd, "");
        afterTag(sign, true);
    }

    bool takeWord(std::string_view word)
    {
        std::size_t length = 0;
        if (!at(word) || isNameStart(m_source, m_position + word.size(), length))
            return false;
        advance(word.size());
        return true;
    }

    void takeRaw()
    {
        const std::uint32_t startLine = m_line;
        const std::size_t begin = m_position;
        for (std::size_t tag = m_source.find("{%", begin); tag != std::string_view::npos;
             tag = m_source.find("{%", tag + 2)) {
            const std::string_view raw = m_source.substr(begin, tag - begin);
            advance(tag - m_position);
            const char sign = at("{%-") ? '-' : at("{%+") ? '+' : char{0};
            advance(sign == 0 ? 2 : 3);
            skipSpace();
            if (!takeWord("endraw"))
                continue;
            skipSpace();
            const char endSign = at("-%}") ? '-' : at("+%}") ? '+' : char{0};
            advance(endSign == 0 ? 0 : 1);
            if (!at("%}"))
                continue;
            advance(2);
            const std::string_view data = sign == '-'   ? withoutTrailingSpace(raw)
                                          : sign == '+' ? raw
                                                        : withoutIndent(raw);
            if (!data.empty())
                push(TokenType::Data, std::string(data));
            afterTag(endSign, true);
            return;
        }
        throw TemplateError(startLine, "the raw block is never closed");
    }

    /// Tokens up to the closing delimiter; gives the sign before it. Inside brackets the delimiter is not looked for,
    /// so that "}}" may close two dictionaries.
    char takeExpression(std::string_view close)
    {
        const std::uint32_t startLine = m_line;
        std::string open;
        for (;;) {
            skipSpace();
            if (m_position >= m_source.size())
                throw TemplateError(startLine, "the tag is never closed with \"" + std::string(close) + "\"");
            if (open.empty()) {
                const char sign = m_source[m_position];
                const bool hasSign = sign == '-' || (sign == '+' && close == "%}");
                if (hasSign && m_source.substr(m_position + 1).starts_with(close)) {
                    advance(3);
                    return sign;
                }
                if (at(close)) {
                    advance(2);
                    return 0;
                }
            }
            takeToken(open);
        }
    }

    void takeToken(std::string &open)
    {
        const char c = m_source[m_position];
        std::size_t length = 0;
        if (isNameStart(m_source, m_position, length))
            takeName();
        else if (isDigit(c))
            takeNumber();
        else if (c == '"' || c == '\'')
            takeString(c);
        else
            takeOperator(open);
    }

    void takeName()
    {
        std::size_t end = m_position;
        for (std::size_t length = 0; end < m_source.size(); end += length) {
            if (!isNameStart(m_source, end, length) && !isDigit(m_source[end]))
                break;
        }
        push(TokenType::Name, std::string(m_source.substr(m_position, end - m_position)));
        advance(end - m_position);
    }

    void takeNumber()
    {
        std::size_t end = m_position;
        const auto digits = [&] {
            while (end < m_source.size() && (isDigit(m_source[end]) || m_source[end] == '_'))
                ++end;
        };
        digits();
        bool isFloat = false;
        if (end + 1 < m_source.size() && m_source[end] == '.' && isDigit(m_source[end + 1])) {
            isFloat = true;
            ++end;
            digits();
        }
        if (end < m_source.size() && (m_source[end] == 'e' || m_source[end] == 'E')) {
            std::size_t exponent = end + 1;
            if (exponent < m_source.size() && (m_source[exponent] == '+' || m_source[exponent] == '-'))
                ++exponent;
            if (exponent < m_source.size() && isDigit(m_source[exponent])) {
                isFloat = true;
                end = exponent;
                digits();
            }
        }
        std::string text(m_source.substr(m_position, end - m_position));
        std::erase(text, '_');
        Token token{isFloat ? TokenType::Float : TokenType::Integer, text, m_line, 0, 0};
        const auto result = isFloat ? std::from_chars(text.data(), text.data() + text.size(), token.number)
                                    : std::from_chars(text.data(), text.data() + text.size(), token.integer);
        if (result.ec != std::errc{})
            throw TemplateError(m_line, "a number is too large");
        m_tokens.push_back(std::move(token));
        advance(end - m_position);
    }

    void takeString(char quote)
    {
        std::size_t end = m_position + 1;
        while (end < m_source.size() && m_source[end] != quote)
            end += m_source[end] == '\\' ? 2 : 1;
        if (end >= m_source.size())
            throw TemplateError(m_line, "the string is never closed");
        push(TokenType::String, unescaped(m_source.substr(m_position + 1, end - m_position - 1)));
        advance(end + 1 - m_position);
    }

    [[nodiscard]] std::string unescaped(std::string_view raw) const
    {
        std::string out;
        for (std::size_t i = 0; i < raw.size(); ++i) {
            if (raw[i] != '\\' || i + 1 == raw.size()) {
                out.push_back(raw[i]);
                continue;
            }
            ++i;
            const std::string_view simple = "\n\\'\"abfnrtv";
            constexpr std::string_view meant = "\0\\'\"\a\b\f\n\r\t\v";
            if (const std::size_t found = simple.find(raw[i]); found == 0) {
                continue; // an escaped newline joins lines
            } else if (found != std::string_view::npos) {
                out.push_back(meant[found]);
            } else if (raw[i] >= '0' && raw[i] <= '7') {
                appendNumbered(out, raw, i, 8, 3);
                --i;
            } else if (raw[i] == 'x' || raw[i] == 'u' || raw[i] == 'U') {
                const std::size_t digits = raw[i] == 'x' ? 2 : raw[i] == 'u' ? 4 : 8;
                ++i;
                if (appendNumbered(out, raw, i, 16, digits) != digits)
                    throw TemplateError(m_line, "a string has a broken escape");
                --i;
            } else {
                out.push_back('\\');
                out.push_back(raw[i]);
            }
        }
        return out;
    }

    /// Reads up to `most` digits at `i`, appends the character and moves `i` behind them.
    static std::size_t appendNumbered(std::string &out, std::string_view raw, std::size_t &i, int base,
                                      std::size_t most)
    {
        std::uint32_t value = 0;
        const std::string_view digits = raw.substr(i, most);
        const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
        const auto count = static_cast<std::size_t>(result.ptr - digits.data());
        if (count > 0)
            unicode::append(out, static_cast<char32_t>(value));
        i += count;
        return count;
    }

    void takeOperator(std::string &open)
    {
        for (const std::string_view text : operators) {
            if (!at(text))
                continue;
            const char c = text[0];
            if (c == '(' || c == '[' || c == '{') {
                open.push_back(c == '(' ? ')' : c == '[' ? ']' : '}');
            } else if (c == ')' || c == ']' || c == '}') {
                if (open.empty() || open.back() != c)
                    throw TemplateError(m_line, "unexpected \"" + std::string(text) + "\"");
                open.pop_back();
            }
            push(TokenType::Operator, std::string(text));
            advance(text.size());
            return;
        }
        const unicode::Decoded c = unicode::decodeAt(m_source, m_position);
        throw TemplateError(m_line,
                            "unexpected character \"" + std::string(m_source.substr(m_position, c.length)) + "\"");
    }

    std::string m_storage;
    std::string_view m_source;
    std::vector<Token> m_tokens;
    std::size_t m_position = 0;
    std::uint32_t m_line = 1;
    bool m_lineStarts = true; // the data that follows begins a line
};

} // namespace

std::vector<Token> tokenize(std::string_view source)
{
    return Lexer(source).run();
}

} // namespace inference::templates
