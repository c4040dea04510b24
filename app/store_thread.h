// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where carrel.db is called.
#pragma once

#include "app/database_thread.h"
#include "storage/assistant_store.h"
#include "storage/collection_store.h"
#include "storage/conversation_search.h"
#include "storage/conversation_store.h"
#include "storage/database.h"
#include "storage/download_store.h"
#include "storage/grounding_store.h"
#include "storage/message_store.h"
#include "storage/model_store.h"
#include "storage/network_ledger.h"

#include <memory>
#include <optional>

namespace app {

/// An open database with its stores, as functions handed to StoreThread::run() see it.
struct Stores {
    explicit Stores(std::unique_ptr<storage::Database> opened);

    std::unique_ptr<storage::Database> database;
    storage::ConversationStore conversations;
    storage::MessageStore messages;
    storage::AssistantStore assistants;
    storage::ModelStore models;
    storage::CollectionStore collections;
    storage::GroundingStore grounding;
    storage::ConversationSearch search;
    storage::DownloadStore downloads;
    storage::NetworkLedger ledger;
};

/// The thread of carrel.db.
class StoreThread : public DatabaseThread<Stores> {
public:
    StoreThread();

    /// Opens the database; answers that a dead process left streaming become interrupted.
    StoreAnswer<storage::OpenReport> open(storage::OpenOptions options);
};

} // namespace app
