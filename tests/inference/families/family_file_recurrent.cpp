// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Layers of families that carry a state: of two neighbours the first does, the second has attention.
#include "tests/inference/families/family_file.h"

namespace tests {

namespace {

constexpr std::uint64_t kWidth = FamilyFile::kWidth;
constexpr std::uint32_t kTaps = 4;
constexpr std::uint32_t kStateHeads = 4;
constexpr std::uint32_t kGroups = 2;
constexpr std::uint32_t kState = 8;
constexpr std::uint32_t kInner = 32;

void addAttention(FamilyFile &file, const std::string &block, bool gated = false)
{
    constexpr std::uint64_t kQuery = std::uint64_t{FamilyFile::kHeads} * FamilyFile::kHeadDim;
    constexpr std::uint64_t kKey = std::uint64_t{FamilyFile::kKvHeads} * FamilyFile::kHeadDim;
    file.tensor(block + "attn_q.weight", kWidth, gated ? 2 * kQuery : kQuery)
        .tensor(block + "attn_k.weight", kWidth, kKey)
        .tensor(block + "attn_v.weight", kWidth, kKey)
        .tensor(block + "attn_output.weight", kQuery, kWidth);
}

void addHeadNorms(FamilyFile &file, const std::string &block)
{
    file.tensor(block + "attn_q_norm.weight", FamilyFile::kHeadDim)
        .tensor(block + "attn_k_norm.weight", FamilyFile::kHeadDim);
}

void addFeedForward(FamilyFile &file, const std::string &block)
{
    file.tensor(block + "ffn_gate.weight", kWidth, FamilyFile::kHidden)
        .tensor(block + "ffn_up.weight", kWidth, FamilyFile::kHidden)
        .tensor(block + "ffn_down.weight", FamilyFile::kHidden, kWidth);
}

void addExperts(FamilyFile &file, const std::string &block, bool gated)
{
    file.tensor(block + "ffn_gate_inp.weight", kWidth, FamilyFile::kExperts)
        .tensor(block + "ffn_up_exps.weight", kWidth, FamilyFile::kExpertHidden, FamilyFile::kExperts)
        .tensor(block + "ffn_down_exps.weight", FamilyFile::kExpertHidden, kWidth, FamilyFile::kExperts);
    if (gated) {
        file.tensor(block + "ffn_gate_exps.weight", kWidth, FamilyFile::kExpertHidden, FamilyFile::kExperts);
    }
}

void addSharedExpert(FamilyFile &file, const std::string &block, bool gated)
{
    file.tensor(block + "ffn_up_shexp.weight", kWidth, FamilyFile::kSharedHidden)
        .tensor(block + "ffn_down_shexp.weight", FamilyFile::kSharedHidden, kWidth);
    if (gated) {
        file.tensor(block + "ffn_gate_shexp.weight", kWidth, FamilyFile::kSharedHidden)
            .tensor(block + "ffn_gate_inp_shexp.weight", kWidth);
    }
}

void addDeltaNet(FamilyFile &file, const std::string &block, bool together)
{
    constexpr std::uint64_t kMixed = 2 * kGroups * kState + kInner;
    file.tensor(block + "attn_qkv.weight", kWidth, kMixed)
        .tensor(block + "attn_gate.weight", kWidth, kInner)
        .tensor(block + "ssm_conv1d.weight", kTaps, kMixed)
        .tensor(block + "ssm_a", kStateHeads)
        .tensor(block + "ssm_dt.bias", kStateHeads)
        .tensor(block + "ssm_norm.weight", kInner / kStateHeads)
        .tensor(block + "ssm_out.weight", kInner, kWidth);
    if (together) {
        file.tensor(block + "ssm_ba.weight", kWidth, 2 * kStateHeads);
    } else {
        file.tensor(block + "ssm_alpha.weight", kWidth, kStateHeads)
            .tensor(block + "ssm_beta.weight", kWidth, kStateHeads);
    }
}

void addMamba(FamilyFile &file, const std::string &block)
{
    constexpr std::uint64_t kMixed = kInner + 2 * kGroups * kState;
    file.tensor(block + "ssm_in.weight", kWidth, kInner + kMixed + kStateHeads)
        .tensor(block + "ssm_conv1d.weight", kTaps, kMixed)
        .tensor(block + "ssm_conv1d.bias", kMixed)
        .tensor(block + "ssm_dt.bias", kStateHeads)
        .tensor(block + "ssm_a", 1, kStateHeads)
        .tensor(block + "ssm_d", 1, kStateHeads)
        .tensor(block + "ssm_norm.weight", kInner / kGroups, kGroups)
        .tensor(block + "ssm_out.weight", kInner, kWidth);
}

/// Zero where a layer has none.
void perLayer(FamilyFile &file, std::string_view key, std::uint32_t layers, std::int32_t ofOdd)
{
    std::vector<std::int32_t> values;
    for (std::uint32_t layer = 0; layer < layers; ++layer) {
        values.push_back(layer % 2 == 0 ? 0 : ofOdd);
    }
    file.writer().remove(file.key(key)).i32s(file.key(key), values);
}

} // namespace

bool addRecurrentLayers(FamilyFile &file, std::string_view architecture, std::uint32_t layers)
{
    const bool qwen = architecture.starts_with("qwen35") || architecture == "qwen3next";
    const bool nemotron = architecture.starts_with("nemotron_h");
    const bool lfm2 = architecture.starts_with("lfm2");
    if (!qwen && !nemotron && !lfm2 && architecture != "granitehybrid" && architecture != "falcon-h1") {
        return false;
    }
    const bool experts = architecture.ends_with("moe") || architecture == "qwen3next";
    if (qwen) {
        file.writer().u32(file.key("full_attention_interval"), 2);
    } else if (architecture != "falcon-h1") {
        perLayer(file, "attention.head_count_kv", layers, FamilyFile::kKvHeads);
    }
    if (lfm2) {
        file.writer().u32(file.key("shortconv.l_cache"), 3);
    } else {
        file.writer()
            .u32(file.key("ssm.conv_kernel"), kTaps)
            .u32(file.key("ssm.inner_size"), kInner)
            .u32(file.key("ssm.state_size"), kState)
            .u32(file.key("ssm.time_step_rank"), kStateHeads)
            .u32(file.key("ssm.group_count"), kGroups);
    }
    if (experts) {
        file.writer()
            .u32(file.key("expert_count"), FamilyFile::kExperts)
            .u32(file.key("expert_used_count"), FamilyFile::kUsedExperts)
            .u32(file.key("expert_feed_forward_length"), FamilyFile::kExpertHidden)
            .u32(file.key("expert_shared_feed_forward_length"), FamilyFile::kSharedHidden);
    }
    // In one of four layers.
    const auto hasNemotronExperts = [&](std::uint32_t layer) { return nemotron && experts && layer % 4 == 0; };
    if (nemotron) {
        std::vector<std::int32_t> lengths;
        for (std::uint32_t layer = 0; layer < layers; ++layer) {
            lengths.push_back(hasNemotronExperts(layer) ? std::int32_t{FamilyFile::kExpertHidden} : 0);
        }
        file.writer().remove(file.key("feed_forward_length")).i32s(file.key("feed_forward_length"), lengths);
    }
    for (std::uint32_t layer = 0; layer < layers; ++layer) {
        const std::string block = "blk." + std::to_string(layer) + ".";
        const bool recurrent = layer % 2 == 0;
        file.tensor(block + "attn_norm.weight", kWidth);
        if (hasNemotronExperts(layer)) {
            addExperts(file, block, false);
            addSharedExpert(file, block, false);
            continue;
        }
        if (recurrent || architecture == "falcon-h1") {
            if (qwen) {
                addDeltaNet(file, block, architecture == "qwen3next");
            } else if (lfm2) {
                file.tensor(block + "shortconv.in_proj.weight", kWidth, 3 * kWidth)
                    .tensor(block + "shortconv.conv.weight", 3, kWidth)
                    .tensor(block + "shortconv.out_proj.weight", kWidth, kWidth);
            } else {
                addMamba(file, block);
            }
        }
        if (!recurrent || architecture == "falcon-h1") {
            addAttention(file, block, qwen);
            if (qwen || lfm2) {
                addHeadNorms(file, block);
            }
        }
        if (nemotron) {
            continue;
        }
        file.tensor(block + (qwen ? "post_attention_norm.weight" : "ffn_norm.weight"), kWidth);
        if (experts) {
            addExperts(file, block, true);
            if (qwen) {
                addSharedExpert(file, block, true);
            }
        } else {
            addFeedForward(file, block);
        }
    }
    return true;
}

} // namespace tests
