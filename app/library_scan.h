// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// One look at the files of the library: what is there, what changed, what is gone. Reads a header only where a file is
// new or another than it was.
#pragma once

#include "app/model_card.h"
#include "storage/records.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <functional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

/// A file that somebody wants on the list.
struct AskedFile {
    QString path;
    QString source;          ///< storage::Model::source; empty: what the list says, else "adopted"
    QString name = {};       ///< what to call it where the file's name says nothing, as that of a blob; else empty
    bool evenUnsound = true; ///< also where it is none that Carrel can use; else the outcome refuses it
    bool once = false;       ///< for this run alone
    QString promisedSha256 = {};
    QString promisedBy = {};
    QString catalogueId = {};
    QString licenceId = {}; ///< what applied at its download
    QByteArray licenceText = {};
};

/// What to look at. A value for the worker.
struct LibraryScan {
    std::vector<storage::Model> known; ///< rows of the database
    QStringList starterFolders;        ///< in the order of precedence
    QStringList folders;               ///< watched, with what lies in them
    QList<AskedFile> asked;
    std::function<storage::Model(const QString &path, ModelOrigin origin)> read; ///< as readRow()
    qint64 now = 0;                                                              ///< ms since 1970
};

/// What was found.
struct LibraryFindings {
    std::vector<storage::Model> rows; ///< those that are new or changed: starters, then others, by path
    std::set<std::string> starters;   ///< paths of the starter models of this installation
    std::set<std::string> once;       ///< paths of files asked for this run alone
    struct Asked {
        QString asked;   ///< as it was given
        QString path;    ///< of the first file
        Failure failure; ///< why it is not on the list; empty: it is
        bool once = false;
        bool operator==(const Asked &) const = default;
    };
    QList<Asked> asked;
    std::set<std::string> places; ///< folders to watch
    bool stopped = false;         ///< it was ended, and nothing of it is to be believed
};

/// Blocking; not on the GUI thread.
LibraryFindings lookAtLibrary(const LibraryScan &scan, const std::stop_token &stop);

} // namespace app
