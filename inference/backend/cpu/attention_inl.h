// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Attention over one KV head with a running softmax (Milakov and Gimelshein 2018, arXiv:1805.02867).
#if defined(CARREL_CPU_ATTENTION_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CARREL_CPU_ATTENTION_INL_H
#undef CARREL_CPU_ATTENTION_INL_H
#else
#define CARREL_CPU_ATTENTION_INL_H
#endif

#include "inference/backend/cpu/kv_blocks_inl.h"

HWY_BEFORE_NAMESPACE();
namespace inference::backend::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

static_assert(kKeySplit % kKeyBlock == 0 && kKeyBlock % kKeyTile == 0);

/// Stands for the score of a key that a row does not see; finite, so that differences are never NaN.
constexpr float kUnseen = -1e30F;

/// One block of keys for kRows rows, of which `keys` keys are seen by at least one row. Position `first` stands in
/// `slot`.
template <class Form, std::size_t kRows>
HWY_NOINLINE void attendBlock(const HeadCache &cache, const QueryRow *rows, std::size_t first, std::size_t slot,
                              std::size_t keys, const ScoreShape &shape)
{
    const DF32 df;
    HWY_ALIGN float scores[kRows * kKeyBlock];
    Form::template score<kRows>(cache, rows, slot, keys, scores);
    const VF32 factor = hn::Set(df, shape.scale);
    for (std::size_t r = 0; r < kRows; ++r) {
        float *HWY_RESTRICT p = scores + r * kKeyBlock;
        const std::size_t seen = rows[r].end > first ? rows[r].end - first : 0;
        const std::size_t skipped = rows[r].begin > first ? rows[r].begin - first : 0;
        if (seen == 0 || skipped >= keys) {
            std::memset(p, 0, kKeyBlock * sizeof(float));
            continue;
        }
        for (std::size_t key = keys; key % kLanes != 0; ++key) {
            p[key] = 0.0F;
        }
        VF32 highest = hn::Set(df, rows[r].state[0]);
        // Maxima and Exp lose what is not a number; the total must not.
        VF32 sum = hn::Zero(df);
        for (std::size_t key = 0; key < keys; key += kLanes) {
            VF32 s = hn::Mul(hn::Load(df, p + key), factor);
            if (shape.softcap != 0.0F) {
                const VF32 bent = hn::Tanh(df, hn::Mul(s, hn::Set(df, 1.0F / shape.softcap)));
                s = hn::Mul(bent, hn::Set(df, shape.softcap));
            }
            VF32 visible = key + kLanes <= seen
                               ? s
                               : hn::IfThenElse(hn::FirstN(df, seen > key ? seen - key : 0), s, hn::Set(df, kUnseen));
            if (key < skipped) {
                visible = hn::IfThenElse(hn::FirstN(df, skipped - key), hn::Set(df, kUnseen), visible);
            }
            hn::Store(visible, df, p + key);
            highest = hn::Max(highest, visible);
            sum = hn::Add(sum, hn::Sub(visible, visible));
        }
        const float peak = hn::ReduceMax(df, highest);
        const VF32 shift = hn::Set(df, peak);
        for (std::size_t key = 0; key < keys; key += kLanes) {
            const VF32 e = hn::Exp(df, hn::Sub(hn::Load(df, p + key), shift));
            hn::Store(e, df, p + key);
            sum = hn::Add(sum, e);
        }
        const VF32 decay = hn::Exp(df, hn::Sub(hn::Set(df, rows[r].state[0]), shift));
        rows[r].state[0] = peak;
        rows[r].state[1] = rows[r].state[1] * hn::GetLane(decay) + hn::ReduceSum(df, sum);
        eachVector(cache.valueDim, [&](std::size_t d, std::size_t count) HWY_ATTR {
            storePart(hn::Mul(loadPart(rows[r].values + d, count), decay), rows[r].values + d, count);
        });
    }
    Form::template add<kRows>(cache, rows, slot, keys, scores);
}

template <class Form>
void attendAs(const HeadCache &cache, const QueryRow *rows, std::uint32_t count, std::uint32_t first,
              const ScoreShape &shape)
{
    std::size_t longest = 0;
    std::size_t begin = std::numeric_limits<std::size_t>::max();
    for (std::uint32_t r = 0; r < count; ++r) {
        rows[r].state[0] = kUnseen;
        rows[r].state[1] = 0;
        std::memset(rows[r].values, 0, cache.valueDim * sizeof(float));
        longest = HWY_MAX(longest, std::size_t{rows[r].end});
        begin = HWY_MIN(begin, std::size_t{rows[r].begin});
    }
    const std::size_t end = HWY_MIN(longest, std::size_t{first} + kKeySplit);
    for (std::size_t block = first; block < end; block += kKeyBlock) {
        const std::size_t keys = HWY_MIN(std::size_t{kKeyBlock}, end - block);
        if (block + keys <= begin) {
            continue;
        }
        const std::size_t slot = block % cache.slots;
        std::uint32_t r = 0;
        for (; r + kDotRows <= count; r += kDotRows) {
            attendBlock<Form, kDotRows>(cache, rows + r, block, slot, keys, shape);
        }
        for (; r + 3 <= count; r += 3) {
            attendBlock<Form, 3>(cache, rows + r, block, slot, keys, shape);
        }
        for (; r < count; ++r) {
            attendBlock<Form, 1>(cache, rows + r, block, slot, keys, shape);
        }
    }
}

void attend(const HeadCache &cache, const QueryRow *rows, std::uint32_t count, std::uint32_t first,
            const ScoreShape &shape)
{
    switch (cache.form) {
    case KvForm::Tiles:
        return attendAs<Tiles>(cache, rows, count, first, shape);
    case KvForm::Rows:
        return attendAs<HalfRows>(cache, rows, count, first, shape);
    case KvForm::Q8:
        return attendAs<BlockRows<BytesOfBlock>>(cache, rows, count, first, shape);
    case KvForm::Q4:
        return attendAs<BlockRows<NibblesOfBlock>>(cache, rows, count, first, shape);
    }
}

void mergePartials(float *state, float *values, const float *otherState, const float *otherValues, std::uint32_t n)
{
    const DF32 df;
    const float peak = HWY_MAX(state[0], otherState[0]);
    const VF32 shift = hn::Set(df, peak);
    const VF32 keep = hn::Exp(df, hn::Sub(hn::Set(df, state[0]), shift));
    const VF32 take = hn::Exp(df, hn::Sub(hn::Set(df, otherState[0]), shift));
    state[0] = peak;
    state[1] = state[1] * hn::GetLane(keep) + otherState[1] * hn::GetLane(take);
    eachVector(n, [&](std::size_t i, std::size_t count) HWY_ATTR {
        const VF32 kept = hn::Mul(loadPart(values + i, count), keep);
        storePart(hn::MulAdd(loadPart(otherValues + i, count), take, kept), values + i, count);
    });
}

} // namespace inference::backend::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
