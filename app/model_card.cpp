// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_card.h"

#include "inference/adapter_summary.h"
#include "inference/memory_needs.h"
#include "inference/model_files.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

#include <sys/stat.h>

#include <algorithm>

namespace app {

namespace {

QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

ModelUse useOf(const inference::ModelSummary &summary)
{
    if (summary.adapter)
        return ModelUse::Adapter;
    switch (summary.purpose) {
    case inference::ModelPurpose::Text:
        return ModelUse::Chat;
    case inference::ModelPurpose::Embedding:
        return ModelUse::Embedding;
    case inference::ModelPurpose::Ranking:
        return ModelUse::Reranking;
    }
    return ModelUse::Chat;
}

Failure whyNotUsable(const inference::ModelSummary &summary, const QString &subject)
{
    using inference::Error;
    using inference::ErrorCode;
    if (!summary.complete)
        return failureFrom(Error{ErrorCode::FileTruncated, "the file ends before its last tensor"}, subject);
    if (!summary.supported) {
        const auto code = summary.adapter ? ErrorCode::AdapterAlone : ErrorCode::UnsupportedFile;
        return failureFrom(Error{code, summary.reason}, subject);
    }
    if (summary.purpose != inference::ModelPurpose::Text)
        return failureFrom(Error{ErrorCode::WrongPurpose, std::string(inference::sentence(summary.purpose))}, subject);
    return {};
}

} // namespace

QStringList modelFolders()
{
    QStringList folders = qEnvironmentVariable("CARREL_MODELS").split(QLatin1Char(':'), Qt::SkipEmptyParts);
    folders.append(QDir::cleanPath(QCoreApplication::applicationDirPath() + QStringLiteral("/../share/carrel/models")));
    folders.append(QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) +
                   QStringLiteral("/carrel/models"));
    folders.removeDuplicates();
    return folders;
}

QString modelIdFromPath(const QString &path)
{
    return modelIdFromName(text(inference::modelStem(path.toStdString())));
}

QString modelIdFromName(const QString &name)
{
    QString id;
    for (const QChar letter : name.toLower()) {
        const bool plain = letter.isLetterOrNumber() || letter == QLatin1Char('.') || letter == QLatin1Char('_');
        if (plain)
            id.append(letter);
        else if (!id.endsWith(QLatin1Char('-')))
            id.append(QLatin1Char('-'));
    }
    return id;
}

bool isFurtherFile(const QString &path)
{
    return inference::isFurtherShard(path.toStdString());
}

QString firstModelFile(const QString &path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    return text(inference::modelFiles(absolute.toStdString()).front().string());
}

FileState stateOfFiles(const QString &path)
{
    FileState state;
    for (const std::filesystem::path &file : inference::modelFiles(path.toStdString())) {
        struct stat found{};
        if (::stat(file.c_str(), &found) != 0 || !S_ISREG(found.st_mode))
            return {};
        if (!std::exchange(state.exists, true))
            state.inode = found.st_ino;
        state.bytes += found.st_size;
        state.modifiedMs =
            std::max<qint64>(state.modifiedMs, found.st_mtim.tv_sec * 1000 + found.st_mtim.tv_nsec / 1'000'000);
    }
    return state;
}

ModelCard readModelCard(const QString &path, ModelOrigin origin)
{
    ModelCard card{.id = modelIdFromPath(path),
                   .name = text(inference::modelStem(path.toStdString())),
                   .path = path,
                   .folder = QFileInfo(path).absolutePath(),
                   .origin = origin,
                   .source = origin == ModelOrigin::Starter ? QStringLiteral("starter") : QStringLiteral("adopted")};
    const FileState state = stateOfFiles(path);
    card.fileBytes = static_cast<quint64>(state.bytes);
    card.fileModifiedMs = state.modifiedMs;
    const QString subject = QFileInfo(path).fileName();
    const auto header = inference::readModelHeader(path.toStdString());
    if (!header) {
        card.failure = failureFrom(header.error(), subject);
        return card;
    }
    const inference::ModelSummary *summary = &header->summary;
    card.needs = header->needs;
    if (!summary->name.empty())
        card.name = text(summary->name);
    card.purpose = useOf(*summary);
    card.architecture = text(summary->architecture);
    card.sizeLabel = text(summary->sizeLabel);
    card.quantization = text(summary->quantization);
    card.license = text(summary->license);
    card.licenseName = text(summary->licenseName);
    card.licenseLink = text(summary->licenseLink);
    for (const std::string &parent : summary->baseModels)
        card.baseModels.append(text(parent));
    weighLicence(card, {});
    card.parameters = summary->parameters;
    card.activeParameters = summary->activeParameters;
    card.fileBytes = summary->fileBytes;
    card.fileCount = summary->fileCount;
    card.contextLength = summary->contextLength;
    card.kvBytesPerToken = summary->kvBytesPerToken;
    card.slidingKv = summary->slidingKv;
    card.stateBytes = summary->stateBytes;
    card.expertBytes = std::min(summary->expertBytes, summary->fileBytes);
    card.expertCount = summary->expertCount;
    card.expertsUsed = summary->expertsUsed;
    card.layerCount = summary->layerCount;
    card.tokenizer = text(summary->tokenizerModel);
    if (!summary->tokenizerPre.empty())
        card.tokenizer += QStringLiteral(", ") + text(summary->tokenizerPre);
    card.vocabularySize = summary->vocabularySize;
    card.embeddingWidth = summary->embeddingWidth;
    card.hasChatTemplate = summary->hasChatTemplate;
    card.templateSha256 = text(summary->chatTemplateSha256);
    card.failure = whyNotUsable(*summary, subject);
    card.usable = card.failure.isEmpty();
    return card;
}

void weighLicence(ModelCard &card, const QString &licenceAtDownload)
{
    card.licence = licence::recognise(
        licence::Evidence{.file = {.id = card.license, .name = card.licenseName, .link = card.licenseLink},
                          .hub = {},
                          .catalogueId = licenceAtDownload,
                          .baseModels = card.baseModels});
    card.licenceId = card.licence.id;
}

AdapterCard readAdapterCard(const QString &path)
{
    AdapterCard card{.id = modelIdFromPath(path), .name = text(inference::modelStem(path.toStdString())), .path = path};
    card.fileBytes = static_cast<quint64>(stateOfFiles(path).bytes);
    const QString subject = QFileInfo(path).fileName();
    const auto summary = inference::readAdapterSummary(path.toStdString());
    if (!summary) {
        card.failure = failureFrom(summary.error(), subject);
        return card;
    }
    if (!summary->name.empty())
        card.name = text(summary->name);
    card.baseModel = text(summary->baseModel);
    card.architecture = text(summary->architecture);
    card.license = text(summary->license);
    card.leastRank = summary->leastRank;
    card.mostRank = summary->mostRank;
    if (!summary->complete) {
        card.failure = failureFrom(
            inference::Error{inference::ErrorCode::FileTruncated, "the file ends before its last tensor"}, subject);
    } else if (!summary->supported) {
        card.failure = failureFrom(inference::Error{inference::ErrorCode::AdapterUnfit, summary->reason}, subject);
    }
    return card;
}

} // namespace app
