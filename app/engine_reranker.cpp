// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine_reranker.h"

#include "app/side_engine.h"

#include <algorithm>

namespace app {

namespace {

/// Tokens of question and text together. Passages are far shorter; a longer text would cost more than it tells.
constexpr std::uint32_t kLongestPair = 1024;

} // namespace

EngineReranker::EngineReranker(std::unique_ptr<SideEngine> engine)
    : m_engine(std::move(engine))
{
}

EngineReranker::~EngineReranker() = default;

std::expected<std::unique_ptr<EngineReranker>, Failure> EngineReranker::load(const QString &path, std::uint32_t threads)
{
    auto engine = SideEngine::load(path, {.threads = threads, .contextLength = kLongestPair});
    if (!engine)
        return std::unexpected(engine.error());
    std::unique_ptr<EngineReranker> reranker(new EngineReranker(std::move(*engine)));
    // Refuses what is no reranker before a search waits for it.
    if (const auto probe = reranker->scores(QStringLiteral("a"), {"a"}, {}); !probe)
        return std::unexpected(probe.error());
    return reranker;
}

std::expected<std::vector<float>, Failure>
EngineReranker::scores(const QString &query, const std::vector<std::string> &texts, const std::stop_token &stop)
{
    auto result = m_engine->rerank({.query = query.toStdString(), .texts = texts}, stop);
    if (!result)
        return std::unexpected(result.error());
    std::vector<float> scores;
    scores.reserve(result->ranked.size());
    std::ranges::transform(result->ranked, std::back_inserter(scores), &inference::RankedText::score);
    return scores;
}

QString installedReranker()
{
    return installedModel("CARREL_RERANKER", QStringLiteral("rerankers"), inference::ModelPurpose::Ranking);
}

} // namespace app
