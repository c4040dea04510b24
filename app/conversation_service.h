// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/conversation_types.h"

#include <QObject>

#include <memory>

namespace app {

class StoreThread;

/// The list of conversations: pages, names, pins, trash, search and drafts. Every call returns at once; the answer
/// comes by signal on the calling thread (GUI). Failures come by failed().
class ConversationService : public QObject {
    Q_OBJECT
    Q_PROPERTY(qint32 undoCount READ undoCount NOTIFY undoCountChanged FINAL)
public:
    explicit ConversationService(StoreThread &store, QObject *parent = nullptr);
    ~ConversationService() override;

    /// Reads the page after `after` (invalid: the first page); pageLoaded() follows.
    void loadPage(ConversationId after, qint32 size);
    /// Reads one row again; rowLoaded() follows, or rowGone() when it is in the trash.
    void loadRow(ConversationId id);

    /// An empty named conversation; created() follows. Chats made by ChatService::send need no call.
    Q_INVOKABLE void create(const QString &title);
    Q_INVOKABLE void rename(app::ConversationId id, const QString &title);
    Q_INVOKABLE void setPinned(app::ConversationId id, bool pinned);
    /// Moves to the trash; rowGone() follows and undoTrash() brings the newest one back.
    Q_INVOKABLE void trash(app::ConversationId id);
    Q_INVOKABLE void undoTrash();
    /// How many trash() calls of this run can be undone.
    [[nodiscard]] qint32 undoCount() const;
    /// What is in the trash, newest first; trashLoaded() follows.
    Q_INVOKABLE void loadTrash();
    Q_INVOKABLE void restore(app::ConversationId id);
    /// Removes for good everything that is in the trash; trashLoaded() follows with an empty list.
    Q_INVOKABLE void emptyTrash();

    /// Full-text search over titles and messages, newest first; searchFinished() follows. A newer query cancels an
    /// older one's answer.
    Q_INVOKABLE void search(const QString &query);

    /// Unsent text, kept over restarts. An invalid id is the new chat's draft.
    Q_INVOKABLE void saveDraft(app::ConversationId id, const QString &text);
    /// draftLoaded() follows.
    Q_INVOKABLE void loadDraft(app::ConversationId id);

Q_SIGNALS:
    void pageLoaded(app::ConversationId after, const app::ConversationPage &page);
    void rowLoaded(const app::ConversationSummary &row);
    void rowGone(app::ConversationId id);
    void created(app::ConversationId id);
    /// The trash was emptied; these are the collections of the files that were handed to what lay in it. The index
    /// still has their text.
    void collectionsErased(const QStringList &uuids);
    void trashLoaded(const QList<app::ConversationSummary> &rows);
    void undoCountChanged();
    void searchFinished(const QString &query, const QList<app::SearchHit> &hits);
    void draftLoaded(app::ConversationId id, const QString &text);
    void failed(const app::Failure &failure);

private:
    template <class Work, class Done>
    void request(Work work, Done done);

    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
