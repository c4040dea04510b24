// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.h"

#include "app/cli/command.h"
#include "app/guarded_start.h"
#include "app/logging.h"

#include <utility>

namespace app::cli {

namespace {

// CLI11 reports by exceptions; they end here.
int parseAndRun(CLI::App &app, Program &program, int argc, char **argv)
{
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success &help) {
        return app.exit(help);
    } catch (const CLI::ParseError &error) {
        fail(QString::fromStdString(error.what()) + QStringLiteral(". See `carrel-cli --help`."));
        return static_cast<int>(Exit::WrongUsage);
    }
    installLogging(program.verbose ? LogLevel::Everything : LogLevel::Warnings);
    return static_cast<int>(finished(program.chosen()));
}

} // namespace

int runCommandLine(GuardedStart &start, int argc, char **argv, std::function<void(CompositionOptions &)> adjust)
{
    CLI::App app("Private local assistants on your own machine, in the terminal", "carrel-cli");
    app.set_version_flag("--version", CARREL_VERSION);
    app.require_subcommand(1);
    Program program;
    program.broker = start.broker();
    program.adjust = std::move(adjust);
    app.add_option("--data", program.dataFolder, "Another data folder");
    app.add_flag("--verbose", program.verbose, "Technical lines on standard error; never what you wrote");
    app.add_flag(std::string("--") + GuardedStart::withoutBanOption(),
                 "Start even where the system cannot forbid Carrel the network");
    if (!start.mayContinue())
        return static_cast<int>(fail(start.complaint()));
    addDevices(app, program);
    addModels(app, program);
    addInfo(app, program);
    addImport(app, program);
    addRemove(app, program);
    addGet(app, program);
    addLedger(app, program);
    addAsk(app, program);
    addCatalogue(app, program);
    addChat(app, program);
    addSummarize(app, program);
    addExtract(app, program);
    addCollection(app, program);
    addSearch(app, program);
    addConversations(app, program);
    addReplay(app, program);
    addExport(app, program);
    addRestore(app, program);
    addCheck(app, program);
    addComplete(app, program);
    addTokenize(app, program);
    addDetokenize(app, program);
    addEmbed(app, program);
    addRerank(app, program);
    addPerplexity(app, program);
    addBench(app, program);
    return parseAndRun(app, program, argc, argv);
}

} // namespace app::cli
