// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the library does with files by the user's wish, and what their hashes tell.
#include "app/file_hash.h"
#include "app/file_trash.h"
#include "app/library_rows.h"
#include "app/logging.h"
#include "app/model_library.h"
#include "app/model_library_p.h"
#include "app/store_thread.h"
#include "app/thread_guard.h"
#include "inference/model_files.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace app {

namespace {

QList<TrashedFile> trashedIn(const storage::Model &row)
{
    QList<TrashedFile> files;
    for (const QJsonValue pair : QJsonDocument::fromJson(QByteArray::fromStdString(row.trashedJson)).array())
        files.append({.from = pair.toArray().at(0).toString(), .path = pair.toArray().at(1).toString()});
    return files;
}

std::string trashedJson(const QList<TrashedFile> &files)
{
    QJsonArray pairs;
    for (const TrashedFile &file : files)
        pairs.append(QJsonArray{file.from, file.path});
    return QJsonDocument(pairs).toJson(QJsonDocument::Compact).toStdString();
}

/// Whether the file at `path` is the one that the row had: the same state, or the same bytes. Blocking.
bool isTheFileOf(const storage::Model &row, const QString &path, const FileState &state, const std::stop_token &stop)
{
    if (!state.exists || state.bytes != row.sizeBytes)
        return false;
    if (row.sha256.empty())
        return state.modifiedMs == row.fileModifiedMs || state.inode == row.inode ||
               modelIdFromPath(path) == modelIdFromPath(QString::fromStdString(row.path));
    if (state.inode == row.inode && state.modifiedMs == row.fileModifiedMs)
        return true;
    return sha256OfFiles(inference::modelFiles(path.toStdString()), [&] { return stop.stop_requested(); }) ==
           row.sha256;
}

} // namespace

void ModelLibrary::add(const QStringList &paths)
{
    QList<AskedFile> files;
    for (const QString &path : paths)
        files.append({.path = path, .evenUnsound = false});
    ask(std::move(files));
}

void ModelLibrary::addFrom(const AskedFile &file)
{
    ask({file});
}

void ModelLibrary::addOnce(const QString &path)
{
    ask({{.path = path, .once = true}});
}

QByteArray ModelLibrary::licenceText(const QString &id) const
{
    const storage::Model *row = m_state->rowOfId(id);
    return row == nullptr ? QByteArray() : QByteArray::fromStdString(row->licenceText);
}

void ModelLibrary::forget(const QString &id)
{
    expectThread(this);
    const storage::Model *row = m_state->rowOfId(id);
    if (row == nullptr || isStarter(*row))
        return;
    storage::Model changed = *row;
    changed.listed = false;
    changed.removedMs = m_state->now();
    change(std::move(changed));
    Q_EMIT removed(id);
}

void ModelLibrary::moveToTrash(const QString &id)
{
    expectThread(this);
    const storage::Model *row = m_state->rowOfId(id);
    if (row == nullptr) {
        Q_EMIT failed(failureFromCode(QStringLiteral("app.unknown_model"), {}, id));
        return;
    }
    const QString name = QFileInfo(QString::fromStdString(row->path)).fileName();
    // Another program that finds a file gone, or the installation, is broken by it.
    const bool ours = row->source == kAdoptedSource || row->source == kFolderSource || row->source.starts_with("http");
    if (!ours) {
        Q_EMIT failed(failureFromCode(QStringLiteral("app.model_not_yours"), {}, name));
        return;
    }
    m_state->worker.start([this, id, path = row->path] {
        QStringList files;
        for (const std::filesystem::path &file : inference::modelFiles(path))
            files.append(QString::fromStdString(file.string()));
        auto moved = moveFilesToTrash(files);
        QMetaObject::invokeMethod(this, [this, id, path, moved = std::move(moved)] {
            if (!moved) {
                Q_EMIT failed(moved.error());
                return;
            }
            storage::Model *known = m_state->rowAt(path);
            if (known == nullptr)
                return;
            storage::Model changed = *known;
            changed.listed = false;
            changed.removedMs = m_state->now();
            changed.trashedJson = trashedJson(*moved);
            change(std::move(changed));
            Q_EMIT removed(id);
        });
    });
}

void ModelLibrary::restore(const QString &id)
{
    expectThread(this);
    const std::string slug = id.toStdString();
    const storage::Model *row = nullptr;
    for (const storage::Model &one : m_state->rows) {
        if (one.slug == slug && !one.listed && one.removedMs != 0 && (row == nullptr || one.removedMs > row->removedMs))
            row = &one;
    }
    if (row == nullptr) {
        Q_EMIT failed(failureFromCode(QStringLiteral("app.unknown_model"), {}, id));
        return;
    }
    m_state->worker.start([this, path = row->path, files = trashedIn(*row)] {
        const auto back = bringBackFiles(files);
        QMetaObject::invokeMethod(this, [this, path, back] {
            if (!back) {
                Q_EMIT failed(back.error());
                return;
            }
            storage::Model *known = m_state->rowAt(path);
            if (known == nullptr)
                return;
            storage::Model changed = *known;
            changed.listed = true;
            changed.removedMs = 0;
            changed.trashedJson = "[]";
            change(std::move(changed));
            Q_EMIT added(QString::fromStdString(m_state->rowAt(path)->slug));
            refresh();
        });
    });
}

void ModelLibrary::findAgain(const QString &id, const QString &path)
{
    expectThread(this);
    const storage::Model *row = m_state->rowOfId(id);
    if (row == nullptr) {
        Q_EMIT failed(failureFromCode(QStringLiteral("app.unknown_model"), {}, id));
        return;
    }
    m_state->worker.start([this, known = *row, path, stop = m_state->stop.get_token()] {
        const QString file = firstModelFile(path);
        const FileState state = stateOfFiles(file);
        const bool same = isTheFileOf(known, file, state, stop);
        QMetaObject::invokeMethod(this, [this, known, file, state, same] {
            storage::Model *now = m_state->rowAt(known.path);
            if (!same || now == nullptr) {
                Q_EMIT failed(failureFromCode(QStringLiteral("app.model_other_file"), {}, QFileInfo(file).fileName()));
                return;
            }
            storage::Model moved = *now;
            moved.path = file.toStdString();
            moved.missingMs = 0;
            moved.folderMissing = false;
            moved.fileModifiedMs = state.modifiedMs;
            moved.inode = state.inode;
            // Where the file is on the list already, the two become one.
            std::erase_if(m_state->rows,
                          [&](const storage::Model &one) { return one.path == moved.path || one.path == known.path; });
            m_state->forgetFits(known.path);
            m_state->rows.push_back(moved);
            change(moved);
            Q_EMIT added(QString::fromStdString(moved.slug));
            refresh();
        });
    });
}

void ModelLibrary::acceptChange(const QString &id)
{
    expectThread(this);
    const storage::Model *row = m_state->rowOfId(id);
    if (row == nullptr || row->previousModifiedMs == 0)
        return;
    storage::Model changed = *row;
    changed.previousModifiedMs = 0;
    changed.previousSha256.clear();
    change(std::move(changed));
}

void ModelLibrary::addFolder(const QString &path)
{
    expectThread(this);
    const QString folder = QDir::cleanPath(path);
    if (path.isEmpty() || m_state->folders.contains(folder))
        return;
    m_state->folders.append(folder);
    keepFolders();
    ask({});
}

void ModelLibrary::removeFolder(const QString &path)
{
    expectThread(this);
    const QString folder = QDir::cleanPath(path);
    if (!m_state->folders.removeOne(folder))
        return;
    const QString inside = folder + QLatin1Char('/');
    std::vector<storage::Model> gone;
    for (storage::Model &row : m_state->rows) {
        if (row.listed && row.source == kFolderSource && QString::fromStdString(row.path).startsWith(inside)) {
            row.listed = false;
            gone.push_back(row);
        }
    }
    keep(std::move(gone));
    keepFolders();
    publish();
    ask({});
}

void ModelLibrary::keepFolders()
{
    Q_EMIT foldersChanged();
    if (m_state->store == nullptr)
        return;
    std::vector<std::string> folders;
    for (const QString &folder : std::as_const(m_state->folders))
        folders.push_back(folder.toStdString());
    m_state->store->run([folders](Stores &stores) { return stores.models.setFolders(folders); })
        .then(this, [this](const storage::Result<void> &kept) {
            if (!kept)
                Q_EMIT failed(failureFromCode(QStringLiteral("app.not_kept"), {}, tr("the list of folders")));
        });
}

// Those that are used are hashed first, then small ones.
void ModelLibrary::hashNext()
{
    if (!m_state->hasher || m_state->hasher->isBusy() || m_state->scanning)
        return;
    const storage::Model *next = nullptr;
    for (const storage::Model &row : m_state->rows) {
        if (!row.sha256.empty() || row.missingMs != 0 || !m_state->isVisible(row) ||
            m_state->unhashable.contains(row.path))
            continue;
        if (next == nullptr || row.lastUsedMs > next->lastUsedMs ||
            (row.lastUsedMs == next->lastUsedMs && row.sizeBytes < next->sizeBytes))
            next = &row;
    }
    if (next != nullptr)
        m_state->hasher->start(QString::fromStdString(next->path));
}

void ModelLibrary::takeHash(const QString &path, const FileState &state, const QString &sha256)
{
    storage::Model *row = m_state->rowAt(path.toStdString());
    if (row != nullptr && sha256.isEmpty()) {
        m_state->unhashable.insert(row->path);
    } else if (row != nullptr) {
        if (row->sizeBytes == state.bytes && row->fileModifiedMs == state.modifiedMs)
            learnHash(path, sha256, Show::Soon);
        else
            ask({});
    }
    hashNext();
}

void ModelLibrary::noteHash(const QString &path, const QString &sha256)
{
    expectThread(this);
    learnHash(path, sha256, Show::Now);
}

void ModelLibrary::learnHash(const QString &path, const QString &sha256, Show show)
{
    const storage::Model *row = m_state->rowAt(path.toStdString());
    if (row == nullptr || row->sha256 == sha256.toStdString())
        return;
    storage::Model changed = *row;
    // Other bytes under the old date: a disk that loses them, or somebody who hides a change.
    if (!changed.sha256.empty() && changed.previousModifiedMs == 0) {
        changed.previousSha256 = changed.sha256;
        changed.previousModifiedMs = changed.fileModifiedMs;
    }
    changed.sha256 = sha256.toStdString();
    // Touched, but the same bytes.
    if (changed.previousSha256 == changed.sha256) {
        changed.previousSha256.clear();
        changed.previousModifiedMs = 0;
    }
    if (m_state->store != nullptr) {
        const storage::ModelStore::FileState file{
            .path = changed.path, .sizeBytes = changed.sizeBytes, .modifiedMs = changed.fileModifiedMs};
        m_state->store
            ->run([file, hash = changed.sha256](Stores &stores) { return stores.models.nameAnswers(file, hash); })
            .then(this, [](const storage::Result<void> &) {});
    }
    change(changed, show);
    followByHash(changed);
}

// A missing model whose bytes turn up at another place is there.
void ModelLibrary::followByHash(const storage::Model &found)
{
    const auto missing = std::ranges::find_if(m_state->rows, [&](const storage::Model &row) {
        return row.missingMs != 0 && row.listed && row.sha256 == found.sha256 && !isStarter(row);
    });
    if (missing == m_state->rows.end())
        return;
    storage::Model moved = *missing;
    moved.path = found.path;
    moved.missingMs = 0;
    moved.folderMissing = false;
    moved.fileModifiedMs = found.fileModifiedMs;
    moved.inode = found.inode;
    moved.headerJson = found.headerJson;
    m_state->forgetFits(missing->path);
    m_state->forgetFits(found.path);
    std::erase_if(m_state->rows,
                  [&](const storage::Model &row) { return row.path == found.path || row.id == moved.id; });
    m_state->rows.push_back(moved);
    change(moved);
    lookForFits();
}

void ModelLibrary::noteCheck(const QString &id, const Checked &checked)
{
    expectThread(this);
    const storage::Model *row = m_state->rowOfId(id);
    if (row == nullptr)
        return;
    storage::Model changed = *row;
    changed.checkedMs = m_state->now();
    changed.checkResult = wordOf(checked.result);
    changed.checkDetail = checked.detail.toStdString();
    const QString path = QString::fromStdString(changed.path);
    change(std::move(changed));
    if (!checked.sha256.isEmpty())
        noteHash(path, checked.sha256);
}

} // namespace app
