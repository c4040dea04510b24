// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the host hands to the kernels of models that carry several streams: as kernel_params.h, which comes first.
#ifndef CARREL_STREAM_PARAMS_H
#define CARREL_STREAM_PARAMS_H

#ifdef __cplusplus
#include "shaders/include/kernel_params.h"
namespace inference::backend::vulkan {
#endif

/// `columns`: of all targets; a stream has `width` of them.
struct MixStreamsPush {
    uint columns;
    uint width;
    uint sources;
    uint inFirst;
    uint inStride;
    uint factorFirst; ///< of the coefficients
    uint factorStride;
    uint baseFirst;
    uint baseStride;
    uint outFirst;
    uint outStride;
    float offset; ///< on every coefficient
};

struct MatchMagnitudePush {
    uint columns;
    uint inFirst;
    uint inStride;
    uint likeFirst;
    uint likeStride;
    uint outFirst;
    uint outStride;
    float least; ///< mean square that is divided by
};

struct SparsifyPush {
    uint columns;
    uint inFirst;
    uint inStride;
    uint outFirst;
    uint outStride;
    float deviations;
};

#ifdef __cplusplus
static_assert(sizeof(MixStreamsPush) == 48);
static_assert(sizeof(MatchMagnitudePush) == 32);
static_assert(sizeof(SparsifyPush) == 24);
} // namespace inference::backend::vulkan
#endif
#endif
