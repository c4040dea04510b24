// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/document_finder.h"

#include "app/index_thread.h"
#include "app/store_thread.h"

#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QStringList>

#include <algorithm>

namespace app {

namespace {

// Of the newest files; a name that is not among them is found in the documents room.
constexpr std::int32_t kLookedThrough = 2000;

bool holdsAll(const QString &name, const QStringList &words)
{
    return std::ranges::all_of(words, [&](const QString &word) { return name.contains(word, Qt::CaseInsensitive); });
}

/// How near a name that holds all words is to what was typed: 0, it begins with it; 1, a word of it does; 2, it stands
/// somewhere in it.
int distanceOf(const QString &name, const QStringList &words)
{
    if (words.isEmpty() || name.startsWith(words.first(), Qt::CaseInsensitive))
        return 0;
    for (auto at = name.indexOf(words.first(), 0, Qt::CaseInsensitive); at > 0;
         at = name.indexOf(words.first(), at + 1, Qt::CaseInsensitive)) {
        if (!name[at - 1].isLetterOrNumber())
            return 1;
    }
    return 2;
}

/// The nearest first, else in the order that they have; at most so many.
void keepNearest(QList<DocumentChoice> &choices, const QStringList &words, qsizetype most)
{
    std::ranges::stable_sort(choices, {}, [&](const DocumentChoice &choice) { return distanceOf(choice.name, words); });
    if (choices.size() > most)
        choices.resize(most);
}

} // namespace

DocumentFinder::DocumentFinder(StoreThread &store, IndexThread &index, QObject *parent)
    : QObject(parent)
    , m_store(store)
    , m_index(index)
{
}

void DocumentFinder::find(const QString &typed)
{
    const quint64 asked = ++m_asked;
    m_store.run([](Stores &stores) { return stores.collections.list(); })
        .then(this, [this, asked, typed](const storage::Result<std::vector<storage::Collection>> &listed) {
            if (asked != m_asked)
                return;
            const QStringList words = typed.split(u' ', Qt::SkipEmptyParts);
            QHash<QString, QString> names;
            QList<DocumentChoice> choices;
            for (const storage::Collection &collection : listed.value_or(std::vector<storage::Collection>())) {
                // Without a name it holds what was handed to one conversation, and goes with it.
                if (collection.name.empty())
                    continue;
                const QString uuid = QString::fromStdString(collection.uuid);
                const QString name = QString::fromStdString(collection.name);
                names.insert(uuid, name);
                if (holdsAll(name, words))
                    choices.append({.name = name, .collectionName = {}, .collectionUuid = uuid, .path = {}});
            }
            keepNearest(choices, words, kMostCollections);
            if (names.isEmpty()) {
                Q_EMIT found(typed, choices);
                return;
            }
            m_index.run([](IndexStores &stores) { return stores.documents.newestFiles(kLookedThrough); })
                .then(this, [this, asked, typed, words, names,
                             first = choices](const storage::Result<std::vector<storage::FileStatus>> &newest) {
                    if (asked != m_asked)
                        return;
                    QList<DocumentChoice> files;
                    for (const storage::FileStatus &status : newest.value_or(std::vector<storage::FileStatus>())) {
                        const QString uuid = QString::fromStdString(status.file.collectionUuid);
                        const QString path = QFile::decodeName(status.file.path.c_str());
                        const QString name = QFileInfo(path).fileName();
                        if (names.contains(uuid) && holdsAll(name, words))
                            files.append({.name = name,
                                          .collectionName = names.value(uuid),
                                          .collectionUuid = uuid,
                                          .path = path});
                    }
                    keepNearest(files, words, kMostFiles);
                    Q_EMIT found(typed, first + files);
                });
        });
}

} // namespace app
