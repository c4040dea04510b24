// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/rtf_parser.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace app::extraction {

namespace {

bool isLetter(char letter)
{
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

bool isDigit(char letter)
{
    return letter >= '0' && letter <= '9';
}

int hexDigit(char letter)
{
    if (isDigit(letter))
        return letter - '0';
    const char low = static_cast<char>(letter | 0x20);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

class Parser {
public:
    Parser(std::string_view text, const Limits &limits, RtfHandler &handler)
        : m_text(text)
        , m_limits(limits)
        , m_handler(handler)
    {
    }

    std::optional<Fault> run()
    {
        while (m_at < m_text.size() && !m_handler.isFull()) {
            const char letter = m_text[m_at++];
            if (letter == '{') {
                if (m_fallbacks.size() >= m_limits.markupDepth)
                    return Fault{State::TooLarge,
                                 "groups are nested deeper than " + std::to_string(m_limits.markupDepth)};
                m_fallbacks.push_back(m_fallbacks.empty() ? 1 : m_fallbacks.back());
                m_skip = 0;
                m_ignorable = false;
                m_handler.openGroup();
            } else if (letter == '}') {
                m_skip = 0;
                m_ignorable = false;
                if (m_fallbacks.empty())
                    continue;
                m_fallbacks.pop_back();
                m_handler.closeGroup();
                if (m_fallbacks.empty())
                    return std::nullopt;
            } else if (letter == '\\') {
                control();
            } else if (letter != '\r' && letter != '\n') {
                byte(letter);
            }
        }
        if (m_handler.isFull())
            return std::nullopt;
        return Fault{State::Malformed, "the file ends before its groups do"};
    }

private:
    void byte(char value)
    {
        if (m_skip > 0) {
            --m_skip;
        } else {
            m_handler.byte(value);
        }
    }

    void word(std::string_view name, std::optional<int> number = {})
    {
        if (m_skip > 0) {
            --m_skip;
            return;
        }
        m_handler.word(name, number, m_ignorable);
        m_ignorable = false;
    }

    void control()
    {
        if (m_at >= m_text.size())
            return;
        const char letter = m_text[m_at];
        if (isLetter(letter)) {
            controlWord();
            return;
        }
        ++m_at;
        switch (letter) {
        case '\'':
            if (m_at + 1 < m_text.size() && hexDigit(m_text[m_at]) >= 0 && hexDigit(m_text[m_at + 1]) >= 0) {
                byte(static_cast<char>(hexDigit(m_text[m_at]) * 16 + hexDigit(m_text[m_at + 1])));
                m_at += 2;
            }
            break;
        case '*':
            m_ignorable = true;
            break;
        case '~':
            word("nbsp");
            break;
        case '_':
            byte('-');
            break;
        case '\r':
        case '\n':
            word("par");
            break;
        case '\t':
            word("tab");
            break;
        case '\\':
        case '{':
        case '}':
            byte(letter);
            break;
        default:
            break;
        }
    }

    void controlWord()
    {
        const std::size_t begin = m_at;
        while (m_at < m_text.size() && isLetter(m_text[m_at]))
            ++m_at;
        const std::string_view name = m_text.substr(begin, m_at - begin);
        std::optional<int> number;
        std::size_t digits = m_at;
        if (digits + 1 < m_text.size() && m_text[digits] == '-' && isDigit(m_text[digits + 1]))
            ++digits;
        while (digits < m_text.size() && isDigit(m_text[digits]))
            ++digits;
        if (digits > m_at) {
            int value = 0;
            const auto [end, error] = std::from_chars(m_text.data() + m_at, m_text.data() + digits, value);
            number = error == std::errc() ? value : 0;
            m_at = digits;
        }
        if (m_at < m_text.size() && m_text[m_at] == ' ')
            ++m_at;
        if (name == "u" && number) {
            if (m_skip > 0) {
                --m_skip;
                return;
            }
            m_handler.unicode(static_cast<unsigned>(*number) & 0xFFFFU);
            m_skip = m_fallbacks.empty() ? 1 : m_fallbacks.back();
        } else if (name == "uc" && !m_fallbacks.empty()) {
            m_fallbacks.back() = std::clamp(number.value_or(1), 0, 100);
        } else if (name == "bin") {
            m_at += std::min(m_text.size() - m_at, static_cast<std::size_t>(std::max(number.value_or(0), 0)));
        } else {
            word(name, number);
        }
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    const Limits &m_limits;
    RtfHandler &m_handler;
    std::vector<int> m_fallbacks; ///< by open group: characters that follow a \u for readers that do not know it
    int m_skip = 0;
    bool m_ignorable = false;
};

} // namespace

std::optional<Fault> parseRtf(std::string_view text, const Limits &limits, RtfHandler &handler)
{
    return Parser(text, limits, handler).run();
}

} // namespace app::extraction
