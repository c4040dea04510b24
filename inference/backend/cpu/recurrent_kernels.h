// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the kernels of recurrent ops are handed: the rows of a batch, one after the other, for some columns of a state.
// A column never depends on another one, so that they may be divided as the threads need it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace inference::backend::cpu {

/// Numbers of one batch row that stand together; the next row's are `stride` further.
struct RowNumbers {
    const float *first = nullptr;
    std::size_t stride = 0;
};

/// Channels of graph::CausalConv.
struct ConvChannels {
    RowNumbers in;
    float *out = nullptr;
    std::size_t outStride = 0;
    const float *weights = nullptr; ///< (taps, channels)
    const float *bias = nullptr;    ///< or null
    const float *from = nullptr;    ///< (taps - 1, stateStride); null: zeros
    float *to = nullptr;            ///< the same; not `from`
    std::size_t stateStride = 0;
    std::size_t rows = 0;
    std::size_t channels = 0;
    std::size_t taps = 0;
    bool silu = false;
};

/// Columns of one head's state S (stateRows, stateStride), of which `columns` are taken.
struct StateColumns {
    const float *from = nullptr; ///< null: zeros
    float *to = nullptr;         ///< not `from`
    std::size_t stateStride = 0;
    std::size_t stateRows = 0;
    std::size_t columns = 0;
    std::size_t rows = 0; ///< of the batch
    RowNumbers values;    ///< those of the columns
    float *out = nullptr;
    std::size_t outStride = 0;
};

/// graph::GatedDelta of one value head.
struct DeltaHead {
    StateColumns state;
    RowNumbers query;
    RowNumbers key;
    RowNumbers decay; ///< one logit
    RowNumbers write; ///< one logit
    float rate = 0.0F;
    float decayBias = 0.0F;
    float epsilon = 0.0F;
};

/// graph::StateScan of one head.
struct ScanHead {
    StateColumns state;
    RowNumbers in;   ///< B
    RowNumbers read; ///< C
    RowNumbers step; ///< one logit
    float stepBias = 0.0F;
    float rate = 0.0F;
    float skip = 0.0F;
};

} // namespace inference::backend::cpu
