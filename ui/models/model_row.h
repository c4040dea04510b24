// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model_card.h"

#include <QObject>
#include <QString>
#include <QStringList>
#include <qqmlregistration.h>

namespace ui {

/// What a model is for, as the room groups them, in the order of the groups.
enum class ModelGroup { Chat, Embedder, Reranker, Adapter, Unusable };

/// A model as its card shows it, in words. Value.
struct ModelRow {
    Q_GADGET
    QML_VALUE_TYPE(modelRow)
    Q_PROPERTY(QString id MEMBER id)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString statedName MEMBER statedName)
    Q_PROPERTY(QString facts MEMBER facts)
    Q_PROPERTY(QString license MEMBER license)
    Q_PROPERTY(QString openness MEMBER openness)
    Q_PROPERTY(QString fit MEMBER fit)
    Q_PROPERTY(int tone MEMBER tone)
    Q_PROPERTY(QString speed MEMBER speed)
    Q_PROPERTY(QString tie MEMBER tie)
    Q_PROPERTY(QString trouble MEMBER trouble)
    Q_PROPERTY(QString troubleTitle MEMBER troubleTitle)
    Q_PROPERTY(bool troubleIsSevere MEMBER troubleIsSevere)
    Q_PROPERTY(bool canChat MEMBER canChat)
    Q_PROPERTY(bool chosen MEMBER chosen)
    Q_PROPERTY(bool missing MEMBER missing)
    Q_PROPERTY(bool removable MEMBER removable)
    Q_PROPERTY(app::ModelCard card MEMBER card)
    Q_PROPERTY(bool valid READ isValid)
public:
    QString id;
    QString name;       ///< the one for people
    QString statedName; ///< what the file calls itself, where that is another name
    QString facts;      ///< "Q4_K_M · 4.7 GB · 32k context"
    QString license;    ///< one line
    QString openness;   ///< one line
    QString fit;        ///< "Fits, with room for 32k of context"; empty: nothing to say
    int tone = 0;       ///< of the fit, ModelWords::Tone
    QString speed;      ///< "18 tok/s here · reads 310 tok/s"
    QString tie;        ///< "used by Lawyer and Translator", "the same bytes as Llama 3.2 3B"
    QString trouble;    ///< why it cannot be used, or what is to be known of its file
    QString troubleTitle;
    bool troubleIsSevere = false; ///< it cannot be used
    bool canChat = false;
    bool chosen = false;    ///< it answers
    bool missing = false;   ///< its file is not there
    bool removable = false; ///< the user added it
    app::ModelCard card;
    [[nodiscard]] bool isValid() const { return !id.isEmpty(); }
};

/// What the model is for.
ModelGroup groupOf(const app::ModelCard &card);
/// The group's heading.
QString headingOf(ModelGroup group);
/// What a model has to do with others, in their names.
struct ModelTies {
    QStringList users;      ///< assistants that talk with it
    QStringList duplicates; ///< models with the same bytes
};

/// All words of a model's card.
ModelRow modelRow(const app::ModelCard &card, const QString &name, const ModelTies &ties);
/// All words of an adapter's card. `models`: names of those that it fits.
ModelRow adapterRow(const app::AdapterCard &adapter, const QStringList &models);

} // namespace ui
