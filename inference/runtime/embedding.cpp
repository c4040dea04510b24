// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/embedding.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace inference::runtime {

namespace {

/// The program's rows for some texts, on another device where this one fails.
template <class Evaluate>
Result<std::span<const float>> rowsOf(ModelRuntime &runtime, Evaluate evaluate, const std::stop_token &stop)
{
    auto rows = evaluate();
    if (!rows && runtime.canFallBack(rows.error())) {
        const Error cause = rows.error();
        if (auto replaced = runtime.fallBackToCpu(cause, stop); !replaced) {
            return std::unexpected(replaced.error());
        }
        rows = evaluate();
    }
    return rows;
}

Result<std::span<const float>> rowsOf(ModelRuntime &runtime, const EncodedText &text, const std::stop_token &stop)
{
    return rowsOf(runtime, [&] { return runtime.evaluateText(text, stop); }, stop);
}

void scaleToLengthOne(std::span<float> vector)
{
    double squares = 0;
    for (const float value : vector) {
        squares += double{value} * double{value};
    }
    const double length = std::sqrt(squares);
    if (length > 0) {
        std::ranges::transform(vector, vector.begin(),
                               [&](float value) { return static_cast<float>(double{value} / length); });
    }
}

double softmaxOfFirst(double first, double second)
{
    return 1.0 / (1.0 + std::exp(second - first));
}

/// The tokens whose logits judge where a reranker has no classifier.
struct Verdict {
    TokenId yes = 0;
    TokenId no = 0;
};

Result<Verdict> verdictOf(const TextModel &text)
{
    const auto yes = text.encodeText("yes", false, false);
    const auto no = text.encodeText("no", false, false);
    if (yes.size() != 1 || no.size() != 1) {
        return failure(ErrorCode::UnsupportedFile,
                       "the reranker has neither a classifier nor one token each for \"yes\" and \"no\"");
    }
    return Verdict{yes.front(), no.front()};
}

float scoreOf(std::span<const float> row, const std::optional<Verdict> &verdict)
{
    if (verdict) {
        const auto logit = [&](TokenId token) { return double{row[static_cast<std::size_t>(token)]}; };
        return static_cast<float>(softmaxOfFirst(logit(verdict->yes), logit(verdict->no)));
    }
    // Two scores are those of "yes" and of "no".
    return row.size() == 2 ? static_cast<float>(softmaxOfFirst(double{row[0]}, double{row[1]})) : row.front();
}

} // namespace

Result<EmbedResult> embed(ModelRuntime &runtime, const EmbedRequest &request, const OnTextProgress &onProgress,
                          const std::stop_token &stop)
{
    if (auto checked = runtime.require(ModelPurpose::Embedding); !checked) {
        return std::unexpected(checked.error());
    }
    EmbedResult result;
    const std::uint32_t width = runtime.rowWidth();
    result.width = request.dimensions == 0 ? width : request.dimensions;
    if (result.width > width) {
        return failure(ErrorCode::InvalidArgument,
                       std::to_string(result.width) + " dimensions of " + std::to_string(width));
    }
    std::vector<EncodedText> texts;
    texts.reserve(request.texts.size());
    for (const std::string &text : request.texts) {
        texts.push_back(runtime.text().encodeWhole(request.prefix + text, runtime.info().contextLength));
    }
    const auto add = [&](const EncodedText &text, std::span<const float> rows) {
        Embedding &embedding = result.embeddings.emplace_back();
        embedding.tokens = static_cast<std::uint32_t>(text.tokens.size());
        embedding.dropped = text.dropped;
        for (std::size_t first = 0; first < rows.size(); first += width) {
            const auto vector = rows.subspan(first, result.width);
            embedding.values.insert(embedding.values.end(), vector.begin(), vector.end());
            if (request.normalise) {
                scaleToLengthOne(std::span(embedding.values).last(result.width));
            }
        }
        if (onProgress) {
            onProgress({result.embeddings.size(), request.texts.size()});
        }
    };
    for (std::span<const EncodedText> left = texts; !left.empty();) {
        // Asked for again where another device took over.
        std::size_t count = 0;
        const auto rows = rowsOf(
            runtime,
            [&] {
                count = runtime.textsThatFit(left);
                return count == 1 ? runtime.evaluateText(left.front(), stop)
                                  : runtime.evaluateTexts(left.first(count), stop);
            },
            stop);
        if (!rows) {
            return std::unexpected(rows.error());
        }
        if (count == 1) {
            add(left.front(), *rows);
        } else {
            for (std::size_t i = 0; i < count; ++i) {
                if (stop.stop_requested()) {
                    return failure(ErrorCode::Cancelled, "stopped between texts");
                }
                add(left[i], rows->subspan(i * width, width));
            }
        }
        left = left.subspan(count);
    }
    result.device = runtime.info().device;
    return result;
}

Result<RerankResult> rerank(ModelRuntime &runtime, const RerankRequest &request, const OnTextProgress &onProgress,
                            const std::stop_token &stop)
{
    if (auto checked = runtime.require(ModelPurpose::Ranking); !checked) {
        return std::unexpected(checked.error());
    }
    std::optional<Verdict> verdict;
    if (runtime.ending() == graph::Ending::Logits) {
        const auto tokens = verdictOf(runtime.text());
        if (!tokens) {
            return std::unexpected(tokens.error());
        }
        verdict = *tokens;
    }
    RerankResult result;
    for (const std::string &text : request.texts) {
        const EncodedText encoded = runtime.text().encodePair(request.query, text, runtime.info().contextLength);
        const auto row = rowsOf(runtime, encoded, stop);
        if (!row) {
            return std::unexpected(row.error());
        }
        result.ranked.push_back({.score = scoreOf(*row, verdict),
                                 .tokens = static_cast<std::uint32_t>(encoded.tokens.size()),
                                 .dropped = encoded.dropped});
        if (onProgress) {
            onProgress({result.ranked.size(), request.texts.size()});
        }
    }
    result.device = runtime.info().device;
    return result;
}

} // namespace inference::runtime
