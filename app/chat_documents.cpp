// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/chat_documents.h"

#include "app/store_convert.h"
#include "app/store_thread.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace app {

namespace {

constexpr const char *kModeKey = "documents";
constexpr const char *kOnly = R"("only")";

QString fromPath(const std::string &path)
{
    return QFile::decodeName(path.c_str());
}

std::string toPath(const QString &path)
{
    return QFile::encodeName(path).toStdString();
}

} // namespace

std::vector<std::string> ConversationDocuments::collections() const
{
    std::vector<std::string> uuids;
    for (const DocumentValue &document : documents) {
        std::string uuid = document.collectionUuid.toStdString();
        if ((document.isCollection() || document.handed) && std::ranges::find(uuids, uuid) == uuids.end())
            uuids.push_back(std::move(uuid));
    }
    return uuids;
}

std::vector<std::string> ConversationDocuments::names() const
{
    std::vector<std::string> names;
    for (const DocumentValue &document : documents) {
        if (document.isCollection())
            names.push_back(document.name.toStdString());
    }
    return names;
}

std::string ConversationDocuments::own() const
{
    const auto handed = std::ranges::find(documents, true, &DocumentValue::handed);
    return handed != documents.end() ? handed->collectionUuid.toStdString() : std::string();
}

std::int32_t ConversationDocuments::handed() const
{
    return static_cast<std::int32_t>(std::ranges::count(documents, true, &DocumentValue::handed));
}

std::vector<storage::NamedFile> ConversationDocuments::files() const
{
    std::vector<storage::NamedFile> files;
    for (const DocumentValue &document : documents) {
        if (!document.isCollection() && !document.handed)
            files.push_back({document.collectionUuid.toStdString(), toPath(document.path)});
    }
    return files;
}

storage::Result<ConversationDocuments> readDocuments(Stores &stores, ConversationId conversation)
{
    ConversationDocuments read;
    const auto attached = stores.grounding.attached(toStore(conversation));
    if (!attached)
        return std::unexpected(attached.error());
    for (const storage::AttachedDocument &row : *attached) {
        const auto collection = stores.collections.withUuid(row.collectionUuid);
        if (!collection && collection.error().code != storage::ErrorCode::NotFound)
            return std::unexpected(collection.error());
        const bool whole = row.path.empty();
        read.documents.append({.name = QString::fromStdString(whole && collection ? collection->name : row.name),
                               .collectionUuid = QString::fromStdString(row.collectionUuid),
                               .path = fromPath(row.path),
                               .gone = !collection});
    }
    const auto own = stores.collections.ofConversation(toStore(conversation));
    if (!own)
        return std::unexpected(own.error());
    if (*own) {
        for (const std::string &source : (*own)->sources) {
            const QString path = fromPath(source);
            read.documents.append({.name = QFileInfo(path).fileName(),
                                   .collectionUuid = QString::fromStdString((*own)->uuid),
                                   .path = path,
                                   .handed = true});
        }
    }
    const auto settings = stores.conversations.settings(toStore(conversation));
    if (!settings)
        return std::unexpected(settings.error());
    const auto mode = settings->find(kModeKey);
    read.mode = mode != settings->end() && mode->second == kOnly ? DocumentMode::Only : DocumentMode::First;
    return read;
}

ChatDocuments::ChatDocuments(StoreThread &store, std::function<void(const OnConversation &)> makeConversation,
                             QObject *parent)
    : QObject(parent)
    , m_store(store)
    , m_makeConversation(std::move(makeConversation))
{
}

void ChatDocuments::show(ConversationId conversation, ConversationDocuments documents)
{
    m_conversation = conversation;
    if (m_current == documents)
        return;
    m_current = std::move(documents);
    Q_EMIT changed();
}

template <class Change, class Done>
void ChatDocuments::apply(Change change, Done done)
{
    m_makeConversation(
        [this, change = std::move(change), done = std::move(done)](const std::expected<ConversationId, Failure> &made) {
            if (!made) {
                Q_EMIT failed(made.error());
                return;
            }
            const ConversationId conversation = *made;
            using Value = typename std::invoke_result_t<Change, Stores &, storage::ConversationId>::value_type;
            using Answer = storage::Result<std::pair<Value, ConversationDocuments>>;
            m_store
                .run([conversation, change](Stores &stores) -> Answer {
                    auto changed = change(stores, toStore(conversation));
                    if (!changed)
                        return std::unexpected(changed.error());
                    auto documents = readDocuments(stores, conversation);
                    if (!documents)
                        return std::unexpected(documents.error());
                    return std::pair{std::move(*changed), std::move(*documents)};
                })
                .then(this, [this, conversation, done](const Answer &answer) {
                    if (!answer) {
                        Q_EMIT failed(failureFrom(answer.error()));
                        return;
                    }
                    if (conversation == m_conversation)
                        show(conversation, answer->second);
                    done(answer->first);
                });
        });
}

void ChatDocuments::attach(const QString &collectionUuid, const QString &path)
{
    apply(
        [uuid = collectionUuid.toStdString(), path](Stores &stores,
                                                    storage::ConversationId conversation) -> storage::Result<bool> {
            const auto collection = stores.collections.withUuid(uuid);
            if (!collection)
                return std::unexpected(collection.error());
            const std::string name = path.isEmpty() ? collection->name : QFileInfo(path).fileName().toStdString();
            const auto attached =
                stores.grounding.attach(conversation, {.collectionUuid = uuid, .path = toPath(path), .name = name});
            if (!attached)
                return std::unexpected(attached.error());
            return true;
        },
        [](bool) {});
}

void ChatDocuments::hand(const QStringList &paths)
{
    std::vector<std::string> sources;
    for (const QString &path : paths)
        sources.push_back(toPath(QDir::cleanPath(QDir().absoluteFilePath(path))));
    apply(
        [sources](Stores &stores, storage::ConversationId conversation) -> storage::Result<std::string> {
            const auto own = stores.collections.forConversation(conversation);
            if (!own)
                return std::unexpected(own.error());
            const auto added = stores.collections.addSources(own->id, sources);
            if (!added)
                return std::unexpected(added.error());
            return own->uuid;
        },
        [this](const std::string &uuid) { Q_EMIT filesHanded(QString::fromStdString(uuid)); });
}

void ChatDocuments::detach(const DocumentValue &document)
{
    apply(
        [document](Stores &stores, storage::ConversationId conversation) -> storage::Result<std::string> {
            const std::string uuid = document.collectionUuid.toStdString();
            if (!document.handed) {
                const auto detached = stores.grounding.detach(conversation, uuid, toPath(document.path));
                return detached ? storage::Result<std::string>(std::string()) : std::unexpected(detached.error());
            }
            const auto own = stores.collections.withUuid(uuid);
            if (!own)
                return std::unexpected(own.error());
            const auto removed = stores.collections.removeSource(own->id, toPath(document.path));
            return removed ? storage::Result<std::string>(uuid) : std::unexpected(removed.error());
        },
        [this](const std::string &uuid) {
            if (!uuid.empty())
                Q_EMIT filesHanded(QString::fromStdString(uuid));
        });
}

void ChatDocuments::setMode(DocumentMode mode)
{
    if (mode == m_current.mode)
        return;
    apply(
        [mode](Stores &stores, storage::ConversationId conversation) -> storage::Result<bool> {
            const auto kept =
                stores.conversations.setSetting(conversation, kModeKey, mode == DocumentMode::Only ? kOnly : "");
            return kept ? storage::Result<bool>(true) : std::unexpected(kept.error());
        },
        [](bool) {});
}

} // namespace app
