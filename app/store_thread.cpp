// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store_thread.h"

#include <utility>

namespace app {

Stores::Stores(std::unique_ptr<storage::Database> opened)
    : database(std::move(opened))
    , conversations(*database)
    , messages(*database)
    , assistants(*database)
    , models(*database)
    , collections(*database)
    , grounding(*database)
    , search(*database)
    , downloads(*database)
    , ledger(*database)
{
}

StoreThread::StoreThread()
    : DatabaseThread(QStringLiteral("storage"))
{
}

StoreAnswer<storage::OpenReport> StoreThread::open(storage::OpenOptions options)
{
    return openWith<storage::OpenReport>([this, wanted = std::move(options)] {
        storage::Opened opened = storage::Database::open(wanted);
        if (opened.database) {
            m_stores = std::make_unique<Stores>(std::move(opened.database));
            if (!m_stores->database->readOnly()) {
                // A failure here is met again, with words, by the first write of a turn.
                if (const auto recovered = m_stores->messages.recoverInterrupted(); !recovered && wanted.log)
                    wanted.log("recovering interrupted answers: " + recovered.error().detail);
            }
        } else {
            m_closed = {storage::ErrorCode::FileUnreadable, opened.report.detail.empty()
                                                                ? std::string(storage::name(opened.report.outcome))
                                                                : opened.report.detail};
        }
        return opened.report;
    });
}

} // namespace app
