// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/composition.h"
#include "app/scripted_inference.h"
#include "ui/offline/offline_player.h"
#include "ui/offline/sample_documents.h"
#include "ui/offline/sample_network.h"
#include "ui/shell/window.h"

#include <QTemporaryDir>

#include <atomic>
#include <memory>

namespace ui {

/// What the desk starts with.
struct OfflineDeskOptions {
    QString dataFolder;         ///< empty: a temporary one, removed at the end
    bool talks = true;          ///< a sidebar full of conversations
    bool models = true;         ///< model files are found
    bool firstStartDone = true; ///< else the first start is shown
    bool devices = true;        ///< else the probe cannot run
    bool documents = false;     ///< collections of documents
    bool sources = false;       ///< with documents: a conversation about them, which stays open
    bool network = false;       ///< downloads and a network ledger, as earlier runs left them
};

/// The real window, services and storage on scripted answers, sample models and sample devices. Nothing of the user's
/// own is read or written. GUI thread, after QGuiApplication.
class OfflineDesk {
public:
    explicit OfflineDesk(OfflineDeskOptions options);
    ~OfflineDesk();
    OfflineDesk(const OfflineDesk &) = delete;
    OfflineDesk &operator=(const OfflineDesk &) = delete;

    /// Fills the profile and shows the window. Runs the event loop until that is done. False: a broken build or no
    /// disk.
    [[nodiscard]] bool start();

    [[nodiscard]] app::Composition &composition() { return *m_composition; }
    [[nodiscard]] app::ScriptedInference &port() { return *m_port; }
    [[nodiscard]] OfflinePlayer &player() { return *m_player; }
    [[nodiscard]] Window &window() { return *m_window; }
    /// Where the sample documents lie.
    [[nodiscard]] QString documentFolder() const { return m_folder.filePath(QStringLiteral("Documents")); }
    /// Where the sample models lie.
    [[nodiscard]] QString modelFolder() const { return m_folder.filePath(QStringLiteral("models")); }
    /// Holds the reader of documents in the middle of one.
    [[nodiscard]] ReaderHold &reader() { return *m_reader; }
    /// From now on no page of a document can be drawn, or all can again.
    void breakPages(bool broken) { *m_broken = broken; }
    /// Waits until every document has its state.
    [[nodiscard]] bool documentsRead();
    /// Sends a question in the open conversation and waits for the end of its answer.
    bool ask(const QString &question);
    /// What the next questions get; empty: sampleAnswer().
    void setAuthor(OfflinePlayer::Author author) { m_author = std::move(author); }

private:
    bool fill();
    bool fillDocuments();
    bool fillNetwork();
    bool fillSources();
    bool askAll(const QStringList &questions);

    OfflineDeskOptions m_options;
    QTemporaryDir m_folder;
    OfflinePlayer::Author m_author;
    std::shared_ptr<std::atomic<qint64>> m_clock; ///< ms since 1970; 0: the system's clock. Read on the storage thread
    std::shared_ptr<ReaderHold> m_reader = std::make_shared<ReaderHold>();
    std::shared_ptr<std::atomic<bool>> m_broken = std::make_shared<std::atomic<bool>>(false); ///< pages are not drawn
    SampleHub m_hub;
    app::ScriptedInference *m_port = nullptr; ///< owned by the composition
    std::unique_ptr<app::Composition> m_composition;
    std::unique_ptr<OfflinePlayer> m_player;
    std::unique_ptr<Window> m_window;
};

} // namespace ui
