// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the searches in other programs' folders share: private to them.
#pragma once

#include "app/foreign_models.h"

#include <QByteArray>
#include <QFileInfo>
#include <QJsonObject>
#include <QSet>
#include <QStringList>

#include <functional>
#include <set>
#include <utility>

namespace app {

/// What is claimed of a file by those who keep it.
struct ForeignClaim {
    QString program;
    QString name;
    QString sha256 = {};
    QString licenceText = {};
    quint64 bytes = 0; ///< 0: nobody says
    ForeignState whenAbsent = ForeignState::Missing;
};

/// Collects what is found, each file once.
class ForeignSearch {
public:
    ForeignSearch(const ForeignPlaces &places, const std::stop_token &stop);

    /// Looks at a file: what it is, whether it is whole.
    void addFile(const QString &path, const ForeignClaim &claim);
    /// A file that is there or not and cannot be used, as it stands.
    void addState(const QString &path, const ForeignClaim &claim, ForeignState state, quint64 bytes);
    /// Files below a folder, in order; never through links to folders, into other file systems, or too deep. A folder
    /// that may not be read is told of as one of `program`.
    void walk(const QString &folder, const QString &program, const std::function<void(const QFileInfo &)> &file);

    /// The variable's value, with ~ and $HOME as a shell would have it; empty when it is not set.
    [[nodiscard]] QString variable(const char *name) const;
    [[nodiscard]] const QString &home() const { return m_places.home; }
    [[nodiscard]] QString below(const QString &path) const; ///< of the system's root
    [[nodiscard]] QList<ForeignModel> take();

private:
    void walkFolder(const QString &folder, const QString &program, int deepest, quint64 device,
                    const std::function<void(const QFileInfo &)> &file);

    const ForeignPlaces &m_places;
    const std::stop_token &m_stop;
    QList<ForeignModel> m_models;
    std::set<std::pair<quint64, quint64>> m_seen; ///< device and inode
    int m_entries = 0;                            ///< of the walk under way
};

/// A file's beginning; empty when it cannot be read. Files of settings and manifests are small, whatever they say.
QByteArray readSmallFile(const QString &path, qint64 most = 1 << 20);
/// A small file that is one JSON object; empty when it is not.
QJsonObject readSmallJson(const QString &path);
/// 64 hexadecimal digits.
bool isSha256(const QString &text);
/// Files beside models that are none: projectors, importance matrices, draft heads.
bool isForeignSideFile(const QString &name);
bool endsWithGguf(const QString &name);

void searchOllama(ForeignSearch &search);
void searchHubCache(ForeignSearch &search);
void searchLmStudio(ForeignSearch &search);
void searchJan(ForeignSearch &search);
void searchGpt4All(ForeignSearch &search);
void searchLlamaCpp(ForeignSearch &search);

} // namespace app
