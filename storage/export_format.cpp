// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/export_format_p.h"

#include "storage/grounding_p.h"
#include "storage/store_p.h"

#include <limits>
#include <set>

namespace storage::exporting {

using nlohmann::json;

namespace {

const json &field(const json &object, const char *key)
{
    const auto found = object.find(key);
    if (found == object.end()) {
        throw Malformed{std::string("no field ") + key};
    }
    return *found;
}

[[noreturn]] void wrongKind(const char *key)
{
    throw Malformed{std::string("wrong kind of value in ") + key};
}

double real(const json &object, const char *key)
{
    const json &value = field(object, key);
    if (!value.is_number()) {
        wrongKind(key);
    }
    return value.get<double>();
}

std::int32_t integer32(const json &object, const char *key)
{
    using Limits = std::numeric_limits<std::int32_t>;
    const std::int64_t value = integer(object, key);
    if (value < Limits::min() || value > Limits::max()) {
        wrongKind(key);
    }
    return static_cast<std::int32_t>(value);
}

std::uint64_t unsignedInteger(const json &object, const char *key)
{
    const json &value = field(object, key);
    if (!value.is_number_unsigned()) {
        wrongKind(key);
    }
    return value.get<std::uint64_t>();
}

std::vector<std::int32_t> integers(const json &object, const char *key)
{
    const json &list = field(object, key);
    if (!list.is_array()) {
        wrongKind(key);
    }
    std::vector<std::int32_t> values;
    values.reserve(list.size());
    for (const json &entry : list) {
        if (!entry.is_number_integer() || entry < std::numeric_limits<std::int32_t>::min() ||
            entry > std::numeric_limits<std::int32_t>::max()) {
            wrongKind(key);
        }
        values.push_back(entry.get<std::int32_t>());
    }
    return values;
}

std::string jsonText(const json &object, const char *key)
{
    const json &value = field(object, key);
    if (!value.is_object() && !value.is_array()) {
        wrongKind(key);
    }
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json recordToJson(const AnswerRecord &record)
{
    return {{"model_sha256", record.modelSha256},
            {"model_name", record.modelName},
            {"model_path", record.modelPath},
            {"template_sha256", record.templateSha256},
            {"adapters", parsed(detail::adaptersToJson(record.adapters))},
            {"sampling", parsed(record.samplingJson)},
            {"seed", record.seed},
            {"engine_version", record.engineVersion},
            {"device", record.device},
            {"backend", record.backend},
            {"instruction_set", record.instructionSet},
            {"threads", record.threads},
            {"context_tokens", record.contextTokens},
            {"batch_boundaries", record.batchBoundaries},
            {"prompt_tokens", record.promptTokens},
            {"generated_tokens", record.generatedTokens},
            {"cached_tokens", record.cachedTokens},
            {"load_ms", record.loadMs},
            {"prefill_ms", record.prefillMs},
            {"first_token_ms", record.firstTokenMs},
            {"decode_ms", record.decodeMs},
            {"total_ms", record.totalMs},
            {"finish_reason", record.finishReason},
            {"details", parsed(record.detailsJson)}};
}

json citationToJson(const Citation &citation)
{
    return {{"ordinal", citation.ordinal},
            {"collection", citation.collectionUuid},
            {"document_sha256", citation.documentSha256},
            {"document_name", citation.documentName},
            {"page", citation.page},
            {"last_page", citation.lastPage},
            {"page_label", citation.pageLabel},
            {"heading", citation.heading},
            {"start", citation.startByte},
            {"end", citation.endByte},
            {"text", citation.text},
            {"lexical_rank", citation.lexicalRank},
            {"dense_rank", citation.denseRank},
            {"similarity", citation.similarity},
            {"score", citation.score},
            {"rerank_score", citation.rerankScore ? json(*citation.rerankScore) : json(nullptr)},
            {"instructs", citation.instructs},
            {"used", citation.used}};
}

json groundingToJson(const Grounding &grounding)
{
    return {{"mode", detail::toText(grounding.mode)},
            {"material", detail::toText(grounding.material)},
            {"refused", grounding.refused},
            {"checked", grounding.checked},
            {"documents_total", grounding.documentsTotal},
            {"documents_searched", grounding.documentsSearched},
            {"documents_waiting", grounding.documentsWaiting},
            {"words_only", grounding.wordsOnly},
            {"details", parsed(grounding.detailsJson)}};
}

json checkToJson(const SentenceCheck &check)
{
    return {{"start", check.startByte},
            {"end", check.endByte},
            {"verdict", check.verdict},
            {"cited", check.cited},
            {"reason", check.reason}};
}

template <class T, class ToJson>
void addList(json &line, const char *key, const std::vector<T> &values, ToJson toJson)
{
    if (values.empty()) {
        return;
    }
    auto list = json::array();
    for (const T &value : values) {
        list.push_back(toJson(value));
    }
    line[key] = std::move(list);
}

/// The objects of a list; none when the key is missing.
template <class Take>
void eachObject(const json &line, const char *key, Take take)
{
    const auto found = line.find(key);
    if (found == line.end()) {
        return;
    }
    if (!found->is_array()) {
        wrongKind(key);
    }
    for (const json &entry : *found) {
        if (!entry.is_object()) {
            wrongKind(key);
        }
        take(entry);
    }
}

template <class T>
T named(std::optional<T> value, const char *key)
{
    if (!value) {
        wrongKind(key);
    }
    return *value;
}

} // namespace

json parsed(const std::string &text)
{
    const json value = json::parse(text, nullptr, false);
    return value.is_discarded() ? json::object() : value;
}

std::string text(const json &object, const char *key)
{
    const json &value = field(object, key);
    if (!value.is_string()) {
        wrongKind(key);
    }
    return value.get<std::string>();
}

std::optional<std::string> optionalText(const json &object, const char *key)
{
    return field(object, key).is_null() ? std::nullopt : std::optional(text(object, key));
}

std::string uuid(const json &object, const char *key)
{
    std::string value = text(object, key);
    if (!detail::isUuid(value)) {
        wrongKind(key);
    }
    return value;
}

std::optional<std::string> optionalUuid(const json &object, const char *key)
{
    return field(object, key).is_null() ? std::nullopt : std::optional(uuid(object, key));
}

std::int64_t integer(const json &object, const char *key)
{
    const json &value = field(object, key);
    const bool tooLarge = value.is_number_unsigned() &&
                          value.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()};
    if (!value.is_number_integer() || tooLarge) {
        wrongKind(key);
    }
    return value.get<std::int64_t>();
}

bool boolean(const json &object, const char *key)
{
    const json &value = field(object, key);
    if (!value.is_boolean()) {
        wrongKind(key);
    }
    return value.get<bool>();
}

json toJson(const Message &message, const json &parent, const AnswerParts &parts)
{
    const bool streaming = message.state == MessageState::Streaming;
    json line = {{"type", kMessage},
                 {"uuid", message.uuid},
                 {"parent", parent},
                 {"role", detail::toText(message.role)},
                 {"state", detail::toText(streaming ? MessageState::Interrupted : message.state)},
                 {"content", message.content},
                 {"thinking", message.thinking},
                 {"thinking_ms", message.thinkingMs},
                 {"error_code", message.errorCode},
                 {"error_detail", message.errorDetail},
                 {"created_ms", message.createdMs},
                 {"finished_ms", streaming ? message.createdMs : message.finishedMs}};
    if (parts.record) {
        line["record"] = recordToJson(*parts.record);
    }
    if (parts.grounding) {
        line["grounding"] = groundingToJson(*parts.grounding);
    }
    addList(line, "citations", parts.citations, citationToJson);
    addList(line, "sentences", parts.checks, checkToJson);
    return line;
}

json toJson(const std::vector<AttachedDocument> &documents)
{
    auto list = json::array();
    for (const AttachedDocument &document : documents) {
        list.push_back({{"collection", document.collectionUuid},
                        {"path", document.path},
                        {"name", document.name},
                        {"attached_ms", document.attachedMs}});
    }
    return list;
}

Message messageFrom(const json &line)
{
    const auto role = detail::roleFrom(text(line, "role"));
    const auto state = detail::stateFrom(text(line, "state"));
    if (!role) {
        wrongKind("role");
    }
    if (!state || *state == MessageState::Streaming) {
        wrongKind("state");
    }
    return {.uuid = uuid(line, "uuid"),
            .role = *role,
            .state = *state,
            .content = text(line, "content"),
            .thinking = text(line, "thinking"),
            .thinkingMs = integer(line, "thinking_ms"),
            .errorCode = text(line, "error_code"),
            .errorDetail = text(line, "error_detail"),
            .createdMs = integer(line, "created_ms"),
            .finishedMs = integer(line, "finished_ms")};
}

namespace {

std::optional<AnswerRecord> recordFrom(const json &line)
{
    const auto found = line.find("record");
    if (found == line.end()) {
        return std::nullopt;
    }
    const json &record = *found;
    if (!record.is_object()) {
        wrongKind("record");
    }
    return AnswerRecord{.modelSha256 = text(record, "model_sha256"),
                        .modelName = text(record, "model_name"),
                        .modelPath = text(record, "model_path"),
                        .templateSha256 = text(record, "template_sha256"),
                        .adapters = detail::adaptersFromJson(jsonText(record, "adapters")),
                        .samplingJson = jsonText(record, "sampling"),
                        .seed = unsignedInteger(record, "seed"),
                        .engineVersion = text(record, "engine_version"),
                        .device = text(record, "device"),
                        .backend = text(record, "backend"),
                        .instructionSet = text(record, "instruction_set"),
                        .threads = integer32(record, "threads"),
                        .contextTokens = integer32(record, "context_tokens"),
                        .batchBoundaries = integers(record, "batch_boundaries"),
                        .promptTokens = integers(record, "prompt_tokens"),
                        .generatedTokens = integers(record, "generated_tokens"),
                        .cachedTokens = integer32(record, "cached_tokens"),
                        .loadMs = real(record, "load_ms"),
                        .prefillMs = real(record, "prefill_ms"),
                        .firstTokenMs = real(record, "first_token_ms"),
                        .decodeMs = real(record, "decode_ms"),
                        .totalMs = real(record, "total_ms"),
                        .finishReason = text(record, "finish_reason"),
                        .detailsJson = jsonText(record, "details")};
}

std::optional<Grounding> groundingFrom(const json &line)
{
    const auto found = line.find("grounding");
    if (found == line.end()) {
        return std::nullopt;
    }
    const json &grounding = *found;
    if (!grounding.is_object()) {
        wrongKind("grounding");
    }
    return Grounding{.mode = named(detail::modeFrom(text(grounding, "mode")), "mode"),
                     .material = named(detail::materialFrom(text(grounding, "material")), "material"),
                     .refused = boolean(grounding, "refused"),
                     .checked = boolean(grounding, "checked"),
                     .documentsTotal = integer32(grounding, "documents_total"),
                     .documentsSearched = integer32(grounding, "documents_searched"),
                     .documentsWaiting = integer32(grounding, "documents_waiting"),
                     .wordsOnly = boolean(grounding, "words_only"),
                     .detailsJson = jsonText(grounding, "details")};
}

std::vector<Citation> citationsFrom(const json &line)
{
    std::vector<Citation> citations;
    std::set<std::int32_t> ordinals;
    eachObject(line, "citations", [&](const json &entry) {
        citations.push_back({.ordinal = integer32(entry, "ordinal"),
                             .collectionUuid = text(entry, "collection"),
                             .documentSha256 = text(entry, "document_sha256"),
                             .documentName = text(entry, "document_name"),
                             .page = integer32(entry, "page"),
                             .startByte = integer(entry, "start"),
                             .endByte = integer(entry, "end"),
                             .text = text(entry, "text"),
                             .lexicalRank = integer32(entry, "lexical_rank"),
                             .denseRank = integer32(entry, "dense_rank"),
                             .score = real(entry, "score"),
                             .used = boolean(entry, "used")});
        Citation &citation = citations.back();
        // Written since schema 2.
        if (entry.contains("last_page")) {
            citation.lastPage = integer32(entry, "last_page");
            citation.pageLabel = text(entry, "page_label");
            citation.heading = text(entry, "heading");
            citation.similarity = real(entry, "similarity");
            citation.instructs = boolean(entry, "instructs");
            if (!field(entry, "rerank_score").is_null()) {
                citation.rerankScore = real(entry, "rerank_score");
            }
        }
        if (!ordinals.insert(citation.ordinal).second) {
            throw Malformed{"two citations with one ordinal"};
        }
    });
    return citations;
}

std::vector<SentenceCheck> checksFrom(const json &line)
{
    std::vector<SentenceCheck> checks;
    std::set<std::int64_t> starts;
    eachObject(line, "sentences", [&](const json &entry) {
        checks.push_back({.startByte = integer(entry, "start"),
                          .endByte = integer(entry, "end"),
                          .verdict = text(entry, "verdict"),
                          .cited = integers(entry, "cited"),
                          .reason = text(entry, "reason")});
        if (!starts.insert(checks.back().startByte).second) {
            throw Malformed{"two sentences at one place"};
        }
    });
    return checks;
}

} // namespace

AnswerParts partsFrom(const json &line)
{
    return {.record = recordFrom(line),
            .grounding = groundingFrom(line),
            .citations = citationsFrom(line),
            .checks = checksFrom(line)};
}

std::vector<AttachedDocument> documentsFrom(const json &line)
{
    std::vector<AttachedDocument> documents;
    eachObject(line, "documents", [&](const json &entry) {
        documents.push_back({.collectionUuid = text(entry, "collection"),
                             .path = text(entry, "path"),
                             .name = text(entry, "name"),
                             .attachedMs = integer(entry, "attached_ms")});
    });
    return documents;
}

} // namespace storage::exporting
