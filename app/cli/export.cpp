// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/service_session.h"
#include "storage/conversation_export.h"

#include <vector>

namespace app::cli {

namespace {

struct Options {
    ModelOptions none;
    bool json = false;
    std::string file;
    std::vector<qint64> ids;
};

Exit run(const Program &program, const Options &options)
{
    ServiceSession session(program, options.none);
    if (const auto opened = session.open(); !opened)
        return fail(opened.error());
    std::vector<storage::ConversationId> ids;
    ids.reserve(options.ids.size());
    for (const qint64 id : options.ids)
        ids.push_back({id});
    const auto report = session.store([&](Stores &stores) {
        return storage::exportConversations(*stores.database, std::filesystem::path(options.file), ids);
    });
    if (!report) {
        const Failure &failure = report.error();
        const bool ofFile = failure.code == QLatin1StringView("storage.file_unreadable") ||
                            failure.code == QLatin1StringView("storage.disk_full");
        return fail(ofFile ? failureFromCode(failure.code, failure.details, QString::fromStdString(options.file))
                           : failure);
    }
    if (options.json) {
        printJson({{QStringLiteral("file"), QString::fromStdString(options.file)},
                   {QStringLiteral("conversations"), static_cast<qint64>(report->conversations)},
                   {QStringLiteral("messages"), static_cast<qint64>(report->messages)}});
    } else {
        print(QStringLiteral("%1 conversations with %2 messages written to %3\n")
                  .arg(report->conversations)
                  .arg(report->messages)
                  .arg(QString::fromStdString(options.file)));
    }
    return Exit::Done;
}

} // namespace

void addExport(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("export", "Conversations as JSON lines, an open format that restore reads");
    command->add_option("FILE", options->file, "The file to write")->required();
    command->add_option("--conversation", options->ids, "Only these; all by default")->check(CLI::PositiveNumber);
    addJsonOption(*command, options->json);
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
