// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library_scan.h"

#include "app/library_rows.h"
#include "inference/error.h"

#include <QDir>
#include <QDirIterator>
#include <QFileInfo>

#include <algorithm>
#include <map>
#include <unordered_map>

namespace app {

namespace {

// A watched folder may be a whole home.
constexpr int kDeepest = 6;
constexpr int kMostEntries = 20'000;

/// Files that stand beside models and are none.
bool isSideFile(const QString &name)
{
    return name.contains(QLatin1StringView("mmproj"), Qt::CaseInsensitive) ||
           name.contains(QLatin1StringView("imatrix"), Qt::CaseInsensitive);
}

class Look {
public:
    Look(const LibraryScan &scan, const std::stop_token &stop)
        : m_scan(scan)
        , m_stop(stop)
    {
        for (const storage::Model &row : scan.known)
            m_known.emplace(row.path, &row);
    }

    LibraryFindings run()
    {
        lookAtStarters();
        // Who asks for a file knows more of it than the folder that it lies in.
        for (const AskedFile &file : m_scan.asked)
            lookAtAsked(file);
        for (const QString &folder : m_scan.folders)
            lookInside(folder, kDeepest);
        for (const storage::Model &row : m_scan.known) {
            if (row.listed && !m_seen.contains(row.path))
                lookAtKnown(row);
        }
        followMoved();
        lookAtNew();
        m_findings.stopped = m_stop.stop_requested();
        return std::move(m_findings);
    }

private:
    struct New {
        QString path;
        ModelOrigin origin = ModelOrigin::Added;
        AskedFile asked;
        FileState state;
    };

    void lookAtStarters()
    {
        QStringList ids;
        for (const QString &folder : m_scan.starterFolders) {
            m_findings.places.insert(folder.toStdString());
            const QFileInfoList files = QDir(folder).entryInfoList({QStringLiteral("*.gguf")}, QDir::Files, QDir::Name);
            for (const QFileInfo &file : files) {
                const QString path = file.absoluteFilePath();
                const QString id = modelIdFromPath(path);
                // The same starter model in a later folder is the same model.
                if (isFurtherFile(path) || ids.contains(id))
                    continue;
                ids.append(id);
                m_findings.starters.insert(path.toStdString());
                lookAtFile(path, ModelOrigin::Starter, {.source = QLatin1StringView(kStarterSource)});
            }
        }
    }

    void lookInside(const QString &folder, int deepest)
    {
        m_findings.places.insert(folder.toStdString());
        const QFileInfoList entries =
            QDir(folder).entryInfoList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
        for (const QFileInfo &entry : entries) {
            if (m_stop.stop_requested() || ++m_entries > kMostEntries)
                return;
            // Links to folders may lead in circles, and elsewhere.
            if (entry.isDir()) {
                if (deepest > 0 && !entry.isSymLink())
                    lookInside(entry.absoluteFilePath(), deepest - 1);
                continue;
            }
            const QString path = entry.absoluteFilePath();
            if (path.endsWith(QLatin1StringView(".gguf"), Qt::CaseInsensitive) && !isSideFile(entry.fileName()) &&
                !isFurtherFile(path) && !wasTakenOff(path))
                lookAtFile(path, ModelOrigin::Added, {.source = QLatin1StringView(kFolderSource)});
        }
    }

    /// What the user took off the list does not come back by itself.
    [[nodiscard]] bool wasTakenOff(const QString &path) const
    {
        const auto known = m_known.find(path.toStdString());
        return known != m_known.end() && !known->second->listed && known->second->removedMs != 0;
    }

    void lookAtAsked(const AskedFile &file)
    {
        const QString path = firstModelFile(file.path);
        const bool isThere = QFileInfo(path).isFile();
        if (file.once && isThere)
            m_findings.once.insert(path.toStdString());
        if (!isThere && (file.once || !file.evenUnsound)) {
            const inference::Error error{inference::ErrorCode::FileUnreadable, "no such file"};
            m_findings.asked.append({.asked = file.path,
                                     .path = path,
                                     .failure = failureFrom(error, QFileInfo(path).fileName()),
                                     .once = file.once});
            return;
        }
        lookAtFile(path, ModelOrigin::Added, file);
        m_findings.asked.append({.asked = file.path, .path = path, .failure = {}, .once = file.once});
    }

    void lookAtFile(const QString &path, ModelOrigin origin, const AskedFile &asked)
    {
        const std::string key = path.toStdString();
        if (!m_seen.insert(key).second)
            return;
        const auto known = m_known.find(key);
        if (known == m_known.end()) {
            m_new.push_back({.path = path, .origin = origin, .asked = asked, .state = stateOfFiles(path)});
            return;
        }
        storage::Model row = *known->second;
        const bool joins = !asked.once && !row.listed;
        if (joins) {
            row.listed = true;
            row.removedMs = 0;
        }
        const bool says = !asked.source.isEmpty() && asked.source != QLatin1StringView(kFolderSource);
        if (says || (joins && !asked.source.isEmpty()))
            row.source = asked.source.toStdString();
        if (!asked.promisedSha256.isEmpty()) {
            row.promisedSha256 = asked.promisedSha256.toStdString();
            row.promisedBy = asked.promisedBy.toStdString();
        }
        takeTerms(row, asked);
        const bool differs = row.source != known->second->source ||
                             row.promisedSha256 != known->second->promisedSha256 ||
                             row.licenceText != known->second->licenceText;
        lookAtState(std::move(row), joins || asked.once || differs);
    }

    static void takeTerms(storage::Model &row, const AskedFile &asked)
    {
        if (!asked.catalogueId.isEmpty())
            row.catalogueId = asked.catalogueId.toStdString();
        if (!asked.licenceId.isEmpty())
            row.licenceId = asked.licenceId.toStdString();
        if (!asked.licenceText.isEmpty())
            row.licenceText = asked.licenceText.toStdString();
    }

    void lookAtKnown(const storage::Model &known)
    {
        if (isStarter(known)) {
            // Of another installation, or none that anybody used: no loss.
            const QString folder = QFileInfo(QString::fromStdString(known.path)).path();
            if (!m_scan.starterFolders.contains(folder) || known.lastUsedMs == 0) {
                storage::Model row = known;
                row.listed = false;
                m_findings.rows.push_back(std::move(row));
                return;
            }
            m_findings.starters.insert(known.path);
        }
        lookAtState(known, false);
    }

    /// `changed`: the row is another one than the database's already.
    void lookAtState(storage::Model row, bool changed)
    {
        const QString path = QString::fromStdString(row.path);
        m_findings.places.insert(QFileInfo(path).path().toStdString());
        const FileState state = stateOfFiles(path);
        if (!state.exists) {
            const bool folderMissing = !QFileInfo(QFileInfo(path).path()).isDir();
            if (row.missingMs == 0)
                row.missingMs = m_scan.now;
            else if (row.folderMissing == folderMissing && !changed)
                return m_missing.push_back(row);
            row.folderMissing = folderMissing;
            m_missing.push_back(row);
            m_findings.rows.push_back(std::move(row));
            return;
        }
        const bool same = state.bytes == row.sizeBytes && state.modifiedMs == row.fileModifiedMs;
        if (same && isReadByThisVersion(row)) {
            changed = changed || row.missingMs != 0 || row.inode != state.inode;
            row.missingMs = 0;
            row.folderMissing = false;
            row.inode = state.inode;
            if (changed)
                m_findings.rows.push_back(std::move(row));
            return;
        }
        storage::Model read = m_scan.read(path, isStarter(row) ? ModelOrigin::Starter : ModelOrigin::Added);
        read.source = row.source;
        if (!same && !row.sha256.empty() && row.previousModifiedMs == 0) {
            // The first one that answered stays the one to compare with, however often the file changes.
            row.previousSha256 = row.sha256;
            row.previousModifiedMs = row.fileModifiedMs;
        }
        if (!same) {
            row.checkedMs = 0;
            row.checkResult.clear();
            row.checkDetail.clear();
        }
        m_findings.rows.push_back(withHeader(std::move(row), std::move(read), same));
    }

    /// A row as it is known, with what its file says now.
    static storage::Model withHeader(storage::Model row, storage::Model read, bool same)
    {
        row.name = std::move(read.name);
        row.headerJson = std::move(read.headerJson);
        row.purpose = std::move(read.purpose);
        row.source = std::move(read.source);
        row.sizeBytes = read.sizeBytes;
        row.fileModifiedMs = read.fileModifiedMs;
        row.inode = read.inode;
        row.missingMs = 0;
        row.folderMissing = false;
        if (!same)
            row.sha256.clear();
        return row;
    }

    /// The same file under another name: the same inode, size and time. What was copied to another drive is told by
    /// its hash, once that is known.
    void followMoved()
    {
        for (const storage::Model &missing : m_missing) {
            const auto same = [&](const FileState &state) {
                return missing.inode != 0 && state.exists && state.inode == missing.inode &&
                       state.bytes == missing.sizeBytes && state.modifiedMs == missing.fileModifiedMs;
            };
            auto found = std::ranges::find_if(m_new, [&](const New &file) { return same(file.state); });
            QString path;
            if (found != m_new.end()) {
                path = found->path;
                m_new.erase(found);
            } else {
                path = renamedBeside(missing, same);
            }
            if (path.isEmpty())
                continue;
            storage::Model row = missing;
            row.path = path.toStdString();
            row.missingMs = 0;
            row.folderMissing = false;
            std::erase_if(m_findings.rows, [&](const storage::Model &one) { return one.id == row.id; });
            m_findings.rows.push_back(std::move(row));
            m_findings.places.insert(QFileInfo(path).path().toStdString());
        }
    }

    template <class Same>
    [[nodiscard]] QString renamedBeside(const storage::Model &missing, Same same) const
    {
        const QString folder = QFileInfo(QString::fromStdString(missing.path)).path();
        const QFileInfoList files = QDir(folder).entryInfoList({QStringLiteral("*.gguf")}, QDir::Files, QDir::Name);
        for (const QFileInfo &file : files) {
            const QString path = file.absoluteFilePath();
            if (!m_seen.contains(path.toStdString()) && !isFurtherFile(path) && same(stateOfFiles(path)))
                return path;
        }
        return {};
    }

    void lookAtNew()
    {
        for (const New &file : m_new) {
            if (m_stop.stop_requested())
                return;
            storage::Model row = m_scan.read(file.path, file.origin);
            const AskedFile &asked = file.asked;
            if (!asked.source.isEmpty())
                row.source = asked.source.toStdString();
            row.promisedSha256 = asked.promisedSha256.toStdString();
            row.promisedBy = asked.promisedBy.toStdString();
            takeTerms(row, asked);
            if (!asked.name.isEmpty())
                row.slug = modelIdFromName(asked.name).toStdString();
            row.listed = !asked.once;
            m_findings.places.insert(QFileInfo(file.path).path().toStdString());
            if (!file.state.exists) {
                row.missingMs = m_scan.now;
                row.folderMissing = !QFileInfo(QFileInfo(file.path).path()).isDir();
            }
            if (!asked.evenUnsound && !asked.once && !isOfUse(row)) {
                const auto answer = std::ranges::find(m_findings.asked, file.path, &LibraryFindings::Asked::path);
                if (answer != m_findings.asked.end())
                    answer->failure = isAdapter(row) ? adapterOf(row).failure : modelOf(row).failure;
                continue;
            }
            m_findings.rows.push_back(std::move(row));
        }
    }

    /// Chats are not all that a model is good for.
    static bool isOfUse(const storage::Model &row)
    {
        if (isAdapter(row))
            return adapterOf(row).failure.isEmpty();
        const ModelCard card = modelOf(row);
        return card.usable || card.failure.code == QLatin1StringView("inference.wrong_purpose");
    }

    const LibraryScan &m_scan;
    const std::stop_token &m_stop;
    std::unordered_map<std::string, const storage::Model *> m_known;
    std::set<std::string> m_seen;
    std::vector<New> m_new;
    std::vector<storage::Model> m_missing;
    LibraryFindings m_findings;
    int m_entries = 0;
};

} // namespace

LibraryFindings lookAtLibrary(const LibraryScan &scan, const std::stop_token &stop)
{
    return Look(scan, stop).run();
}

} // namespace app
