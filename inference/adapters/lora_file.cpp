// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/adapters/lora_file.h"

#include "inference/model/model_limits.h"
#include "inference/model/printable.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

namespace inference::adapters {

namespace {

constexpr std::string_view kDown = ".lora_a";
constexpr std::string_view kUp = ".lora_b";

std::unexpected<Error> unfit(std::string detail)
{
    return failure(ErrorCode::AdapterUnfit, std::move(detail));
}

bool isEmptyArray(const GgufValue &value)
{
    const auto *array = std::get_if<GgufArray>(&value);
    return array != nullptr && std::visit([](const auto &elements) { return elements.empty(); }, array->elements);
}

Result<void> checkKind(const GgufFile &file)
{
    const auto type = file.string("general.type");
    if (!type || *type == "model") {
        return unfit("the file is a model, not an adapter");
    }
    if (*type != "adapter") {
        return unfit("the file is of the type " + printable(*type) + ", not an adapter");
    }
    if (file.shardCount() != 1 || file.integer("split.count").value_or(1) > 1) {
        return unfit("the adapter lies in several files");
    }
    const auto kind = file.string("adapter.type");
    if (!kind || *kind != "lora") {
        return unfit("the adapter is of the kind " + (kind ? printable(*kind) : "that it does not say") +
                     "; only lora is applied");
    }
    // It would count only behind these tokens, and not before them.
    const GgufValue *tokens = file.find("adapter.alora.invocation_tokens");
    if (tokens != nullptr && !isEmptyArray(*tokens)) {
        return unfit("the adapter is an activated LoRA, which sets in behind certain tokens; only plain LoRA is "
                     "applied");
    }
    return {};
}

Result<float> alphaOf(const GgufFile &file)
{
    constexpr std::string_view kKey = "adapter.lora.alpha";
    if (file.find(kKey) == nullptr) {
        return 0.0F;
    }
    const auto alpha = file.number(kKey);
    if (!alpha || !std::isfinite(*alpha) || std::abs(*alpha) > 1e6) {
        return unfit("adapter.lora.alpha is not a number that could be meant");
    }
    return static_cast<float>(*alpha);
}

/// Puts each tensor where it belongs.
Result<std::map<std::string, LoraFactors>> pairs(const GgufFile &file)
{
    std::map<std::string, LoraFactors> found;
    for (const GgufTensor &tensor : file.tensors()) {
        const std::string name = printable(tensor.name);
        if (!traitsOf(tensor.ggmlType)) {
            return unfit("tensor " + name + ": " + whyUnreadable(tensor.ggmlType));
        }
        const bool down = tensor.name.ends_with(kDown);
        if (!down && !tensor.name.ends_with(kUp)) {
            return unfit("tensor " + name +
                         " is no factor of a LoRA: the adapter changes the model in a way that this "
                         "version does not apply");
        }
        const std::string_view target = tensor.name.substr(0, tensor.name.size() - kDown.size());
        LoraFactors &factors = found[std::string(target)];
        factors.tensor = target;
        (down ? factors.down : factors.up) = &tensor;
    }
    if (found.empty()) {
        return unfit("the adapter has no tensors");
    }
    return found;
}

Result<void> checkShapes(LoraFactors &factors)
{
    const std::string name = printable(factors.tensor);
    if (factors.down == nullptr || factors.up == nullptr) {
        return unfit("of tensor " + name + " the adapter has one factor of two");
    }
    const auto &down = factors.down->shape;
    const auto &up = factors.up->shape;
    factors.rank = up[0];
    if (down[factors.tensor == kEmbedding ? 0 : 1] != factors.rank) {
        return unfit("the factors of tensor " + name + " do not multiply: their ranks differ");
    }
    if (factors.rank == 0 || factors.rank > model_limits::kAdapterRank) {
        return unfit("the factors of tensor " + name + " have the rank " + std::to_string(factors.rank));
    }
    const bool stacks = down[2] == up[2] || down[2] == 1 || up[2] == 1;
    if (down[3] != 1 || up[3] != 1 || !stacks || std::max(down[2], up[2]) > model_limits::kExperts) {
        return unfit("the factors of tensor " + name + " are stacks of different sizes");
    }
    return {};
}

} // namespace

bool isAdapter(const GgufFile &file)
{
    return file.string("general.type") == "adapter";
}

Result<LoraFile> readLora(std::shared_ptr<const GgufFile> file)
{
    if (auto checked = checkKind(*file); !checked) {
        return std::unexpected(checked.error());
    }
    LoraFile lora;
    lora.name = file->string("general.name").value_or("");
    lora.architecture = file->string("general.architecture").value_or("");
    if (lora.architecture.empty()) {
        return unfit("the adapter does not say which architecture it changes");
    }
    const auto alpha = alphaOf(*file);
    if (!alpha) {
        return std::unexpected(alpha.error());
    }
    lora.alpha = *alpha;
    auto found = pairs(*file);
    if (!found) {
        return std::unexpected(found.error());
    }
    for (auto &[name, factors] : *found) {
        if (auto checked = checkShapes(factors); !checked) {
            return std::unexpected(checked.error());
        }
        lora.factors.push_back(std::move(factors));
    }
    lora.file = std::move(file);
    return lora;
}

} // namespace inference::adapters
