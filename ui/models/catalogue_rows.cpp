// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/catalogue_rows.h"

#include "app/catalogue/hub_address.h"
#include "app/catalogue/quantization_notes.h"
#include "app/licence/licence.h"
#include "app/licence/openness.h"
#include "ui/models/model_words.h"

#include <QLocale>

#include <algorithm>

namespace ui {

namespace {

using app::catalogue::CatalogueEntry;

/// Of those that most people read with: a wider file is better, and hardly anyone sees it.
constexpr QLatin1StringView kCommonMeasure("Q4_K_M");

QString monthOf(const QString &released)
{
    const QDate month = QDate::fromString(released, QStringLiteral("yyyy-MM"));
    return month.isValid() ? QLocale().toString(month, QStringLiteral("MMMM yyyy")) : released;
}

int toneOf(const app::ModelFit &fit)
{
    switch (fit.level) {
    case app::FitLevel::Fits:
        return ModelWords::Good;
    case app::FitLevel::Unknown:
        return ModelWords::Quiet;
    case app::FitLevel::Slow:
    case app::FitLevel::WontFit:
        break;
    }
    return ModelWords::Warn;
}

QString parametersOf(const CatalogueEntry &entry)
{
    const ModelWords words;
    if (entry.parameters == 0)
        return {};
    if (entry.activeParameters == 0 || entry.activeParameters >= entry.parameters)
        return ModelWords::tr("%1 parameters").arg(words.count(entry.parameters));
    return ModelWords::tr("%1 of %2 active").arg(words.count(entry.activeParameters), words.count(entry.parameters));
}

CatalogueFileRow withCost(CatalogueFileRow row)
{
    const app::catalogue::QuantizationNote note = app::catalogue::quantizationNote(row.quantization);
    row.cost = note.words;
    row.costSource = note.source;
    return row;
}

} // namespace

QString fitWords(const app::ModelFit &fit, quint32 trained)
{
    const ModelWords words;
    if (fit.level != app::FitLevel::Fits || fit.largestContext == 0 || trained == 0)
        return fit.text;
    return fit.largestContext >= trained
               ? ModelWords::tr("Fits, with room for %1 of context").arg(words.tokensShort(trained))
               : ModelWords::tr("Fits up to %1 of context").arg(words.tokensShort(fit.largestContext));
}

QString languageWords(const QStringList &codes)
{
    constexpr qsizetype shown = 3;
    QStringList names;
    for (const QString &code : codes) {
        const QLocale::Language language = QLocale::codeToLanguage(code);
        names.append(language == QLocale::AnyLanguage ? code : QLocale::languageToString(language));
    }
    if (names.size() <= shown + 1)
        return names.isEmpty() ? QString() : QLocale().createSeparatedList(names);
    return ModelWords::tr("%1 and %n more", nullptr, static_cast<int>(names.size() - shown))
        .arg(names.first(shown).join(QStringLiteral(", ")));
}

int suitingFile(const app::CatalogueService &service, const CatalogueEntry &entry)
{
    int best = -1;
    int smallest = -1;
    for (int file = 0; file < entry.files.size(); ++file) {
        const app::catalogue::CatalogueFile &one = entry.files[file];
        if (smallest < 0 || one.bytes < entry.files[smallest].bytes)
            smallest = file;
        if (service.fitOf(entry, file).level != app::FitLevel::Fits)
            continue;
        if (one.quantization == kCommonMeasure)
            return file;
        if (best < 0 || one.bytes > entry.files[best].bytes)
            best = file;
    }
    return best >= 0 ? best : smallest;
}

CatalogueRow catalogueRow(const app::CatalogueService &service, const CatalogueEntry &entry, int file)
{
    const ModelWords words;
    CatalogueRow row{.id = entry.id,
                     .file = file,
                     .name = entry.name,
                     .languages = languageWords(entry.languages),
                     .publisher = entry.publisher,
                     .released = monthOf(entry.released),
                     .licenceId = entry.licenceId,
                     .runs = entry.runs,
                     .gated = entry.gated};
    if (file >= 0 && file < entry.files.size())
        row.page = app::catalogue::repositoryPage(entry.files[file].repository);
    QStringList facts{parametersOf(entry)};
    if (entry.context > 0)
        facts.append(ModelWords::tr("%1 context").arg(words.tokensShort(entry.context)));
    facts.removeAll(QString());
    row.facts = facts.join(QStringLiteral(" · "));
    row.goodFor = entry.goodFor.isEmpty() ? QString()
                                          : ModelWords::tr("Good for %1").arg(entry.goodFor.join(QStringLiteral(", ")));
    row.license = words.licenceLine(app::licence::licenceById(entry.licenceId));
    row.openness = app::licence::opennessOf(entry.family, entry.licenceId).text;
    if (!entry.runs) {
        row.fit = ModelWords::tr("Carrel does not run this kind yet");
        row.tone = ModelWords::Warn;
    } else if (file >= 0) {
        const app::ModelFit fit = service.fitOf(entry, file);
        row.fit = fitWords(fit, entry.context);
        row.tone = toneOf(fit);
    }
    if (file >= 0 && file < entry.files.size()) {
        const app::catalogue::CatalogueFile &one = entry.files[file];
        row.download = one.quantization + QStringLiteral(" · ") + words.size(one.bytes);
    }
    return row;
}

QList<CatalogueFileRow> fileRows(const app::CatalogueService &service, const CatalogueEntry &entry)
{
    const ModelWords words;
    QList<CatalogueFileRow> rows;
    for (int file = 0; file < entry.files.size(); ++file) {
        const app::catalogue::CatalogueFile &one = entry.files[file];
        const app::ModelFit fit = service.fitOf(entry, file);
        rows.append(withCost(
            {.file = file,
             .quantization = one.quantization,
             .size = one.bytesExact ? words.size(one.bytes) : ModelWords::tr("about %1").arg(words.size(one.bytes)),
             .cost = {},
             .costSource = {},
             .fit = entry.runs ? fitWords(fit, entry.context) : QString(),
             .tone = toneOf(fit),
             .hash = one.sha256.isEmpty() ? ModelWords::tr("hash from the hub")
                                          : ModelWords::tr("hash known from the catalogue"),
             .name = one.fileName}));
    }
    std::ranges::sort(rows, [&](const CatalogueFileRow &left, const CatalogueFileRow &right) {
        return entry.files[left.file].bytes < entry.files[right.file].bytes;
    });
    return rows;
}

QList<CatalogueFileRow> fileRows(const app::HubListing &listing)
{
    const ModelWords words;
    QList<CatalogueFileRow> rows;
    for (int file = 0; file < listing.files.size(); ++file) {
        const app::catalogue::HubFile &one = listing.files[file];
        const bool hasHashes = std::ranges::all_of(
            one.parts, [](const app::catalogue::HubFile::Part &part) { return !part.sha256.isEmpty(); });
        rows.append(withCost({.file = file,
                              .quantization = one.quantization,
                              .size = words.size(one.bytes()),
                              .cost = {},
                              .costSource = {},
                              .fit = {},
                              .tone = ModelWords::Quiet,
                              .hash = hasHashes ? ModelWords::tr("hash from the hub") : ModelWords::tr("no hash"),
                              .name = one.name}));
    }
    return rows;
}

} // namespace ui
