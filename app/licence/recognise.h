// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/licence/licence.h"

#include <QString>
#include <QStringList>

namespace app::licence {

/// What one source says of a model's licence, as it stands there.
struct Statement {
    QString id;   ///< general.license or the card's `license`: "apache-2.0", "other", "llama3.1"
    QString name; ///< license.name: "qwen-research"
    QString link; ///< license.link: an address, or the name of a file
    [[nodiscard]] bool empty() const { return id.isEmpty() && name.isEmpty() && link.isEmpty(); }
    bool operator==(const Statement &) const = default;
};

/// Everything that is known of where a model comes from.
struct Evidence {
    Statement file;         ///< the GGUF's keys
    Statement hub;          ///< the repository's card
    QString catalogueId;    ///< ours, as the catalogue has it
    QStringList baseModels; ///< parents as the file or the hub names them: addresses or owner/name
};

/// What follows from it.
struct Finding {
    Q_GADGET
    Q_PROPERTY(QString id MEMBER id)
    Q_PROPERTY(QStringList others MEMBER others)
    Q_PROPERTY(bool conflict MEMBER conflict)
    Q_PROPERTY(QString stated MEMBER stated)
public:
    QString id;            ///< of the strictest licence that applies; empty: unknown
    QStringList others;    ///< further licences that apply, those of parents
    bool conflict = false; ///< sources name different licences for the same model
    QString stated;        ///< what the file or the hub says, word for word, where it is not known to us; may be empty
    bool operator==(const Finding &) const = default;
};

/// The licence that a statement names, or an empty id: what it does not name exactly is unknown, never guessed.
QString recognise(const Statement &statement);

/// All evidence together. Parents count as far as their own licence is certain (parentLicence()): a fine-tune cannot
/// take away its parent's terms.
Finding recognise(const Evidence &evidence);

/// The licence of a publisher's own model, from its repository: "meta-llama/Llama-3.1-8B" is under Llama 3.1. An
/// address of the usual hub will do. Empty: not certain.
QString parentLicence(const QString &repository);

/// "This file and the model it was made from name different licences; follow the stricter one."
QString conflictSentence();

} // namespace app::licence
