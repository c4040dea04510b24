// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/service_session.h"
#include "storage/conversation_export.h"

namespace app::cli {

namespace {

struct Options {
    ModelOptions none;
    bool json = false;
    std::string file;
};

Exit run(const Program &program, const Options &options)
{
    ServiceSession session(program, options.none);
    if (const auto opened = session.open(); !opened)
        return fail(opened.error());
    const auto report = session.store([&](Stores &stores) {
        return storage::restoreConversations(*stores.database, std::filesystem::path(options.file));
    });
    if (!report) {
        const Failure &failure = report.error();
        // What is wrong with the export is said of its file, what is wrong with the history of the data folder.
        const bool ofFile = failure.code == QLatin1StringView("storage.import_malformed") ||
                            failure.code == QLatin1StringView("storage.file_unreadable");
        return fail(ofFile ? failureFromCode(failure.code, failure.details, QString::fromStdString(options.file))
                           : failure);
    }
    if (options.json) {
        printJson({{QStringLiteral("conversations_added"), static_cast<qint64>(report->conversationsAdded)},
                   {QStringLiteral("conversations_merged"), static_cast<qint64>(report->conversationsMerged)},
                   {QStringLiteral("messages_added"), static_cast<qint64>(report->messagesAdded)},
                   {QStringLiteral("messages_known"), static_cast<qint64>(report->messagesKnown)},
                   {QStringLiteral("assistants_added"), static_cast<qint64>(report->assistantsAdded)}});
    } else {
        print(QStringLiteral("%1 conversations added, %2 merged; %3 messages added, %4 were already here\n")
                  .arg(report->conversationsAdded)
                  .arg(report->conversationsMerged)
                  .arg(report->messagesAdded)
                  .arg(report->messagesKnown));
    }
    return Exit::Done;
}

} // namespace

void addRestore(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("restore", "Adds what an export holds and this history does not");
    command->add_option("FILE", options->file, "A file that export wrote")->required();
    addJsonOption(*command, options->json);
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
