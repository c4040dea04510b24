// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/engine_session.h"
#include "app/sampling_settings.h"

#include <QJsonArray>

namespace app::cli {

namespace {

struct Options {
    ModelOptions model;
    std::int32_t maxTokens = -1;
    std::optional<float> temperature;
    std::optional<std::uint64_t> seed;
    std::int32_t topLogits = 0;
};

inference::SamplingParams samplingFor(const Options &options, const inference::TextModel &text)
{
    inference::SamplingParams sampling = text.recommendedSampling();
    if (options.temperature == 0.0F) {
        // The argmax of the logits and nothing else: whatever the file recommends does not count.
        sampling = {.temperature = 0.0F, .topK = 0, .topP = 1.0F, .minP = 0.0F};
    } else if (options.temperature) {
        sampling.temperature = *options.temperature;
    }
    sampling.seed = options.seed.value_or(randomSeed());
    return sampling;
}

QJsonObject stepJson(const std::vector<inference::TokenLogit> &logits)
{
    QJsonArray top;
    for (const inference::TokenLogit &candidate : logits)
        top.append(QJsonArray{candidate.id, static_cast<double>(candidate.logit)});
    return {{QStringLiteral("top"), top}};
}

Exit run(const Program &program, const Options &options)
{
    const auto path = resolveModel(options.model.model);
    if (!path)
        return fail(path.error());
    const auto prompt = readInput();
    if (!prompt)
        return fail(prompt.error());
    EngineSession session(program);
    const auto model = session.load(*path, options.model);
    if (!model)
        return fail(model.error());

    if (prompt->isEmpty() && !model->text->addsBos())
        return fail(QStringLiteral("there is nothing to continue. Give a text on standard input."));
    inference::GenerateRequest request;
    request.prompt = inference::TextPrompt{prompt->toStdString()};
    request.sampling = samplingFor(options, *model->text);
    request.maxTokens = options.maxTokens;
    request.topLogits = options.topLogits;

    std::string text;
    QJsonArray steps;
    const auto result = session.generate(request, [&](const inference::GenerateEvent &event) {
        const auto *chunk = std::get_if<inference::TokenChunk>(&event);
        if (chunk == nullptr)
            return;
        if (options.topLogits > 0)
            steps.append(stepJson(chunk->topLogits));
        text += chunk->text;
        if (!options.model.json)
            printForeign(QByteArray::fromStdString(chunk->text));
    });
    if (!result)
        return fail(result.error());
    text += result->tailText;
    if (!options.model.json) {
        printForeign(QByteArray::fromStdString(result->tailText) + '\n');
        return Exit::Done;
    }
    QJsonArray tokens;
    for (const inference::TokenId id : result->generated)
        tokens.append(id);
    QJsonObject object{{QStringLiteral("tokens"), tokens},
                       {QStringLiteral("text"), QString::fromStdString(text)},
                       {QStringLiteral("prompt_tokens"), static_cast<qint64>(result->stats.promptTokens)},
                       {QStringLiteral("finish"), finishName(result->finish)},
                       {QStringLiteral("seed"), static_cast<qint64>(result->sampling.seed)},
                       {QStringLiteral("device"), QString::fromStdString(result->device.id)},
                       {QStringLiteral("timing"), timingJson(result->stats)}};
    if (options.topLogits > 0)
        object.insert(QStringLiteral("steps"), steps);
    printJson(object);
    return Exit::Done;
}

} // namespace

void addComplete(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("complete", "Continues the text on standard input, without a chat template");
    addModelOptions(*command, options->model, true);
    command->add_option("-n", options->maxTokens, "Most tokens to generate; until the context is full by default")
        ->check(CLI::Range(1, 1 << 20));
    command->add_option("--temp", options->temperature, "Temperature; 0 is the argmax of the logits")
        ->check(CLI::Range(0.0F, 100.0F));
    command->add_option("--seed", options->seed, "Makes the answer repeatable");
    command->add_option("--top-logits", options->topLogits, "With --json: the K highest logits of every step")
        ->check(CLI::Range(1, 1000));
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
