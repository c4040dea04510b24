// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/engine_session.h"
#include "app/cli/service_session.h"
#include "app/model_provenance.h"
#include "app/sampling_settings.h"
#include "app/store_convert.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace app::cli {

namespace {

struct Options {
    ModelOptions model;
    qint64 message = 0;
};

// Which file to run: the one named, the recorded path, or an installed model of the recorded hash.
std::expected<QString, Failure> modelFile(ServiceSession &session, const Options &options,
                                          const storage::AnswerRecord &record)
{
    if (!options.model.model.empty())
        return resolveModel(options.model.model);
    if (QString path = QString::fromStdString(record.modelPath); QFileInfo(path).isFile())
        return path;
    if (!record.modelSha256.empty()) {
        const auto row = session.store([&](Stores &stores) { return stores.models.findBySha256(record.modelSha256); });
        if (row && QFileInfo(QString::fromStdString(row->path)).isFile())
            return QString::fromStdString(row->path);
    }
    return std::unexpected(
        failureFromCode(QStringLiteral("app.unknown_model"), {}, QString::fromStdString(record.modelName)));
}

// Whether the file is the one that answered; nothing when that cannot be told.
std::optional<bool> isTheSameFile(ServiceSession &session, const QString &path, const storage::AnswerRecord &record)
{
    if (record.modelSha256.empty())
        return std::nullopt;
    const ModelCard card = readModelCard(QFileInfo(path).absoluteFilePath(), ModelOrigin::Added);
    ModelProvenance &provenance = session.services().provenance();
    provenance.ensure(card);
    if (provenance.isComputing()) {
        session.loop([&](QEventLoop &events) {
            QObject::connect(&provenance, &ModelProvenance::idle, &events, &QEventLoop::quit);
        });
    }
    const QString sha256 = provenance.sha256(card);
    if (sha256.isEmpty())
        return std::nullopt;
    return sha256.toStdString() == record.modelSha256;
}

// The adapters of the recorded answer at their scales: the files named with --lora, else those that it used.
std::expected<QList<AdapterChoice>, QString> adaptersFor(const Options &options, const storage::AnswerRecord &record)
{
    const QList<AdapterChoice> &named = options.model.adapters;
    const auto recorded = static_cast<qsizetype>(record.adapters.size());
    if (!named.isEmpty() && named.size() != recorded) {
        return std::unexpected(
            QStringLiteral("the answer was made with %1 adapters, %2 are named. Give each with --lora, "
                           "in the order of the record, or none.")
                .arg(recorded)
                .arg(named.size()));
    }
    const QJsonArray paths = QJsonDocument::fromJson(QByteArray::fromStdString(record.detailsJson))
                                 .object()
                                 .value(QStringLiteral("adapter_paths"))
                                 .toArray();
    QList<AdapterChoice> adapters;
    for (qsizetype i = 0; i < recorded; ++i) {
        const storage::AdapterUse &use = record.adapters[static_cast<std::size_t>(i)];
        const QString path = named.isEmpty() ? paths.at(i).toString() : named.at(i).path;
        if (!QFileInfo(path).isFile()) {
            return std::unexpected(
                QStringLiteral(
                    "the answer was made with the adapter %1 (SHA-256 %2), which is not at %3. Give its file "
                    "with --lora.")
                    .arg(QString::fromStdString(use.name), QString::fromStdString(use.sha256), path));
        }
        adapters.append({.path = path, .scale = static_cast<float>(use.scale)});
    }
    return adapters;
}

// An adapter that is not the recorded one; nothing when all are.
std::optional<QString> otherAdapter(const inference::LoadedModel &model, const storage::AnswerRecord &record)
{
    for (std::size_t i = 0; i < record.adapters.size(); ++i) {
        if (i >= model.adapters.size() || model.adapters[i].sha256 != record.adapters[i].sha256)
            return QString::fromStdString(record.adapters[i].name);
    }
    return std::nullopt;
}

Exit run(const Program &program, const Options &options)
{
    ServiceSession session(program, options.model);
    if (const auto opened = session.open(); !opened)
        return fail(opened.error());
    const auto stored = session.store([&](Stores &stores) { return stores.messages.record({options.message}); });
    if (!stored)
        return fail(stored.error());
    if (!*stored || (*stored)->promptTokens.empty()) {
        return fail(
            QStringLiteral("message %1 has no record to replay. `carrel-cli conversations ID` shows the answers of a "
                           "conversation.")
                .arg(options.message));
    }
    const storage::AnswerRecord &record = **stored;
    if (record.generatedTokens.empty())
        return fail(QStringLiteral("message %1 ended before its first token, so there is nothing to compare.")
                        .arg(options.message));
    const auto path = modelFile(session, options, record);
    if (!path)
        return fail(path.error());

    const std::optional<bool> sameFile = isTheSameFile(session, *path, record);
    if (sameFile == false) {
        fail(QStringLiteral("%1 is not the file that answered: its SHA-256 differs. Give that file with -m.")
                 .arg(QFileInfo(*path).fileName()));
    }

    ModelOptions load = options.model;
    const auto adapters = adaptersFor(options, record);
    if (!adapters)
        return fail(adapters.error());
    load.adapters = *adapters;
    if (load.device.empty())
        load.device = record.backend == "vulkan" ? "vulkan" : "cpu";
    if (load.threads == 0)
        load.threads = static_cast<std::uint32_t>(std::max(record.threads, 0));
    if (load.context == 0)
        load.context = static_cast<std::uint32_t>(std::max(record.contextTokens, 0));
    if (!load.kv) {
        load.kv = kvTypeOf(record);
        if (!load.kv)
            return fail(
                QStringLiteral("message %1 was answered with a KV cache that this version does not know. Choose "
                               "one with --kv.")
                    .arg(options.message));
    }
    if (!load.hostExperts)
        load.hostExperts = hostExpertsOf(record);
    const auto device = session.device(load.device);
    if (!device)
        return fail(device.error());
    EngineSession engine(program);
    const auto model = engine.loadOn(*device, *path, load);
    if (!model)
        return fail(model.error());

    if (const auto other = otherAdapter(*model, record)) {
        return fail(
            QStringLiteral("the file of the adapter %1 is not the one that the answer was made with: its SHA-256 "
                           "differs. Give that file with --lora.")
                .arg(*other));
    }

    inference::GenerateRequest request;
    request.prompt = inference::TokenPrompt{record.promptTokens};
    request.sampling =
        samplingFromJson(QJsonDocument::fromJson(QByteArray::fromStdString(record.samplingJson)).object());
    request.sampling.seed = record.seed;
    request.maxTokens = static_cast<std::int32_t>(record.generatedTokens.size());
    request.reusePrefix = false;
    request.citableIds = citableIdsOf(record);
    request.batchStarts = batchStartsFrom(record.batchBoundaries);
    const auto result = engine.generate(request);
    if (!result)
        return fail(result.error());

    const auto [mine, theirs] = std::ranges::mismatch(result->generated, record.generatedTokens);
    const bool equal = mine == result->generated.end() && theirs == record.generatedTokens.end();
    const auto at = static_cast<qint64>(theirs - record.generatedTokens.begin());
    if (options.model.json) {
        QJsonObject object{{QStringLiteral("message"), options.message},
                           {QStringLiteral("equal"), equal},
                           {QStringLiteral("tokens"), static_cast<qint64>(record.generatedTokens.size())},
                           {QStringLiteral("model"), QFileInfo(*path).fileName()},
                           {QStringLiteral("device"), QString::fromStdString(model->device.id)},
                           {QStringLiteral("engine_version"),
                            QString::fromUtf8(inference::engineVersion().data(),
                                              static_cast<qsizetype>(inference::engineVersion().size()))},
                           {QStringLiteral("recorded_engine_version"), QString::fromStdString(record.engineVersion)}};
        if (sameFile)
            object.insert(QStringLiteral("same_file"), *sameFile);
        if (!equal)
            object.insert(QStringLiteral("first_difference"), at);
        printJson(object);
    } else if (equal) {
        print(QStringLiteral("The same %1 tokens.\n").arg(record.generatedTokens.size()));
    }
    if (equal)
        return Exit::Done;
    return fail(
        QStringLiteral("the answer differs from token %1. The record's card names the engine version, device and "
                       "instruction set under which it repeats.")
            .arg(at));
}

} // namespace

void addReplay(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("replay", "Runs a recorded answer again and compares every token");
    addModelOptions(*command, options->model, false);
    command->add_option("ID", options->message, "The answer's message, as `conversations ID` shows it")
        ->required()
        ->check(CLI::PositiveNumber);
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
