// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/engine_session.h"

#include <QFile>

#include <algorithm>
#include <cmath>

namespace app::cli {

namespace {

struct Options {
    ModelOptions model;
    std::string file;
    std::uint32_t chunks = 0;
};

Exit run(const Program &program, Options options)
{
    const auto path = resolveModel(options.model.model);
    if (!path)
        return fail(path.error());
    QFile file(QString::fromStdString(options.file));
    if (!file.open(QIODevice::ReadOnly))
        return fail(failureFromCode(QStringLiteral("app.document_unreadable"), file.errorString(), file.fileName()));
    const std::string text = file.readAll().toStdString();

    EngineSession session(program);
    if (options.model.context == 0)
        options.model.context = 512;
    const std::size_t context = options.model.context;
    const auto model = session.load(*path, options.model);
    if (!model)
        return fail(model.error());
    // The definition that published figures use (llama.cpp's examples/perplexity): windows of the context's length side
    // by side, each beginning with BOS where the model wants one; only the second half of each window is scored.
    const std::vector<inference::TokenId> tokens = model->text->encodeText(text, true, false);
    std::size_t windows = tokens.size() / context;
    if (windows == 0) {
        return fail(
            QStringLiteral("the text has %1 tokens, fewer than one window of %2. Give a longer text or a smaller "
                           "--ctx.")
                .arg(tokens.size())
                .arg(context));
    }
    if (options.chunks > 0)
        windows = std::min<std::size_t>(windows, options.chunks);
    double sum = 0.0;
    std::size_t scored = 0;
    for (std::size_t window = 0; window < windows; ++window) {
        std::vector<inference::TokenId> piece(tokens.begin() + static_cast<std::ptrdiff_t>(window * context),
                                              tokens.begin() + static_cast<std::ptrdiff_t>((window + 1) * context));
        if (model->text->addsBos() && model->text->bos())
            piece.front() = *model->text->bos();
        const auto result = session.score(std::move(piece));
        if (!result)
            return fail(result.error());
        for (std::size_t i = context / 2; i + 1 < context; ++i) {
            sum -= static_cast<double>(result->logProbabilities[i]);
            ++scored;
        }
        if (!options.model.json) {
            print(QStringLiteral("\r%1 of %2: %3")
                      .arg(window + 1)
                      .arg(windows)
                      .arg(std::exp(sum / static_cast<double>(scored)), 0, 'f', 4));
        }
    }
    const double perplexity = std::exp(sum / static_cast<double>(scored));
    if (options.model.json) {
        printJson({{QStringLiteral("perplexity"), perplexity},
                   {QStringLiteral("tokens"), static_cast<qint64>(tokens.size())},
                   {QStringLiteral("scored_tokens"), static_cast<qint64>(scored)},
                   {QStringLiteral("chunks"), static_cast<qint64>(windows)},
                   {QStringLiteral("kv"), QString::fromLatin1(inference::name(model->kv))},
                   {QStringLiteral("device"), QString::fromStdString(model->device.id)}});
    } else {
        print(QStringLiteral("\nperplexity %1 over %2 tokens\n").arg(perplexity, 0, 'f', 4).arg(scored));
    }
    return Exit::Done;
}

} // namespace

void addPerplexity(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("perplexity", "How well a model predicts a text");
    addModelOptions(*command, options->model, true);
    command->add_option("--chunks", options->chunks, "Windows to score; all by default")
        ->check(CLI::Range(1U, 1U << 30U));
    command->add_option("FILE", options->file, "A text")->required();
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
