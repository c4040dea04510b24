// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/thinking_parser.h"

#include <algorithm>
#include <utility>

namespace inference {

namespace {

constexpr std::string_view whiteSpace = " \t\r\n";

} // namespace

std::vector<ThinkingMarkers> commonThinkingMarkers()
{
    return {{"<think>", "</think>"}, {"[THINK]", "[/THINK]"}};
}

std::optional<std::size_t> openedThinking(std::string_view prompt, const std::vector<ThinkingMarkers> &markers)
{
    const std::size_t last = prompt.find_last_not_of(whiteSpace);
    const std::string_view text = prompt.substr(0, last == std::string_view::npos ? 0 : last + 1);
    for (std::size_t i = 0; i < markers.size(); ++i) {
        if (text.ends_with(markers[i].open))
            return i;
    }
    return std::nullopt;
}

ThinkingParser::ThinkingParser(std::vector<ThinkingMarkers> markers, std::optional<std::size_t> opened)
    : m_markers(std::move(markers))
    , m_opened(opened)
{
}

void ThinkingParser::push(std::string_view text, Parts &out)
{
    switch (m_state) {
    case State::Beginning:
        pushBeginning(text, out);
        break;
    case State::Thinking:
        pushThinking(text, out);
        break;
    case State::AfterThinking:
        pushAfterThinking(text, out);
        break;
    case State::Answer:
        out.answer += text;
        break;
    }
}

void ThinkingParser::pushBeginning(std::string_view text, Parts &out)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (m_held.empty() && whiteSpace.contains(text[i])) {
            m_space.push_back(text[i]);
            continue;
        }
        m_held.push_back(text[i]);
        bool mayOpen = false;
        for (std::size_t m = 0; m < m_markers.size(); ++m) {
            // A prompt that has opened one kind of thinking may see that marker again, but no other.
            if (m_opened && *m_opened != m)
                continue;
            if (m_held == m_markers[m].open) {
                m_opened = m;
                m_state = State::Thinking;
                m_space.clear();
                m_held.clear();
                push(text.substr(i + 1), out);
                return;
            }
            mayOpen = mayOpen || m_markers[m].open.starts_with(m_held);
        }
        if (mayOpen)
            continue;
        const std::string start = std::exchange(m_space, {}) + std::exchange(m_held, {});
        m_state = m_opened ? State::Thinking : State::Answer;
        push(start, out);
        push(text.substr(i + 1), out);
        return;
    }
}

void ThinkingParser::emitThinking(char byte, Parts &out)
{
    if (whiteSpace.contains(byte)) {
        m_space.push_back(byte);
        return;
    }
    if (m_anyThinking)
        out.thinking += m_space;
    m_space.clear();
    m_anyThinking = true;
    out.thinking.push_back(byte);
}

void ThinkingParser::pushThinking(std::string_view text, Parts &out)
{
    const std::string &close = m_markers[*m_opened].close;
    for (std::size_t i = 0; i < text.size(); ++i) {
        m_held.push_back(text[i]);
        while (!close.starts_with(m_held)) {
            emitThinking(m_held.front(), out);
            m_held.erase(0, 1);
        }
        if (m_held == close) {
            m_state = State::AfterThinking;
            m_space.clear();
            m_held.clear();
            push(text.substr(i + 1), out);
            return;
        }
    }
}

void ThinkingParser::pushAfterThinking(std::string_view text, Parts &out)
{
    const std::size_t first = text.find_first_not_of(whiteSpace);
    if (first == std::string_view::npos)
        return;
    m_state = State::Answer;
    out.answer += text.substr(first);
}

void ThinkingParser::finish(Parts &out)
{
    if (m_state == State::Beginning && !m_opened)
        out.answer += m_space + m_held;
    else if (m_state == State::Beginning || m_state == State::Thinking) {
        for (const char byte : std::exchange(m_held, {}))
            emitThinking(byte, out);
    }
    m_space.clear();
    m_held.clear();
    m_state = State::Answer;
}

} // namespace inference
