// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A model file from a stranger: parse it in both scopes, read all that can be read from its header, touch its weights.
#include "inference/families/families.h"
#include "inference/families/model_summary.h"
#include "inference/quant/dequantize.h"

#include <algorithm>
#include <cstdlib>

using namespace inference;

namespace {

void require(bool condition)
{
    if (!condition) {
        std::abort();
    }
}

void readTensor(const GgufFile &file, const GgufTensor &tensor)
{
    require(file.tensor(tensor.name) == &tensor);
    const auto data = file.data(tensor);
    require(data.size() == (file.isComplete() ? tensor.bytes : 0));
    const auto type = traitsOf(tensor.ggmlType);
    if (!type || data.empty()) {
        return;
    }
    const std::size_t blocks = std::min<std::size_t>(data.size() / type->blockBytes, 3);
    std::vector<float> weights(blocks * type->blockWeights);
    dequantize(type->type, data.last(blocks * type->blockBytes), weights);
}

void readFile(const GgufFile &file)
{
    for (const auto &[key, value] : file.metadata()) {
        require(file.find(key) == &value);
    }
    for (const GgufTensor &tensor : file.tensors()) {
        readTensor(file, tensor);
    }
    const ModelSummary summary = families::summarize(file, "stem");
    require(summary.supported == summary.reason.empty());
    readRecommendedSampling(file);
    if (const auto config = readModelConfig(file)) {
        require(config->headCount.size() == config->layerCount && config->headCountKv.size() == config->layerCount);
        require(config->vocabularySize > 0 && config->keyLength >= config->ropeDimensions);
    }
    if (const auto pass = families::buildForwardPass(file, 0, families::Admission::Any)) {
        require(pass->graph.ending == graph::Ending::Embedding ||
                pass->graph.vocabularySize == file.tensor("token_embd.weight")->shape[1]);
        require(pass->graph.kv.size() == (pass->config.causal ? pass->config.layerCount : pass->graph.kv.size()));
    }
    if (const auto vocabulary = readVocabulary(file)) {
        require(vocabulary->kinds.size() == vocabulary->tokens.size());
        require(!vocabulary->eos || static_cast<std::size_t>(*vocabulary->eos) < vocabulary->tokens.size());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto bytes = std::as_bytes(std::span(data, size));
    for (const GgufScope scope : {GgufScope::HeaderOnly, GgufScope::Whole}) {
        if (const auto file = GgufFile::parse(bytes, scope)) {
            readFile(**file);
        }
    }
    return 0;
}
