// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/inline_text.h"

#include <algorithm>

namespace app::extraction {

namespace {

bool isSpace(char letter)
{
    return letter == ' ' || (letter >= '\t' && letter <= '\r');
}

// Bytes of the white space beyond ASCII at the beginning of a text, or 0: no-break, the widths of printing,
// ideographic.
std::size_t wideSpace(std::string_view text)
{
    if (text.starts_with("\xC2\xA0"))
        return 2;
    if (text.starts_with("\xE3\x80\x80") || text.starts_with("\xE2\x80\xAF") || text.starts_with("\xE2\x81\x9F"))
        return 3;
    if (text.size() >= 3 && text.starts_with("\xE2\x80") && static_cast<unsigned char>(text[2]) >= 0x80 &&
        static_cast<unsigned char>(text[2]) <= 0x8A)
        return 3;
    return 0;
}

// Zero width space and word joiner: nothing to see, and they keep words from being found.
std::size_t nothing(std::string_view text)
{
    return text.starts_with("\xE2\x80\x8B") || text.starts_with("\xE2\x81\xA0") ? 3 : 0;
}

bool endsBlank(const std::string &text)
{
    return text.empty() || isSpace(text.back());
}

} // namespace

void InlineText::add(std::string_view text)
{
    for (std::size_t i = 0; i < text.size() && m_text.size() < m_most;) {
        const std::string_view rest = text.substr(i);
        const std::size_t wide = wideSpace(rest);
        if (wide > 0 || isSpace(rest.front())) {
            if (!endsBlank(m_text))
                m_text += ' ';
            i += wide > 0 ? wide : 1;
            continue;
        }
        if (const std::size_t skipped = nothing(rest); skipped > 0) {
            i += skipped;
            continue;
        }
        m_text += text[i++];
    }
}

void InlineText::addBreak(char letter)
{
    while (!m_text.empty() && m_text.back() == ' ')
        m_text.pop_back();
    if (m_text.size() < m_most)
        m_text += letter;
}

void InlineText::addVerbatim(std::string_view text)
{
    m_text += text.substr(0, m_most - std::min<std::uint64_t>(m_most, m_text.size()));
}

std::string InlineText::take()
{
    while (!m_text.empty() && isSpace(m_text.back()))
        m_text.pop_back();
    std::string taken;
    taken.swap(m_text);
    return taken;
}

std::string cellText(std::string_view text)
{
    InlineText cell(text.size());
    cell.add(text);
    return cell.take();
}

bool isBlankText(std::string_view text)
{
    while (!text.empty()) {
        const std::size_t wide = std::max(wideSpace(text), nothing(text));
        if (wide == 0 && !isSpace(text.front()))
            return false;
        text.remove_prefix(wide == 0 ? 1 : wide);
    }
    return true;
}

} // namespace app::extraction
