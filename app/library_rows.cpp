// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library_rows.h"

#include "inference/engine.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <array>
#include <utility>

namespace app {

namespace {

// Keys of the JSON. What was written by an older version is read as far as it goes and then read anew.
constexpr QLatin1StringView kReader{"reader"};
constexpr QLatin1StringView kAdapter{"adapter"};

/// Grows whenever more of a header is kept than before.
constexpr int kShape = 2;

QString readerName()
{
    const std::string_view engine = inference::engineVersion();
    return QCoreApplication::applicationVersion() + QLatin1Char('/') +
           QString::fromUtf8(engine.data(), static_cast<qsizetype>(engine.size())) + QLatin1Char('/') +
           QString::number(kShape);
}

constexpr std::array kUses{std::pair{ModelUse::Chat, "chat"}, std::pair{ModelUse::Embedding, "embedding"},
                           std::pair{ModelUse::Reranking, "reranking"}, std::pair{ModelUse::Adapter, "adapter"}};
constexpr std::array kChecks{std::pair{CheckResult::Sound, "sound"}, std::pair{CheckResult::Changed, "changed"},
                             std::pair{CheckResult::Damaged, "damaged"}};

void insertFailure(QJsonObject &object, const Failure &failure)
{
    if (failure.isEmpty())
        return;
    object.insert(QStringLiteral("failure"), failure.code);
    object.insert(QStringLiteral("failure_details"), failure.details);
}

Failure failureIn(const QJsonObject &object, const QString &subject)
{
    const QString code = object.value(QStringLiteral("failure")).toString();
    if (code.isEmpty())
        return {};
    return failureFromCode(code, object.value(QStringLiteral("failure_details")).toString(), subject);
}

qint64 signedNumber(quint64 value)
{
    return static_cast<qint64>(value);
}

quint64 numberAt(const QJsonObject &object, QLatin1StringView key)
{
    return static_cast<quint64>(object.value(key).toInteger());
}

quint32 smallNumberAt(const QJsonObject &object, QLatin1StringView key)
{
    return static_cast<quint32>(object.value(key).toInteger());
}

QJsonArray slidingJson(const std::vector<inference::SlidingKv> &sliding)
{
    QJsonArray array;
    for (const inference::SlidingKv &layers : sliding)
        array.append(QJsonArray{signedNumber(layers.slots), signedNumber(layers.bytesPerToken)});
    return array;
}

std::vector<inference::SlidingKv> slidingIn(const QJsonArray &array)
{
    std::vector<inference::SlidingKv> sliding;
    for (const QJsonValue layers : array) {
        sliding.push_back({.slots = static_cast<std::uint32_t>(layers.toArray().at(0).toInteger()),
                           .bytesPerToken = static_cast<std::uint64_t>(layers.toArray().at(1).toInteger())});
    }
    return sliding;
}

constexpr std::array kKvWords{std::pair{inference::KvType::F16, "f16"}, std::pair{inference::KvType::Q8_0, "q8_0"},
                              std::pair{inference::KvType::Q4_0, "q4_0"}};

QJsonObject headerOf(const ModelCard &card)
{
    QJsonObject header{{kReader, readerName()},
                       {QStringLiteral("architecture"), card.architecture},
                       {QStringLiteral("size_label"), card.sizeLabel},
                       {QStringLiteral("quantization"), card.quantization},
                       {QStringLiteral("license"), card.license},
                       {QStringLiteral("license_name"), card.licenseName},
                       {QStringLiteral("license_link"), card.licenseLink},
                       {QStringLiteral("base_models"), QJsonArray::fromStringList(card.baseModels)},
                       {QStringLiteral("parameters"), signedNumber(card.parameters)},
                       {QStringLiteral("active_parameters"), signedNumber(card.activeParameters)},
                       {QStringLiteral("files"), signedNumber(card.fileCount)},
                       {QStringLiteral("context_length"), signedNumber(card.contextLength)},
                       {QStringLiteral("kv_bytes_per_token"), signedNumber(card.kvBytesPerToken)},
                       {QStringLiteral("sliding_kv"), slidingJson(card.slidingKv)},
                       {QStringLiteral("state_bytes"), signedNumber(card.stateBytes)},
                       {QStringLiteral("expert_bytes"), signedNumber(card.expertBytes)},
                       {QStringLiteral("experts"), signedNumber(card.expertCount)},
                       {QStringLiteral("experts_used"), signedNumber(card.expertsUsed)},
                       {QStringLiteral("layers"), signedNumber(card.layerCount)},
                       {QStringLiteral("tokenizer"), card.tokenizer},
                       {QStringLiteral("vocabulary_size"), signedNumber(card.vocabularySize)},
                       {QStringLiteral("embedding_width"), signedNumber(card.embeddingWidth)},
                       {QStringLiteral("chat_template"), card.hasChatTemplate},
                       {QStringLiteral("chat_template_sha256"), card.templateSha256},
                       {QStringLiteral("needs"), QJsonDocument::fromJson(needsToJson(card.needs)).object()}};
    insertFailure(header, card.failure);
    return header;
}

QJsonObject headerOf(const storage::Model &row)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(row.headerJson)).object();
}

storage::Model rowWith(const ModelCard &card, const QJsonObject &header)
{
    storage::Model row;
    row.sha256 = card.sha256.toStdString();
    row.path = card.path.toStdString();
    row.name = card.name.toStdString();
    row.sizeBytes = signedNumber(card.fileBytes);
    row.fileModifiedMs = card.fileModifiedMs;
    row.headerJson = QJsonDocument(header).toJson(QJsonDocument::Compact).toStdString();
    row.source = card.source.toStdString();
    for (const auto &[use, word] : kUses) {
        if (use == card.purpose)
            row.purpose = word;
    }
    return row;
}

Failure missingFailure(const storage::Model &row)
{
    const QString path = QString::fromStdString(row.path);
    return failureFromCode(row.folderMissing ? QStringLiteral("app.model_away") : QStringLiteral("app.model_missing"),
                           {}, path);
}

} // namespace

storage::Model rowOf(const ModelCard &card)
{
    return rowWith(card, headerOf(card));
}

storage::Model rowOf(const AdapterCard &adapter, const ModelCard &model)
{
    QJsonObject header = headerOf(model);
    QJsonObject more{{QStringLiteral("base_model"), adapter.baseModel},
                     {QStringLiteral("least_rank"), signedNumber(adapter.leastRank)},
                     {QStringLiteral("most_rank"), signedNumber(adapter.mostRank)}};
    insertFailure(more, adapter.failure);
    header.insert(kAdapter, more);
    return rowWith(model, header);
}

storage::Model readRow(const QString &path, ModelOrigin origin)
{
    const ModelCard card = readModelCard(path, origin);
    storage::Model row = card.purpose == ModelUse::Adapter ? rowOf(readAdapterCard(path), card) : rowOf(card);
    const FileState state = stateOfFiles(path);
    // A file that is being written is looked at again when it is done.
    row.sizeBytes = state.bytes;
    row.fileModifiedMs = state.modifiedMs;
    row.inode = state.inode;
    return row;
}

ModelCard modelOf(const storage::Model &row)
{
    const QJsonObject header = headerOf(row);
    const QString path = QString::fromStdString(row.path);
    const QFileInfo name(path); // its words alone: nothing is asked of the disk
    ModelCard card;
    card.id = QString::fromStdString(row.slug);
    card.name = QString::fromStdString(row.name);
    card.path = path;
    card.folder = name.path();
    card.origin = isStarter(row) ? ModelOrigin::Starter : ModelOrigin::Added;
    card.source = QString::fromStdString(row.source);
    for (const auto &[use, word] : kUses) {
        if (row.purpose == word)
            card.purpose = use;
    }
    card.architecture = header.value(QLatin1StringView("architecture")).toString();
    card.sizeLabel = header.value(QLatin1StringView("size_label")).toString();
    card.quantization = header.value(QLatin1StringView("quantization")).toString();
    card.license = header.value(QLatin1StringView("license")).toString();
    card.licenseName = header.value(QLatin1StringView("license_name")).toString();
    card.licenseLink = header.value(QLatin1StringView("license_link")).toString();
    for (const QJsonValue parent : header.value(QLatin1StringView("base_models")).toArray())
        card.baseModels.append(parent.toString());
    weighLicence(card, QString::fromStdString(row.licenceId));
    card.licenceTextKept = !row.licenceText.empty();
    card.catalogueId = QString::fromStdString(row.catalogueId);
    card.parameters = numberAt(header, QLatin1StringView("parameters"));
    card.activeParameters = numberAt(header, QLatin1StringView("active_parameters"));
    card.fileBytes = static_cast<quint64>(row.sizeBytes);
    card.fileCount = std::max(1U, smallNumberAt(header, QLatin1StringView("files")));
    card.fileModifiedMs = row.fileModifiedMs;
    card.contextLength = smallNumberAt(header, QLatin1StringView("context_length"));
    card.kvBytesPerToken = numberAt(header, QLatin1StringView("kv_bytes_per_token"));
    card.slidingKv = slidingIn(header.value(QLatin1StringView("sliding_kv")).toArray());
    card.stateBytes = numberAt(header, QLatin1StringView("state_bytes"));
    card.expertBytes = numberAt(header, QLatin1StringView("expert_bytes"));
    card.expertCount = smallNumberAt(header, QLatin1StringView("experts"));
    card.expertsUsed = smallNumberAt(header, QLatin1StringView("experts_used"));
    card.layerCount = smallNumberAt(header, QLatin1StringView("layers"));
    card.tokenizer = header.value(QLatin1StringView("tokenizer")).toString();
    card.vocabularySize = smallNumberAt(header, QLatin1StringView("vocabulary_size"));
    card.embeddingWidth = smallNumberAt(header, QLatin1StringView("embedding_width"));
    card.hasChatTemplate = header.value(QLatin1StringView("chat_template")).toBool();
    card.templateSha256 = header.value(QLatin1StringView("chat_template_sha256")).toString();
    if (const auto needs = needsFromJson(
            QJsonDocument(header.value(QLatin1StringView("needs")).toObject()).toJson(QJsonDocument::Compact)))
        card.needs = *needs;
    card.measured = measuredIn(row);
    card.sha256 = QString::fromStdString(row.sha256);
    card.addedMs = row.addedMs;
    card.lastUsedMs = row.lastUsedMs;
    card.missing = row.missingMs != 0;
    card.changedFromMs = row.previousModifiedMs;
    card.changedFromSha256 = QString::fromStdString(row.previousSha256);
    for (const auto &[result, word] : kChecks) {
        if (row.checkResult == word)
            card.checkResult = result;
    }
    card.checkedMs = row.checkedMs;
    card.promisedSha256 = QString::fromStdString(row.promisedSha256);
    card.promisedBy = QString::fromStdString(row.promisedBy);
    card.failure = card.missing ? missingFailure(row) : failureIn(header, name.fileName());
    card.usable = card.failure.isEmpty() && header.contains(kReader);
    return card;
}

AdapterCard adapterOf(const storage::Model &row)
{
    const QJsonObject header = headerOf(row);
    const QJsonObject more = header.value(kAdapter).toObject();
    const QString path = QString::fromStdString(row.path);
    AdapterCard card;
    card.id = QString::fromStdString(row.slug);
    card.name = QString::fromStdString(row.name);
    card.path = path;
    card.origin = isStarter(row) ? ModelOrigin::Starter : ModelOrigin::Added;
    card.fileBytes = static_cast<quint64>(row.sizeBytes);
    card.baseModel = more.value(QLatin1StringView("base_model")).toString();
    card.architecture = header.value(QLatin1StringView("architecture")).toString();
    card.license = header.value(QLatin1StringView("license")).toString();
    card.leastRank = numberAt(more, QLatin1StringView("least_rank"));
    card.mostRank = numberAt(more, QLatin1StringView("most_rank"));
    card.missing = row.missingMs != 0;
    card.sha256 = QString::fromStdString(row.sha256);
    card.failure = card.missing ? missingFailure(row) : failureIn(more, QFileInfo(path).fileName());
    return card;
}

QList<MeasuredMemory> measuredIn(const storage::Model &row)
{
    QList<MeasuredMemory> measured;
    for (const QJsonValue value : QJsonDocument::fromJson(QByteArray::fromStdString(row.memoryJson)).array()) {
        const QJsonObject one = value.toObject();
        MeasuredMemory memory{.device = one.value(QLatin1StringView("device")).toString(),
                              .context = smallNumberAt(one, QLatin1StringView("context")),
                              .bytes = numberAt(one, QLatin1StringView("bytes"))};
        for (const auto &[type, word] : kKvWords) {
            if (one.value(QLatin1StringView("kv")).toString() == QLatin1StringView(word))
                memory.kv = type;
        }
        measured.append(memory);
    }
    return measured;
}

std::string measuredJson(const QList<MeasuredMemory> &measured)
{
    QJsonArray array;
    for (const MeasuredMemory &memory : measured) {
        QString kv;
        for (const auto &[type, word] : kKvWords) {
            if (type == memory.kv)
                kv = QLatin1StringView(word);
        }
        array.append(QJsonObject{{QStringLiteral("device"), memory.device},
                                 {QStringLiteral("context"), signedNumber(memory.context)},
                                 {QStringLiteral("kv"), kv},
                                 {QStringLiteral("bytes"), signedNumber(memory.bytes)}});
    }
    return QJsonDocument(array).toJson(QJsonDocument::Compact).toStdString();
}

std::string wordOf(CheckResult result)
{
    for (const auto &[known, word] : kChecks) {
        if (known == result)
            return word;
    }
    return {};
}

QString idOf(const storage::Model &row)
{
    return row.slug.empty() ? modelIdFromPath(QString::fromStdString(row.path)) : QString::fromStdString(row.slug);
}

bool isAdapter(const storage::Model &row)
{
    return row.purpose == "adapter";
}

bool isStarter(const storage::Model &row)
{
    return row.source == kStarterSource;
}

bool isReadByThisVersion(const storage::Model &row)
{
    return headerOf(row).value(kReader).toString() == readerName();
}

} // namespace app
