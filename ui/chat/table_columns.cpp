// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/table_columns.h"

#include <QFont>
#include <QFontMetricsF>

#include <algorithm>
#include <numeric>

namespace ui {

namespace {

constexpr qsizetype kMeasuredRows = 60; // more are not shown at first, and widths must not cost more than rows

} // namespace

TableColumns::TableColumns(QObject *parent) : QObject(parent) {}

void TableColumns::setBlock(const app::markdown::Block &block)
{
    if (block == m_block)
        return;
    m_block = block;
    measure();
}

void TableColumns::setFamily(const QString &family)
{
    if (family == m_family)
        return;
    m_family = family;
    measure();
}

void TableColumns::setPixelSize(qreal size)
{
    if (qFuzzyCompare(size, m_pixelSize))
        return;
    m_pixelSize = size;
    measure();
}

void TableColumns::setAvailable(qreal available)
{
    if (qFuzzyCompare(available, m_available))
        return;
    m_available = available;
    distribute();
}

void TableColumns::setPadding(qreal padding)
{
    if (qFuzzyCompare(padding, m_padding))
        return;
    m_padding = padding;
    measure();
}

void TableColumns::measure()
{
    QFont font(m_family);
    font.setPixelSize(std::max(1, qRound(m_pixelSize)));
    const QFontMetricsF metrics(font);
    font.setWeight(QFont::DemiBold);
    const QFontMetricsF strong(font);
    const qsizetype columns = m_block.table.columns.size();
    m_natural.fill(m_padding + m_pixelSize, columns);
    m_least.fill(m_padding + m_pixelSize, columns);
    for (qsizetype r = 0; r < std::min(m_block.table.rows.size(), kMeasuredRows); ++r) {
        const auto &row = m_block.table.rows[r];
        for (qsizetype c = 0; c < columns; ++c) {
            const auto &measureBy = r == 0 || !row[c].spans.isEmpty() ? strong : metrics;
            m_natural[c] = std::max(m_natural[c], std::ceil(measureBy.horizontalAdvance(row[c].text.left(400))) + m_padding + 2);
            for (const QStringView word : QStringView(row[c].text).left(400).split(u' '))
                m_least[c] = std::max(m_least[c], std::ceil(measureBy.horizontalAdvance(word.left(24).toString())) + m_padding + 2);
        }
    }
    QList<int> alignments;
    for (const auto alignment : m_block.table.columns) {
        alignments.append(alignment == app::markdown::Alignment::Right    ? Qt::AlignRight
                          : alignment == app::markdown::Alignment::Center ? Qt::AlignHCenter
                                                                          : Qt::AlignLeft);
    }
    m_alignments = alignments;
    distribute();
}

void TableColumns::distribute()
{
    QList<qreal> widths = m_natural;
    const auto sum = [](const QList<qreal> &values) { return std::accumulate(values.begin(), values.end(), 0.0); };
    const qreal natural = sum(m_natural);
    const qreal least = sum(m_least);
    if (natural > 0 && natural < m_available) {
        // Wide columns get more of the room that is left, so that the table spans the page evenly.
        for (qreal &width : widths)
            width *= m_available / natural;
    } else if (natural > m_available) {
        const qreal share = natural > least ? std::clamp((m_available - least) / (natural - least), 0.0, 1.0) : 0.0;
        for (qsizetype c = 0; c < widths.size(); ++c)
            widths[c] = m_least[c] + share * (m_natural[c] - m_least[c]);
    }
    m_widths = widths;
    m_total = sum(widths);
    Q_EMIT changed();
}

} // namespace ui
