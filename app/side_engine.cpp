// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/side_engine.h"

#include "app/file_hash.h"
#include "app/model_service.h"
#include "inference/model_files.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <future>
#include <utility>

namespace app {

SideEngine::SideEngine(QString subject)
    : m_subject(std::move(subject))
    , m_engine({})
{
}

std::expected<std::unique_ptr<SideEngine>, Failure> SideEngine::load(const QString &path, const Options &options)
{
    std::unique_ptr<SideEngine> side(new SideEngine(QFileInfo(path).fileName()));
    side->m_sha256 = sha256OfFiles(inference::modelFiles(path.toStdString()), [] { return false; });
    if (side->m_sha256.empty())
        return std::unexpected(failureFrom(
            inference::Error{inference::ErrorCode::FileUnreadable, "the model cannot be read"}, side->m_subject));
    auto model = side->finished<inference::LoadedModel>({}, [&](auto done) {
        return side->m_engine.load({.path = path.toStdString(),
                                    .device = "cpu",
                                    .contextLength = options.contextLength,
                                    .threads = options.threads},
                                   {}, std::move(done));
    });
    if (!model)
        return std::unexpected(model.error());
    side->m_model = std::move(*model);
    return side;
}

template <class Answer, class Start>
std::expected<Answer, Failure> SideEngine::finished(const std::stop_token &stop, Start start)
{
    std::promise<inference::Result<Answer>> done;
    const inference::RequestId request =
        start([&done](inference::Result<Answer> answer) { done.set_value(std::move(answer)); });
    const std::stop_callback cancel(stop, [&] { m_engine.cancel(request); });
    auto answer = done.get_future().get();
    if (!answer)
        return std::unexpected(failureFrom(answer.error(), m_subject));
    return std::move(*answer);
}

std::expected<inference::EmbedResult, Failure> SideEngine::embed(inference::EmbedRequest request,
                                                                 const std::stop_token &stop)
{
    return finished<inference::EmbedResult>(
        stop, [&](auto done) { return m_engine.embed(std::move(request), {}, std::move(done)); });
}

std::expected<inference::RerankResult, Failure> SideEngine::rerank(inference::RerankRequest request,
                                                                   const std::stop_token &stop)
{
    return finished<inference::RerankResult>(
        stop, [&](auto done) { return m_engine.rerank(std::move(request), {}, std::move(done)); });
}

QList<InstalledModel> installedModels(const char *variable, const QString &folder, inference::ModelPurpose purpose,
                                      qsizetype most)
{
    QFileInfoList files;
    // Whoever names one is believed: what is wrong with it is said when it is loaded.
    const QString named = qEnvironmentVariable(variable);
    if (!named.isEmpty())
        files.append(QFileInfo(named));
    for (const QString &models : modelFolders()) {
        for (const QString &place : QStringList{models + QLatin1Char('/') + folder, models})
            files += QDir(place).entryInfoList({QStringLiteral("*.gguf")}, QDir::Files, QDir::Name);
    }
    QList<InstalledModel> found;
    for (const QFileInfo &file : std::as_const(files)) {
        if (found.size() == most)
            break;
        const bool isNamed = found.isEmpty() && !named.isEmpty();
        const QString path = isNamed ? named : file.absoluteFilePath();
        const auto summary = inference::readModelSummary(path.toStdString());
        const bool fits = summary && summary->complete && summary->supported && summary->purpose == purpose;
        const bool known = std::ranges::find(found, path, &InstalledModel::path) != found.end();
        if (known || (!fits && !isNamed))
            continue;
        const bool hasName = summary && !summary->name.empty();
        found.append({.path = path,
                      .name = hasName ? QString::fromStdString(summary->name) : file.completeBaseName(),
                      .bytes = file.size()});
    }
    return found;
}

QString installedModel(const char *variable, const QString &folder, inference::ModelPurpose purpose)
{
    if (const QString named = qEnvironmentVariable(variable); !named.isEmpty())
        return named;
    const QList<InstalledModel> found = installedModels(variable, folder, purpose, 1);
    return found.isEmpty() ? QString() : found.first().path;
}

} // namespace app
