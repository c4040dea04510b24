// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/thinking_splitter.h"

#include <algorithm>
#include <array>

namespace app {

namespace {

struct Marks {
    std::string_view opening;
    std::string_view closing;
};

constexpr std::array kMarks = {Marks{"<think>", "</think>"}, Marks{"[THINK]", "[/THINK]"}};
constexpr std::string_view kBlank = " \t\r\n";

// Length of the longest tail of `text` that may become `mark` with more text.
std::size_t openTail(std::string_view text, std::string_view mark)
{
    for (std::size_t length = std::min(text.size(), mark.size() - 1); length > 0; --length) {
        if (text.ends_with(mark.substr(0, length)))
            return length;
    }
    return 0;
}

std::size_t blankTail(std::string_view text)
{
    const std::size_t last = text.find_last_not_of(kBlank);
    return last == std::string_view::npos ? text.size() : text.size() - last - 1;
}

} // namespace

ThinkingSplitter::ThinkingSplitter(bool opened) : m_part(opened ? Part::Thinking : Part::Undecided) {}

void ThinkingSplitter::push(std::string_view text, std::string &thinking, std::string &answer)
{
    m_held += text;
    drain(thinking, answer, false);
}

void ThinkingSplitter::finish(std::string &thinking, std::string &answer)
{
    drain(thinking, answer, true);
    m_held.clear();
}

void ThinkingSplitter::drain(std::string &thinking, std::string &answer, bool atEnd)
{
    if (m_part == Part::Undecided) {
        const std::size_t first = m_held.find_first_not_of(kBlank);
        const std::string_view begun = first == std::string::npos ? std::string_view{} : std::string_view(m_held).substr(first);
        const auto opened = std::ranges::find_if(kMarks, [&](const Marks &marks) { return begun.starts_with(marks.opening); });
        const bool mayOpen =
            std::ranges::any_of(kMarks, [&](const Marks &marks) { return marks.opening.starts_with(begun); });
        if (opened != kMarks.end()) {
            m_closing = opened->closing;
            m_held.erase(0, first + opened->opening.size());
            m_part = Part::Thinking;
        } else if (!mayOpen || atEnd) {
            m_part = Part::Answer;
        } else {
            return;
        }
    }

    if (m_part == Part::Thinking) {
        if (!m_thinkingBegun) {
            m_held.erase(0, std::min(m_held.find_first_not_of(kBlank), m_held.size()));
            m_thinkingBegun = !m_held.empty();
        }
        std::size_t close = std::string::npos;
        std::size_t closeLength = 0;
        std::size_t keep = 0;
        for (const Marks &marks : kMarks) {
            if (!m_closing.empty() && marks.closing != m_closing)
                continue;
            const std::size_t at = m_held.find(marks.closing);
            if (at < close) {
                close = at;
                closeLength = marks.closing.size();
            }
            keep = std::max(keep, openTail(m_held, marks.closing));
        }
        std::string_view sure = m_held;
        if (close != std::string::npos)
            sure = sure.substr(0, close);
        else if (!atEnd)
            sure.remove_suffix(keep);
        // Blanks before the closing mark are no part of the thinking; they are held until something follows.
        sure.remove_suffix(blankTail(sure));
        thinking += sure;
        if (close == std::string::npos) {
            m_held.erase(0, sure.size());
            return;
        }
        m_held.erase(0, close + closeLength);
        m_part = Part::Gap;
    }

    if (m_part == Part::Gap) {
        m_held.erase(0, std::min(m_held.find_first_not_of(kBlank), m_held.size()));
        if (m_held.empty())
            return;
        m_part = Part::Answer;
    }

    answer += m_held;
    m_held.clear();
}

} // namespace app
