// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/vulkan/bucket.h"

#include "inference/quant/integer_blocks.h"
#include "shaders/include/kernel_params.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace inference::backend::vulkan {

namespace {

static_assert(kCodedQ3_K == static_cast<std::uint32_t>(TensorType::Q3_K) &&
              kCodedIQ2_XXS == static_cast<std::uint32_t>(TensorType::IQ2_XXS) &&
              kCodedIQ2_XS == static_cast<std::uint32_t>(TensorType::IQ2_XS) &&
              kCodedIQ2_S == static_cast<std::uint32_t>(TensorType::IQ2_S) &&
              kCodedIQ3_XXS == static_cast<std::uint32_t>(TensorType::IQ3_XXS) &&
              kCodedIQ3_S == static_cast<std::uint32_t>(TensorType::IQ3_S) &&
              kCodedIQ1_S == static_cast<std::uint32_t>(TensorType::IQ1_S) &&
              kCodedIQ1_M == static_cast<std::uint32_t>(TensorType::IQ1_M) &&
              kCodedIQ4_NL == static_cast<std::uint32_t>(TensorType::IQ4_NL) &&
              kCodedIQ4_XS == static_cast<std::uint32_t>(TensorType::IQ4_XS) &&
              kCodedTQ1_0 == static_cast<std::uint32_t>(TensorType::TQ1_0) &&
              kCodedTQ2_0 == static_cast<std::uint32_t>(TensorType::TQ2_0) &&
              kCodedMXFP4 == static_cast<std::uint32_t>(TensorType::MXFP4) &&
              kCodedNVFP4 == static_cast<std::uint32_t>(TensorType::NVFP4));

/// Pipelines of one kernel differ by what the device needs and by these.
PipelineKey key(std::string shader, const DeviceTraits &traits, std::uint32_t workgroup, bool selected)
{
    PipelineKey result;
    result.shader = std::move(shader);
    result.constants[kSpecWorkgroup] = workgroup;
    result.constants[kSpecSubgroup] = traits.subgroup;
    result.constants[kSpecSelected] = selected ? 1 : 0;
    // Software devices convert halves by the processor's instruction, which keeps subnormals.
    result.constants[kSpecNativeHalf] = traits.software ? 1 : 0;
    return result;
}

/// A kernel that reads weights of a type: a variant of shaders/CMakeLists.txt.
PipelineKey weightKey(const char *kernel, TensorType type, const DeviceTraits &traits, std::uint32_t workgroup,
                      bool selected)
{
    const bool coded = hasIntegerBlocks(type);
    const std::string_view format = coded ? "CODED" : inference::traits(type).name;
    PipelineKey result = key(std::string(kernel) + "_" + std::string(format), traits, workgroup, selected);
    result.constants[kSpecF] = coded ? static_cast<std::uint32_t>(type) : 0;
    return result;
}

/// Workgroups of kernels without subgroup operations. One subgroup on software devices, where larger ones gain nothing.
std::uint32_t plainWorkgroup(const DeviceTraits &traits)
{
    return traits.software ? traits.subgroup : std::max(traits.subgroup, 64U);
}

/// Of a call that sums over a row: a block an invocation, up to eight subgroups; one on software devices, so that no
/// barrier is met.
std::uint32_t rowWorkgroup(const Step &step, const DeviceTraits &traits)
{
    const std::uint32_t most =
        traits.software ? traits.subgroup : std::max(traits.subgroup, std::min(256U, traits.maxWorkgroup));
    return std::clamp(std::bit_ceil(std::max(step.items, 1U)), traits.subgroup, most);
}

/// Lanes that share a weight row: the power of two that leaves the fewest lanes idle in the last round.
std::uint32_t lanesPerRow(std::uint32_t blocks, const DeviceTraits &traits)
{
    // Fewer than 8 lanes would not read whole cache lines on a GPU.
    const std::uint32_t least = traits.software ? 1 : std::min(8U, traits.subgroup);
    std::uint32_t best = traits.subgroup;
    std::uint32_t bestRounds = ceilDiv(blocks, best) * best;
    for (std::uint32_t lanes = traits.subgroup / 2; lanes >= least; lanes /= 2) {
        const std::uint32_t rounds = ceilDiv(blocks, lanes) * lanes;
        if (rounds < bestRounds) {
            best = lanes;
            bestRounds = rounds;
        }
    }
    return best;
}

/// A tile of results per workgroup. Large tiles read less; small ones keep a device busy where the matrix is small.
Call sizeTiles(const Step &step, const DeviceTraits &traits)
{
    constexpr std::uint32_t kPerInvocation = 4; // rows, and columns
    constexpr std::uint32_t kLargeRows = 2048;
    const bool large = step.items >= kLargeRows && traits.maxWorkgroup >= 256;
    const std::uint32_t side = large ? 64 : 32;
    const std::uint32_t workgroup = side / kPerInvocation * (side / kPerInvocation);
    Call call;
    call.key = weightKey(step.int8 ? "matmul_int8" : "matmul_float", step.type, traits, workgroup, step.selected);
    call.key.constants[kSpecA] = side;
    call.key.constants[kSpecB] = side;
    call.key.constants[kSpecD] = step.epilogue;
    call.key.constants[kSpecE] = step.padded ? 1 : 0;
    call.size.x = ceilDiv(step.items, side);
    call.size.yRows = side;
    return call;
}

Call sizeMatMul(const Step &step, RowBucket rows, const DeviceTraits &traits)
{
    // Barriers cost software devices more than the tiles save: there each subgroup becomes a coroutine.
    if (rows == RowBucket::Many && !traits.software) {
        return sizeTiles(step, traits);
    }
    const std::uint32_t lanes = lanesPerRow(step.blocks, traits);
    // Rows share a loaded activation, columns a decoded weight. Registers bound the product, and so does the time that
    // drivers take to compile what is unrolled; f32 unrolls four times as much as packed products do.
    std::uint32_t rowsPerCluster = traits.software ? (step.int8 ? 8 : 4) : 2;
    std::uint32_t columns = 1;
    if (rows != RowBucket::One) {
        rowsPerCluster = step.int8 ? (traits.software ? 8 : 4) : 2;
        columns = 4;
    }
    Call call;
    call.key = weightKey(step.int8 ? "matvec_int8" : "matvec_float", step.type, traits, traits.subgroup, step.selected);
    call.key.constants[kSpecA] = lanes;
    call.key.constants[kSpecB] = rowsPerCluster;
    call.key.constants[kSpecC] = columns;
    call.key.constants[kSpecD] = step.epilogue;
    call.key.constants[kSpecE] = step.padded ? 1 : 0;
    call.size.x = ceilDiv(step.items, rowsPerCluster * (traits.subgroup / lanes));
    call.size.yRows = columns;
    return call;
}

/// Pair by pair: other pairs see other weights.
Call sizeExpertMatVec(const Step &step, const DeviceTraits &traits)
{
    Call call = sizeMatMul(step, RowBucket::One, traits);
    call.key.shader = "expert_" + call.key.shader;
    call.size.yTimes = step.used;
    return call;
}

/// In tiles of one expert's pairs, at most one of each expert only partly full.
Call sizeExpertMatMul(const Step &step, const DeviceTraits &traits)
{
    constexpr std::uint32_t kPerInvocation = 4; // rows, and columns
    const std::uint32_t rows = traits.maxWorkgroup >= 128 && step.items >= 64 ? 64 : 32;
    Call call;
    call.key = weightKey(step.int8 ? "expert_matmul_int8" : "expert_matmul_float", step.type, traits,
                         rows / kPerInvocation * (kExpertTile / kPerInvocation), step.selected);
    call.key.constants[kSpecA] = rows;
    call.key.constants[kSpecB] = kExpertTile;
    call.key.constants[kSpecD] = step.epilogue;
    call.key.constants[kSpecE] = step.padded ? 1 : 0;
    call.size = {.x = ceilDiv(step.items, rows), .yRows = kExpertTile, .yTimes = step.used, .yMore = step.experts};
    return call;
}

Call sizeAttention(const Step &step, const Bucket &bucket, const DeviceTraits &traits)
{
    constexpr std::uint32_t kMostPairs = 24; // of sums that a lane keeps
    const std::uint32_t headsPerKv = step.heads / step.kvHeads;
    const std::uint32_t lanePairs = ceilDiv(step.valuePairs, traits.subgroup);
    std::uint32_t heads = 1;
    for (std::uint32_t h = 2; h <= std::min(headsPerKv, 8U); ++h) {
        if (headsPerKv % h == 0 && h * lanePairs <= kMostPairs) {
            heads = h;
        }
    }
    std::uint32_t rows = 1;
    while (bucket.rows == RowBucket::Many && rows < 4 && 2 * rows * heads * lanePairs <= kMostPairs) {
        rows *= 2;
    }
    Call call;
    call.key = key("attention", traits, traits.subgroup, false);
    call.key.constants[kSpecA] = heads;
    call.key.constants[kSpecB] = rows;
    call.key.constants[kSpecC] = step.keyPairs;
    call.key.constants[kSpecD] = step.valuePairs;
    call.key.constants[kSpecE] = bucket.split ? 1 : 0;
    call.key.constants[kSpecF] = step.constants[0];
    call.size.x = step.heads / heads;
    call.size.yRows = rows;
    call.size.zSplits = bucket.split;
    return call;
}

/// Lanes that share a column of a state keep some 16 numbers of it each.
Call sizeStateColumns(const Step &step, const DeviceTraits &traits)
{
    constexpr std::uint32_t kNumbers = 16;
    const std::uint32_t lanes = std::min(traits.subgroup, std::bit_ceil(ceilDiv(std::max(step.blocks, 1U), kNumbers)));
    Call call;
    call.key = key(step.kind == StepKind::GatedDelta ? "gated_delta" : "state_scan", traits, traits.subgroup, false);
    call.key.constants[kSpecA] = lanes;
    call.key.constants[kSpecB] = ceilDiv(step.blocks, lanes);
    call.size = {.x = step.heads * ceilDiv(step.items, traits.subgroup / lanes), .yTimes = 0, .yMore = 1};
    return call;
}

} // namespace

RowBucket rowBucket(std::uint32_t rows)
{
    if (rows == 1) {
        return RowBucket::One;
    }
    return rows <= kSmallRows ? RowBucket::Few : RowBucket::Many;
}

std::uint32_t mostExpertRows(std::uint32_t used, std::uint32_t experts, const DeviceTraits &traits)
{
    const std::uint32_t pairByPair = traits.maxGroupsY / used;
    // Long batches go in tiles, but on software devices.
    if (traits.software || pairByPair < kSmallRows || traits.maxGroupsY <= experts) {
        return pairByPair;
    }
    const std::uint64_t inTiles = std::uint64_t{traits.maxGroupsY - experts} * kExpertTile / used;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(inTiles, std::numeric_limits<std::uint32_t>::max()));
}

std::optional<Call> sizeCall(const Step &step, const Bucket &bucket, const DeviceTraits &traits)
{
    const std::uint32_t plain = plainWorkgroup(traits);
    Call call;
    switch (step.kind) {
    case StepKind::MatMul:
        return sizeMatMul(step, bucket.rows, traits);
    case StepKind::AttentionWhole:
    case StepKind::AttentionSplit:
        if ((step.kind == StepKind::AttentionSplit) != bucket.split) {
            return std::nullopt;
        }
        return sizeAttention(step, bucket, traits);
    case StepKind::AttentionCombine:
        if (!bucket.split) {
            return std::nullopt;
        }
        call.key = key("attention_combine", traits, plain, false);
        call.key.constants[kSpecD] = step.valuePairs;
        break;
    case StepKind::GetRows:
        call.key = weightKey("get_rows", step.type, traits, plain, false);
        call.key.constants[kSpecA] = step.constants[0];
        break;
    case StepKind::Norm:
        call.key = key("rms_norm", traits, rowWorkgroup(step, traits), step.selected);
        std::copy_n(step.constants.begin(), 3, call.key.constants.begin() + kSpecA);
        call.size.x = step.groups;
        return call;
    case StepKind::MatchMagnitude:
    case StepKind::Sparsify:
        call.key = key(step.kind == StepKind::Sparsify ? "sparsify" : "match_magnitude", traits,
                       rowWorkgroup(step, traits), step.selected);
        call.size.x = 1;
        return call;
    case StepKind::ExpertRoute:
        call.key = key("expert_route", traits, traits.subgroup, false);
        std::ranges::copy(step.constants, call.key.constants.begin() + kSpecA);
        return call;
    case StepKind::ExpertGroup:
    case StepKind::ExpertMatMul:
    case StepKind::ExpertMatVec: {
        // Barriers cost software devices more than tiles save.
        const bool tiles = bucket.rows == RowBucket::Many && !traits.software;
        if ((step.kind != StepKind::ExpertMatVec) != tiles) {
            return std::nullopt;
        }
        if (step.kind == StepKind::ExpertMatVec) {
            return sizeExpertMatVec(step, traits);
        }
        if (step.kind == StepKind::ExpertMatMul) {
            return sizeExpertMatMul(step, traits);
        }
        // One workgroup for the whole batch.
        call.key =
            key("expert_group", traits, std::max(traits.subgroup, std::min(256U, traits.maxWorkgroup)), step.selected);
        call.size.yTimes = 0;
        call.size.yMore = 1;
        return call;
    }
    case StepKind::ExpertCombine:
        call.key = key("expert_combine", traits, plain, false);
        call.key.constants[kSpecA] = step.constants[0];
        call.key.constants[kSpecB] = step.constants[1];
        break;
    case StepKind::JoinHeads:
        call.key = key("join_heads", traits, plain, false);
        break;
    case StepKind::MixStreams:
        call.key = key("mix_streams", traits, plain, false);
        break;
    case StepKind::GatedDelta:
    case StepKind::StateScan:
        return sizeStateColumns(step, traits);
    case StepKind::CausalConv:
        call.key = key("causal_conv", traits, plain, false);
        std::copy_n(step.constants.begin(), 3, call.key.constants.begin() + kSpecA);
        call.size = {.x = ceilDiv(step.items, plain), .yTimes = 0, .yMore = 1};
        return call;
    case StepKind::RopeKv:
        call.key = key("rope_kv", traits, plain, false);
        call.key.constants[kSpecA] = step.constants[0];
        break;
    case StepKind::Element:
        call.key = key("elementwise", traits, plain, step.selected);
        call.key.constants[kSpecA] = step.constants[0];
        call.key.constants[kSpecB] = step.constants[1];
        break;
    }
    call.size.x = ceilDiv(step.items, plain);
    return call;
}

} // namespace inference::backend::vulkan
