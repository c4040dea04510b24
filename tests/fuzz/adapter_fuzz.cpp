// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// An adapter from a stranger: read it in both scopes, compare it with a small model, and work it into that model's
// graph, which must hold together then.
#include "inference/adapters/adapted_graph.h"
#include "inference/adapters/lora_fit.h"
#include "inference/families/families.h"
#include "inference/graph/graph_check.h"
#include "inference/graph/low_rank.h"
#include "tests/fuzz/adapter_model.h"

#include <cstdint>
#include <cstdlib>

using namespace inference;

namespace {

void require(bool condition)
{
    if (!condition) {
        std::abort();
    }
}

struct Model {
    tests::Bytes bytes = tests::makeTinyModel(tests::adapterModel());
    std::shared_ptr<const GgufFile> file = *GgufFile::parse(bytes, GgufScope::Whole);
    graph::Graph graph = families::buildForwardPass(*file, 16)->graph;
};

void apply(const adapters::LoraFile &lora)
{
    static const Model model;
    require(!lora.factors.empty() && !lora.architecture.empty());
    for (const adapters::LoraFactors &factors : lora.factors) {
        require(factors.down != nullptr && factors.up != nullptr && factors.rank > 0);
    }
    if (!adapters::checkFit(lora, *model.file) || !lora.file->isComplete()) {
        return;
    }
    const adapters::AppliedLora applied[] = {{.lora = &lora, .scale = 0.5F}, {.lora = &lora, .scale = -1.0F}};
    const auto adapted = adapters::adaptGraph(model.graph, applied);
    if (!adapted) {
        require(adapted.error().code == ErrorCode::AdapterUnfit);
        return;
    }
    require(graph::checkGraph(adapted->graph).has_value());
    require(graph::checkGraph(graph::withChangesAsOps(adapted->graph)).has_value());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto bytes = std::as_bytes(std::span(data, size));
    for (const GgufScope scope : {GgufScope::HeaderOnly, GgufScope::Whole}) {
        const auto file = GgufFile::parse(bytes, scope);
        if (!file) {
            continue;
        }
        if (const auto lora = adapters::readLora(*file)) {
            apply(*lora);
        } else {
            require(lora.error().code == ErrorCode::AdapterUnfit);
        }
    }
    return 0;
}
