// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Lowering of ops of models that carry several streams.
#include "inference/backend/vulkan/lowering.h"

#include "shaders/include/stream_params.h"

namespace inference::backend::vulkan {

Result<void> Lowering::lowerOp(const graph::MixStreams &op)
{
    const View in = view(op.in);
    const View factors = view(op.coefficients);
    const View base = view(op.base);
    const View out = define(op.out);
    Step &step = addStep(StepKind::MixStreams, selected(op.out));
    step.bindings = {in.memory, factors.memory, base.memory, out.memory};
    step.items = width(op.out);
    step.setPush(MixStreamsPush{.columns = width(op.out),
                                .width = width(op.out) / op.targets,
                                .sources = op.sources,
                                .inFirst = in.first,
                                .inStride = in.stride,
                                .factorFirst = factors.first,
                                .factorStride = factors.stride,
                                .baseFirst = base.first,
                                .baseStride = base.stride,
                                .outFirst = out.first,
                                .outStride = out.stride,
                                .offset = op.offset});
    return {};
}

Result<void> Lowering::lowerOp(const graph::MatchMagnitude &op)
{
    const View in = view(op.in);
    const View like = view(op.like);
    const View out = define(op.out);
    Step &step = addStep(StepKind::MatchMagnitude, selected(op.out));
    step.bindings = {in.memory, like.memory, out.memory};
    step.items = (width(op.out) + 31) / 32;
    step.setPush(MatchMagnitudePush{.columns = width(op.out),
                                    .inFirst = in.first,
                                    .inStride = in.stride,
                                    .likeFirst = like.first,
                                    .likeStride = like.stride,
                                    .outFirst = out.first,
                                    .outStride = out.stride,
                                    .least = op.least});
    return {};
}

Result<void> Lowering::lowerOp(const graph::Sparsify &op)
{
    const View in = view(op.in);
    const View out = define(op.out);
    Step &step = addStep(StepKind::Sparsify, selected(op.out));
    step.bindings = {in.memory, out.memory};
    step.items = (width(op.out) + 31) / 32;
    step.setPush(SparsifyPush{.columns = width(op.out),
                              .inFirst = in.first,
                              .inStride = in.stride,
                              .outFirst = out.first,
                              .outStride = out.stride,
                              .deviations = op.deviations});
    return {};
}

} // namespace inference::backend::vulkan
