// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Conversations for carrel-offline: every kind of block that an answer can hold.
#pragma once

#include "ui/offline/offline_player.h"

#include <QList>
#include <QString>

namespace ui {

struct SampleTalk {
    QString title;
    int daysAgo = 0;
    bool pinned = false;
    bool trashed = false;
    QStringList questions; ///< each gets sampleAnswer()
    QString collection;    ///< of the sample documents, that it is about; empty: none
};

/// The sidebar of a full profile, oldest first. The last one stays open.
QList<SampleTalk> sampleTalks();

/// Conversations about the sample documents.
QList<SampleTalk> sampleDocumentTalks();

/// The answer written for a question, and something general for others. Where sources come before the question, the
/// answer cites those that say what it says.
OfflineAnswer sampleAnswer(const QString &prompt);

/// Markdown of about `characters` characters, with every kind of block, for measurements.
QString longAnswer(qsizetype characters);

} // namespace ui
