// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/inspector_words.h"

#include <QLocale>

namespace ui {

QString InspectorWords::size(quint64 bytes) const
{
    return QLocale().formattedDataSize(static_cast<qint64>(bytes), bytes < 1000 ? 0 : 1, QLocale::DataSizeSIFormat);
}

QString InspectorWords::number(qint64 count) const
{
    return QLocale().toString(count);
}

QString InspectorWords::share(double share) const
{
    const double percent = share * 100.0;
    if (percent > 0.0 && percent < 0.1)
        return tr("< %1 %").arg(QLocale().toString(0.1, 'f', 1));
    return tr("%1 %").arg(QLocale().toString(percent, 'f', 1));
}

QString InspectorWords::part(app::PromptPartKind kind, int messages) const
{
    switch (kind) {
    case app::PromptPartKind::Opening:
        return tr("What the template begins with");
    case app::PromptPartKind::System:
        return tr("Instructions");
    case app::PromptPartKind::Earlier:
        return tr("%n earlier message(s)", nullptr, messages);
    case app::PromptPartKind::User:
        return tr("You");
    case app::PromptPartKind::Assistant:
        return tr("The model");
    case app::PromptPartKind::Tool:
        return tr("A tool");
    case app::PromptPartKind::Answer:
        return tr("What opens the answer");
    }
    return {};
}

QString InspectorWords::counts(qsizetype tokens, qsizetype characters, qsizetype bytes) const
{
    if (tokens == 0)
        return tr("No tokens yet");
    const QString perToken = QLocale().toString(static_cast<double>(characters) / static_cast<double>(tokens), 'f', 1);
    const QString start = tr("%n token(s)", nullptr, static_cast<int>(tokens));
    const QString middle = tr("%n character(s)", nullptr, static_cast<int>(characters));
    const QString end = tr("%n byte(s)", nullptr, static_cast<int>(bytes));
    return tr("%1 for %2 (%3): %4 characters each").arg(start, middle, end, perToken);
}

} // namespace ui
