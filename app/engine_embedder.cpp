// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine_embedder.h"

#include "app/side_engine.h"

#include <algorithm>

namespace app {

namespace {

/// Longest input that a model is known to have been trained on, where that is less than the positions in its file.
constexpr std::int32_t kMiniLmTokens = 256;
constexpr std::int32_t kLongestWindow = 512;

} // namespace

EngineEmbedder::EngineEmbedder(std::unique_ptr<SideEngine> engine)
    : m_engine(std::move(engine))
{
}

EngineEmbedder::~EngineEmbedder() = default;

std::expected<std::unique_ptr<EngineEmbedder>, Failure> EngineEmbedder::load(const QString &path, std::uint32_t threads)
{
    auto engine = SideEngine::load(path, {.threads = threads});
    if (!engine)
        return std::unexpected(engine.error());
    std::unique_ptr<EngineEmbedder> embedder(new EngineEmbedder(std::move(*engine)));
    // Tells the width, and refuses what is no embedder before any document waits for it.
    const auto probe = embedder->embedQuestion("width");
    if (!probe)
        return std::unexpected(probe.error());
    embedder->m_width = static_cast<std::int32_t>(probe->size());
    return embedder;
}

EmbedderIdentity EngineEmbedder::identity() const
{
    return {m_engine->sha256(), m_engine->model().text->summary().name, m_width};
}

std::int32_t EngineEmbedder::countTokens(std::string_view text) const
{
    return static_cast<std::int32_t>(m_engine->model().text->encodeText(text, false, false).size());
}

std::int32_t EngineEmbedder::longestText() const
{
    const inference::ModelSummary &summary = m_engine->model().text->summary();
    const bool miniLm = summary.name.find("MiniLM-L6") != std::string::npos;
    const auto context = static_cast<std::int32_t>(m_engine->model().contextLength);
    const std::int32_t prefix = countTokens(summary.passagePrefix);
    constexpr std::int32_t around = 2; // [CLS] and [SEP]
    return std::min(context, miniLm ? kMiniLmTokens : kLongestWindow) - prefix - around;
}

std::expected<std::vector<std::vector<float>>, Failure>
EngineEmbedder::embed(const std::vector<std::string> &texts, const std::string &prefix, const std::stop_token &stop)
{
    auto result = m_engine->embed({.texts = texts, .prefix = prefix}, stop);
    if (!result)
        return std::unexpected(result.error());
    std::vector<std::vector<float>> vectors;
    vectors.reserve(result->embeddings.size());
    for (inference::Embedding &embedding : result->embeddings)
        vectors.push_back(std::move(embedding.values));
    return vectors;
}

std::expected<std::vector<std::vector<float>>, Failure>
EngineEmbedder::embedPassages(const std::vector<std::string> &texts, const std::stop_token &stop)
{
    return embed(texts, m_engine->model().text->summary().passagePrefix, stop);
}

std::expected<std::vector<float>, Failure> EngineEmbedder::embedQuestion(const std::string &question)
{
    auto vectors = embed({question}, m_engine->model().text->summary().queryPrefix, {});
    if (!vectors)
        return std::unexpected(vectors.error());
    return std::move(vectors->front());
}

QString installedEmbedder()
{
    return installedModel("CARREL_EMBEDDER", QStringLiteral("embedders"), inference::ModelPurpose::Embedding);
}

} // namespace app
