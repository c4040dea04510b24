// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/service_session.h"
#include "app/summary_service.h"

#include <QTimer>

namespace app::cli {

namespace {

struct Options {
    ModelOptions model;
    std::string file;
    std::optional<float> temperature;
    std::optional<std::uint64_t> seed;
};

Exit run(const Program &program, const Options &options)
{
    ServiceSession session(program, options.model);
    if (const auto opened = session.open(); !opened)
        return fail(opened.error());
    if (const auto chosen = session.chooseModel(); !chosen)
        return fail(chosen.error());
    SummaryService &summaries = session.services().summaries();
    summaries.setSampling({.temperature = options.temperature, .seed = options.seed});

    Failure failure;
    QString summary;
    SummaryCoverage coverage;
    session.loop([&](QEventLoop &events) {
        QObject::connect(&summaries, &SummaryService::textArrived, &events, [&](const QString &text) {
            if (!options.model.json)
                print(text);
        });
        QObject::connect(&summaries, &SummaryService::finished, &events,
                         [&](const QString &text, const SummaryCoverage &read) {
                             summary = text;
                             coverage = read;
                             events.quit();
                         });
        QObject::connect(&summaries, &SummaryService::failed, &events, [&](const Failure &why) {
            failure = why;
            events.quit();
        });
        session.onInterrupt([&summaries] { summaries.stop(); });
        QTimer::singleShot(0, &events, [&] { summaries.summarize(QString::fromStdString(options.file)); });
    });
    if (!failure.isEmpty())
        return fail(failure);
    if (options.model.json) {
        printJson({{QStringLiteral("summary"), summary},
                   {QStringLiteral("coverage"), QJsonObject{{QStringLiteral("sections_total"), coverage.sectionsTotal},
                                                            {QStringLiteral("sections_read"), coverage.sectionsRead},
                                                            {QStringLiteral("tokens_total"), coverage.tokensTotal},
                                                            {QStringLiteral("tokens_read"), coverage.tokensRead},
                                                            {QStringLiteral("cut"), coverage.cut}}}});
    } else {
        print(QStringLiteral("\n\n") + coverage.sentence() + QLatin1Char('\n'));
    }
    return Exit::Done;
}

} // namespace

void addSummarize(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command =
        app.add_subcommand("summarize", "Summarizes a document of plain text and says how much was read");
    addModelOptions(*command, options->model, false);
    command->add_option("--temp", options->temperature, "Temperature; 0 always takes the likeliest token")
        ->check(CLI::Range(0.0F, 100.0F));
    command->add_option("--seed", options->seed, "Makes the summary repeatable");
    command->add_option("FILE", options->file, "Plain text in UTF-8")->required();
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
