// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine_embedder.h"

#include "app/file_hash.h"
#include "app/model_service.h"
#include "inference/engine.h"
#include "inference/model_files.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <future>

namespace app {

namespace {

/// Longest input that a model is known to have been trained on, where that is less than the positions in its file.
constexpr std::int32_t kMiniLmTokens = 256;
constexpr std::int32_t kLongestWindow = 512;

} // namespace

struct EngineEmbedder::State {
    explicit State(QString file)
        : subject(std::move(file))
        , engine({})
    {
    }

    QString subject;
    std::string sha256;
    inference::LoadedModel model;
    std::int32_t width = 0;
    inference::Engine engine; ///< last: ends before what it uses
};

EngineEmbedder::EngineEmbedder(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}

EngineEmbedder::~EngineEmbedder() = default;

std::expected<std::unique_ptr<EngineEmbedder>, Failure> EngineEmbedder::load(const QString &path, std::uint32_t threads)
{
    auto state = std::make_unique<State>(QFileInfo(path).fileName());
    const QString subject = state->subject;
    state->sha256 = sha256OfFiles(inference::modelFiles(path.toStdString()), [] { return false; });
    if (state->sha256.empty())
        return std::unexpected(failureFrom(
            inference::Error{inference::ErrorCode::FileUnreadable, "the embedding model cannot be read"}, subject));
    std::promise<inference::Result<inference::LoadedModel>> loaded;
    state->engine.load({.path = path.toStdString(), .device = "cpu", .threads = threads}, {},
                       [&](inference::Result<inference::LoadedModel> model) { loaded.set_value(std::move(model)); });
    auto model = loaded.get_future().get();
    if (!model)
        return std::unexpected(failureFrom(model.error(), subject));
    state->model = std::move(*model);
    std::unique_ptr<EngineEmbedder> embedder(new EngineEmbedder(std::move(state)));
    // Tells the width, and refuses what is no embedder before any document waits for it.
    const auto probe = embedder->embedQuestion("width");
    if (!probe)
        return std::unexpected(probe.error());
    embedder->m_state->width = static_cast<std::int32_t>(probe->size());
    return embedder;
}

EmbedderIdentity EngineEmbedder::identity() const
{
    return {m_state->sha256, m_state->model.text->summary().name, m_state->width};
}

std::int32_t EngineEmbedder::countTokens(std::string_view text) const
{
    return static_cast<std::int32_t>(m_state->model.text->encodeText(text, false, false).size());
}

std::int32_t EngineEmbedder::longestText() const
{
    const inference::ModelSummary &summary = m_state->model.text->summary();
    const bool miniLm = summary.name.find("MiniLM-L6") != std::string::npos;
    const auto context = static_cast<std::int32_t>(m_state->model.contextLength);
    const std::int32_t prefix = countTokens(summary.passagePrefix);
    constexpr std::int32_t around = 2; // [CLS] and [SEP]
    return std::min(context, miniLm ? kMiniLmTokens : kLongestWindow) - prefix - around;
}

std::expected<std::vector<std::vector<float>>, Failure>
EngineEmbedder::embed(const std::vector<std::string> &texts, const std::string &prefix, const std::stop_token &stop)
{
    std::promise<inference::Result<inference::EmbedResult>> done;
    const inference::RequestId request = m_state->engine.embed(
        {.texts = texts, .prefix = prefix}, {},
        [&](inference::Result<inference::EmbedResult> result) { done.set_value(std::move(result)); });
    const std::stop_callback cancel(stop, [&] { m_state->engine.cancel(request); });
    auto result = done.get_future().get();
    if (!result)
        return std::unexpected(failureFrom(result.error(), m_state->subject));
    std::vector<std::vector<float>> vectors;
    vectors.reserve(result->embeddings.size());
    for (inference::Embedding &embedding : result->embeddings)
        vectors.push_back(std::move(embedding.values));
    return vectors;
}

std::expected<std::vector<std::vector<float>>, Failure>
EngineEmbedder::embedPassages(const std::vector<std::string> &texts, const std::stop_token &stop)
{
    return embed(texts, m_state->model.text->summary().passagePrefix, stop);
}

std::expected<std::vector<float>, Failure> EngineEmbedder::embedQuestion(const std::string &question)
{
    auto vectors = embed({question}, m_state->model.text->summary().queryPrefix, {});
    if (!vectors)
        return std::unexpected(vectors.error());
    return std::move(vectors->front());
}

QString installedEmbedder()
{
    if (const QString named = qEnvironmentVariable("CARREL_EMBEDDER"); !named.isEmpty())
        return named;
    QStringList folders;
    for (const QString &folder : modelFolders())
        folders << folder + QStringLiteral("/embedders") << folder;
    for (const QString &folder : std::as_const(folders)) {
        const QFileInfoList files = QDir(folder).entryInfoList({QStringLiteral("*.gguf")}, QDir::Files, QDir::Name);
        for (const QFileInfo &file : files) {
            const auto summary = inference::readModelSummary(file.absoluteFilePath().toStdString());
            if (summary && summary->complete && summary->supported &&
                summary->purpose == inference::ModelPurpose::Embedding)
                return file.absoluteFilePath();
        }
    }
    return {};
}

} // namespace app
