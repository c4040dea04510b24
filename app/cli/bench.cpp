// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/engine_session.h"

#include <QFile>

#include <algorithm>
#include <random>

namespace app::cli {

namespace {

struct Options {
    ModelOptions model;
    std::uint32_t prompt = 256;
    std::int32_t generate = 64;
    int repeats = 3;
};

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2.0;
}

// The most memory this process has held, as the kernel counts it.
qint64 peakBytes()
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("VmHWM:"))
            return line.mid(6).simplified().split(' ').constFirst().toLongLong() * 1024;
    }
    return 0;
}

Exit run(const Program &program, const Options &options)
{
    const auto path = resolveModel(options.model.model);
    if (!path)
        return fail(path.error());
    EngineSession session(program);
    ModelOptions load = options.model;
    if (load.context == 0)
        load.context = std::max(512U, options.prompt + static_cast<std::uint32_t>(options.generate) + 8);
    const auto model = session.load(*path, load);
    if (!model)
        return fail(model.error());

    // Any tokens will do: the work does not depend on them. The same seed makes runs comparable.
    std::mt19937 random(1); // NOLINT: reproducible on purpose
    std::uniform_int_distribution<inference::TokenId> token(
        0, static_cast<inference::TokenId>(model->text->vocabularySize()) - 1);
    std::vector<double> prefill;
    std::vector<double> decode;
    std::vector<double> firstToken;
    for (int i = 0; i < options.repeats + 1; ++i) {
        inference::GenerateRequest request;
        std::vector<inference::TokenId> prompt(options.prompt);
        std::ranges::generate(prompt, [&] { return token(random); });
        request.prompt = inference::TokenPrompt{std::move(prompt)};
        request.sampling = {.temperature = 0.0F, .topK = 0, .topP = 1.0F, .minP = 0.0F};
        request.maxTokens = options.generate;
        request.ignoreEndOfGeneration = true;
        request.reusePrefix = false;
        const auto result = session.generate(request);
        if (!result)
            return fail(result.error());
        if (session.interrupted())
            return fail(QStringLiteral("stopped before it was done. Run it again for figures."));
        // The first round warms caches and pages up.
        if (i == 0)
            continue;
        prefill.push_back(1000.0 * options.prompt / std::max(result->stats.prefillMs, 1e-3));
        firstToken.push_back(result->stats.firstTokenMs);
        if (result->stats.generatedTokens > 1)
            decode.push_back(1000.0 * (result->stats.generatedTokens - 1) / std::max(result->stats.decodeMs, 1e-3));
    }
    const double decodeSpeed = decode.empty() ? 0.0 : median(decode);
    const QJsonObject object{
        {QStringLiteral("model"), QString::fromStdString(model->text->summary().name)},
        {QStringLiteral("quantization"), QString::fromStdString(model->text->summary().quantization)},
        {QStringLiteral("device"), QString::fromStdString(model->device.id)},
        {QStringLiteral("device_name"), QString::fromStdString(model->device.name)},
        {QStringLiteral("driver"), QString::fromStdString(model->device.driver)},
        {QStringLiteral("instruction_set"), QString::fromStdString(model->instructionSet)},
        {QStringLiteral("threads"), static_cast<qint64>(model->threads)},
        {QStringLiteral("prompt_tokens"), static_cast<qint64>(options.prompt)},
        {QStringLiteral("generated_tokens"), options.generate},
        {QStringLiteral("repeats"), options.repeats},
        {QStringLiteral("prefill_tps"), median(prefill)},
        {QStringLiteral("decode_tps"), decodeSpeed},
        {QStringLiteral("first_token_ms"), median(firstToken)},
        {QStringLiteral("load_ms"), model->loadMs},
        {QStringLiteral("peak_bytes"), peakBytes()},
        {QStringLiteral("weight_bytes"), static_cast<qint64>(model->memory.weightBytes)},
        {QStringLiteral("expert_layers"), static_cast<qint64>(model->expertLayers)},
        {QStringLiteral("host_expert_layers"), static_cast<qint64>(model->hostExpertLayers)},
        {QStringLiteral("host_bytes"), static_cast<qint64>(model->memory.hostBytes)},
        {QStringLiteral("kv"), QString::fromLatin1(inference::name(model->kv))},
        {QStringLiteral("kv_bytes"), static_cast<qint64>(model->memory.kvBytes)},
        {QStringLiteral("bandwidth_bytes_per_s"), decodeSpeed * static_cast<double>(model->memory.weightBytes)}};
    if (options.model.json) {
        printJson(object);
        return Exit::Done;
    }
    print(QStringLiteral("%1 on %2\n")
              .arg(object.value(QStringLiteral("model")).toString(),
                   object.value(QStringLiteral("device_name")).toString()));
    print(QStringLiteral("prefill      %1 tokens/s\n").arg(median(prefill), 0, 'f', 1));
    print(QStringLiteral("decode       %1 tokens/s\n").arg(decodeSpeed, 0, 'f', 1));
    print(QStringLiteral("first token  %1 ms\n").arg(median(firstToken), 0, 'f', 1));
    print(QStringLiteral("load         %1 ms\n").arg(model->loadMs, 0, 'f', 0));
    print(QStringLiteral("peak memory  %1\n").arg(sizeText(static_cast<quint64>(peakBytes()))));
    if (model->hostExpertLayers > 0) {
        print(QStringLiteral("main memory  %1, with the experts of %2 of %3 layers\n")
                  .arg(sizeText(model->memory.hostBytes))
                  .arg(model->hostExpertLayers)
                  .arg(model->expertLayers));
    }
    return Exit::Done;
}

} // namespace

void addBench(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("bench", "Measures a model on a device; medians of several runs");
    addModelOptions(*command, options->model, true);
    command->add_option("-p", options->prompt, "Tokens of the prompt")->check(CLI::Range(1U, 1U << 20U));
    command->add_option("-n", options->generate, "Tokens to generate")->check(CLI::Range(1, 1 << 20));
    command->add_option("-r", options->repeats, "Runs that are counted, after one that is not")
        ->check(CLI::Range(1, 1000));
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
