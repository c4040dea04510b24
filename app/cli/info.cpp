// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include "app/licence/recognise.h"
#include "app/model_inspection.h"
#include "inference/adapter_summary.h"
#include "inference/memory_needs.h"
#include "inference/text_model.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>

namespace app::cli {

namespace {

struct Options {
    std::string model;
    bool json = false;
    bool metadata = false;
    bool tensors = false;
};

QString purposeName(inference::ModelPurpose purpose)
{
    switch (purpose) {
    case inference::ModelPurpose::Text:
        break;
    case inference::ModelPurpose::Embedding:
        return QStringLiteral("embedding");
    case inference::ModelPurpose::Ranking:
        return QStringLiteral("ranking");
    }
    return QStringLiteral("text");
}

QString poolingName(inference::Pooling pooling)
{
    switch (pooling) {
    case inference::Pooling::None:
        break;
    case inference::Pooling::Mean:
        return QStringLiteral("mean");
    case inference::Pooling::First:
        return QStringLiteral("cls");
    case inference::Pooling::Last:
        return QStringLiteral("last");
    case inference::Pooling::Rank:
        return QStringLiteral("rank");
    }
    return QStringLiteral("none");
}

/// Which licence applies, as far as the file itself tells.
licence::Finding licenceOf(const inference::ModelSummary &summary)
{
    const auto text = [](const std::string &value) { return QString::fromStdString(value); };
    licence::Evidence evidence{
        .file = {.id = text(summary.license), .name = text(summary.licenseName), .link = text(summary.licenseLink)}};
    for (const std::string &parent : summary.baseModels)
        evidence.baseModels.append(text(parent));
    return licence::recognise(evidence);
}

/// Bytes that the model would take with a conversation of so many tokens; 0: not known.
qint64 memoryFor(const inference::MemoryNeeds &needs, quint32 context)
{
    return needs.known() ? static_cast<qint64>(memoryAt(needs, context, inference::KvType::F16).total()) : 0;
}

QJsonObject toJson(const inference::ModelHeader &header, const QString &path)
{
    const inference::ModelSummary &summary = header.summary;
    const licence::Finding licence = licenceOf(summary);
    QJsonArray parents;
    for (const std::string &parent : summary.baseModels)
        parents.append(QString::fromStdString(parent));
    constexpr quint32 kUsualContext = 8192;
    const quint32 context = std::min(kUsualContext, std::max(summary.contextLength, 1U));
    const auto text = [](const std::string &value) { return QString::fromStdString(value); };
    const auto number = [](auto value) { return static_cast<qint64>(value); };
    return {{QStringLiteral("path"), path},
            {QStringLiteral("name"), text(summary.name)},
            {QStringLiteral("architecture"), text(summary.architecture)},
            {QStringLiteral("size_label"), text(summary.sizeLabel)},
            {QStringLiteral("quantization"), text(summary.quantization)},
            {QStringLiteral("license"), text(summary.license)},
            {QStringLiteral("license_name"), text(summary.licenseName)},
            {QStringLiteral("license_link"), text(summary.licenseLink)},
            {QStringLiteral("licence_id"), licence.id},
            {QStringLiteral("licence_says"), licence::licenceById(licence.id).sentence},
            {QStringLiteral("other_licences"), QJsonArray::fromStringList(licence.others)},
            {QStringLiteral("base_models"), parents},
            {QStringLiteral("memory_context"), number(context)},
            {QStringLiteral("memory_processor_bytes"), memoryFor(header.needs.processor, context)},
            {QStringLiteral("memory_graphics_bytes"), memoryFor(header.needs.graphics, context)},
            {QStringLiteral("parameters"), number(summary.parameters)},
            {QStringLiteral("active_parameters"), number(summary.activeParameters)},
            {QStringLiteral("experts"), number(summary.expertCount)},
            {QStringLiteral("experts_used"), number(summary.expertsUsed)},
            {QStringLiteral("expert_bytes"), number(summary.expertBytes)},
            {QStringLiteral("file_bytes"), number(summary.fileBytes)},
            {QStringLiteral("files"), number(summary.fileCount)},
            {QStringLiteral("tensor_bytes"), number(summary.tensorBytes)},
            {QStringLiteral("tensor_count"), number(summary.tensorCount)},
            {QStringLiteral("context_length"), number(summary.contextLength)},
            {QStringLiteral("layers"), number(summary.layerCount)},
            {QStringLiteral("embedding_length"), number(summary.embeddingLength)},
            {QStringLiteral("vocabulary_size"), number(summary.vocabularySize)},
            {QStringLiteral("kv_bytes_per_token"), number(summary.kvBytesPerToken)},
            {QStringLiteral("kv_bytes_full_context"),
             number(inference::kvCacheBytes(summary.kvBytesPerToken, summary.slidingKv, summary.contextLength))},
            {QStringLiteral("recurrent_layers"), number(summary.recurrentLayers)},
            {QStringLiteral("state_bytes"), number(summary.stateBytes)},
            {QStringLiteral("tokenizer"), text(summary.tokenizerModel)},
            {QStringLiteral("pre_tokenizer"), text(summary.tokenizerPre)},
            {QStringLiteral("chat_template"), summary.hasChatTemplate},
            {QStringLiteral("chat_template_sha256"), text(summary.chatTemplateSha256)},
            {QStringLiteral("purpose"), purposeName(summary.purpose)},
            {QStringLiteral("pooling"), summary.pooling ? poolingName(*summary.pooling) : QString()},
            {QStringLiteral("embedding_width"), number(summary.embeddingWidth)},
            {QStringLiteral("query_prefix"), text(summary.queryPrefix)},
            {QStringLiteral("passage_prefix"), text(summary.passagePrefix)},
            {QStringLiteral("complete"), summary.complete},
            {QStringLiteral("supported"), summary.supported},
            {QStringLiteral("reason"), text(summary.reason)}};
}

QJsonObject toJson(const inference::AdapterSummary &summary, const QString &path)
{
    const auto text = [](const std::string &value) { return QString::fromStdString(value); };
    const auto number = [](auto value) { return static_cast<qint64>(value); };
    return {{QStringLiteral("path"), path},
            {QStringLiteral("name"), text(summary.name)},
            {QStringLiteral("adapter"), text(summary.kind)},
            {QStringLiteral("architecture"), text(summary.architecture)},
            {QStringLiteral("base_model"), text(summary.baseModel)},
            {QStringLiteral("license"), text(summary.license)},
            {QStringLiteral("alpha"), summary.alpha},
            {QStringLiteral("least_rank"), number(summary.leastRank)},
            {QStringLiteral("most_rank"), number(summary.mostRank)},
            {QStringLiteral("changed_tensors"), number(summary.changedTensors)},
            {QStringLiteral("parameters"), number(summary.parameters)},
            {QStringLiteral("file_bytes"), number(summary.fileBytes)},
            {QStringLiteral("complete"), summary.complete},
            {QStringLiteral("supported"), summary.supported},
            {QStringLiteral("reason"), text(summary.reason)}};
}

QString inWords(const QJsonValue &value)
{
    return value.isArray() ? value.toVariant().toStringList().join(QLatin1StringView(", "))
                           : value.toVariant().toString();
}

Exit show(const QJsonObject &card, bool json)
{
    if (json) {
        printJson(card);
        return Exit::Done;
    }
    for (auto it = card.begin(); it != card.end(); ++it)
        printForeign(it.key().leftJustified(24) + inWords(it.value()) + QLatin1Char('\n'));
    return Exit::Done;
}

/// Numbers and switches of the header as JSON has them; what JSON cannot hold exactly stays a string.
QJsonValue toJson(const inference::HeaderEntry &entry, const QString &text)
{
    if (entry.type == "bool")
        return text == QLatin1StringView("true");
    if (entry.type == "string")
        return text;
    bool isNumber = false;
    const bool isReal = entry.type.starts_with('f');
    const QJsonValue number = isReal ? QJsonValue(text.toDouble(&isNumber)) : QJsonValue(text.toLongLong(&isNumber));
    return isNumber ? number : QJsonValue(text);
}

QJsonArray metadataJson(const inference::FileHeader &header)
{
    QJsonArray list;
    const auto entries = header.entries();
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const inference::HeaderEntry &entry = entries[i];
        QJsonObject object{{QStringLiteral("key"), QString::fromStdString(entry.key)},
                           {QStringLiteral("type"), QString::fromStdString(entry.type)}};
        if (entry.isArray) {
            object[QStringLiteral("elements")] = static_cast<qint64>(entry.elements);
            constexpr qint64 first = 20;
            object[QStringLiteral("first")] = QJsonArray::fromStringList(arrayElements(header, qsizetype(i), 0, first));
        } else {
            object[QStringLiteral("value")] = toJson(entry, QString::fromStdString(entry.text));
        }
        list.append(object);
    }
    return list;
}

QJsonArray tensorsJson(const inference::FileHeader &header)
{
    QJsonArray list;
    for (const inference::HeaderTensor &tensor : header.tensors()) {
        QJsonArray shape;
        for (const std::uint64_t length : tensor.shape)
            shape.append(static_cast<qint64>(length));
        list.append(QJsonObject{{QStringLiteral("name"), QString::fromStdString(tensor.name)},
                                {QStringLiteral("type"), QString::fromStdString(tensor.type)},
                                {QStringLiteral("shape"), shape},
                                {QStringLiteral("weights"), static_cast<qint64>(tensor.weights)},
                                {QStringLiteral("bytes"), static_cast<qint64>(tensor.bytes)}});
    }
    return list;
}

/// What stands in the header itself, a line each.
void printHeader(const InspectedFile &file, const Options &options)
{
    constexpr qsizetype columns = 44;
    constexpr qsizetype typeColumns = 16;
    if (options.metadata) {
        for (const HeaderEntryValue &entry : file.entries) {
            QString text = entry.text;
            text.replace(QLatin1Char('\n'), QStringLiteral("\\n"));
            const QString count = entry.isArray ? QStringLiteral("%1: ").arg(entry.elements) : QString();
            printForeign(entry.key.leftJustified(columns) + QLatin1Char(' ') + entry.type.leftJustified(typeColumns) +
                         QLatin1Char(' ') + count + text + QLatin1Char('\n'));
        }
    }
    if (options.tensors) {
        for (const TensorValue &tensor : file.tensors)
            printForeign(tensor.name.leftJustified(columns) + QLatin1Char(' ') +
                         tensor.type.leftJustified(typeColumns) + QLatin1Char(' ') +
                         QString::number(tensor.bytes).rightJustified(12) + QStringLiteral("  ") + tensor.shape +
                         QLatin1Char('\n'));
    }
}

Exit inspect(const Options &options, const QString &path)
{
    const auto file = inspectFile(path);
    if (!file)
        return fail(file.error());
    if (!options.json) {
        printHeader(*file, options);
        return Exit::Done;
    }
    QJsonObject object{{QStringLiteral("path"), QFileInfo(path).absoluteFilePath()},
                       {QStringLiteral("version"), static_cast<qint64>(file->header->version())},
                       {QStringLiteral("complete"), file->header->isComplete()}};
    if (options.metadata)
        object[QStringLiteral("metadata")] = metadataJson(*file->header);
    if (options.tensors)
        object[QStringLiteral("tensors")] = tensorsJson(*file->header);
    printJson(object);
    return Exit::Done;
}

Exit run(const Options &options)
{
    const auto path = resolveModel(options.model);
    if (!path)
        return fail(path.error());
    if (options.metadata || options.tensors)
        return inspect(options, *path);
    const auto header = inference::readModelHeader(path->toStdString());
    if (!header)
        return fail(failureFrom(header.error(), QFileInfo(*path).fileName()));
    const QString absolute = QFileInfo(*path).absoluteFilePath();
    if (!header->summary.adapter)
        return show(toJson(*header, absolute), options.json);
    const auto adapter = inference::readAdapterSummary(path->toStdString());
    return adapter ? show(toJson(*adapter, absolute), options.json)
                   : fail(failureFrom(adapter.error(), QFileInfo(*path).fileName()));
}

} // namespace

void addInfo(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("info", "What can be said of a model or an adapter from its file's header");
    command->add_option("MODEL", options->model, "An installed model's id, or the path of a GGUF file")->required();
    command->add_flag("--metadata", options->metadata, "Every key of the header with its type and value instead");
    command->add_flag("--tensors", options->tensors, "Every tensor with its type, bytes and shape instead");
    addJsonOption(*command, options->json);
    command->callback([options, &program] { program.chosen = [options] { return run(*options); }; });
}

} // namespace app::cli
