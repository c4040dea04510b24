// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/chat_material.h"

#include "app/chat_service.h"
#include "app/ingest_service.h"

#include <algorithm>
#include <utility>

namespace app {

ChatMaterial::ChatMaterial(ChatService &chat, IngestService &ingest, QObject *parent)
    : QObject(parent)
    , m_chat(chat)
    , m_ingest(ingest)
{
    connect(&chat, &ChatService::documentsChanged, this, &ChatMaterial::refresh);
    connect(&ingest, &IngestService::countsChanged, this, &ChatMaterial::refresh);
    connect(&ingest, &IngestService::sourcesChanged, this, &ChatMaterial::refresh);
    connect(&ingest, &IngestService::embedderChanged, this, &ChatMaterial::refresh);
}

ChatMaterial::Progress ChatMaterial::progress() const
{
    Progress progress;
    for (const MaterialItem &item : m_items) {
        if (!item.document.handed || item.absent)
            continue;
        const qint32 files = std::max(1, item.counts.files);
        progress.total += files;
        progress.done += !item.isAwaited() ? files : item.counts.files - item.counts.toRead;
    }
    return progress;
}

void ChatMaterial::leaveAwaited()
{
    const QList<MaterialItem> items = m_items; // the list changes with each
    for (const MaterialItem &item : items) {
        if (!item.isAwaited())
            continue;
        m_chat.detach(item.document);
        if (item.file.condition == FileCondition::Reading)
            m_ingest.skip(item.file); // its reader serves others at once
    }
}

void ChatMaterial::refresh()
{
    const QList<MaterialItem> before = std::exchange(m_items, {});
    QList<PlaceStatus> places;
    for (const DocumentValue &document : m_chat.documents()) {
        const auto known = std::ranges::find(before, document, &MaterialItem::document);
        MaterialItem item = known != before.end() ? *known : MaterialItem{.document = document};
        if (document.isCollection())
            item.counts = m_ingest.countsOf(document.collectionUuid);
        else
            places.append({.uuid = document.collectionUuid, .path = document.path});
        m_items.append(item);
    }
    if (m_items != before)
        Q_EMIT changed();
    if (m_asking) {
        m_again = true;
        return;
    }
    if (places.isEmpty())
        return;
    m_asking = true;
    connect(
        &m_ingest, &IngestService::placesLoaded, this, [this](const QList<PlaceStatus> &loaded) { take(loaded); },
        Qt::SingleShotConnection);
    m_ingest.loadPlaces(places);
}

void ChatMaterial::take(const QList<PlaceStatus> &places)
{
    m_asking = false;
    const QList<MaterialItem> before = m_items;
    for (MaterialItem &item : m_items) {
        const auto place = std::ranges::find_if(places, [&](const PlaceStatus &one) {
            return one.uuid == item.document.collectionUuid && one.path == item.document.path;
        });
        if (place == places.end())
            continue;
        item.counts = place->counts;
        item.file = place->file;
        // Only sources are looked for by themselves; what else there is, the index knows.
        const auto met = m_ingest.sourceState(place->uuid, place->path);
        item.looked = !item.document.handed || met.has_value();
        item.absent = met.has_value() && *met != SourceState::There;
    }
    if (m_items != before)
        Q_EMIT changed();
    if (std::exchange(m_again, false))
        refresh();
}

} // namespace app
