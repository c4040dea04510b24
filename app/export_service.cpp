// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export_service.h"

#include "app/grounding_convert.h"
#include "app/store_convert.h"
#include "app/store_thread.h"
#include "storage/conversation_export.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <utility>

namespace app {

namespace {

Failure unknownFormat(const QString &path)
{
    return {.code = QStringLiteral("app.export_format"),
            .title = ExportService::tr("This format is not written"),
            .explanation =
                ExportService::tr("%1 should end with .md, .html, .pdf or .jsonl. Give the file one of these endings.")
                    .arg(QFileInfo(path).fileName())};
}

Failure notWritten(const QString &path, const QString &reason)
{
    return {.code = QStringLiteral("app.export_failed"),
            .title = ExportService::tr("The file was not written"),
            .explanation = ExportService::tr("%1 could not be written. Choose another folder, or make room.").arg(path),
            .details = reason};
}

bool endsWith(const QString &path, const char *ending)
{
    return path.endsWith(QLatin1StringView(ending), Qt::CaseInsensitive);
}

} // namespace

storage::Result<ExportedTalk> readTalk(Stores &stores, storage::ConversationId id)
{
    ExportedTalk talk;
    const auto row = stores.conversations.get(id);
    if (!row)
        return std::unexpected(row.error());
    talk.title = summaryFrom(*row).title;
    const auto path = stores.messages.path(id);
    if (!path)
        return std::unexpected(path.error());
    for (const storage::PathMessage &message : *path) {
        MessageValue value = messageFrom(message);
        if (message.hasRecord) {
            const auto record = stores.messages.record(message.message.id);
            if (!record)
                return std::unexpected(record.error());
            if (*record)
                value.record = recordFrom(**record);
        }
        if (value.role == MessageRole::Assistant) {
            const auto grounding = readGrounding(stores.grounding, message.message.id);
            if (!grounding)
                return std::unexpected(grounding.error());
            if (*grounding)
                setGrounding(value, **grounding);
        }
        talk.messages.append(std::move(value));
    }
    return talk;
}

std::expected<void, Failure> writePage(const QString &path, const QByteArray &bytes)
{
    QSaveFile file(path);
    if (!bytes.isEmpty() && file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
        return {};
    return std::unexpected(notWritten(path, file.errorString()));
}

ExportService::ExportService(StoreThread &store, QObject *parent)
    : QObject(parent)
    , m_store(store)
{
    m_pool.setMaxThreadCount(1);
}

ExportService::~ExportService()
{
    m_pool.waitForDone();
}

void ExportService::read(ConversationId id, const QString &assistantName, const QString &path,
                         std::function<void(ExportedTalk &talk)> choose)
{
    m_store.run([id](Stores &stores) { return readTalk(stores, toStore(id)); })
        .then(this, [this, assistantName, path, chosen = std::move(choose)](const storage::Result<ExportedTalk> &read) {
            if (!read) {
                Q_EMIT failed(failureFrom(read.error()));
                return;
            }
            ExportedTalk talk = *read;
            talk.assistantName = assistantName;
            chosen(talk);
            save(talk, path);
        });
}

void ExportService::suggestName(ConversationId id)
{
    m_store.run([id](Stores &stores) { return stores.conversations.get(toStore(id)); })
        .then(this, [this, id](const storage::Result<storage::Conversation> &row) {
            if (row)
                Q_EMIT nameSuggested(id, exportFileName(summaryFrom(*row).title));
            else
                Q_EMIT failed(failureFrom(row.error()));
        });
}

void ExportService::saveConversation(ConversationId id, const QString &assistantName, const QString &path)
{
    if (endsWith(path, ".jsonl")) {
        saveLines(id, path);
        return;
    }
    read(id, assistantName, path, [](ExportedTalk &) {});
}

void ExportService::saveLines(ConversationId id, const QString &path)
{
    m_store
        .run([id, target = QFile::encodeName(path).toStdString()](Stores &stores) {
            return storage::exportConversations(*stores.database, std::filesystem::path(target), {toStore(id)});
        })
        .then(this, [this, path](const storage::Result<storage::ExportReport> &report) {
            if (report)
                Q_EMIT saved(path);
            else if (report.error().code == storage::ErrorCode::NotFound)
                Q_EMIT failed(failureFrom(report.error()));
            else
                Q_EMIT failed(notWritten(path, QString::fromStdString(report.error().detail)));
        });
}

void ExportService::saveAnswer(ConversationId id, MessageId answer, const QString &assistantName, const QString &path)
{
    read(id, assistantName, path, [answer](ExportedTalk &talk) {
        MessageId question;
        for (const MessageValue &message : std::as_const(talk.messages)) {
            if (message.id == answer)
                question = message.parent;
        }
        talk.messages.removeIf(
            [&](const MessageValue &message) { return message.id != answer && message.id != question; });
    });
}

void ExportService::save(const ExportedTalk &talk, const QString &path)
{
    const auto format = exportFormatOf(path);
    if (!format && (!endsWith(path, ".pdf") || !m_pdf)) {
        Q_EMIT failed(unknownFormat(path));
        return;
    }
    ExportedTalk dated = talk;
    dated.written = QDateTime::currentDateTime();
    m_pool.start([this, dated, path, format, pdf = m_pdf] {
        const QByteArray bytes = format ? exported(dated, *format).toUtf8() : pdf(dated);
        const auto written = writePage(path, bytes);
        QMetaObject::invokeMethod(this, [this, path, written] {
            if (written)
                Q_EMIT saved(path);
            else
                Q_EMIT failed(written.error());
        });
    });
}

} // namespace app
