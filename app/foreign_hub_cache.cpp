// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The Hugging Face cache: models--OWNER--NAME/snapshots/COMMIT/FILE leads to blobs/HASH. And llama.cpp's older one.
#include "app/foreign_search_p.h"

#include <QDir>

namespace app {

namespace {

QString hubFolder(const ForeignSearch &search)
{
    for (const char *name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) {
        if (const QString folder = search.variable(name); !folder.isEmpty())
            return folder;
    }
    if (const QString folder = search.variable("HF_HOME"); !folder.isEmpty())
        return folder + QStringLiteral("/hub");
    if (const QString folder = search.variable("XDG_CACHE_HOME"); !folder.isEmpty())
        return folder + QStringLiteral("/huggingface/hub");
    return search.home() + QStringLiteral("/.cache/huggingface/hub");
}

/// The snapshot that the repository's main branch is at, else the newest: older ones are what updates left.
QString snapshotOf(const QString &repository)
{
    const QString commit = QString::fromLatin1(readSmallFile(repository + QStringLiteral("/refs/main"), 64)).trimmed();
    constexpr qsizetype digits = 40;
    const bool isCommit = commit.size() == digits && std::ranges::all_of(commit, [](QChar letter) {
                              return (letter >= u'0' && letter <= u'9') || (letter >= u'a' && letter <= u'f');
                          });
    const QString snapshots = repository + QStringLiteral("/snapshots");
    if (isCommit && QFileInfo(snapshots + QLatin1Char('/') + commit).isDir())
        return snapshots + QLatin1Char('/') + commit;
    const QFileInfoList all = QDir(snapshots).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Time);
    return all.isEmpty() ? QString() : all.first().absoluteFilePath();
}

void searchRepository(ForeignSearch &search, const QString &folder, const QString &program)
{
    const QString name =
        QFileInfo(folder).fileName().sliced(8).replace(QLatin1StringView("--"), QLatin1StringView("/"));
    const QString snapshot = snapshotOf(folder);
    if (!snapshot.isEmpty()) {
        search.walk(snapshot, program, [&](const QFileInfo &file) {
            if (!endsWithGguf(file.fileName()) || isForeignSideFile(file.fileName()))
                return;
            const QString blob = QFileInfo(file.symLinkTarget()).fileName();
            search.addFile(file.absoluteFilePath(),
                           {.program = program,
                            .name = name + QLatin1Char('/') + QDir(snapshot).relativeFilePath(file.absoluteFilePath()),
                            .sha256 = isSha256(blob) ? blob : QString(),
                            // Its download was interrupted, or somebody made room.
                            .whenAbsent = ForeignState::Partial});
        });
    }
    const QFileInfoList unfinished = QDir(folder + QStringLiteral("/blobs"))
                                         .entryInfoList({QStringLiteral("*.incomplete")}, QDir::Files, QDir::Name);
    for (const QFileInfo &file : unfinished) {
        search.addState(file.absoluteFilePath(), {.program = program, .name = name}, ForeignState::Partial,
                        static_cast<quint64>(file.size()));
    }
}

void searchHub(ForeignSearch &search, const QString &root, const QString &program)
{
    const QFileInfoList repositories =
        QDir(root).entryInfoList({QStringLiteral("models--*")}, QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    for (const QFileInfo &repository : repositories)
        searchRepository(search, repository.absoluteFilePath(), program);
}

} // namespace

void searchHubCache(ForeignSearch &search)
{
    searchHub(search, hubFolder(search), QStringLiteral("Hugging Face"));
}

void searchLlamaCpp(ForeignSearch &search)
{
    const QString program = QStringLiteral("llama.cpp");
    QString folder = search.variable("LLAMA_CACHE");
    if (folder.isEmpty()) {
        const QString cache = search.variable("XDG_CACHE_HOME");
        folder = (cache.isEmpty() ? search.home() + QStringLiteral("/.cache") : cache) + QStringLiteral("/llama.cpp");
    }
    // Since 2026 the same folder may have the hub's layout.
    searchHub(search, folder, program);
    // The hub's answers, by the name of the file in the cache: OWNER_REPO_FILE.
    QHash<QString, QJsonObject> answers;
    const QFileInfoList manifests =
        QDir(folder).entryInfoList({QStringLiteral("manifest=*.json")}, QDir::Files, QDir::Name);
    for (const QFileInfo &manifest : manifests) {
        const QStringList parts = manifest.fileName().split(QLatin1Char('='));
        const QJsonObject file =
            readSmallJson(manifest.absoluteFilePath()).value(QLatin1StringView("ggufFile")).toObject();
        const QString name = file.value(QLatin1StringView("rfilename")).toString();
        if (parts.size() >= 4 && !name.isEmpty()) {
            const QString key = parts.at(1) + QLatin1Char('_') + parts.at(2) + QLatin1Char('_') + name;
            answers.insert(QString(key).replace(QLatin1Char('/'), QLatin1Char('_')), file);
        }
    }
    const QFileInfoList files = QDir(folder).entryInfoList(QDir::Files | QDir::System, QDir::Name);
    for (const QFileInfo &file : files) {
        const QString name = file.fileName();
        if (name.endsWith(QLatin1StringView(".downloadInProgress"))) {
            search.addState(file.absoluteFilePath(), {.program = program, .name = file.completeBaseName()},
                            ForeignState::Partial, static_cast<quint64>(file.size()));
        }
        if (!endsWithGguf(name) || isForeignSideFile(name))
            continue;
        const QString hash = answers.value(name)
                                 .value(QLatin1StringView("lfs"))
                                 .toObject()
                                 .value(QLatin1StringView("sha256"))
                                 .toString();
        search.addFile(file.absoluteFilePath(),
                       {.program = program, .name = name, .sha256 = isSha256(hash) ? hash : QString()});
    }
}

} // namespace app
