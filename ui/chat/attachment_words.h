// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/chat_material.h"
#include "app/types.h"

#include <QCoreApplication>
#include <QList>
#include <QString>

namespace ui {

/// What the composer says about the documents of a chat. Pure functions.
class AttachmentWords {
    Q_DECLARE_TR_FUNCTIONS(AttachmentWords)
public:
    /// What a document has: "14 pages · 212 passages", "38 files · 1,208 pages · 3 to read", or how it stands.
    static QString hint(const app::MaterialItem &item);
    /// Why not all of a document can be answered from, one sentence; empty: all of it can, or that is not known yet.
    static QString trouble(const app::MaterialItem &item);
    /// The same of several: a sentence for one, a list of names for more. Of collections only that they are gone.
    static QString troubles(const QList<app::MaterialItem> &items);
    /// How far reading is: "Reading 3 of 12 files…". Empty: nothing is awaited.
    static QString reading(const QList<app::MaterialItem> &items, app::ChatMaterial::Progress progress,
                           app::IndexingPhase phase);
    /// "38 files · 1,208 pages · 4,120 passages".
    static QString counts(const app::CollectionCounts &counts);
};

} // namespace ui
