// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/conversation_service.h"

#include "app/store_convert.h"
#include "app/store_thread.h"

#include <QHash>

namespace app {

struct ConversationService::State {
    explicit State(StoreThread &thread)
        : store(thread)
    {
    }

    StoreThread &store;
    QHash<ConversationId, storage::ListCursor> cursors; ///< of each page's last row
    QList<ConversationId> trashed;                      ///< of this run, newest last
    quint64 searchNumber = 0;
};

ConversationService::ConversationService(StoreThread &store, QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(store))
{
}

ConversationService::~ConversationService() = default;

template <class Work, class Done>
void ConversationService::request(Work work, Done done)
{
    expectThread(this);
    using Answer = std::invoke_result_t<Work, Stores &>;
    m_state->store.run(std::move(work)).then(this, [this, then = std::move(done)](const Answer &result) {
        if (!result) {
            Q_EMIT failed(failureFrom(result.error()));
        } else if constexpr (std::is_void_v<typename Answer::value_type>) {
            then();
        } else {
            then(*result);
        }
    });
}

void ConversationService::loadPage(ConversationId after, qint32 size)
{
    struct Rows {
        std::vector<storage::Conversation> rows;
        std::optional<storage::ListCursor> next;
    };
    std::optional<storage::ListCursor> from;
    if (after.isValid()) {
        const auto known = m_state->cursors.constFind(after);
        if (known == m_state->cursors.constEnd()) {
            Q_EMIT pageLoaded(after, {});
            return;
        }
        from = *known;
    }
    request(
        [from, size](Stores &stores) -> storage::Result<Rows> {
            Rows all;
            if (!from) {
                auto pinned = stores.conversations.list({.scope = storage::ListScope::Pinned, .limit = 1000});
                if (!pinned)
                    return std::unexpected(pinned.error());
                all.rows = std::move(pinned->rows);
            }
            auto page = stores.conversations.list(
                {.scope = storage::ListScope::Unpinned, .after = from, .limit = std::clamp(size, 1, 1000)});
            if (!page)
                return std::unexpected(page.error());
            all.rows.insert(all.rows.end(), page->rows.begin(), page->rows.end());
            all.next = page->next;
            return all;
        },
        [this, after](const Rows &all) {
            ConversationPage page{.rows = {}, .atEnd = !all.next};
            for (const storage::Conversation &row : all.rows)
                page.rows.append(summaryFrom(row));
            if (all.next && !page.rows.isEmpty())
                m_state->cursors.insert(page.rows.constLast().id, *all.next);
            Q_EMIT pageLoaded(after, page);
        });
}

void ConversationService::loadRow(ConversationId id)
{
    request([id](Stores &stores) { return stores.conversations.get(toStore(id)); },
            [this](const storage::Conversation &row) {
                if (row.trashedMs != 0)
                    Q_EMIT rowGone(fromStore(row.id));
                else
                    Q_EMIT rowLoaded(summaryFrom(row));
            });
}

void ConversationService::create(const QString &title)
{
    request(
        [text = title.toStdString()](Stores &stores) {
            return stores.conversations.create({.title = text, .assistant = {}, .model = {}, .folder = {}});
        },
        [this](const storage::Conversation &row) {
            Q_EMIT created(fromStore(row.id));
            Q_EMIT rowLoaded(summaryFrom(row));
        });
}

void ConversationService::rename(ConversationId id, const QString &title)
{
    request([id, text = title.simplified().toStdString()](
                Stores &stores) { return stores.conversations.rename(toStore(id), text); },
            [this, id] { loadRow(id); });
}

void ConversationService::setPinned(ConversationId id, bool pinned)
{
    request([id, pinned](Stores &stores) { return stores.conversations.setPinned(toStore(id), pinned); },
            [this, id] { loadRow(id); });
}

void ConversationService::trash(ConversationId id)
{
    request([id](Stores &stores) { return stores.conversations.trash(toStore(id)); },
            [this, id] {
                m_state->trashed.removeAll(id);
                m_state->trashed.append(id);
                Q_EMIT rowGone(id);
                Q_EMIT undoCountChanged();
            });
}

void ConversationService::undoTrash()
{
    if (!m_state->trashed.isEmpty())
        restore(m_state->trashed.constLast());
}

qint32 ConversationService::undoCount() const
{
    return static_cast<qint32>(m_state->trashed.size());
}

void ConversationService::restore(ConversationId id)
{
    request([id](Stores &stores) { return stores.conversations.restore(toStore(id)); },
            [this, id] {
                if (m_state->trashed.removeAll(id) > 0)
                    Q_EMIT undoCountChanged();
                loadRow(id);
            });
}

void ConversationService::loadTrash()
{
    request(
        [](Stores &stores) { return stores.conversations.list({.scope = storage::ListScope::Trash, .limit = 1000}); },
        [this](const storage::ListPage &page) {
            QList<ConversationSummary> rows;
            for (const storage::Conversation &row : page.rows)
                rows.append(summaryFrom(row));
            Q_EMIT trashLoaded(rows);
        });
}

void ConversationService::emptyTrash()
{
    request([](Stores &stores) { return stores.conversations.emptyTrash(); },
            [this](const storage::ErasureReport &report) {
                QStringList collections;
                for (const std::string &uuid : report.collections)
                    collections += QString::fromStdString(uuid);
                if (!collections.isEmpty())
                    Q_EMIT collectionsErased(collections);
                m_state->trashed.clear();
                Q_EMIT undoCountChanged();
                loadTrash();
            });
}

void ConversationService::search(const QString &query)
{
    const quint64 number = ++m_state->searchNumber;
    request([text = query.toStdString()](Stores &stores) { return stores.search.find(text); },
            [this, query, number](const std::vector<storage::SearchHit> &found) {
                if (number != m_state->searchNumber)
                    return;
                QList<SearchHit> hits;
                for (const storage::SearchHit &hit : found)
                    hits.append(hitFrom(hit));
                Q_EMIT searchFinished(query, hits);
            });
}

void ConversationService::saveDraft(ConversationId id, const QString &text)
{
    request(
        [id, draft = text.toStdString()](Stores &stores) { return stores.conversations.setDraft(toStore(id), draft); },
        [] {});
}

void ConversationService::loadDraft(ConversationId id)
{
    request([id](Stores &stores) { return stores.conversations.draft(toStore(id)); },
            [this, id](const std::string &text) { Q_EMIT draftLoaded(id, QString::fromStdString(text)); });
}

} // namespace app
