// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Fits the numbers of app/grounding/refusal.cpp.
//
//   calibrate_refusal lexical | dense | reranked < passages.jsonl
//
// One question a line: {"question": "…", "answerable": true, "calibration": true, "passages": [{"text": "…",
// "similarity": 0.5, "reranker": 1.5}, …]}, passages best first, as tests/app/library/library_bench.cpp writes them.
// The questions of the calibration choose the parameters, and the others tell what these are worth: one JSON object.
#include "app/grounding/refusal.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

using namespace app::grounding;

namespace {

LabelledEvidence labelled(const nlohmann::json &line, std::string_view kind)
{
    std::vector<FoundPassage> passages;
    for (const auto &entry : line.at("passages")) {
        FoundPassage passage{.text = entry.at("text"), .similarity = 0, .reranker = {}};
        if (kind != "lexical") {
            passage.similarity = entry.at("similarity");
        }
        if (kind == "reranked") {
            passage.reranker = entry.at("reranker").get<double>();
        }
        passages.push_back(std::move(passage));
    }
    return {retrievalEvidence(line.at("question").get<std::string>(), passages), line.at("answerable")};
}

nlohmann::json shares(const Calibration &result)
{
    return {{"refused", result.refused}, {"answered", result.answered}};
}

int run(std::string_view kind)
{
    std::vector<LabelledEvidence> chooses;
    std::vector<LabelledEvidence> tells;
    std::size_t number = 0;
    for (std::string line; std::getline(std::cin, line);) {
        const auto question = nlohmann::json::parse(line);
        (question.at("calibration").get<bool>() ? chooses : tells).push_back(labelled(question, kind));
        ++number;
    }
    RefusalParameters start{.bias = 0.1, .coverage = 0.1};
    if (kind == "dense") {
        start.similarity = 0.1;
    } else if (kind == "reranked") {
        start.reranker = 0.1;
    }
    const Calibration chosen = calibrate(chooses, start);
    const RefusalParameters &numbers = chosen.parameters;
    std::cout << nlohmann::json{{"bias", numbers.bias},
                                {"coverage", numbers.coverage},
                                {"jointCoverage", numbers.jointCoverage},
                                {"similarity", numbers.similarity},
                                {"reranker", numbers.reranker},
                                {"threshold", numbers.threshold},
                                {"questions", number},
                                {"chosen_on", shares(chosen)},
                                {"reported_on", shares(measure(tells, numbers))}}
                     .dump(2)
              << '\n';
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    const std::string_view kind = argc == 2 ? argv[1] : "";
    if (kind != "lexical" && kind != "dense" && kind != "reranked") {
        std::fputs("calibrate_refusal lexical | dense | reranked < passages.jsonl\n", stderr);
        return 2;
    }
    try {
        return run(kind);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "calibrate_refusal: %s\n", error.what());
        return 1;
    }
}
