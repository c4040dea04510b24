// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_row.h"

#include "ui/models/model_words.h"

#include <QLocale>

namespace ui {

namespace {

/// What is to be known of the file although it can be used.
QString noteOf(const app::ModelCard &card)
{
    const ModelWords words;
    if (card.checkResult == app::CheckResult::Damaged)
        return ModelWords::tr(
                   "Its bytes were checked on %1, and some are not what they should be. Get it again, and take "
                   "this one off the list.")
            .arg(words.day(card.checkedMs));
    if (card.checkResult == app::CheckResult::Changed)
        return ModelWords::tr("Its bytes were checked on %1, and they are not those that its source names.")
            .arg(words.day(card.checkedMs));
    if (card.changedFromMs > 0)
        return ModelWords::tr("It is not the file that was here before, which was last changed on %1.")
            .arg(words.day(card.changedFromMs));
    return {};
}

} // namespace

ModelGroup groupOf(const app::ModelCard &card)
{
    switch (card.purpose) {
    case app::ModelUse::Embedding:
        return ModelGroup::Embedder;
    case app::ModelUse::Reranking:
        return ModelGroup::Reranker;
    case app::ModelUse::Adapter:
        return ModelGroup::Adapter;
    case app::ModelUse::Chat:
        break;
    }
    return card.usable || card.missing ? ModelGroup::Chat : ModelGroup::Unusable;
}

QString headingOf(ModelGroup group)
{
    switch (group) {
    case ModelGroup::Chat:
        return ModelWords::tr("To chat with");
    case ModelGroup::Embedder:
        return ModelWords::tr("To find passages by their meaning");
    case ModelGroup::Reranker:
        return ModelWords::tr("To put passages in order");
    case ModelGroup::Adapter:
        return ModelWords::tr("Adapters, which change a model");
    case ModelGroup::Unusable:
        return ModelWords::tr("Cannot be used as they are");
    }
    return {};
}

ModelRow modelRow(const app::ModelCard &card, const QString &name, const ModelTies &ties)
{
    const ModelWords words;
    const ModelGroup group = groupOf(card);
    ModelRow row{.id = card.id, .name = name, .facts = words.facts(card), .card = card};
    if (name != card.name)
        row.statedName = card.name;
    row.removable = card.origin == app::ModelOrigin::Added;
    row.missing = card.missing;
    row.license = words.license(card);
    row.openness = words.openness(card);
    if (!ties.duplicates.isEmpty())
        row.tie = ModelWords::tr("the same bytes as %1").arg(QLocale().createSeparatedList(ties.duplicates));
    else if (!ties.users.isEmpty())
        row.tie = ModelWords::tr("used by %1").arg(QLocale().createSeparatedList(ties.users));
    if (card.missing || group == ModelGroup::Unusable) {
        row.troubleTitle = card.failure.title;
        row.trouble = card.failure.explanation;
        row.troubleIsSevere = true;
        if (group == ModelGroup::Unusable) {
            row.license.clear();
            row.openness.clear();
        }
        return row;
    }
    row.trouble = noteOf(card);
    if (!row.trouble.isEmpty()) {
        row.troubleTitle = card.checkResult == app::CheckResult::Damaged ? ModelWords::tr("The file is damaged")
                                                                         : ModelWords::tr("The file is another one");
        row.troubleIsSevere = card.checkResult == app::CheckResult::Damaged;
    }
    row.speed = words.speed(card);
    if (group != ModelGroup::Chat)
        return row;
    row.fit = words.fit(card);
    row.tone = words.fitTone(card);
    row.canChat = card.fit != app::FitLevel::WontFit;
    return row;
}

ModelRow adapterRow(const app::AdapterCard &adapter, const QStringList &models)
{
    const ModelWords words;
    QStringList facts;
    if (adapter.mostRank > 0)
        facts.append(adapter.leastRank == adapter.mostRank
                         ? ModelWords::tr("rank %1").arg(adapter.mostRank)
                         : ModelWords::tr("rank %1 to %2").arg(adapter.leastRank).arg(adapter.mostRank));
    facts.append(words.size(adapter.fileBytes));
    ModelRow row{.id = adapter.id, .name = adapter.name, .facts = facts.join(QStringLiteral(" · "))};
    row.card.id = adapter.id;
    row.card.name = adapter.name;
    row.card.path = adapter.path;
    row.card.architecture = adapter.architecture;
    row.card.fileBytes = adapter.fileBytes;
    row.card.license = adapter.license;
    row.card.sha256 = adapter.sha256;
    row.card.purpose = app::ModelUse::Adapter;
    row.license = words.license(row.card);
    row.missing = adapter.missing;
    row.removable = adapter.origin == app::ModelOrigin::Added;
    if (!adapter.failure.isEmpty()) {
        row.troubleTitle = adapter.failure.title;
        row.trouble = adapter.failure.explanation;
        row.troubleIsSevere = true;
    } else {
        row.fit = models.isEmpty() ? ModelWords::tr("fits none of the models here")
                                   : ModelWords::tr("fits %1").arg(QLocale().createSeparatedList(models));
        row.tone = models.isEmpty() ? ModelWords::Quiet : ModelWords::Good;
    }
    if (!adapter.baseModel.isEmpty())
        row.tie = ModelWords::tr("made for %1").arg(adapter.baseModel);
    return row;
}

} // namespace ui
