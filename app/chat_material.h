// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/collection_values.h"
#include "app/document_types.h"

#include <QList>
#include <QObject>

namespace app {

class ChatService;
class IngestService;

/// A document of the open conversation, and what was read of it.
struct MaterialItem {
    DocumentValue document;
    CollectionCounts counts; ///< of its files
    FileValue file;          ///< of a single file; its path is empty for others, and for what is not known yet
    bool looked = false;     ///< it is known whether it is there
    bool absent = false;     ///< it is not, or it may not be looked at
    /// It was handed to this conversation, and a question waits for it.
    [[nodiscard]] bool isAwaited() const
    {
        return document.handed && !absent && (counts.toRead > 0 || (counts.files == 0 && !looked));
    }
    bool operator==(const MaterialItem &) const = default;
};

/// How the documents of the open conversation stand: the list of the chat, with what reading them has come to. GUI
/// thread; nothing here waits.
class ChatMaterial : public QObject {
    Q_OBJECT
public:
    /// How much of what was handed over is read.
    struct Progress {
        qint32 done = 0;
        qint32 total = 0; ///< files
        bool operator==(const Progress &) const = default;
    };

    /// Both are borrowed and outlive this object.
    ChatMaterial(ChatService &chat, IngestService &ingest, QObject *parent = nullptr);

    /// In the order of ChatService::documents().
    [[nodiscard]] const QList<MaterialItem> &items() const { return m_items; }
    /// Of files that were handed over; all is done: none is awaited.
    [[nodiscard]] Progress progress() const;
    /// Takes what is awaited away from the conversation; what is read stays.
    Q_INVOKABLE void leaveAwaited();

Q_SIGNALS:
    void changed();

private:
    void refresh();
    void take(const QList<PlaceStatus> &places);

    ChatService &m_chat;
    IngestService &m_ingest;
    QList<MaterialItem> m_items;
    bool m_asking = false;
    bool m_again = false; ///< something changed while an answer was on its way
};

} // namespace app
