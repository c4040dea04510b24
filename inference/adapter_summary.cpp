// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/adapter_summary.h"

#include "inference/adapters/lora_file.h"
#include "inference/adapters/lora_fit.h"
#include "inference/model/checked.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace inference {

Result<AdapterSummary> readAdapterSummary(const std::filesystem::path &path)
{
    auto file = GgufFile::open(path, GgufScope::HeaderOnly);
    if (!file) {
        return std::unexpected(file.error());
    }
    if (!adapters::isAdapter(**file)) {
        return failure(ErrorCode::AdapterUnfit, "the file is not an adapter");
    }
    const auto text = [&](std::string_view key) { return std::string((*file)->string(key).value_or("")); };
    AdapterSummary summary;
    summary.name = (*file)->string("general.name").value_or(path.stem().string());
    summary.kind = text("adapter.type");
    summary.architecture = text("general.architecture");
    summary.baseModel = text("general.base_model.0.name");
    summary.license = text("general.license");
    summary.fileBytes = (*file)->fileBytes();
    summary.complete = (*file)->isComplete();
    for (const GgufTensor &tensor : (*file)->tensors()) {
        const auto weights = checkedProduct(tensor.shape[0], tensor.shape[1], tensor.shape[2], tensor.shape[3]);
        const auto sum = weights ? checkedAdd(summary.parameters, *weights) : std::nullopt;
        summary.parameters = sum.value_or(std::numeric_limits<std::uint64_t>::max());
    }
    const auto lora = adapters::readLora(std::move(*file));
    if (!lora) {
        summary.reason = lora.error().detail;
        return summary;
    }
    summary.supported = true;
    summary.alpha = static_cast<double>(lora->alpha);
    summary.changedTensors = static_cast<std::uint32_t>(lora->factors.size());
    const auto [least, most] = std::ranges::minmax(lora->factors, {}, &adapters::LoraFactors::rank);
    summary.leastRank = least.rank;
    summary.mostRank = most.rank;
    return summary;
}

Result<void> checkAdapterFit(const std::filesystem::path &adapter, const std::filesystem::path &model)
{
    auto file = GgufFile::open(adapter, GgufScope::HeaderOnly);
    if (!file) {
        return std::unexpected(file.error());
    }
    const auto lora = adapters::readLora(std::move(*file));
    if (!lora) {
        return std::unexpected(lora.error());
    }
    const auto base = GgufFile::open(model, GgufScope::HeaderOnly);
    if (!base) {
        return std::unexpected(base.error());
    }
    return adapters::checkFit(*lora, **base);
}

} // namespace inference
