// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/special_finder.h"

#include <algorithm>

namespace inference {

SpecialFinder::SpecialFinder(std::string_view text, std::span<const TextSpan> spans, const SpecialTokens &all,
                             const SpecialTokens &userDefined)
    : m_text(text)
    , m_all(all)
    , m_userDefined(userDefined)
{
    std::size_t begin = 0;
    for (const TextSpan &span : spans) {
        const std::size_t end = begin + span.text.size();
        if (span.trust == Trust::Trusted) {
            // Neighbours join: a token may go across the border of two trusted pieces.
            if (!m_trusted.empty() && m_trusted.back().end == begin)
                m_trusted.back().end = end;
            else
                m_trusted.push_back({begin, end});
        }
        begin = end;
    }
}

std::optional<SpecialFinder::Match> SpecialFinder::next(std::size_t position)
{
    if (!m_userDone && (!m_user || m_user->position < position)) {
        m_user = m_userDefined.find(m_text, position);
        m_userDone = !m_user;
    }
    while (m_range < m_trusted.size() && (!m_control || m_control->position < position)) {
        const Range &range = m_trusted[m_range];
        m_control = position < range.end ? m_all.find(m_text.substr(0, range.end), std::max(position, range.begin))
                                         : std::nullopt;
        if (m_control)
            break;
        ++m_range;
    }
    if (m_control && m_control->position < position)
        m_control.reset();
    if (!m_control || (m_user && m_user->position < m_control->position))
        return m_user;
    return m_control;
}

} // namespace inference
