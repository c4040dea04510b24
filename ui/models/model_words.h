// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/licence/licence.h"
#include "app/model_card.h"
#include "app/model_updates.h"

#include <QDateTime>
#include <QObject>
#include <qqmlregistration.h>

namespace ui {

/// What a model's card says in people's words. Stateless.
class ModelWords : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
public:
    /// How words are coloured; the numbers of Badge.Tone.
    enum Tone { Quiet, Good, Warn, Stop };
    Q_ENUM(Tone)
    using QObject::QObject;

    /// "Q4_1 · 98 MB · 8k context"; only what is known.
    Q_INVOKABLE [[nodiscard]] QString facts(const app::ModelCard &card) const;
    /// The licence in one line: "Apache License 2.0 · commercial use allowed".
    Q_INVOKABLE [[nodiscard]] QString license(const app::ModelCard &card) const;
    Q_INVOKABLE [[nodiscard]] QString licenceLine(const app::licence::Licence &licence) const;
    /// What is known of the licence that the file names; an unknown one says so.
    Q_INVOKABLE [[nodiscard]] app::licence::Licence licenceOf(const app::ModelCard &card) const;
    Q_INVOKABLE [[nodiscard]] app::licence::Licence licenceById(const QString &id) const;
    /// What is published besides the weights, as far as the model's family tells.
    Q_INVOKABLE [[nodiscard]] QString openness(const app::ModelCard &card) const;
    /// "Fits, with room for 32k of context", "Won't fit: needs 67 GB, 27 GB are free"; empty while nobody knows.
    Q_INVOKABLE [[nodiscard]] QString fit(const app::ModelCard &card) const;
    Q_INVOKABLE [[nodiscard]] int fitTone(const app::ModelCard &card) const;
    /// "18 tok/s here · reads 310 tok/s"; empty while nothing was measured.
    Q_INVOKABLE [[nodiscard]] QString speed(const app::ModelCard &card) const;
    /// "finds passages by their meaning": what a model is made for.
    Q_INVOKABLE [[nodiscard]] QString purpose(app::ModelUse use) const;
    /// "135 M", "8.0 B" parameters.
    Q_INVOKABLE [[nodiscard]] QString count(quint64 parameters) const;
    /// "8.0 B", "109 B, of which a token meets 17 B"; empty for what is not known.
    Q_INVOKABLE [[nodiscard]] QString parameters(const app::ModelCard &card) const;
    /// Where a model is from: "came with Carrel", "a file of yours", "downloaded from huggingface.co", "of Ollama".
    Q_INVOKABLE [[nodiscard]] QString source(const app::ModelCard &card) const;
    /// What is known of the file's bytes: "checked whole on …", "never checked whole".
    Q_INVOKABLE [[nodiscard]] QString check(const app::ModelCard &card) const;
    /// Whether the file is the one that its source has by now; `asking`: it is being asked.
    Q_INVOKABLE [[nodiscard]] QString update(const app::ModelUpdate &update, bool asking) const;
    /// Another file is at its source, which can be had.
    Q_INVOKABLE [[nodiscard]] bool isChanged(const app::ModelUpdate &update) const
    {
        return update.state == app::ModelUpdate::State::Changed;
    }
    /// Who promised the hash, and whether it holds; empty while there is no hash.
    Q_INVOKABLE [[nodiscard]] QString hash(const app::ModelCard &card) const;

    /// "98 MB", "4.7 GB": bytes as file managers count them.
    Q_INVOKABLE [[nodiscard]] QString size(quint64 bytes) const;
    /// "1.6 of 2.4 GB"; only what has come where the whole is not known.
    Q_INVOKABLE [[nodiscard]] QString sizeOf(quint64 done, quint64 whole) const;
    /// "16,384" as the number of tokens, "32k" short.
    Q_INVOKABLE [[nodiscard]] QString tokens(quint32 count) const;
    Q_INVOKABLE [[nodiscard]] QString tokensShort(quint32 count) const;
    /// "34 s left", "about 4 minutes left", "about 2 hours left"; empty for what is not known (negative).
    Q_INVOKABLE [[nodiscard]] QString timeLeft(qint64 seconds) const;
    /// "21 Nov 2026, 14:05" in the locale's order; empty for 0.
    Q_INVOKABLE [[nodiscard]] QString day(qint64 ms) const;
    /// A path with the home folder as "~".
    Q_INVOKABLE [[nodiscard]] QString place(const QString &path) const;
    /// The first and last letters of a hash, for the eye.
    Q_INVOKABLE [[nodiscard]] QString shortHash(const QString &hex) const;
};

} // namespace ui
