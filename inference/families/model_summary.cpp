// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/families/model_summary.h"

#include "inference/adapters/lora_file.h"
#include "inference/families/families.h"
#include "inference/families/text_prefixes.h"
#include "inference/graph/kv_extent.h"
#include "inference/model/checked.h"
#include "inference/model/sha256.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <utility>

namespace inference {

std::string_view sentence(ModelPurpose purpose)
{
    switch (purpose) {
    case ModelPurpose::Text:
        break;
    case ModelPurpose::Embedding:
        return "it turns texts into vectors and writes none";
    case ModelPurpose::Ranking:
        return "it tells how well a document answers a query and writes no text";
    }
    return "it writes text";
}

} // namespace inference

namespace inference::families {

namespace {

// general.file_type: what most of the weights are, and the recipe for the rest.
std::string_view fileTypeName(std::int64_t type)
{
    constexpr std::int64_t kGuessed = 1024; // added by tools that did not know
    static constexpr auto kNames = std::to_array<std::pair<std::int64_t, std::string_view>>(
        {{0, "F32"},     {1, "F16"},     {2, "Q4_0"},     {3, "Q4_1"},    {7, "Q8_0"},     {8, "Q5_0"},
         {9, "Q5_1"},    {10, "Q2_K"},   {11, "Q3_K_S"},  {12, "Q3_K_M"}, {13, "Q3_K_L"},  {14, "Q4_K_S"},
         {15, "Q4_K_M"}, {16, "Q5_K_S"}, {17, "Q5_K_M"},  {18, "Q6_K"},   {19, "IQ2_XXS"}, {20, "IQ2_XS"},
         {21, "Q2_K_S"}, {22, "IQ3_XS"}, {23, "IQ3_XXS"}, {24, "IQ1_S"},  {25, "IQ4_NL"},  {26, "IQ3_S"},
         {27, "IQ3_M"},  {28, "IQ2_S"},  {29, "IQ2_M"},   {30, "IQ4_XS"}, {31, "IQ1_M"},   {32, "BF16"},
         {36, "TQ1_0"},  {37, "TQ2_0"},  {38, "MXFP4"}});
    const auto found = std::ranges::find(kNames, type & ~kGuessed, &std::pair<std::int64_t, std::string_view>::first);
    return found != kNames.end() ? found->second : std::string_view{};
}

std::string_view commonestType(const GgufFile &file)
{
    std::map<std::uint32_t, std::uint64_t> bytesOfType;
    for (const GgufTensor &tensor : file.tensors()) {
        std::uint64_t &sum = bytesOfType[tensor.ggmlType];
        sum = checkedAdd(sum, tensor.bytes).value_or(std::numeric_limits<std::uint64_t>::max());
    }
    const auto most = std::ranges::max_element(bytesOfType, {}, &std::pair<const std::uint32_t, std::uint64_t>::second);
    return most != bytesOfType.end() ? ggmlTypeName(most->first) : std::string_view{};
}

std::uint32_t lenientNumber(const GgufFile &file, const std::string &key)
{
    const auto value = file.integer(key);
    return value && std::in_range<std::uint32_t>(*value) ? static_cast<std::uint32_t>(*value) : 0;
}

std::string lenientString(const GgufFile &file, std::string_view key)
{
    return std::string(file.string(key).value_or(""));
}

std::vector<std::string> baseModelsOf(const GgufFile &file)
{
    constexpr std::int64_t kMostParents = 64;
    std::vector<std::string> parents;
    const std::int64_t count =
        std::clamp<std::int64_t>(file.integer("general.base_model.count").value_or(0), 0, kMostParents);
    for (std::int64_t i = 0; i < count; ++i) {
        const std::string key = "general.base_model." + std::to_string(i);
        std::string parent = lenientString(file, key + ".repo_url");
        if (parent.empty()) {
            const std::string organization = lenientString(file, key + ".organization");
            parent = lenientString(file, key + ".name");
            if (!organization.empty() && !parent.empty()) {
                parent.insert(0, organization + "/");
            }
        }
        if (!parent.empty()) {
            parents.push_back(std::move(parent));
        }
    }
    return parents;
}

void describePurpose(const graph::Graph &graph, ModelSummary &summary)
{
    const bool ranks = summary.pooling == Pooling::Rank;
    if (graph.ending == graph::Ending::Embedding) {
        summary.purpose = ranks ? ModelPurpose::Ranking : ModelPurpose::Embedding;
        summary.embeddingWidth = graph.vocabularySize;
    } else if (ranks || (summary.architecture == "qwen3" && summary.name.contains("Reranker"))) {
        summary.purpose = ModelPurpose::Ranking; // by the logits of "yes" and "no"
    }
    if (summary.purpose == ModelPurpose::Embedding) {
        const TextPrefixes prefixes = prefixesFor(summary.architecture, summary.name);
        summary.queryPrefix = prefixes.query;
        summary.passagePrefix = prefixes.passage;
    }
}

// Everything that must hold before this version can run the model; the KV cache's size comes along.
Result<void> checkRunnable(const GgufFile &file, ModelSummary &summary)
{
    const auto forwardPass = buildForwardPass(file, 0);
    if (!forwardPass) {
        return std::unexpected(forwardPass.error());
    }
    summary.vocabularySize = forwardPass->config.vocabularySize;
    summary.contextLength = forwardPass->config.contextLength;
    describePurpose(forwardPass->graph, summary);
    // As a program with a long context would make them.
    const graph::KvExtent extent(forwardPass->graph, {.contextLength = std::numeric_limits<std::uint32_t>::max()});
    for (std::size_t i = 0; i < forwardPass->graph.kv.size(); ++i) {
        const graph::KvLayer &layer = forwardPass->graph.kv[i];
        // Within the limits of a ModelConfig the sum stays below 2^42.
        const std::uint64_t bytes = 2 * (std::uint64_t{layer.keyWidth} + layer.valueWidth);
        summary.kvBytesPerToken += bytes;
        if (layer.window == 0) {
            continue;
        }
        auto same = std::ranges::find(summary.slidingKv, extent.slots(i), &SlidingKv::slots);
        if (same == summary.slidingKv.end()) {
            same = summary.slidingKv.insert(same, SlidingKv{.slots = extent.slots(i)});
        }
        same->bytesPerToken += bytes;
    }
    for (const graph::RecurrentState &state : forwardPass->graph.states) {
        summary.stateBytes += state.numbers * sizeof(float);
    }
    // Every layer that carries a state has one convolution.
    summary.recurrentLayers = static_cast<std::uint32_t>(std::ranges::count_if(
        forwardPass->graph.ops, [](const graph::Op &op) { return std::holds_alternative<graph::CausalConv>(op); }));
    const auto vocabulary = readVocabulary(file);
    return vocabulary ? Result<void>{} : std::unexpected(vocabulary.error());
}

void sumTensors(const GgufFile &file, ModelSummary &summary)
{
    static constexpr std::uint64_t kSaturated = std::numeric_limits<std::uint64_t>::max();
    const auto addTo = [](std::uint64_t &sum, std::uint64_t more) { sum = checkedAdd(sum, more).value_or(kSaturated); };
    for (const GgufTensor &tensor : file.tensors()) {
        const std::uint64_t weights =
            checkedProduct(tensor.shape[0], tensor.shape[1], tensor.shape[2], tensor.shape[3]).value_or(kSaturated);
        const bool ofExperts = summary.expertCount > 0 && summary.expertsUsed <= summary.expertCount &&
                               tensor.name.find("_exps.") != std::string::npos;
        addTo(summary.parameters, weights);
        // Of the table of all layers' inputs, half of the models that have one, a token meets one row.
        if (tensor.name == "per_layer_token_embd.weight") {
            addTo(summary.activeParameters, tensor.shape[0]);
        } else {
            addTo(summary.activeParameters, ofExperts ? weights / summary.expertCount * summary.expertsUsed : weights);
        }
        addTo(summary.tensorBytes, tensor.bytes);
        addTo(summary.expertBytes, ofExperts ? tensor.bytes : 0);
    }
}

} // namespace

ModelSummary summarize(const GgufFile &file, std::string_view fileStem)
{
    ModelSummary summary;
    summary.name = file.string("general.name").value_or(fileStem);
    summary.architecture = lenientString(file, "general.architecture");
    summary.sizeLabel = lenientString(file, "general.size_label");
    summary.license = lenientString(file, "general.license");
    summary.licenseName = lenientString(file, "general.license.name");
    summary.licenseLink = lenientString(file, "general.license.link");
    summary.baseModels = baseModelsOf(file);
    summary.quantization = fileTypeName(file.integer("general.file_type").value_or(-1));
    if (summary.quantization.empty()) {
        summary.quantization = commonestType(file);
    }
    summary.expertCount = lenientNumber(file, summary.architecture + ".expert_count");
    summary.expertsUsed = lenientNumber(file, summary.architecture + ".expert_used_count");
    sumTensors(file, summary);
    summary.fileBytes = file.fileBytes();
    summary.fileCount = file.shardCount();
    summary.tensorCount = static_cast<std::uint32_t>(file.tensors().size());
    summary.contextLength = lenientNumber(file, summary.architecture + ".context_length");
    summary.layerCount = lenientNumber(file, summary.architecture + ".block_count");
    summary.embeddingLength = lenientNumber(file, summary.architecture + ".embedding_length");
    if (const GgufArray *tokens = file.array("tokenizer.ggml.tokens")) {
        if (const auto *texts = std::get_if<std::vector<std::string_view>>(&tokens->elements)) {
            summary.vocabularySize = static_cast<std::uint32_t>(texts->size());
        }
    }
    summary.tokenizerModel = lenientString(file, "tokenizer.ggml.model");
    summary.tokenizerPre = lenientString(file, "tokenizer.ggml.pre");
    if (const auto chatTemplate = readChatTemplate(file)) {
        summary.hasChatTemplate = true;
        summary.chatTemplateSha256 = sha256Hex(std::as_bytes(std::span(*chatTemplate)));
    }
    if (const auto pooling = file.integer(summary.architecture + ".pooling_type");
        pooling && *pooling >= 0 && *pooling <= static_cast<std::int64_t>(Pooling::Rank)) {
        summary.pooling = static_cast<Pooling>(*pooling);
    }
    summary.complete = file.isComplete();
    summary.adapter = adapters::isAdapter(file);
    const auto runnable = checkRunnable(file, summary);
    summary.supported = runnable.has_value();
    if (!runnable) {
        summary.reason = runnable.error().detail;
    }
    return summary;
}

} // namespace inference::families

namespace inference {

std::uint64_t kvCacheBytes(std::uint64_t bytesPerToken, std::span<const SlidingKv> sliding, std::uint32_t context)
{
    std::uint64_t bytes = bytesPerToken * context;
    for (const SlidingKv &layers : sliding) {
        bytes -= layers.bytesPerToken * (context - std::min(context, layers.slots));
    }
    return bytes;
}

} // namespace inference
