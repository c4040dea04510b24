// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/foreign_models.h"

#include "app/foreign_search_p.h"
#include "app/model_card.h"
#include "app/model_library.h"
#include "app/thread_guard.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QProcessEnvironment>

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <tuple>

namespace app {

namespace {

constexpr int kDeepest = 6;
constexpr int kMostEntries = 20'000;

Failure failureOf(ForeignState state, const ForeignClaim &claim)
{
    switch (state) {
    case ForeignState::Complete:
        return {};
    case ForeignState::Partial:
        return failureFromCode(QStringLiteral("app.foreign_partial"), {}, claim.program);
    case ForeignState::Missing:
        return failureFromCode(QStringLiteral("app.foreign_missing"), {}, claim.program);
    case ForeignState::Unreadable:
        return failureFromCode(QStringLiteral("app.foreign_unreadable"), {}, claim.program);
    case ForeignState::Unsupported:
        return failureFromCode(QStringLiteral("app.foreign_unsupported"), {}, claim.name);
    }
    return {};
}

/// Nothing when the path leads nowhere; the error number is in errno then.
std::optional<struct stat> statOf(const QString &path)
{
    struct stat found{};
    if (::stat(QFile::encodeName(path).constData(), &found) != 0)
        return std::nullopt;
    return found;
}

} // namespace

ForeignSearch::ForeignSearch(const ForeignPlaces &places, const std::stop_token &stop)
    : m_places(places)
    , m_stop(stop)
{
}

void ForeignSearch::addState(const QString &path, const ForeignClaim &claim, ForeignState state, quint64 bytes)
{
    m_models.append({.program = claim.program,
                     .name = claim.name,
                     .path = path,
                     .bytes = bytes,
                     .licenceText = claim.licenceText,
                     .sha256 = claim.sha256,
                     .state = state,
                     .failure = failureOf(state, claim)});
}

void ForeignSearch::addFile(const QString &path, const ForeignClaim &claim)
{
    if (isFurtherFile(path))
        return;
    const auto found = statOf(path);
    if (!found) {
        const bool denied = errno == EACCES;
        addState(path, claim, denied ? ForeignState::Unreadable : claim.whenAbsent, 0);
        return;
    }
    // Never a pipe or a device: reading one may wait for ever.
    if (!S_ISREG(found->st_mode) || !m_seen.insert({found->st_dev, found->st_ino}).second)
        return;
    const auto size = static_cast<quint64>(found->st_size);
    if (claim.bytes != 0 && size < claim.bytes) {
        addState(path, claim, ForeignState::Partial, size);
        return;
    }
    const QByteArray magic = readSmallFile(path, 4);
    if (magic.isEmpty() && size > 0) {
        addState(path, claim, ForeignState::Unreadable, size);
        return;
    }
    if (magic != "GGUF") {
        addState(path, claim, ForeignState::Unsupported, size);
        return;
    }
    const ModelCard card = readModelCard(path, ModelOrigin::Added);
    const bool ofUse = card.usable || card.failure.code == QLatin1StringView("inference.wrong_purpose") ||
                       (card.purpose == ModelUse::Adapter && readAdapterCard(path).failure.isEmpty());
    addState(path, claim, ForeignState::Complete, card.fileBytes);
    ForeignModel &model = m_models.last();
    model.architecture = card.architecture;
    model.sizeLabel = card.sizeLabel;
    model.quantization = card.quantization;
    model.purpose = card.purpose;
    model.license = card.license;
    if (ofUse)
        return;
    const bool cut = card.failure.code == QLatin1StringView("inference.file_truncated") ||
                     card.failure.code == QLatin1StringView("inference.part_missing");
    model.state = cut ? ForeignState::Partial : ForeignState::Unsupported;
    model.failure = cut ? failureOf(ForeignState::Partial, claim) : card.failure;
}

void ForeignSearch::walk(const QString &folder, const QString &program,
                         const std::function<void(const QFileInfo &)> &file)
{
    const auto root = statOf(folder);
    m_entries = 0;
    if (root && S_ISDIR(root->st_mode))
        walkFolder(folder, program, kDeepest, root->st_dev, file);
}

void ForeignSearch::walkFolder(const QString &folder, const QString &program, int deepest, quint64 device,
                               const std::function<void(const QFileInfo &)> &file)
{
    const QDir dir(folder);
    if (!dir.isReadable()) {
        addState(folder, {.program = program, .name = folder}, ForeignState::Unreadable, 0);
        return;
    }
    const QFileInfoList entries =
        dir.entryInfoList(QDir::Files | QDir::Dirs | QDir::System | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    for (const QFileInfo &entry : entries) {
        if (m_stop.stop_requested() || ++m_entries > kMostEntries)
            return;
        if (entry.isSymLink() || !entry.isDir()) {
            // A link that leads to a folder may lead in a circle; one that leads nowhere says that a file is gone.
            if (!entry.isDir())
                file(entry);
            continue;
        }
        const auto below = statOf(entry.absoluteFilePath());
        if (deepest > 0 && below && below->st_dev == device)
            walkFolder(entry.absoluteFilePath(), program, deepest - 1, device, file);
    }
}

QString ForeignSearch::variable(const char *name) const
{
    QString value = m_places.environment.value(QString::fromLatin1(name)).trimmed();
    if (value == QLatin1Char('~') || value.startsWith(QLatin1StringView("~/")))
        value.replace(0, 1, m_places.home);
    value.replace(QLatin1StringView("${HOME}"), m_places.home);
    value.replace(QLatin1StringView("$HOME"), m_places.home);
    return QDir::isAbsolutePath(value) ? QDir::cleanPath(value) : QString();
}

QString ForeignSearch::below(const QString &path) const
{
    return QDir::cleanPath(m_places.system + path);
}

QList<ForeignModel> ForeignSearch::take()
{
    std::ranges::stable_sort(m_models, [](const ForeignModel &left, const ForeignModel &right) {
        return std::tuple(left.program, left.name) < std::tuple(right.program, right.name);
    });
    return std::move(m_models);
}

QByteArray readSmallFile(const QString &path, qint64 most)
{
    const auto found = statOf(path);
    QFile file(path);
    if (!found || !S_ISREG(found->st_mode) || !file.open(QIODevice::ReadOnly))
        return {};
    return file.read(most);
}

QJsonObject readSmallJson(const QString &path)
{
    return QJsonDocument::fromJson(readSmallFile(path)).object();
}

bool isSha256(const QString &text)
{
    constexpr qsizetype digits = 64;
    return text.size() == digits && std::ranges::all_of(text, [](QChar letter) {
               return (letter >= u'0' && letter <= u'9') || (letter >= u'a' && letter <= u'f');
           });
}

bool isForeignSideFile(const QString &name)
{
    const QString lower = name.toLower();
    if (lower.contains(QLatin1StringView("mmproj")) || lower.contains(QLatin1StringView("imatrix")))
        return true;
    return std::ranges::any_of(std::array{"mtp-", "eagle3-", "dflash-", "dspark-"},
                               [&](const char *prefix) { return lower.startsWith(QLatin1StringView(prefix)); });
}

bool endsWithGguf(const QString &name)
{
    return name.endsWith(QLatin1StringView(".gguf"), Qt::CaseInsensitive);
}

ForeignPlaces ForeignPlaces::ofThisUser()
{
    ForeignPlaces places{.home = QDir::homePath()};
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : environment.keys())
        places.environment.insert(name, environment.value(name));
    return places;
}

QList<ForeignModel> findForeignModels(const ForeignPlaces &places, const std::stop_token &stop)
{
    ForeignSearch search(places, stop);
    searchOllama(search);
    searchLmStudio(search);
    searchJan(search);
    searchGpt4All(search);
    searchHubCache(search);
    searchLlamaCpp(search);
    return search.take();
}

ForeignModels::ForeignModels(ModelLibrary &library, ForeignPlaces places, QObject *parent)
    : QObject(parent)
    , m_library(library)
    , m_places(std::move(places))
{
    m_worker.setMaxThreadCount(1);
    connect(&library, &ModelLibrary::modelsChanged, this, &ForeignModels::markListed);
}

ForeignModels::~ForeignModels()
{
    m_stop.request_stop();
    m_worker.waitForDone();
}

void ForeignModels::find()
{
    expectThread(this);
    if (m_looking)
        return;
    m_looking = true;
    Q_EMIT lookingChanged();
    m_worker.start([this, places = m_places, stop = m_stop.get_token()] {
        QList<ForeignModel> found = findForeignModels(places, stop);
        if (stop.stop_requested())
            return;
        QMetaObject::invokeMethod(this, [this, models = std::move(found)]() mutable {
            m_models = std::move(models);
            m_looking = false;
            m_looked = true;
            markListed();
            Q_EMIT modelsChanged();
            Q_EMIT lookingChanged();
        });
    });
}

void ForeignModels::adopt(const QString &path)
{
    expectThread(this);
    const auto model = std::ranges::find(m_models, path, &ForeignModel::path);
    if (model == m_models.end() || !model->isComplete())
        return;
    // A blob's name is a hash; every other file is called what people call it.
    const bool blob = !endsWithGguf(path);
    m_library.addFrom({.path = path,
                       .source = model->program,
                       .name = blob ? model->name : QString(),
                       .evenUnsound = false,
                       .promisedSha256 = model->sha256,
                       .promisedBy = model->sha256.isEmpty() ? QString() : model->program});
}

void ForeignModels::markListed()
{
    QSet<QString> paths;
    for (const ModelCard &card : m_library.models())
        paths.insert(card.path);
    for (const AdapterCard &card : m_library.adapters())
        paths.insert(card.path);
    bool changed = false;
    for (ForeignModel &model : m_models)
        changed = std::exchange(model.listed, paths.contains(model.path)) != model.listed || changed;
    if (changed)
        Q_EMIT modelsChanged();
}

} // namespace app
