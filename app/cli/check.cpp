// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/service_session.h"

#include <QJsonArray>

namespace app::cli {

namespace {

struct Options {
    ModelOptions none;
    bool json = false;
};

QJsonArray problemsJson(const storage::CheckReport &report)
{
    QJsonArray problems;
    for (const std::string &problem : report.problems)
        problems.append(QString::fromStdString(problem));
    return problems;
}

Exit run(const Program &program, const Options &options)
{
    ServiceSession session(program, options.none);
    if (const auto opened = session.open(); !opened)
        return fail(opened.error());
    const auto checked = session.store([](Stores &stores) { return stores.database->check(); });
    if (!checked)
        return fail(checked.error());
    if (options.json) {
        printJson({{QStringLiteral("sound"), checked->sound()}, {QStringLiteral("problems"), problemsJson(*checked)}});
    } else {
        for (const std::string &problem : checked->problems)
            print(QString::fromStdString(problem) + QLatin1Char('\n'));
    }
    if (!checked->sound()) {
        return fail(
            QStringLiteral("the history in %1 is damaged. Start Carrel with it: it keeps the damaged file and saves "
                           "what can be read.")
                .arg(session.services().dataFolder()));
    }
    if (!options.json)
        print(QStringLiteral("The history in %1 is sound.\n").arg(session.services().dataFolder()));
    return Exit::Done;
}

} // namespace

void addCheck(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("check", "Looks at every page and link of the history");
    addJsonOption(*command, options->json);
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
