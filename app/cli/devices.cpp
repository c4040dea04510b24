// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/engine_session.h"
#include "app/device_access.h"
#include "app/device_service.h"
#include "app/quarantine.h"

#include <QJsonArray>

#include <algorithm>

namespace app::cli {

namespace {

constexpr std::int32_t kTokens = 24;
constexpr const char *kPrompt = "The quick brown fox jumps over the lazy dog. Once upon a time";

struct Options {
    ModelOptions model;
    bool check = false;
    bool retry = false;
};

struct Run {
    std::vector<inference::TokenId> tokens;
    std::vector<float> lead; ///< by token: how far the best logit is above the second
};

std::expected<Run, Failure> greedy(const Program &program, const QString &path, const QString &device,
                                   const ModelOptions &options)
{
    EngineSession session(program);
    ModelOptions load = options;
    if (load.context == 0)
        load.context = 256;
    const auto model = session.loadOn(device, path, load);
    if (!model)
        return std::unexpected(model.error());
    inference::GenerateRequest request;
    request.prompt = inference::TextPrompt{kPrompt};
    request.sampling = {.temperature = 0.0F, .topK = 0, .topP = 1.0F, .minP = 0.0F};
    request.maxTokens = kTokens;
    request.topLogits = 2;
    request.ignoreEndOfGeneration = true;
    Run run;
    const auto result = session.generate(request, [&](const inference::GenerateEvent &event) {
        if (const auto *chunk = std::get_if<inference::TokenChunk>(&event);
            chunk != nullptr && chunk->topLogits.size() == 2)
            run.lead.push_back(chunk->topLogits[0].logit - chunk->topLogits[1].logit);
    });
    if (!result)
        return std::unexpected(result.error());
    run.tokens = result->generated;
    return run;
}

QString className(DeviceClass deviceClass)
{
    switch (deviceClass) {
    case DeviceClass::Cpu:
        return QStringLiteral("processor");
    case DeviceClass::DiscreteGpu:
        return QStringLiteral("discrete GPU");
    case DeviceClass::IntegratedGpu:
        return QStringLiteral("integrated GPU");
    case DeviceClass::VirtualGpu:
        return QStringLiteral("virtual GPU");
    case DeviceClass::SoftwareGpu:
        return QStringLiteral("software");
    }
    return {};
}

// What a device's run says against the processor's.
QJsonObject compare(const Run &run, const Run &reference)
{
    QJsonObject check{{QStringLiteral("tokens"), static_cast<qint64>(reference.tokens.size())}};
    const auto [mine, theirs] = std::ranges::mismatch(run.tokens, reference.tokens);
    const bool agrees = mine == run.tokens.end() && theirs == reference.tokens.end();
    check.insert(QStringLiteral("agrees"), agrees);
    if (!agrees) {
        const auto at = static_cast<std::size_t>(theirs - reference.tokens.begin());
        check.insert(QStringLiteral("first_difference"), static_cast<qint64>(at));
        if (at < reference.lead.size())
            check.insert(QStringLiteral("reference_lead"), static_cast<double>(reference.lead[at]));
    }
    return check;
}

QString checkText(const QJsonObject &check)
{
    if (const QString failure = check.value(QStringLiteral("failure")).toString(); !failure.isEmpty())
        return failure;
    if (check.value(QStringLiteral("agrees")).toBool())
        return QStringLiteral("agrees over %1 tokens").arg(check.value(QStringLiteral("tokens")).toInteger());
    return QStringLiteral("differs from token %1 (the processor's two best logits are %2 apart there)")
        .arg(check.value(QStringLiteral("first_difference")).toInteger())
        .arg(check.value(QStringLiteral("reference_lead")).toDouble(), 0, 'f', 3);
}

// What was left alone after a crash may be tried once more.
void releaseAll(const DeviceReport &report)
{
    const Quarantine quarantine = deviceQuarantine();
    for (const DeviceValue &device : report.devices) {
        if (device.quarantined)
            quarantine.release(device.uuid);
    }
}

Exit run(const Program &program, const Options &options)
{
    const DeviceTrials trials{.allSoftware = options.check};
    DeviceReport report = probedDevices(program, trials);
    if (options.retry && std::ranges::any_of(report.devices, &DeviceValue::quarantined)) {
        releaseAll(report);
        report = probedDevices(program, trials);
    }
    const QList<DeviceValue> devices = devicesFrom(report);

    QString model;
    std::optional<Run> reference;
    if (options.check) {
        std::string wanted = options.model.model;
        if (wanted.empty()) {
            const auto first = firstModel();
            if (!first)
                return fail(noModelFailure());
            wanted = first->toStdString();
        }
        const auto path = resolveModel(wanted);
        if (!path)
            return fail(path.error());
        model = *path;
        auto made = greedy(program, model, QStringLiteral("cpu"), options.model);
        if (!made)
            return fail(made.error());
        reference = std::move(*made);
    }

    bool allAgree = true;
    for (const DeviceValue &device : devices) {
        const bool runs = device.usable && !device.quarantined;
        QJsonObject object{{QStringLiteral("id"), device.id},
                           {QStringLiteral("name"), device.name},
                           {QStringLiteral("kind"), className(device.deviceClass)},
                           {QStringLiteral("driver"), device.driver},
                           {QStringLiteral("memory_bytes"), static_cast<qint64>(device.memoryBytes)},
                           {QStringLiteral("free_bytes"), static_cast<qint64>(device.freeBytes)},
                           {QStringLiteral("usable"), runs},
                           {QStringLiteral("quarantined"), device.quarantined},
                           {QStringLiteral("reason"), device.reason}};
        QString line = device.id.leftJustified(10) + device.name + QStringLiteral(" (") +
                       className(device.deviceClass) + QStringLiteral(")");
        if (!runs)
            line += QStringLiteral(": not usable. ") + device.reason;
        const bool isProcessor = device.deviceClass == DeviceClass::Cpu;
        if (reference && runs && (device.tried || isProcessor)) {
            QJsonObject check;
            if (isProcessor) {
                check = compare(*reference, *reference);
                check.insert(QStringLiteral("reference"), true);
                line += QStringLiteral(": the reference");
            } else {
                const auto own = greedy(program, model, device.id, options.model);
                check = own ? compare(*own, *reference)
                            : QJsonObject{{QStringLiteral("agrees"), false},
                                          {QStringLiteral("failure"), own.error().sentence()}};
                line += QStringLiteral(": ") + checkText(check);
                allAgree = allAgree && check.value(QStringLiteral("agrees")).toBool();
            }
            object.insert(QStringLiteral("check"), check);
        }
        if (options.model.json)
            printJson(object);
        else
            print(line + QLatin1Char('\n'));
    }
    if (!options.model.json) {
        if (!report.notice.isEmpty())
            print(report.notice + QLatin1Char('\n'));
        if (std::ranges::any_of(report.devices, &DeviceValue::quarantined))
            print(QStringLiteral("carrel-cli devices --retry tries again what was left alone.\n"));
    }
    if (allAgree)
        return Exit::Done;
    return fail(
        QStringLiteral("a device differs from the processor. Use --device cpu, and please report the lines above."));
}

} // namespace

void addDevices(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("devices", "Processor and graphics devices that can run models");
    command->add_flag("--check", options->check,
                      "Generate on every device, software ones too, and compare with the processor");
    command->add_flag("--retry", options->retry,
                      "Try drivers and devices again that are left alone since they crashed or stopped answering");
    addModelOptions(*command, options->model, false);
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
