// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/service_session.h"
#include "app/export_service.h"
#include "storage/conversation_export.h"

#include <vector>

namespace app::cli {

namespace {

struct Options {
    ModelOptions none;
    bool json = false;
    std::string file;
    std::string format;
    std::vector<qint64> ids;
};

struct Written {
    qint64 conversations = 0;
    qint64 messages = 0;
};

/// Failures of the file itself name it.
Failure named(const Failure &failure, const Options &options)
{
    const bool ofFile = failure.code == QLatin1StringView("storage.file_unreadable") ||
                        failure.code == QLatin1StringView("storage.disk_full");
    return ofFile ? failureFromCode(failure.code, failure.details, QString::fromStdString(options.file)) : failure;
}

std::expected<Written, Failure> writeLines(ServiceSession &session, const Options &options)
{
    std::vector<storage::ConversationId> ids;
    ids.reserve(options.ids.size());
    for (const qint64 id : options.ids)
        ids.push_back({id});
    const auto report = session.store([&](Stores &stores) {
        return storage::exportConversations(*stores.database, std::filesystem::path(options.file), ids);
    });
    if (!report)
        return std::unexpected(report.error());
    return Written{.conversations = report->conversations, .messages = report->messages};
}

/// All conversations but those in the trash, newest first.
storage::Result<std::vector<storage::ConversationId>> allConversations(Stores &stores)
{
    std::vector<storage::ConversationId> ids;
    storage::ListQuery query{.scope = storage::ListScope::All, .limit = 500};
    do {
        auto page = stores.conversations.list(query);
        if (!page)
            return std::unexpected(page.error());
        for (const storage::Conversation &row : page->rows)
            ids.push_back(row.id);
        query.after = page->next;
    } while (query.after);
    return ids;
}

std::expected<Written, Failure> writePages(ServiceSession &session, const Options &options, ExportFormat format)
{
    const auto talks = session.store([&](Stores &stores) -> storage::Result<QList<ExportedTalk>> {
        std::vector<storage::ConversationId> ids;
        for (const qint64 id : options.ids)
            ids.push_back({id});
        if (ids.empty()) {
            auto all = allConversations(stores);
            if (!all)
                return std::unexpected(all.error());
            ids = std::move(*all);
        }
        QList<ExportedTalk> read;
        for (const storage::ConversationId id : ids) {
            auto talk = readTalk(stores, id);
            if (!talk)
                return std::unexpected(talk.error());
            read.append(std::move(*talk));
        }
        return read;
    });
    if (!talks)
        return std::unexpected(talks.error());
    QList<ExportedTalk> dated = *talks;
    Written written{.conversations = dated.size(), .messages = 0};
    for (ExportedTalk &talk : dated) {
        talk.written = QDateTime::currentDateTimeUtc();
        written.messages += talk.messages.size();
    }
    if (const auto done = writePage(QString::fromStdString(options.file), exported(dated, format).toUtf8()); !done)
        return std::unexpected(done.error());
    return written;
}

Exit run(const Program &program, const Options &options)
{
    const QString wanted = QString::fromStdString(options.format.empty() ? options.file : options.format);
    const auto format = exportFormatOf(wanted);
    ServiceSession session(program, options.none);
    if (const auto opened = session.open(); !opened)
        return fail(opened.error());
    const auto written = format ? writePages(session, options, *format) : writeLines(session, options);
    if (!written)
        return fail(named(written.error(), options));
    if (options.json) {
        printJson({{QStringLiteral("file"), QString::fromStdString(options.file)},
                   {QStringLiteral("conversations"), written->conversations},
                   {QStringLiteral("messages"), written->messages}});
    } else {
        print(QStringLiteral("%1 conversations with %2 messages written to %3\n")
                  .arg(written->conversations)
                  .arg(written->messages)
                  .arg(QString::fromStdString(options.file)));
    }
    return Exit::Done;
}

} // namespace

void addExport(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand(
        "export", "Conversations as JSON lines, an open format that restore reads, or as pages with their citations");
    command->add_option("FILE", options->file, "The file to write; .md and .html say the format")->required();
    command->add_option("--format", options->format, "jsonl, md or html")
        ->check(CLI::IsMember({"jsonl", "md", "html"}));
    command->add_option("--conversation", options->ids, "Only these; all by default")->check(CLI::PositiveNumber);
    addJsonOption(*command, options->json);
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
