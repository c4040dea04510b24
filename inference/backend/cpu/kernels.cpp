// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later

// One target per generation of processors that differs for these kernels; vectors without a fixed size do not fit
// their arrays of registers.
#define HWY_DISABLED_TARGETS                                                                                           \
    (HWY_SSSE3 | HWY_AVX3_ZEN4 | HWY_AVX3_SPR | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#define HWY_WANT_AVX3_DL // VNNI
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "inference/backend/cpu/kernels.cpp"
#include <hwy/foreach_target.h>

#include "inference/backend/cpu/kernels.h"

#include <hwy/highway.h>

#include "inference/backend/cpu/attention_inl.h"
#include "inference/backend/cpu/dot_inl.h"
#include "inference/backend/cpu/expert_inl.h"
#include "inference/backend/cpu/float_dot_inl.h"
#include "inference/backend/cpu/integer_dot_inl.h"
#include "inference/backend/cpu/lookup_formats_inl.h"
#include "inference/backend/cpu/recurrent_inl.h"
#include "inference/backend/cpu/rows_inl.h"

HWY_BEFORE_NAMESPACE();
namespace inference::backend::cpu::HWY_NAMESPACE {

Kernels makeTable()
{
    Kernels k;
    k.name = hwy::TargetName(HWY_TARGET);
    k.lanes = static_cast<std::uint32_t>(kLanes);
    const auto set = [&k](TensorType type, DotTile function) { k.dotTile[static_cast<std::size_t>(type)] = function; };
    set(TensorType::F32, floatDotTile<float>);
    set(TensorType::F16, floatDotTile<hwy::float16_t>);
    set(TensorType::BF16, floatDotTile<hwy::bfloat16_t>);
    set(TensorType::Q8_0, dotTile<ScaleOnly<8, 128>>);
    set(TensorType::Q4_0, dotTile<ScaleOnly<4, 8>>);
    set(TensorType::Q5_0, dotTile<ScaleOnly<5, 16>>);
    set(TensorType::Q4_1, dotTile<ScaleMinimum<4>>);
    set(TensorType::Q5_1, dotTile<ScaleMinimum<5>>);
    set(TensorType::Q4_K, dotTile<SuperBlock<4>>);
    set(TensorType::Q5_K, dotTile<SuperBlock<5>>);
    set(TensorType::Q6_K, dotTile<SuperBlockSigned<6, 32>>);
    set(TensorType::Q2_K, dotTile<SuperBlock2>);
    set(TensorType::Q3_K, dotTile<SuperBlockSigned<3, 4>>);
    set(TensorType::IQ4_NL, dotTile<Looked<Iq4Values, HalfScale>>);
    set(TensorType::IQ4_XS, dotTile<Looked<Iq4Values, SuperScale>>);
    set(TensorType::MXFP4, dotTile<Looked<Fp4Values, PowerScale>>);
    for (DotTile &function : k.dotTile) {
        const auto type = static_cast<TensorType>(&function - k.dotTile);
        if (function == nullptr && keepsFileBlocks(type)) {
            function = integerDotTile;
        }
    }
    k.storeTile = storeTile;
    k.storeGlu = storeGlu;
    k.quantize = quantize;
    k.norm = norm;
    k.glu = glu;
    k.activate = activate;
    k.softcap = softcap;
    k.add = add;
    k.scale = scaleRow;
    k.combine = combine;
    k.convolve = convolve;
    k.gatedDelta = gatedDelta;
    k.stateScan = stateScan;
    k.allFinite = allFinite;
    k.rope = rope;
    k.toHalf = toHalf;
    k.attend = attend;
    k.mergePartials = mergePartials;
    return k;
}

const Kernels &table()
{
    static const Kernels kernels = makeTable();
    return kernels;
}

} // namespace inference::backend::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace inference::backend::cpu {

HWY_EXPORT(table);

const Kernels &kernels()
{
    return HWY_DYNAMIC_DISPATCH(table)();
}

} // namespace inference::backend::cpu
#endif
