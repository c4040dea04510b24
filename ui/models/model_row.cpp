// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_row.h"

#include "ui/models/model_words.h"

#include <QLocale>

namespace ui {

ModelGroup groupOf(const app::ModelCard &card)
{
    if (card.failure.code == QLatin1StringView("inference.adapter_alone"))
        return ModelGroup::Adapter;
    if (card.failure.code == QLatin1StringView("inference.wrong_purpose"))
        return ModelGroup::Embedder;
    return card.usable ? ModelGroup::Chat : ModelGroup::Unusable;
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
        return ModelWords::tr("Adapters");
    case ModelGroup::Unusable:
        return ModelWords::tr("Cannot be used as they are");
    }
    return {};
}

ModelRow modelRow(const app::ModelCard &card, const QString &name, const QStringList &users)
{
    const ModelWords words;
    const ModelGroup group = groupOf(card);
    ModelRow row{.id = card.id, .name = name, .facts = words.facts(card), .card = card};
    if (name != card.name)
        row.statedName = card.name;
    row.removable = card.origin == app::ModelOrigin::Added;
    if (group == ModelGroup::Unusable) {
        row.troubleTitle = card.failure.title;
        row.trouble = card.failure.explanation;
        row.troubleIsSevere = true;
        return row;
    }
    row.license = words.license(card);
    row.openness = words.openness(card);
    if (group != ModelGroup::Chat)
        return row;
    row.fit = words.fit(card);
    row.tone = words.fitTone(card);
    row.canChat = card.fit != app::FitLevel::WontFit;
    if (!users.isEmpty())
        row.usedBy = ModelWords::tr("used by %1").arg(QLocale().createSeparatedList(users));
    return row;
}

} // namespace ui
