// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-cli: everything that the window does, for scripts and for tests.
#include "app/cli/command.h"
#include "app/guarded_start.h"
#include "app/logging.h"

#include <QCoreApplication>

#include <exception>
#include <new>

namespace {

// CLI11 reports by exceptions; they end here.
int parseAndRun(CLI::App &app, app::cli::Program &program, int argc, char **argv)
{
    using app::cli::Exit;
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success &help) {
        return app.exit(help);
    } catch (const CLI::ParseError &error) {
        app::cli::fail(QString::fromStdString(error.what()) + QStringLiteral(". See `carrel-cli --help`."));
        return static_cast<int>(Exit::WrongUsage);
    }
    app::installLogging(program.verbose ? app::LogLevel::Everything : app::LogLevel::Warnings);
    return static_cast<int>(app::cli::finished(program.chosen()));
}

int runCommandLine(app::GuardedStart &start, int argc, char **argv)
{
    using namespace app::cli;
    CLI::App app("Private local assistants on your own machine, in the terminal", "carrel-cli");
    app.set_version_flag("--version", CARREL_VERSION);
    app.require_subcommand(1);
    Program program;
    program.broker = start.broker();
    app.add_option("--data", program.dataFolder, "Another data folder");
    app.add_flag("--verbose", program.verbose, "Technical lines on standard error; never what you wrote");
    app.add_flag(std::string("--") + app::GuardedStart::withoutBanOption(),
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

} // namespace

int main(int argc, char **argv)
{
    app::cli::openMissingStreams();
    app::GuardedStart start(argc, argv);
    start.banNetwork();
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("carrel"));
    QCoreApplication::setApplicationVersion(QStringLiteral(CARREL_VERSION));

    try {
        return runCommandLine(start, argc, argv);
    } catch (const std::bad_alloc &) {
        app::cli::fail(
            QStringLiteral("There is not enough memory left. Close other programs, or choose a smaller model "
                           "or context."));
    } catch (const std::exception &error) {
        app::cli::fail(QStringLiteral("This should not have happened: %1").arg(QString::fromUtf8(error.what())));
    }
    return static_cast<int>(app::cli::Exit::Failed);
}
