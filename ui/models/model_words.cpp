// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_words.h"

#include <QDir>
#include <QLocale>

#include <algorithm>
#include <array>

namespace ui {

namespace {

/// Licences whose terms are known, by the identifier that model files carry.
struct License {
    const char *id;
    const char *name;
    const char *terms; // marked for translation
};

constexpr std::array kLicenses{
    License{"apache-2.0", "Apache-2.0", QT_TRANSLATE_NOOP("ui::ModelWords", "commercial use allowed")},
    License{"mit", "MIT", QT_TRANSLATE_NOOP("ui::ModelWords", "commercial use allowed")},
    License{"llama2", "Llama 2 Community License",
            QT_TRANSLATE_NOOP("ui::ModelWords", "licence needed above 700 M monthly users")},
    License{"llama3", "Llama 3 Community License",
            QT_TRANSLATE_NOOP("ui::ModelWords", "licence needed above 700 M monthly users · show “Built with Llama”")},
    License{"llama3.1", "Llama 3.1 Community License",
            QT_TRANSLATE_NOOP("ui::ModelWords", "licence needed above 700 M monthly users · show “Built with Llama”")},
    License{"llama3.2", "Llama 3.2 Community License",
            QT_TRANSLATE_NOOP("ui::ModelWords", "licence needed above 700 M monthly users · show “Built with Llama”")},
    License{"llama3.3", "Llama 3.3 Community License",
            QT_TRANSLATE_NOOP("ui::ModelWords", "licence needed above 700 M monthly users · show “Built with Llama”")},
    License{"gemma", "Gemma terms",
            QT_TRANSLATE_NOOP("ui::ModelWords", "commercial use allowed · prohibited uses are listed")},
    License{"cc-by-nc-4.0", "CC BY-NC 4.0", QT_TRANSLATE_NOOP("ui::ModelWords", "no commercial use")},
};

/// Families that publish their training code and data information along with the weights.
constexpr std::array kOpenFamilies{"olmo", "smollm", "pythia"};

constexpr quint64 kGiga = 1'000'000'000;

} // namespace

QString ModelWords::facts(const app::ModelCard &card) const
{
    QStringList parts;
    if (!card.sizeLabel.isEmpty() && !card.name.contains(card.sizeLabel, Qt::CaseInsensitive))
        parts.append(tr("%1 parameters").arg(card.sizeLabel));
    if (!card.quantization.isEmpty())
        parts.append(card.quantization);
    if (card.fileBytes > 0)
        parts.append(size(card.fileBytes));
    if (card.contextLength > 0)
        parts.append(tr("%1 context").arg(tokensShort(card.contextLength)));
    return parts.join(QStringLiteral(" · "));
}

QString ModelWords::license(const app::ModelCard &card) const
{
    if (card.license.isEmpty())
        return tr("The file states no licence: ask where it came from before using it for work");
    const auto known = std::find_if(kLicenses.begin(), kLicenses.end(), [&](const License &license) {
        return card.license.compare(QLatin1StringView(license.id), Qt::CaseInsensitive) == 0;
    });
    if (known == kLicenses.end())
        return tr("%1 · its terms are not known to Carrel").arg(card.license);
    return QLatin1StringView(known->name) + QStringLiteral(" · ") + tr(known->terms);
}

QString ModelWords::openness(const app::ModelCard &card) const
{
    const bool open = std::any_of(kOpenFamilies.begin(), kOpenFamilies.end(), [&](const char *family) {
        return card.name.contains(QLatin1StringView(family), Qt::CaseInsensitive);
    });
    return open ? tr("Weights, code and data information are published")
                : tr("Open weights, not open source: training data and code are not stated");
}

QString ModelWords::fit(const app::ModelCard &card) const
{
    if (card.fit != app::FitLevel::Fits || card.contextLength == 0 || card.fitContext == 0)
        return card.fitText;
    return card.fitContext >= card.contextLength
               ? tr("Fits, with room for %1 of context").arg(tokensShort(card.fitContext))
               : tr("Fits up to %1 of context").arg(tokensShort(card.fitContext));
}

int ModelWords::fitTone(const app::ModelCard &card) const
{
    return card.fit == app::FitLevel::Fits ? Good : card.fit == app::FitLevel::Unknown ? Quiet : Warn;
}

QString ModelWords::size(quint64 bytes) const
{
    return QLocale().formattedDataSize(qint64(bytes),
                                       bytes < kGiga        ? 0
                                       : bytes < 20 * kGiga ? 1
                                                            : 0,
                                       QLocale::DataSizeSIFormat);
}

QString ModelWords::sizeOf(quint64 done, quint64 whole) const
{
    if (whole == 0)
        return size(done);
    // Both in the unit of the whole: "1.6 of 2.4 GB".
    if (whole < kGiga)
        return tr("%1 of %2").arg(QLocale().toString(qulonglong(done / 1'000'000)), size(whole));
    const int digits = whole < 20 * kGiga ? 1 : 0;
    return tr("%1 of %2").arg(QLocale().toString(double(done) / double(kGiga), 'f', digits), size(whole));
}

QString ModelWords::tokens(quint32 count) const
{
    return QLocale().toString(count);
}

QString ModelWords::tokensShort(quint32 count) const
{
    return count >= 1024 ? tr("%1k").arg(count / 1024) : QLocale().toString(count);
}

QString ModelWords::timeLeft(qint64 seconds) const
{
    constexpr qint64 minute = 60;
    constexpr qint64 hour = 60 * minute;
    if (seconds < 0)
        return {};
    if (seconds < 90)
        return tr("%n s left", nullptr, static_cast<int>(seconds));
    if (seconds < 90 * minute)
        return tr("about %n minute(s) left", nullptr, static_cast<int>((seconds + minute / 2) / minute));
    return tr("about %n hour(s) left", nullptr, static_cast<int>((seconds + hour / 2) / hour));
}

QString ModelWords::day(qint64 ms) const
{
    return ms > 0 ? QLocale().toString(QDateTime::fromMSecsSinceEpoch(ms), QLocale::ShortFormat) : QString();
}

QString ModelWords::place(const QString &path) const
{
    const QString home = QDir::homePath();
    return path == home || path.startsWith(home + u'/') ? u'~' + path.sliced(home.size()) : path;
}

QString ModelWords::shortHash(const QString &hex) const
{
    constexpr qsizetype shown = 8;
    return hex.size() <= 2 * shown ? hex : hex.first(shown) + QChar(0x2026) + hex.last(shown);
}

} // namespace ui
