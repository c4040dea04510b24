// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/catalogue/catalogue.h"

#include <QList>
#include <QString>

namespace app::catalogue {

/// A file of an entry and how it would run on this machine.
struct Candidate {
    const CatalogueEntry *entry = nullptr; ///< borrowed
    qsizetype file = 0;
    bool fits = false;     ///< whole, at the context that is wanted
    quint64 needBytes = 0; ///< weights, conversation, working memory
    bool free = false;     ///< its licence allows everything, and nobody asks for a name
};

/// Where it would run.
struct Place {
    quint64 bytes = 0;      ///< that models may take
    bool processor = false; ///< tokens come as fast as memory is read, which is slow there
};

/// A file of the catalogue.
struct Choice {
    QString id; ///< of an entry; empty: none
    qsizetype file = -1;
    bool operator==(const Choice &) const = default;
};

/// What to show first.
struct Recommendation {
    Choice recommended;
    Choice small;
    Choice balanced;
    Choice large;
    bool operator==(const Recommendation &) const = default;
};

/// One model to begin with and three sizes, of those that chat, fit, and are free. A larger model is better and so is a
/// newer one, by as much as twice the size a year; in a mixture, all parameters count twice as much as those that a
/// token meets. Recommended leaves a seventh of the memory and answers at reading speed, Balanced leaves two fifths,
/// Small most of it; Large may take all and be slow. Below three billion parameters Q8_0 is taken where it fits. Pure.
Recommendation recommend(const QList<Candidate> &candidates, const Place &place);

} // namespace app::catalogue
