// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/adapters/lora_fit.h"

#include "inference/model/printable.h"

#include <algorithm>
#include <array>
#include <format>
#include <utility>

namespace inference::adapters {

namespace {

/// (n_in, n_out, experts) of the tensor that the factors can change.
std::array<std::uint64_t, 3> shapeOf(const LoraFactors &factors)
{
    const auto &down = factors.down->shape;
    const auto &up = factors.up->shape;
    const std::uint64_t experts = std::max(down[2], up[2]);
    // An embedding's rows are chosen by the token: (embedding, vocabulary) is stored as up (embedding) and down.
    return factors.tensor == kEmbedding ? std::array{up[1], down[1], experts} : std::array{down[0], up[1], experts};
}

std::string text(const std::array<std::uint64_t, 3> &shape)
{
    const std::string matrix = std::format("{}x{}", shape[0], shape[1]);
    return shape[2] == 1 ? matrix : matrix + std::format("x{}", shape[2]);
}

} // namespace

Result<void> checkFit(const LoraFile &lora, const GgufFile &model)
{
    const auto unfit = [](std::string detail) { return failure(ErrorCode::AdapterUnfit, std::move(detail)); };
    const auto architecture = model.string("general.architecture");
    if (architecture != lora.architecture) {
        return unfit("it was made for models of the architecture " + printable(lora.architecture) +
                     ", the model's is " + printable(architecture.value_or("unknown")));
    }
    for (const LoraFactors &factors : lora.factors) {
        const GgufTensor *tensor = model.tensor(factors.tensor);
        if (tensor == nullptr) {
            return unfit("it changes tensor " + printable(factors.tensor) + ", which the model has not");
        }
        const std::array shape{tensor->shape[0], tensor->shape[1], tensor->shape[2]};
        // One pair of factors may serve all experts.
        auto changed = shapeOf(factors);
        changed[2] = changed[2] == 1 ? shape[2] : changed[2];
        if (changed != shape || tensor->shape[3] != 1) {
            return unfit("it changes a tensor " + printable(factors.tensor) + " of " + text(changed) +
                         ", the model's is " + text(shape) + ": it was made for another model");
        }
    }
    return {};
}

} // namespace inference::adapters
