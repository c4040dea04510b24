// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Private to ChatService: which documents the open conversation is about.
#pragma once

#include "app/conversation_types.h"
#include "app/document_types.h"
#include "storage/error.h"
#include "storage/scope_survey.h"

#include <QList>
#include <QObject>

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <vector>

namespace app {

class StoreThread;
struct Stores;

/// Documents and mode of one conversation.
struct ConversationDocuments {
    QList<DocumentValue> documents;
    DocumentMode mode = DocumentMode::First;
    bool operator==(const ConversationDocuments &) const = default;

    [[nodiscard]] bool isEmpty() const { return documents.isEmpty(); }
    /// Uuids of the collections that count whole; those of files that were handed over are one of these.
    [[nodiscard]] std::vector<std::string> collections() const;
    /// Of the collections that count whole and have one.
    [[nodiscard]] std::vector<std::string> names() const;
    /// The collection of the files that were handed over; empty: there are none.
    [[nodiscard]] std::string own() const;
    /// Files and folders that were handed over.
    [[nodiscard]] std::int32_t handed() const;
    /// Single files of collections besides.
    [[nodiscard]] std::vector<storage::NamedFile> files() const;
};

/// On the storage thread: what the database says.
storage::Result<ConversationDocuments> readDocuments(Stores &stores, ConversationId conversation);

/// The documents of the open conversation; every change is on disk before changed() says so. GUI thread.
class ChatDocuments : public QObject {
    Q_OBJECT
public:
    using OnConversation = std::function<void(const std::expected<ConversationId, Failure> &)>;
    /// `makeConversation`: makes the open conversation's row when it has none yet, and calls back.
    ChatDocuments(StoreThread &store, std::function<void(const OnConversation &)> makeConversation,
                  QObject *parent = nullptr);

    [[nodiscard]] const ConversationDocuments &current() const { return m_current; }
    /// Another conversation is shown now, and these are its documents.
    void show(ConversationId conversation, ConversationDocuments documents);

    void attach(const QString &collectionUuid, const QString &path);
    void hand(const QStringList &paths);
    void detach(const DocumentValue &document);
    void setMode(DocumentMode mode);

Q_SIGNALS:
    void changed();
    /// Files of that collection came or went: it is to be looked through.
    void filesHanded(const QString &collectionUuid);
    void failed(const app::Failure &failure);

private:
    /// Runs `change(Stores &)` for the open conversation, which is made for it where needed, then reads its documents.
    template <class Change, class Done>
    void apply(Change change, Done done);

    StoreThread &m_store;
    std::function<void(const OnConversation &)> m_makeConversation;
    ConversationId m_conversation;
    ConversationDocuments m_current;
};

} // namespace app
