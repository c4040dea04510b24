// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/sampling/candidates.h"

#include <algorithm>
#include <cmath>

namespace inference {

void Candidates::select(std::span<const float> logits, std::size_t most, float least)
{
    m_items.clear();
    changed();
    if (most == 0 || most >= logits.size()) {
        most = logits.size();
    }
    // Collects up to four times as many as wanted, then keeps the best and raises the bar: nearly every logit costs
    // one comparison. Ids come in ascending order, so an equal logit never displaces an earlier one.
    const std::size_t room = most > logits.size() / 4 ? logits.size() : std::max<std::size_t>(most * 4, 64);
    bool barred = false;
    float bar = least;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        const float logit = std::min(logits[i], std::numeric_limits<float>::max());
        if (!(barred ? logit > bar : logit >= bar)) { // NaN and -infinity fall through as well
            continue;
        }
        m_items.push_back({static_cast<TokenId>(i), logit, 0.0F});
        if (m_items.size() == room && most < logits.size()) {
            std::ranges::nth_element(m_items, m_items.begin() + static_cast<std::ptrdiff_t>(most - 1), comesBefore);
            m_items.resize(most);
            bar = m_items.back().logit;
            barred = true;
        }
    }
    if (m_items.empty()) {
        m_items.push_back({});
    }
    if (m_items.size() > most) {
        keepGreatest(most);
    }
}

std::span<Candidate> Candidates::edit()
{
    changed();
    return m_items;
}

void Candidates::changed()
{
    m_ordered = 0;
    m_weighed = false;
}

float Candidates::greatestLogit() const
{
    return m_ordered > 0 ? m_items.front().logit : std::ranges::min(m_items, comesBefore).logit;
}

void Candidates::order(std::size_t count)
{
    count = std::min(count, m_items.size());
    if (count <= m_ordered) {
        return;
    }
    const auto from = m_items.begin() + static_cast<std::ptrdiff_t>(m_ordered);
    const auto to = m_items.begin() + static_cast<std::ptrdiff_t>(count);
    if (to != m_items.end()) {
        std::nth_element(from, to, m_items.end(), comesBefore);
    }
    std::sort(from, to, comesBefore);
    m_ordered = count;
}

const Candidate &Candidates::ranked(std::size_t i)
{
    if (i >= m_ordered) {
        order(std::max<std::size_t>(64, 4 * (i + 1)));
    }
    return m_items[i];
}

void Candidates::weigh()
{
    if (m_weighed) {
        return;
    }
    const float greatest = greatestLogit();
    m_total = 0.0;
    for (Candidate &item : m_items) {
        item.weight = std::exp(item.logit - greatest);
        m_total += static_cast<double>(item.weight);
    }
    m_weighed = true;
}

void Candidates::keepGreatest(std::size_t count)
{
    count = std::clamp<std::size_t>(count, 1, m_items.size());
    order(count);
    m_items.resize(count);
    m_ordered = count;
    m_total = 0.0;
    for (const Candidate &item : m_items) { // the greatest is still here: the weights hold
        m_total += static_cast<double>(item.weight);
    }
}

void Candidates::dropGreatest(std::size_t count)
{
    count = std::min(count, m_items.size() - 1);
    order(count);
    m_items.erase(m_items.begin(), m_items.begin() + static_cast<std::ptrdiff_t>(count));
    m_ordered -= count;
    m_weighed = false;
}

void Candidates::keepNotBelow(float least)
{
    const float bar = std::min(least, greatestLogit());
    const std::size_t kept = static_cast<std::size_t>(
        std::ranges::count_if(m_items, [bar](const Candidate &item) { return item.logit >= bar; }));
    if (m_ordered == m_items.size()) {
        keepGreatest(kept);
        return;
    }
    std::erase_if(m_items, [bar](const Candidate &item) { return !(item.logit >= bar); });
    m_ordered = std::min(m_ordered, kept);
    m_total = 0.0;
    for (const Candidate &item : m_items) {
        m_total += static_cast<double>(item.weight);
    }
}

void Candidates::replace(std::vector<Candidate> items)
{
    m_items = std::move(items);
    changed();
}

const Candidate &Candidates::draw(double uniform)
{
    const double target = uniform * m_total;
    double reached = 0.0;
    for (std::size_t i = 0; i < m_items.size(); ++i) {
        const Candidate &item = ranked(i);
        reached += static_cast<double>(item.weight);
        if (reached > target) {
            return item;
        }
    }
    // Rounding may leave the sum a little below the target: the last one with any weight is meant.
    std::size_t last = m_items.size() - 1;
    while (last > 0 && m_items[last].weight == 0.0F) {
        --last;
    }
    return m_items[last];
}

} // namespace inference
