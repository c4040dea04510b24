// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/markdown/block.h"

#include <algorithm>

namespace app::markdown {

int Block::quoteDepth() const
{
    return static_cast<int>(std::ranges::count(path, Container::Kind::Quote, &Container::kind));
}

int Block::listDepth() const
{
    return static_cast<int>(path.size()) - quoteDepth();
}

QString Block::marker() const
{
    for (auto container = path.crbegin(); container != path.crend(); ++container) {
        if (container->kind == Container::Kind::Quote)
            continue;
        if (!container->first)
            return {};
        if (container->task != Container::Task::None)
            return container->task == Container::Task::Done ? QStringLiteral("\u2611") : QStringLiteral("\u2610");
        return container->kind == Container::Kind::Bullet ? QStringLiteral("\u2022")
                                                          : QString::number(container->number) + u'.';
    }
    return {};
}

StyledText Block::cell(int row, int column) const
{
    return row >= 0 && row < table.rows.size() ? table.rows[row].value(column) : StyledText();
}

Alignment Block::alignment(int column) const
{
    return table.columns.value(column, Alignment::Start);
}

} // namespace app::markdown
