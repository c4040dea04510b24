// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The page of the model families, made from the table in the code.
//
//   families_page PAGE           fails unless the page is current and the tests that it names exist
//   families_page --write PAGE   writes it
#include "inference/families/families.h"

#include <algorithm>
#include <filesystem>
#include <format>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

using inference::families::Family;

std::string rows(bool proven)
{
    std::string text;
    for (const Family &family : inference::families::allFamilies()) {
        if (family.provenBy.empty() == proven) {
            continue;
        }
        text += std::format("| `{}` | {} | {} |", family.architecture, family.models, family.block);
        text += proven ? std::format(" `{}` |\n", family.provenBy) : "\n";
    }
    return text;
}

std::string page()
{
    std::string text = R"(# Model families

What `general.architecture` of a model file may say. Made from the table in `inference/families/families.cpp` by
`families_page --write docs/families.md`; a test checks that it is current.

Where a block's description names nothing else: RMS norms in front of attention and feed-forward, SiLU gates, rotary
positions over whole heads.

## Run

| architecture | models | block | proven by |
|---|---|---|---|
)" + rows(true);
    if (const std::string unproven = rows(false); !unproven.empty()) {
        text += R"(
## Written, but not yet run

Refused by name until a test compares their logits with a reference.

| architecture | models | block |
|---|---|---|
)" + unproven;
    }
    text += R"(
A new family is a builder in a file of `inference/families/` that strings the parts of `decoder.h` together, a row in the
table, and a test that compares its logits with a reference; the row names the test.

## Where references disagree

| what | Carrel | others |
|---|---|---|
| `gptneox`, `bert`, `jina-bert-v3` and `nomic-bert-moe`, GELU | by the error function, as the models were trained | llama.cpp by the hyperbolic tangent |
| `bert`, the second text of a pair | has token types of its own, as transformers | llama.cpp gives it those of the first |
| `exaone4`, `olmo2`, `cohere2` with a list of sliding layers | the list | llama.cpp its own period, the same in every known file |
| `olmo2` with `rope.scaling.attn_factor` | YaRN's factor on cosine and sine, as transformers | llama.cpp multiplies by both |
| `rope.scaling.yarn_beta_fast`, `yarn_beta_slow` | heeded in every family, as transformers | llama.cpp in a few |
| `exaone4` with a window and other than 64 layers | slides, as transformers | llama.cpp sees everything |
| `mistral3` whose queries grow with their position | by steps counted from position 0, as transformers | llama.cpp from 1 |
| `gpt-oss`, YaRN's bounds | between pairs, as transformers | llama.cpp rounds them to whole pairs |
| `deepseek2` with groups of experts that a softmax weights (V2) | ranked by their best expert, as transformers | llama.cpp by their two best |
| `llama4` with `attention.sliding_window` | chunks of that length, as transformers | llama.cpp chunks of 8192, the same in every known file |
| `qwen3vl`, `qwen3vlmoe`, `qwen35`, `qwen35moe`, text | every pair turns with the position, as transformers | llama.cpp leaves the last pairs of some sections alone |
| `gemma4`, layers that share a cache | read that of the last layer that has one and slides like them, as transformers | llama.cpp that of the last but one or the last, the same in every known file |
| `gemma3n`, sparse gates | the layers and the deviations of the file; a row's deviation is divided by its count, as transformers | llama.cpp the first ten layers, divided by one less |
| `gemma3n`, coefficients of streams | as the file has them | transformers bounds them in training alone |
| `expert_gating_func`, `expert_weights_norm` | heeded in every family | llama.cpp in a few |
| `phi3` with a window | sees everything, as llama.cpp | transformers slides |
| queries and keys of the gated delta rule | divided by the root of their squares' sum + 1e-6, as transformers | llama.cpp with the norms' epsilon, the same in every known file |
| the steps of Mamba-2 | not bounded, as llama.cpp: files do not say | transformers by the model's `time_step_limit`, in most none |
)";
    return text;
}

bool testsExist()
{
    bool all = true;
    for (const Family &family : inference::families::allFamilies()) {
        if (!family.provenBy.empty() && !std::filesystem::exists(family.provenBy)) {
            std::cerr << family.architecture << ": no file " << family.provenBy << '\n';
            all = false;
        }
    }
    return all;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc == 3 && std::string_view(argv[1]) == "--write") {
        std::ofstream(argv[2]) << page();
        return 0;
    }
    if (argc != 2) {
        std::cerr << "usage: families_page [--write] PAGE\n";
        return 2;
    }
    std::ifstream file(argv[1]);
    const std::string found{std::istreambuf_iterator<char>(file), {}};
    if (found != page()) {
        std::cerr << argv[1] << " is not what the table says: families_page --write " << argv[1] << '\n';
        return 1;
    }
    return testsExist() ? 0 : 1;
}
