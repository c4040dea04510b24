// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/inference/families/family_file.h"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace tests {

using namespace inference;

namespace {

using Names = std::vector<std::string>;

constexpr std::uint64_t kQuery = std::uint64_t{FamilyFile::kHeads} * FamilyFile::kHeadDim;
constexpr std::uint64_t kLatentQuery = kQuery; ///< heads of the same width, some of whose numbers have positions
constexpr std::uint64_t kKey = std::uint64_t{FamilyFile::kKvHeads} * FamilyFile::kHeadDim;

const Names kProjections{"attn_q.weight", "attn_k.weight", "attn_v.weight", "attn_output.weight"};
const Names kGated{"ffn_gate.weight", "ffn_up.weight", "ffn_down.weight"};
const Names kExperts{"ffn_gate_inp.weight", "ffn_gate_exps.weight", "ffn_up_exps.weight", "ffn_down_exps.weight"};
const Names kSharedExpert{"ffn_gate_shexp.weight", "ffn_up_shexp.weight", "ffn_down_shexp.weight"};

const Names kLatent{"attn_norm.weight", "ffn_norm.weight",          "attn_q_a.weight",       "attn_q_a_norm.weight",
                    "attn_q_b.weight",  "attn_kv_a_mqa.weight",     "attn_kv_a_norm.weight", "attn_k_b.weight",
                    "attn_v_b.weight",  "attn_output.weight values"};

Names operator+(Names all, const Names &more)
{
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

Names withBiases(const Names &names)
{
    Names all = names;
    for (const std::string &name : names) {
        all.push_back(name.substr(0, name.size() - std::string_view("weight").size()) + "bias");
    }
    return all;
}

// What the converters of llama.cpp write for each layer.
Names layerTensors(const std::string &architecture)
{
    const Names pre{"attn_norm.weight", "ffn_norm.weight"};
    const Names behind{"post_attention_norm.weight", "post_ffw_norm.weight"};
    const Names headNorms{"attn_q_norm.weight", "attn_k_norm.weight"};
    const Names plain{"ffn_up.weight", "ffn_down.weight"};
    const Names qkvBiases{"attn_q.bias", "attn_k.bias", "attn_v.bias"};
    const Names llama = pre + kProjections + kGated;
    const Names encoder = withBiases({"attn_output_norm.weight", "layer_output_norm.weight"});
    const std::map<std::string, Names> all{
        {"bert", encoder + withBiases(kProjections + plain)},
        {"cohere2", Names{"attn_norm.weight"} + kProjections + kGated},
        {"cohere2moe", Names{"attn_norm.weight"} + kProjections + kExperts + kSharedExpert},
        {"command-r", Names{"attn_norm.weight"} + kProjections + kGated},
        {"deepseek2", kLatent + kExperts + Names{"exp_probs_b.bias"} + kSharedExpert},
        {"ernie4_5-moe", pre + kProjections + kExperts + Names{"exp_probs_b.bias"} + kSharedExpert},
        {"exaone-moe", pre + headNorms + kProjections + kExperts + Names{"exp_probs_b.bias"} + kSharedExpert},
        {"exaone4", behind + headNorms + kProjections + kGated},
        {"gemma-embedding", llama + behind + headNorms},
        {"gemma2", llama + behind},
        {"gemma3", llama + behind + headNorms},
        {"gemma3n",
         llama + behind + headNorms +
             Names{"inp_gate.weight", "proj.weight", "post_norm.weight", "altup_router.weight",
                   "altup_router_norm.weight", "altup_predict_coef.weight", "altup_correct_coef.weight",
                   "altup_correct_scale.weight", "laurel_l.weight", "laurel_r.weight", "laurel_post_norm.weight"}},
        {"gemma4", llama + behind + headNorms},
        {"glm4", pre + behind + kProjections + qkvBiases + Names{"ffn_up.weight fused", "ffn_down.weight"}},
        {"glm4moe", Names{"attn_norm.weight", "post_attention_norm.weight"} + kProjections + qkvBiases + kExperts +
                        Names{"exp_probs_b.bias"} + kSharedExpert},
        {"gpt-oss",
         withBiases(Names{"attn_q.weight", "attn_k.weight", "attn_v.weight", "attn_output.weight"} + kExperts) +
             Names{"attn_norm.weight", "post_attention_norm.weight", "attn_sinks.weight"}},
        {"gptneox", withBiases(pre + Names{"attn_qkv.weight", "attn_output.weight"} + plain)},
        {"granitemoe", pre + kProjections + kExperts + kSharedExpert},
        {"hunyuan-dense", llama + headNorms},
        {"hunyuan-moe", pre + headNorms + kProjections + kExperts + kSharedExpert},
        {"jina-bert-v3", encoder + withBiases(Names{"attn_qkv.weight", "attn_output.weight"} + plain)},
        {"llama4", pre + kProjections + kExperts + kSharedExpert},
        {"minimax-m2", pre + kProjections + kExperts +
                           Names{"exp_probs_b.bias", "attn_q_norm.weight whole", "attn_k_norm.weight whole"}},
        {"modern-bert", pre + Names{"attn_qkv.weight", "attn_output.weight", "ffn_up.weight fused", "ffn_down.weight"}},
        {"nemotron", withBiases(pre) + kProjections + plain},
        {"nomic-bert", encoder + Names{"attn_qkv.weight", "attn_output.weight"} + kGated},
        {"nomic-bert-moe", encoder + withBiases({"attn_qkv.weight", "attn_output.weight"}) +
                               Names{"ffn_gate_inp.weight", "ffn_up_exps.weight", "ffn_down_exps.weight"}},
        {"olmo", kProjections + kGated},
        {"olmo2", behind + kProjections + kGated + Names{"attn_q_norm.weight whole", "attn_k_norm.weight whole"}},
        {"olmoe", pre + kProjections + kExperts + Names{"attn_q_norm.weight whole", "attn_k_norm.weight whole"}},
        {"phi3", pre + Names{"attn_qkv.weight", "attn_output.weight", "ffn_up.weight fused", "ffn_down.weight"}},
        {"qwen2", llama + qkvBiases},
        {"qwen2moe", pre + kProjections + qkvBiases + kExperts + kSharedExpert + Names{"ffn_gate_inp_shexp.weight"}},
        {"qwen3", llama + headNorms},
        {"qwen3moe", pre + headNorms + kProjections + kExperts},
        {"qwen3vl", llama + headNorms},
        {"qwen3vlmoe", pre + headNorms + kProjections + kExperts},
        {"seed_oss", Names{"attn_norm.weight", "post_attention_norm.weight"} + kProjections + kGated + qkvBiases},
        {"stablelm", withBiases(pre) + kProjections + kGated},
        {"starcoder2", withBiases(pre + kProjections + plain)},
    };
    const auto found = all.find(architecture);
    return found != all.end() ? found->second : llama;
}

constexpr std::string_view kPostNormEncoders[] = {"bert", "jina-bert-v3", "nomic-bert", "nomic-bert-moe"};

struct Shape {
    std::uint64_t columns = FamilyFile::kWidth;
    std::uint64_t rows = 1;
    std::uint64_t count = 1;
};

Shape shapeOf(std::string_view name)
{
    constexpr std::uint64_t width = FamilyFile::kWidth;
    constexpr std::uint64_t hidden = FamilyFile::kHidden;
    constexpr std::uint64_t experts = FamilyFile::kExperts;
    constexpr std::uint64_t expertHidden = FamilyFile::kExpertHidden;
    constexpr std::uint64_t sharedHidden = FamilyFile::kSharedHidden;
    static const std::map<std::string_view, Shape> kShapes{
        {"attn_q.weight", {width, kQuery}},
        {"attn_k.weight", {width, kKey}},
        {"attn_v.weight", {width, kKey}},
        {"attn_qkv.weight", {width, kQuery + 2 * kKey}},
        {"attn_output.weight", {kQuery, width}},
        {"ffn_gate.weight", {width, hidden}},
        {"ffn_up.weight", {width, hidden}},
        {"ffn_up.weight fused", {width, 2 * hidden}},
        {"ffn_down.weight", {hidden, width}},
        {"attn_q.bias", {kQuery, 1}},
        {"attn_k.bias", {kKey, 1}},
        {"attn_v.bias", {kKey, 1}},
        {"attn_qkv.bias", {kQuery + 2 * kKey, 1}},
        {"ffn_up.bias", {hidden, 1}},
        {"ffn_gate.bias", {hidden, 1}},
        {"ffn_gate_inp.weight", {width, experts}},
        {"ffn_gate_inp.bias", {experts, 1}},
        {"exp_probs_b.bias", {experts, 1}},
        {"ffn_gate_exps.bias", {expertHidden, experts}},
        {"ffn_up_exps.bias", {expertHidden, experts}},
        {"ffn_down_exps.bias", {width, experts}},
        {"attn_sinks.weight", {FamilyFile::kHeads, 1}},
        {"attn_q_a.weight", {width, FamilyFile::kQueryRank}},
        {"attn_q_a_norm.weight", {FamilyFile::kQueryRank, 1}},
        {"attn_q_b.weight", {FamilyFile::kQueryRank, kLatentQuery}},
        {"attn_q.weight latent", {width, kLatentQuery}},
        {"attn_kv_a_mqa.weight", {width, FamilyFile::kLatentRank + FamilyFile::kRotated}},
        {"attn_kv_a_norm.weight", {FamilyFile::kLatentRank, 1}},
        {"attn_k_b.weight", {FamilyFile::kHeadDim - FamilyFile::kRotated, FamilyFile::kLatentRank, FamilyFile::kHeads}},
        {"attn_v_b.weight", {FamilyFile::kLatentRank, FamilyFile::kValueDim, FamilyFile::kHeads}},
        {"attn_output.weight values", {std::uint64_t{FamilyFile::kHeads} * FamilyFile::kValueDim, width}},
        {"ffn_gate_exps.weight", {width, expertHidden, experts}},
        {"ffn_up_exps.weight", {width, expertHidden, experts}},
        {"ffn_down_exps.weight", {expertHidden, width, experts}},
        {"ffn_gate_shexp.weight", {width, sharedHidden}},
        {"ffn_up_shexp.weight", {width, sharedHidden}},
        {"ffn_down_shexp.weight", {sharedHidden, width}},
        {"inp_gate.weight", {width, FamilyFile::kLayerInputs}},
        {"proj.weight", {FamilyFile::kLayerInputs, width}},
        {"altup_router.weight", {width, FamilyFile::kStreams}},
        {"altup_predict_coef.weight", {FamilyFile::kStreams, FamilyFile::kStreams * FamilyFile::kStreams}},
        {"altup_correct_coef.weight", {FamilyFile::kStreams, FamilyFile::kStreams}},
        {"laurel_l.weight", {width, FamilyFile::kLowRank}},
        {"laurel_r.weight", {FamilyFile::kLowRank, width}},
        {"attn_q_norm.weight", {FamilyFile::kHeadDim, 1}},
        {"attn_k_norm.weight", {FamilyFile::kHeadDim, 1}},
        {"attn_q_norm.weight whole", {kQuery, 1}},
        {"attn_k_norm.weight whole", {kKey, 1}},
    };
    const auto found = kShapes.find(name);
    return found != kShapes.end() ? found->second : Shape{};
}

} // namespace

FamilyFile::FamilyFile(std::string architecture, std::uint32_t layers)
    : m_architecture(std::move(architecture))
{
    m_writer.string("general.architecture", m_architecture)
        .u32(key("context_length"), kContext)
        .u32(key("embedding_length"), kWidth)
        .u32(key("block_count"), layers)
        .u32(key("feed_forward_length"), kHidden)
        .u32(key("attention.head_count"), kHeads)
        .u32(key("attention.head_count_kv"), kKvHeads)
        .u32(key("attention.key_length"), kHeadDim)
        .u32(key("attention.value_length"), kHeadDim)
        .u32(key("vocab_size"), kVocabulary);
    const auto layerNorms = {"bert",         "cohere2",     "cohere2moe", "command-r",      "gptneox",
                             "jina-bert-v3", "modern-bert", "nomic-bert", "nomic-bert-moe", "nemotron",
                             "olmo",         "stablelm",    "starcoder2"};
    const bool isLayer = std::ranges::contains(layerNorms, m_architecture);
    m_writer.f32(key(isLayer ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon"), 1e-5F);
    if (m_architecture.starts_with("cohere2")) {
        m_writer.u32(key("attention.sliding_window"), 64).f32(key("logit_scale"), 0.25F);
    } else if (m_architecture.starts_with("granite")) {
        m_writer.f32(key("logit_scale"), 8.0F);
    } else if (m_architecture == "gptneox") {
        m_writer.boolean(key("use_parallel_residual"), true);
    }
    if (m_architecture == "deepseek2") {
        m_writer.remove(key("attention.head_count_kv")).u32(key("attention.head_count_kv"), 1);
        m_writer.remove(key("attention.key_length")).u32(key("attention.key_length"), kLatentRank + kRotated);
        m_writer.remove(key("attention.value_length")).u32(key("attention.value_length"), kLatentRank);
        m_writer.u32(key("attention.key_length_mla"), kHeadDim).u32(key("attention.value_length_mla"), kValueDim);
        m_writer.u32(key("attention.kv_lora_rank"), kLatentRank).u32(key("attention.q_lora_rank"), kQueryRank);
        m_writer.u32(key("rope.dimension_count"), kRotated);
    }
    if (m_architecture == "gemma3n") {
        m_writer.u32(key("embedding_length_per_layer_input"), kLayerInputs).u32(key("altup.num_inputs"), kStreams);
        tensor("per_layer_token_embd.weight", std::uint64_t{kLayerInputs} * layers, kVocabulary);
        tensor("per_layer_model_proj.weight", kWidth, std::uint64_t{kLayerInputs} * layers);
        tensor("per_layer_proj_norm.weight", kLayerInputs);
        tensor("altup_proj.weight", kWidth, kWidth, kStreams - 1);
        tensor("altup_unembd_proj.weight", kWidth, kWidth, kStreams - 1);
    }
    if (std::ranges::contains(layerTensors(m_architecture), std::string("ffn_gate_inp.weight"))) {
        m_writer.u32(key("expert_count"), kExperts)
            .u32(key("expert_used_count"), kUsedExperts)
            .u32(key("expert_feed_forward_length"), kExpertHidden)
            .u32(key("expert_shared_feed_forward_length"), kSharedHidden);
    }
    tensor("token_embd.weight", kWidth, kVocabulary);
    if (!addRecurrentLayers(*this, m_architecture, layers)) {
        for (std::uint32_t layer = 0; layer < layers; ++layer) {
            addLayer(layer);
        }
    }
    const bool postNormEncoder = std::ranges::contains(kPostNormEncoders, m_architecture);
    if (m_architecture != "olmo" && !postNormEncoder) {
        tensor(m_architecture.starts_with("lfm2") ? "token_embd_norm.weight" : "output_norm.weight", kWidth);
    }
    if (postNormEncoder) {
        tensor("token_types.weight", kWidth, 2);
        tensor("token_embd_norm.bias", kWidth);
    }
    if (postNormEncoder || m_architecture == "modern-bert") {
        tensor("token_embd_norm.weight", kWidth);
    }
    if (m_architecture == "bert") {
        tensor("position_embd.weight", kWidth, kContext);
    }
}

void FamilyFile::addLayer(std::uint32_t layer)
{
    for (const std::string &name : layerTensors(m_architecture)) {
        const Shape shape = shapeOf(name);
        tensor("blk." + std::to_string(layer) + "." + name.substr(0, name.find(' ')), shape.columns, shape.rows,
               shape.count);
    }
}

FamilyFile &FamilyFile::tensor(const std::string &name, std::uint64_t columns, std::uint64_t rows, std::uint64_t count)
{
    without(name);
    m_writer.tensor(name, {columns, rows, count}, TensorType::F32, Bytes(columns * rows * count * sizeof(float)));
    return *this;
}

FamilyFile &FamilyFile::experts(std::uint32_t layer)
{
    const std::string block = "blk." + std::to_string(layer) + ".";
    m_writer.remove(key("expert_count")).u32(key("expert_count"), kExperts);
    m_writer.remove(key("expert_used_count")).u32(key("expert_used_count"), kUsedExperts);
    for (const std::string &name : kGated) {
        without(block + name);
    }
    tensor(block + "ffn_gate_inp.weight", kWidth, kExperts);
    tensor(block + "ffn_gate_exps.weight", kWidth, kHidden, kExperts);
    tensor(block + "ffn_up_exps.weight", kWidth, kHidden, kExperts);
    tensor(block + "ffn_down_exps.weight", kHidden, kWidth, kExperts);
    return *this;
}

FamilyFile &FamilyFile::without(std::string_view name)
{
    std::erase_if(m_writer.tensors(), [&](const GgufTensorSpec &spec) { return spec.name == name; });
    return *this;
}

Result<families::ForwardPass> FamilyFile::build(std::uint32_t context, families::Admission admission,
                                                std::optional<Pooling> pooling)
{
    m_bytes = m_writer.bytes();
    const auto file = GgufFile::parse(m_bytes, GgufScope::Whole);
    if (!file) {
        throw std::logic_error(file.error().detail);
    }
    return families::buildForwardPass(**file, context, admission, pooling);
}

} // namespace tests
