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
};

/// The sidebar of a full profile, oldest first. The last one stays open.
QList<SampleTalk> sampleTalks();

/// The answer written for a question, and something general for others.
OfflineAnswer sampleAnswer(const QString &question);

/// Markdown of about `characters` characters, with every kind of block, for measurements.
QString longAnswer(qsizetype characters);

} // namespace ui
