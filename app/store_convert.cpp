// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store_convert.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <limits>

namespace app {

namespace {

constexpr QLatin1StringView kKvDetail("kv");                    ///< in a record's details; absent: f16
constexpr QLatin1StringView kHostExpertsDetail("host_experts"); ///< absent: 0
constexpr QLatin1StringView kCitableIdsDetail("citable_ids");   ///< absent: 0

QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

QDateTime time(storage::TimestampMs ms)
{
    return ms == 0 ? QDateTime() : QDateTime::fromMSecsSinceEpoch(ms);
}

std::string compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

QJsonObject objectFrom(const std::string &json)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(json)).object();
}

QList<UsedAdapter> adaptersFrom(const std::vector<storage::AdapterUse> &rows)
{
    QList<UsedAdapter> adapters;
    for (const storage::AdapterUse &row : rows) {
        adapters.append(
            {.name = text(row.name), .path = {}, .sha256 = text(row.sha256), .scale = static_cast<float>(row.scale)});
    }
    return adapters;
}

quint32 countIn(const storage::AnswerRecord &record, QLatin1StringView detail)
{
    const qint64 count = objectFrom(record.detailsJson).value(detail).toInteger();
    return static_cast<quint32>(std::clamp<qint64>(count, 0, std::numeric_limits<qint32>::max()));
}

MessageState stateFrom(storage::MessageState state)
{
    switch (state) {
    case storage::MessageState::Complete:
        return MessageState::Complete;
    case storage::MessageState::Streaming:
        return MessageState::Streaming;
    case storage::MessageState::Interrupted:
        return MessageState::Interrupted;
    case storage::MessageState::Stopped:
        return MessageState::Stopped;
    case storage::MessageState::Failed:
        return MessageState::Failed;
    }
    return MessageState::Interrupted;
}

MessageRole roleFrom(storage::Role role)
{
    switch (role) {
    case storage::Role::System:
        return MessageRole::System;
    case storage::Role::User:
        return MessageRole::User;
    case storage::Role::Assistant:
    case storage::Role::Tool:
        return MessageRole::Assistant;
    }
    return MessageRole::Assistant;
}

} // namespace

ConversationSummary summaryFrom(const storage::Conversation &row)
{
    return {.id = fromStore(row.id),
            .title = text(row.title),
            .createdAt = time(row.createdMs),
            .updatedAt = time(row.updatedMs),
            .trashedAt = time(row.trashedMs),
            .pinned = row.pinned,
            .assistant = fromStore(row.assistant)};
}

MessageValue messageFrom(const storage::PathMessage &row)
{
    const storage::Message &message = row.message;
    MessageValue value{.id = fromStore(message.id),
                       .conversation = fromStore(message.conversation),
                       .parent = fromStore(message.parent),
                       .role = roleFrom(message.role),
                       .state = stateFrom(message.state),
                       .text = text(message.content),
                       .thinking = text(message.thinking),
                       .createdAt = time(message.createdMs),
                       .branchIndex = row.sibling - 1,
                       .branchCount = row.siblings,
                       .failure = {},
                       .record = {}};
    if (value.state == MessageState::Failed)
        value.failure = failureFromCode(text(message.errorCode), text(message.errorDetail));
    value.record.thinkingMs = static_cast<double>(message.thinkingMs);
    return value;
}

SearchHit hitFrom(const storage::SearchHit &hit)
{
    SearchHit value{.conversation = fromStore(hit.conversation),
                    .message = fromStore(hit.message),
                    .title = text(hit.title),
                    .excerpt = text(hit.snippet),
                    .marks = {},
                    .updatedAt = time(hit.updatedMs)};
    for (const storage::SnippetMark &mark : hit.marks) {
        const auto units = [&](std::int32_t bytes) {
            return static_cast<qint32>(QString::fromUtf8(hit.snippet.data(), bytes).size());
        };
        value.marks.append({.start = units(mark.start), .length = units(mark.end) - units(mark.start)});
    }
    return value;
}

QString AnswerRecord::adaptersText() const
{
    QStringList lines;
    for (const UsedAdapter &adapter : adapters)
        lines.append(QStringLiteral("%1 = %2, %3").arg(adapter.name, QString::number(adapter.scale), adapter.sha256));
    return lines.join(QLatin1Char('\n'));
}

AnswerRecord recordFrom(const storage::AnswerRecord &row)
{
    const QJsonObject details = objectFrom(row.detailsJson);
    inference::SamplingParams sampling = samplingFromJson(objectFrom(row.samplingJson));
    sampling.seed = row.seed;
    const double seconds = row.decodeMs / 1000.0;
    return {.modelId = details.value(QStringLiteral("model_id")).toString(),
            .modelName = text(row.modelName),
            .modelSha256 = text(row.modelSha256),
            .modelModified = time(details.value(QStringLiteral("model_modified_ms")).toInteger()),
            .templateSha256 = text(row.templateSha256),
            .adapters = adaptersFrom(row.adapters),
            .settingsText = toText(sampling),
            .seed = QString::number(row.seed),
            .engineVersion = text(row.engineVersion),
            .deviceName = text(row.device),
            .fallbackReason = details.value(QStringLiteral("fallback_reason")).toString(),
            .finish = text(row.finishReason),
            .promptTokens = static_cast<qint32>(row.promptTokens.size()),
            .reusedTokens = row.cachedTokens,
            .generatedTokens = static_cast<qint32>(row.generatedTokens.size()),
            .droppedTurns = static_cast<qint32>(details.value(QStringLiteral("dropped_turns")).toInteger()),
            .firstTokenMs = row.firstTokenMs,
            .decodeMs = row.decodeMs,
            .thinkingMs = 0.0,
            .tokensPerSecond = seconds > 0.0 ? static_cast<double>(row.generatedTokens.size()) / seconds : 0.0};
}

std::optional<inference::KvType> kvTypeOf(const storage::AnswerRecord &record)
{
    const QString named = objectFrom(record.detailsJson).value(kKvDetail).toString(QStringLiteral("f16"));
    return inference::kvTypeNamed(named.toStdString());
}

quint32 hostExpertsOf(const storage::AnswerRecord &record)
{
    return countIn(record, kHostExpertsDetail);
}

quint32 citableIdsOf(const storage::AnswerRecord &record)
{
    return countIn(record, kCitableIdsDetail);
}

storage::AnswerRecord recordFor(const GenerationOutcome &outcome, const RecordContext &context)
{
    storage::AnswerRecord record;
    record.modelSha256 = context.modelSha256.toStdString();
    record.modelName = context.modelName.toStdString();
    record.modelPath = context.modelPath.toStdString();
    record.templateSha256 = outcome.templateSha256.toStdString();
    for (const UsedAdapter &adapter : outcome.adapters) {
        record.adapters.push_back({.sha256 = adapter.sha256.toStdString(),
                                   .name = adapter.name.toStdString(),
                                   .scale = static_cast<double>(adapter.scale)});
    }
    record.samplingJson = compact(toJson(outcome.sampling));
    record.seed = outcome.sampling.seed;
    record.engineVersion = outcome.engineVersion.toStdString();
    record.device = outcome.deviceName.toStdString();
    record.backend = outcome.deviceId.startsWith(QLatin1StringView("vulkan")) ? "vulkan" : "cpu";
    record.instructionSet = outcome.instructionSet.toStdString();
    record.threads = outcome.threads;
    record.contextTokens = outcome.contextLength;
    record.batchBoundaries = batchSizesFrom(outcome.batchStarts, outcome.promptIds.size());
    record.promptTokens = outcome.promptIds;
    record.generatedTokens = outcome.generatedIds;
    record.cachedTokens = outcome.reusedTokens;
    record.loadMs = context.loadMs;
    record.prefillMs = outcome.prefillMs;
    record.firstTokenMs = outcome.firstTokenMs;
    record.decodeMs = outcome.decodeMs;
    record.totalMs = outcome.queuedMs + outcome.prefillMs + outcome.decodeMs;
    record.finishReason = outcome.failure ? "failed" : finishName(outcome.finish).toStdString();
    QJsonObject details{{QStringLiteral("model_id"), context.modelId},
                        {QStringLiteral("now"), context.now},
                        {QStringLiteral("model_bytes"), context.modelBytes},
                        {QStringLiteral("model_modified_ms"), context.modelModifiedMs}};
    if (!outcome.adapters.isEmpty()) {
        QJsonArray paths;
        for (const UsedAdapter &adapter : outcome.adapters)
            paths.append(adapter.path);
        details.insert(QStringLiteral("adapter_paths"), paths);
    }
    if (context.droppedTurns > 0)
        details.insert(QStringLiteral("dropped_turns"), context.droppedTurns);
    if (!outcome.fallbackReason.isEmpty())
        details.insert(QStringLiteral("fallback_reason"), outcome.fallbackReason);
    if (outcome.kv != inference::KvType::F16)
        details.insert(kKvDetail, text(std::string(inference::name(outcome.kv))));
    if (outcome.hostExperts != 0)
        details.insert(kHostExpertsDetail, static_cast<qint64>(outcome.hostExperts));
    if (outcome.citableIds != 0)
        details.insert(kCitableIdsDetail, static_cast<qint64>(outcome.citableIds));
    record.detailsJson = compact(details);
    return record;
}

std::vector<quint32> batchStartsFrom(const std::vector<std::int32_t> &sizes)
{
    std::vector<quint32> starts;
    quint32 at = 0;
    for (const std::int32_t size : sizes) {
        if (size <= 0)
            return {};
        starts.push_back(at);
        at += static_cast<quint32>(size);
    }
    return starts;
}

std::vector<std::int32_t> batchSizesFrom(const std::vector<quint32> &starts, std::size_t promptTokens)
{
    // Positions before the first batch came from the cache; a replay evaluates them as a batch of their own.
    std::vector<std::int32_t> sizes;
    if (!starts.empty() && starts.front() > 0)
        sizes.push_back(static_cast<std::int32_t>(starts.front()));
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const quint64 end = i + 1 < starts.size() ? starts[i + 1] : promptTokens;
        if (end <= starts[i])
            return {};
        sizes.push_back(static_cast<std::int32_t>(end - starts[i]));
    }
    return sizes;
}

} // namespace app
