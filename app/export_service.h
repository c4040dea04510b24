// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/answer_export.h"
#include "app/failure.h"
#include "storage/error.h"
#include "storage/ids.h"

#include <QByteArray>
#include <QObject>
#include <QThreadPool>

#include <expected>
#include <functional>

namespace app {

class StoreThread;
struct Stores;

/// The shown path of a conversation with everything that its answers cite; on the database's thread.
storage::Result<ExportedTalk> readTalk(Stores &stores, storage::ConversationId id);

/// A page of text to a file, whole or not at all. Blocks. Code "app.export_failed".
std::expected<void, Failure> writePage(const QString &path, const QByteArray &bytes);

/// Writes conversations, answers and summaries to files, whole or not at all. GUI thread; nothing waits here.
class ExportService : public QObject {
    Q_OBJECT
public:
    /// Makes a PDF of a talk; called on a worker thread. Whoever has a window knows how.
    using PdfWriter = std::function<QByteArray(const ExportedTalk &talk)>;

    /// `store` is borrowed and outlives this object.
    explicit ExportService(StoreThread &store, QObject *parent = nullptr);
    ~ExportService() override;

    void setPdfWriter(PdfWriter writer) { m_pdf = std::move(writer); }

    /// Writes a conversation, in the format that the file's name ends with: .md, .html or .pdf, or .jsonl, which holds
    /// all of it for `carrel-cli restore`. saved() or failed() follows.
    Q_INVOKABLE void saveConversation(app::ConversationId id, const QString &assistantName, const QString &path);
    /// The same of one answer and its question, as a page: not in .jsonl.
    Q_INVOKABLE void saveAnswer(app::ConversationId id, app::MessageId answer, const QString &assistantName,
                                const QString &path);
    /// The same of something that stands in no conversation, such as a summary.
    void save(const ExportedTalk &talk, const QString &path);
    /// Thinks of a name for a conversation's file; nameSuggested() or failed() follows.
    Q_INVOKABLE void suggestName(app::ConversationId id);
    /// A name for the file of a conversation or an answer, without an ending.
    Q_INVOKABLE [[nodiscard]] QString suggestedName(const QString &title) const { return exportFileName(title); }

Q_SIGNALS:
    /// Without an ending.
    void nameSuggested(app::ConversationId id, const QString &name);
    void saved(const QString &path);
    void failed(const app::Failure &failure);

private:
    void read(ConversationId id, const QString &assistantName, const QString &path,
              std::function<void(ExportedTalk &talk)> choose);
    void saveLines(ConversationId id, const QString &path);

    StoreThread &m_store;
    PdfWriter m_pdf;
    QThreadPool m_pool; ///< last: what runs in it speaks to this object
};

} // namespace app
