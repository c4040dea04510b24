// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/table_rows.h"

#include <algorithm>

namespace ui {

void TableRows::setBlock(const app::markdown::Block &block)
{
    if (block == m_block)
        return;
    show(block);
    Q_EMIT blockChanged();
}

void TableRows::setLimit(int limit)
{
    if (limit == m_limit)
        return;
    m_limit = limit;
    show(m_block);
    Q_EMIT limitChanged();
}

void TableRows::show(const app::markdown::Block &block)
{
    const app::markdown::Block before = m_block;
    const int wanted = std::clamp(block.rowCount(), 0, std::max(m_limit, 0));
    if (wanted < m_shown) {
        beginRemoveRows({}, wanted, m_shown - 1);
        m_shown = wanted;
        m_block = block;
        endRemoveRows();
    }
    const int kept = m_shown;
    if (wanted > kept) {
        beginInsertRows({}, kept, wanted - 1);
        m_shown = wanted;
        m_block = block;
        endInsertRows();
    }
    m_block = block;
    for (int row = 0; row < kept; ++row) {
        if (before.table.rows[row] != block.table.rows[row])
            Q_EMIT dataChanged(index(row), index(row), {CellsRole});
    }
}

QVariant TableRows::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid) || role != CellsRole)
        return {};
    app::markdown::Block cells;
    cells.kind = app::markdown::BlockKind::Table;
    cells.table = {.columns = m_block.table.columns, .rows = {m_block.table.rows[index.row()]}};
    return QVariant::fromValue(cells);
}

QHash<int, QByteArray> TableRows::roleNames() const
{
    return {{CellsRole, "cells"}};
}

} // namespace ui
