// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_words.h"

#include <QLocale>

#include <cmath>

namespace ui {

namespace {

QString percent(double progress)
{
    return QString::number(std::lround(100.0 * progress));
}

} // namespace

QString CompareWords::standing(const app::CompareSide &side) const
{
    const QLocale locale;
    switch (side.state) {
    case app::CompareState::Empty:
        return {};
    case app::CompareState::Waiting:
        return tr("Waits for the other one");
    case app::CompareState::Loading:
        return side.progress > 0.0 ? tr("Loading the model, %1 %").arg(percent(side.progress)) : tr("Getting ready");
    case app::CompareState::Reading:
        return side.progress > 0.0 ? tr("Reading, %1 %").arg(percent(side.progress)) : tr("Reading");
    case app::CompareState::Writing:
        return side.tokensPerSecond > 0.0
                   ? tr("Writing, %1 tokens per second").arg(locale.toString(side.tokensPerSecond, 'f', 1))
                   : tr("Writing");
    case app::CompareState::Done:
    case app::CompareState::Stopped:
    case app::CompareState::Failed:
        break;
    }
    QStringList parts;
    if (side.state == app::CompareState::Stopped)
        parts.append(side.message.isValid() ? tr("Stopped") : tr("Not asked"));
    if (side.state == app::CompareState::Failed)
        parts.append(tr("Failed"));
    if (side.tokensPerSecond > 0.0)
        parts.append(tr("%1 tokens per second").arg(locale.toString(side.tokensPerSecond, 'f', 1)));
    if (side.record.generatedTokens > 0)
        parts.append(tr("%n token(s) written", nullptr, side.record.generatedTokens));
    if (side.record.promptTokens > 0)
        parts.append(tr("%n read", nullptr, side.record.promptTokens));
    if (side.record.firstTokenMs > 0.0)
        parts.append(tr("first word after %1 s").arg(locale.toString(side.record.firstTokenMs / 1000.0, 'f', 2)));
    return parts.join(QStringLiteral("  ·  "));
}

QString CompareWords::temperature(double value) const
{
    if (value < 0.0)
        return tr("Its own settings");
    return value <= 0.0 ? tr("Exact (temperature 0)") : tr("Temperature %1").arg(QLocale().toString(value, 'f', 1));
}

} // namespace ui
