// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/engine_session.h"
#include "app/cli/text_lines.h"

#include <algorithm>
#include <numeric>

namespace app::cli {

namespace {

struct Options {
    ModelOptions model;
    std::string query;
    std::vector<std::string> texts;
};

Exit run(const Program &program, const Options &options)
{
    const auto path = resolveModel(options.model.model);
    if (!path)
        return fail(path.error());
    const auto texts = textsOrLines(options.texts);
    if (!texts)
        return fail(texts.error());
    EngineSession session(program);
    const auto model = session.load(*path, options.model);
    if (!model)
        return fail(model.error());
    const auto result = session.rerank({.query = options.query, .texts = *texts});
    if (!result)
        return fail(result.error());
    std::vector<std::size_t> order(texts->size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) { return result->ranked[i].score; });
    for (const std::size_t i : order) {
        const inference::RankedText &ranked = result->ranked[i];
        if (options.model.json) {
            printJson({{QStringLiteral("index"), static_cast<qint64>(i)},
                       {QStringLiteral("score"), static_cast<double>(ranked.score)},
                       {QStringLiteral("tokens"), static_cast<qint64>(ranked.tokens)},
                       {QStringLiteral("dropped"), static_cast<qint64>(ranked.dropped)},
                       {QStringLiteral("text"), QString::fromStdString((*texts)[i])}});
        } else {
            printForeign(numberJson(ranked.score) + '\t' + QByteArray::fromStdString((*texts)[i]) + '\n');
        }
    }
    for (std::size_t i = 0; i < result->ranked.size(); ++i) {
        if (result->ranked[i].dropped > 0)
            noteDropped(i + 1, result->ranked[i].dropped, model->contextLength);
    }
    return Exit::Done;
}

} // namespace

void addRerank(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command =
        app.add_subcommand("rerank", "Texts by how well they answer a query, the best first, with their scores");
    addModelOptions(*command, options->model, true);
    command->add_option("--query", options->query, "What the texts are judged by")->required();
    command->add_option("TEXT", options->texts, "Texts; the lines of standard input otherwise");
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
