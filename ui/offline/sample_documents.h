// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ingest_service.h"
#include "app/page_drawer.h"

#include <QString>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

namespace ui {

/// Holds the sample reader in the middle of a document. From any thread.
class ReaderHold {
public:
    /// The next document of this name stands still after some of its pages.
    void hold(const QString &name, std::uint32_t page);
    void release();
    /// Waits while `name` is held; says first how far it is.
    void pass(const QString &name, std::uint32_t pages, const app::DocumentExtraction::ProgressFunction &progress,
              const std::stop_token &stop);

private:
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    QString m_name;
    std::uint32_t m_page = 0;
};

/// Writes the folders "House" and "Work" with documents in every state into a folder; false: no disk.
bool writeSampleDocuments(const QString &folder);

/// Writes documents that are called like some of those, and that nobody has read yet, into a folder; false: no disk.
bool writeUnreadDocuments(const QString &folder, const QStringList &names);

/// Reads them, and embeds by their letters: nothing of the machine's own is started.
std::shared_ptr<app::IngestOptions> sampleDocumentOptions(std::shared_ptr<ReaderHold> hold);

/// Draws their pages; fails while `broken` is set.
app::PageDrawer::OpenReader samplePages(std::shared_ptr<std::atomic<bool>> broken);

} // namespace ui
