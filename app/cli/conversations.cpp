// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/service_session.h"
#include "app/store_convert.h"

namespace app::cli {

namespace {

struct Options {
    ModelOptions none;
    bool json = false;
    bool trash = false;
    qint64 id = 0;
};

Exit list(ServiceSession &session, const Options &options)
{
    const auto rows = session.store([&](Stores &stores) -> storage::Result<std::vector<storage::Conversation>> {
        std::vector<storage::Conversation> all;
        storage::ListQuery query{.scope = options.trash ? storage::ListScope::Trash : storage::ListScope::All,
                                 .limit = 500};
        do {
            auto page = stores.conversations.list(query);
            if (!page)
                return std::unexpected(page.error());
            all.insert(all.end(), page->rows.begin(), page->rows.end());
            query.after = page->next;
        } while (query.after);
        return all;
    });
    if (!rows)
        return fail(rows.error());
    for (const storage::Conversation &row : *rows) {
        const ConversationSummary summary = summaryFrom(row);
        const QString updated = summary.updatedAt.toUTC().toString(Qt::ISODate);
        if (options.json) {
            printJson({{QStringLiteral("id"), summary.id.value},
                       {QStringLiteral("uuid"), QString::fromStdString(row.uuid)},
                       {QStringLiteral("title"), summary.title},
                       {QStringLiteral("pinned"), summary.pinned},
                       {QStringLiteral("created"), summary.createdAt.toUTC().toString(Qt::ISODate)},
                       {QStringLiteral("updated"), updated}});
        } else {
            print(QStringLiteral("%1  %2  %3\n").arg(summary.id.value, 6).arg(updated, summary.title));
        }
    }
    return Exit::Done;
}

Exit show(ServiceSession &session, const Options &options)
{
    struct Row {
        storage::PathMessage message;
        std::optional<storage::AnswerRecord> record;
    };
    const auto rows = session.store([&](Stores &stores) -> storage::Result<std::vector<Row>> {
        const storage::ConversationId id{options.id};
        if (const auto known = stores.conversations.get(id); !known)
            return std::unexpected(known.error());
        auto path = stores.messages.path(id);
        if (!path)
            return std::unexpected(path.error());
        std::vector<Row> all;
        for (storage::PathMessage &message : *path) {
            Row row{.message = std::move(message), .record = {}};
            if (row.message.hasRecord) {
                auto record = stores.messages.record(row.message.message.id);
                if (!record)
                    return std::unexpected(record.error());
                row.record = std::move(*record);
            }
            all.push_back(std::move(row));
        }
        return all;
    });
    if (!rows)
        return fail(rows.error());
    for (const Row &row : *rows) {
        MessageValue message = messageFrom(row.message);
        if (row.record)
            message.record = recordFrom(*row.record);
        if (options.json) {
            printJson(messageJson(message));
        } else {
            QString speaker = message.role == MessageRole::User ? QStringLiteral("You") : QStringLiteral("Carrel");
            if (message.state != MessageState::Complete)
                speaker += QStringLiteral(" (%1)").arg(stateName(message.state));
            print(QStringLiteral("[%1] %2\n%3\n\n").arg(message.id.value).arg(speaker, message.text));
        }
    }
    return Exit::Done;
}

Exit run(const Program &program, const Options &options)
{
    ServiceSession session(program, options.none);
    if (const auto opened = session.open(); !opened)
        return fail(opened.error());
    return options.id > 0 ? show(session, options) : list(session, options);
}

} // namespace

void addConversations(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("conversations", "The history, or the messages of one conversation");
    command->add_option("ID", options->id, "A conversation: show its messages")->check(CLI::PositiveNumber);
    command->add_flag("--trash", options->trash, "What is in the trash");
    addJsonOption(*command, options->json);
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
