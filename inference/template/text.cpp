// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/template/text.h"

#include <algorithm>
#include <utility>

namespace inference::templates {

Text::Text(std::string bytes, Origin origin)
    : m_bytes(std::move(bytes))
{
    if (!m_bytes.empty())
        m_runs.push_back({m_bytes.size(), origin});
}

Origin Text::origin() const
{
    const bool all = std::ranges::all_of(m_runs, [](const Run &run) { return run.origin == Origin::Template; });
    return all ? Origin::Template : Origin::Message;
}

Origin Text::originAt(std::size_t position) const
{
    const auto run = std::ranges::upper_bound(m_runs, position, {}, &Run::end);
    return run == m_runs.end() ? Origin::Template : run->origin;
}

void Text::append(std::string_view bytes, Origin origin)
{
    if (bytes.empty())
        return;
    m_bytes.append(bytes);
    if (!m_runs.empty() && m_runs.back().origin == origin)
        m_runs.back().end = m_bytes.size();
    else
        m_runs.push_back({m_bytes.size(), origin});
}

void Text::append(const Text &text)
{
    std::size_t start = 0;
    for (const Run &run : text.m_runs) {
        append(std::string_view(text.m_bytes).substr(start, run.end - start), run.origin);
        start = run.end;
    }
}

Text Text::slice(std::size_t from, std::size_t to) const
{
    Text out;
    auto run = std::ranges::upper_bound(m_runs, from, {}, &Run::end);
    for (; from < to && run != m_runs.end(); ++run) {
        const std::size_t end = std::min(to, run->end);
        out.append(std::string_view(m_bytes).substr(from, end - from), run->origin);
        from = end;
    }
    return out;
}

} // namespace inference::templates
