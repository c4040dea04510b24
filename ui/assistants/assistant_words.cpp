// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/assistants/assistant_words.h"

#include "app/model_library.h"

#include <QFileInfo>

#include <algorithm>

namespace ui {

QString adapterObstacle(const app::AssistantAdapter &adapter, const QString &modelPath,
                        const app::ModelLibrary &library)
{
    const auto &known = library.adapters();
    const auto card = std::ranges::find(known, adapter.path, &app::AdapterCard::path);
    if (card == known.end()) {
        // A file that was never on the list may be there all the same; one that is a model instead is told.
        const bool isModel = std::ranges::contains(library.models(), adapter.path, &app::ModelCard::path);
        return isModel ? AssistantWords::tr("This file is a model, not an adapter. Take it off.") : QString();
    }
    if (card->missing)
        return AssistantWords::tr(
            "Its file is not there any more. Switch it off, or bring the file back: the assistant "
            "cannot answer without it.");
    if (!card->failure.isEmpty())
        return AssistantWords::tr("%1. Switch it off.").arg(card->failure.title);
    const auto model = std::ranges::find(library.models(), modelPath, &app::ModelCard::path);
    if (model == library.models().end() || library.isComparing() || card->fits.contains(model->id))
        return {};
    return AssistantWords::tr("It was made for another model and cannot be put on this one. Switch it off.");
}

QString AssistantWords::about(const app::AssistantValue &assistant) const
{
    const QString text = assistant.instructions.simplified();
    if (text.isEmpty())
        return tr("Without instructions: the model answers as it was made.");
    constexpr qsizetype most = 160;
    return text.size() <= most ? text : text.first(most).trimmed() + QStringLiteral("…");
}

QString AssistantWords::modelName(const QString &path, const app::ModelCard &model) const
{
    if (path.isEmpty())
        return tr("The chosen model");
    return model.name.isEmpty() ? QFileInfo(path).completeBaseName() : model.name;
}

QString AssistantWords::uses(const app::AssistantValue &assistant, const app::ModelCard &model) const
{
    const QString name = modelName(assistant.modelPath, model);
    const bool isGone = !assistant.modelPath.isEmpty() && (model.id.isEmpty() || model.missing);
    QStringList parts{isGone ? tr("%1 is not on this computer").arg(name) : name};
    const auto active = std::ranges::count(assistant.adapters, true, &app::AssistantAdapter::enabled);
    if (active > 0)
        parts.append(tr("%n adapter(s)", nullptr, static_cast<int>(active)));
    if (!assistant.collections.isEmpty())
        parts.append(tr("%n collection(s)", nullptr, static_cast<int>(assistant.collections.size())));
    return parts.join(QStringLiteral("  ·  "));
}

QString AssistantWords::temperature(double value) const
{
    if (value <= 0.0)
        return tr("Always the likeliest word: the same question gives the same answer");
    if (value < 0.5)
        return tr("Sober: for facts, summaries and code");
    if (value < 1.0)
        return tr("Balanced: for most talks");
    if (value < 1.4)
        return tr("Lively: for ideas and stories");
    return tr("Wild: sentences may fall apart");
}

QString AssistantWords::scale(double value) const
{
    if (qFuzzyCompare(value + 3.0, 4.0))
        return tr("as it was trained");
    if (qFuzzyCompare(value + 3.0, 3.0))
        return tr("without effect");
    if (value < 0.0)
        return tr("turned into its opposite");
    return value < 1.0 ? tr("weaker") : tr("stronger");
}

} // namespace ui
