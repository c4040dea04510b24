// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/answer_record_p.h"

#include "storage/store_p.h"

#include <algorithm>
#include <bit>
#include <ranges>
#include <span>

namespace storage::detail {

using sqlite::Blob;
using sqlite::Connection;
using sqlite::Row;

namespace {

using Tokens = std::vector<std::int32_t>;

// Below this a difference saves less than its bookkeeping.
constexpr std::ptrdiff_t kMinSharedTokens = 32;

/// FNV-1a, 64 bits: notices a prompt put together from the wrong pieces.
std::int64_t checksum(const Tokens &tokens)
{
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const std::byte byte : packed(tokens)) {
        hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3ULL;
    }
    return std::bit_cast<std::int64_t>(hash);
}

/// One stored prompt: the first `baseTokens` of the base's prompt and answer, then `suffix`.
struct Link {
    MessageId base;
    std::int64_t baseTokens = 0;
    Tokens suffix;
    Tokens generated;
    std::int64_t check = 0;
};

Result<std::optional<Link>> link(Connection &db, MessageId answer)
{
    return db.first("SELECT prompt_base_id, prompt_base_tokens, prompt_tokens, generated_tokens, prompt_check "
                    "FROM answer_records WHERE message_id = :id",
                    {{":id", answer.value}}, [](const Row &row) {
                        return Link{.base = {row.integer(0)},
                                    .baseTokens = row.integer(1),
                                    .suffix = unpacked(row.blob(2)),
                                    .generated = unpacked(row.blob(3)),
                                    .check = row.integer(4)};
                    });
}

struct Whole {
    Tokens prompt;
    Tokens generated;
};

/// The prompt and answer of a record, put together from the links down to one that stands alone.
Result<std::optional<Whole>> whole(Connection &db, MessageId answer)
{
    std::vector<Link> chain;
    for (MessageId at = answer; at.valid();) {
        auto next = link(db, at);
        if (!next) {
            return std::unexpected(next.error());
        }
        if (!*next) {
            break;
        }
        // A base is always older; anything else is damage and would never end.
        at = (*next)->base < at ? (*next)->base : MessageId{};
        chain.push_back(std::move(**next));
    }
    if (chain.empty()) {
        return std::optional<Whole>();
    }
    Tokens text;
    Tokens prompt;
    for (const Link &piece : std::views::reverse(chain)) {
        text.resize(std::clamp<std::size_t>(static_cast<std::size_t>(std::max<std::int64_t>(piece.baseTokens, 0)), 0,
                                            text.size()));
        text.insert(text.end(), piece.suffix.begin(), piece.suffix.end());
        prompt = text;
        text.insert(text.end(), piece.generated.begin(), piece.generated.end());
    }
    if (checksum(prompt) != chain.front().check) {
        prompt.clear();
    }
    return Whole{.prompt = std::move(prompt), .generated = std::move(chain.front().generated)};
}

/// The nearest ended answer above, which will not change any more.
Result<MessageId> baseOf(Connection &db, MessageId answer)
{
    const auto found =
        db.integer("WITH RECURSIVE above (id, parent_id, depth) AS ("
                   "SELECT id, parent_id, 0 FROM messages WHERE id = :id "
                   "UNION ALL SELECT messages.id, messages.parent_id, depth + 1 FROM messages "
                   "JOIN above ON messages.id = above.parent_id) "
                   "SELECT above.id FROM above JOIN answer_records ON answer_records.message_id = above.id "
                   "JOIN messages ON messages.id = above.id "
                   "WHERE depth > 0 AND messages.state <> 'streaming' ORDER BY depth LIMIT 1",
                   {{":id", answer.value}});
    if (!found) {
        return std::unexpected(found.error());
    }
    return MessageId{*found};
}

/// Lets the records that build on this one stand alone, before it changes.
Result<void> detachDependents(Connection &db, MessageId answer)
{
    std::vector<MessageId> dependents;
    STORAGE_TRY(db.each("SELECT message_id FROM answer_records WHERE prompt_base_id = :id", {{":id", answer.value}},
                        [&](const Row &row) { dependents.push_back({row.integer(0)}); }));
    for (const MessageId dependent : dependents) {
        const auto text = whole(db, dependent);
        if (!text) {
            return std::unexpected(text.error());
        }
        STORAGE_TRY(db.run("UPDATE answer_records SET prompt_base_id = NULL, prompt_base_tokens = 0, "
                           "prompt_tokens = :tokens WHERE message_id = :id",
                           {{":tokens", Blob(packed((*text)->prompt))}, {":id", dependent.value}}));
    }
    return {};
}

} // namespace

Result<void> writeRecord(Connection &db, MessageId answer, const AnswerRecord &record)
{
    STORAGE_TRY(detachDependents(db, answer));
    const auto base = baseOf(db, answer);
    if (!base) {
        return std::unexpected(base.error());
    }
    std::ptrdiff_t shared = 0;
    if (base->valid()) {
        auto before = whole(db, *base);
        if (!before) {
            return std::unexpected(before.error());
        }
        Tokens text = std::move((*before)->prompt);
        text.insert(text.end(), (*before)->generated.begin(), (*before)->generated.end());
        shared = std::ranges::mismatch(text, record.promptTokens).in2 - record.promptTokens.begin();
    }
    const bool differs = shared >= kMinSharedTokens;
    const auto suffix = std::span(record.promptTokens).subspan(differs ? static_cast<std::size_t>(shared) : 0);
    const auto suffixBytes = packed(suffix);
    const auto generatedBytes = packed(record.generatedTokens);
    const auto boundaryBytes = packed(record.batchBoundaries);
    return db.run(
        "INSERT INTO answer_records (message_id, model_sha256, model_name, model_path, template_sha256, "
        "adapters_json, sampling_json, seed, engine_version, device, backend, instruction_set, threads, "
        "context_tokens, batch_boundaries, prompt_base_id, prompt_base_tokens, prompt_tokens, prompt_check, "
        "prompt_count, generated_tokens, generated_count, cached_tokens, load_ms, prefill_ms, first_token_ms, "
        "decode_ms, total_ms, finish_reason, details_json) "
        "VALUES (:id, :model_sha256, :model_name, :model_path, :template_sha256, :adapters, :sampling, :seed, "
        ":engine, :device, :backend, :instruction_set, :threads, :context, :boundaries, :base, :base_tokens, "
        ":prompt, :check, :prompt_count, :generated, :generated_count, :cached, :load_ms, :prefill_ms, "
        ":first_token_ms, :decode_ms, :total_ms, :finish, :details) "
        "ON CONFLICT (message_id) DO UPDATE SET model_sha256 = excluded.model_sha256, "
        "model_name = excluded.model_name, model_path = excluded.model_path, "
        "template_sha256 = excluded.template_sha256, adapters_json = excluded.adapters_json, "
        "sampling_json = excluded.sampling_json, seed = excluded.seed, engine_version = excluded.engine_version, "
        "device = excluded.device, backend = excluded.backend, instruction_set = excluded.instruction_set, "
        "threads = excluded.threads, context_tokens = excluded.context_tokens, "
        "batch_boundaries = excluded.batch_boundaries, prompt_base_id = excluded.prompt_base_id, "
        "prompt_base_tokens = excluded.prompt_base_tokens, prompt_tokens = excluded.prompt_tokens, "
        "prompt_check = excluded.prompt_check, prompt_count = excluded.prompt_count, "
        "generated_tokens = excluded.generated_tokens, generated_count = excluded.generated_count, "
        "cached_tokens = excluded.cached_tokens, load_ms = excluded.load_ms, prefill_ms = excluded.prefill_ms, "
        "first_token_ms = excluded.first_token_ms, decode_ms = excluded.decode_ms, total_ms = excluded.total_ms, "
        "finish_reason = excluded.finish_reason, details_json = excluded.details_json",
        {{":id", answer.value},
         {":model_sha256", record.modelSha256},
         {":model_name", record.modelName},
         {":model_path", record.modelPath},
         {":template_sha256", record.templateSha256},
         {":adapters", adaptersToJson(record.adapters)},
         {":sampling", record.samplingJson},
         {":seed", std::bit_cast<std::int64_t>(record.seed)},
         {":engine", record.engineVersion},
         {":device", record.device},
         {":backend", record.backend},
         {":instruction_set", record.instructionSet},
         {":threads", record.threads},
         {":context", record.contextTokens},
         {":boundaries", Blob(boundaryBytes)},
         {":base", differs ? orNull(*base) : sqlite::Value(nullptr)},
         {":base_tokens", differs ? shared : 0},
         {":prompt", Blob(suffixBytes)},
         {":check", checksum(record.promptTokens)},
         {":prompt_count", record.promptTokens.size()},
         {":generated", Blob(generatedBytes)},
         {":generated_count", record.generatedTokens.size()},
         {":cached", record.cachedTokens},
         {":load_ms", record.loadMs},
         {":prefill_ms", record.prefillMs},
         {":first_token_ms", record.firstTokenMs},
         {":decode_ms", record.decodeMs},
         {":total_ms", record.totalMs},
         {":finish", record.finishReason},
         {":details", record.detailsJson}});
}

Result<std::optional<AnswerRecord>> readRecord(Connection &db, MessageId answer)
{
    auto record =
        db.first("SELECT model_sha256, model_name, model_path, template_sha256, adapters_json, "
                 "sampling_json, seed, engine_version, device, backend, instruction_set, threads, "
                 "context_tokens, batch_boundaries, cached_tokens, load_ms, prefill_ms, first_token_ms, "
                 "decode_ms, total_ms, finish_reason, details_json FROM answer_records WHERE message_id = :id",
                 {{":id", answer.value}}, [](const Row &row) {
                     return AnswerRecord{.modelSha256 = row.text(0),
                                         .modelName = row.text(1),
                                         .modelPath = row.text(2),
                                         .templateSha256 = row.text(3),
                                         .adapters = adaptersFromJson(row.text(4)),
                                         .samplingJson = row.text(5),
                                         .seed = std::bit_cast<std::uint64_t>(row.integer(6)),
                                         .engineVersion = row.text(7),
                                         .device = row.text(8),
                                         .backend = row.text(9),
                                         .instructionSet = row.text(10),
                                         .threads = row.integer32(11),
                                         .contextTokens = row.integer32(12),
                                         .batchBoundaries = unpacked(row.blob(13)),
                                         .promptTokens = {},
                                         .generatedTokens = {},
                                         .cachedTokens = row.integer32(14),
                                         .loadMs = row.real(15),
                                         .prefillMs = row.real(16),
                                         .firstTokenMs = row.real(17),
                                         .decodeMs = row.real(18),
                                         .totalMs = row.real(19),
                                         .finishReason = row.text(20),
                                         .detailsJson = row.text(21)};
                 });
    if (!record || !*record) {
        return record;
    }
    auto tokens = whole(db, answer);
    if (!tokens) {
        return std::unexpected(tokens.error());
    }
    (*record)->promptTokens = std::move((*tokens)->prompt);
    (*record)->generatedTokens = std::move((*tokens)->generated);
    return record;
}

} // namespace storage::detail
