// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_words.h"

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

QString thousands(quint32 tokens)
{
    return tokens >= 1024 ? ModelWords::tr("%1k").arg(tokens / 1024) : QString::number(tokens);
}

} // namespace

QString ModelWords::facts(const app::ModelCard &card) const
{
    QStringList parts;
    if (!card.sizeLabel.isEmpty() && !card.name.contains(card.sizeLabel, Qt::CaseInsensitive))
        parts.append(tr("%1 parameters").arg(card.sizeLabel));
    if (!card.quantization.isEmpty())
        parts.append(card.quantization);
    if (card.fileBytes > 0)
        parts.append(QLocale().formattedDataSize(qint64(card.fileBytes), card.fileBytes < 1'000'000'000 ? 0 : 1,
                                                 QLocale::DataSizeSIFormat));
    if (card.contextLength > 0)
        parts.append(tr("%1 context").arg(thousands(card.contextLength)));
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

} // namespace ui
