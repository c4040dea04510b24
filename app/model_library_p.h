// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the library's two source files share: private to them.
#pragma once

#include "app/library_hasher.h"
#include "app/library_watch.h"
#include "app/model_library.h"
#include "storage/records.h"

#include <QHash>
#include <QThreadPool>

#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace app {

struct ModelLibrary::State {
    StoreThread *store;
    Settings &settings;
    LibraryOptions options;

    std::vector<storage::Model> rows; ///< by path each once; also those that are not on the list
    std::vector<storage::ModelSpeed> speeds;
    /// By the paths of adapter and model: whether it fits.
    std::map<std::pair<std::string, std::string>, bool> fits;
    std::set<std::string> starters; ///< paths of this installation's
    std::set<std::string> once;     ///< paths shown in this run alone
    QStringList folders;

    QList<ModelCard> models;
    QList<AdapterCard> adapters;

    bool loadAsked = false;
    bool loaded = false; ///< the database has answered
    bool scanning = false;
    bool scanAgain = false;
    bool fitting = false;          ///< adapters are being compared
    bool publishing = false;       ///< publishSoon() waits
    bool inBackground = false;     ///< see startBackground()
    QList<AskedFile> asking;       ///< for the next scan
    QList<AskedFile> onceFiles;    ///< for each scan
    QStringList settingsFiles;     ///< the settings' added models that the scan under way takes over
    QHash<QString, QString> first; ///< asked path -> path of the first file
    std::set<std::string> unhashable;

    std::stop_source stop;
    std::unique_ptr<LibraryWatch> watch;
    std::unique_ptr<LibraryHasher> hasher;
    QThreadPool worker; ///< looks at files, moves them, compares adapters; one thread

    [[nodiscard]] storage::Model *rowAt(const std::string &path);
    [[nodiscard]] storage::Model *rowOfId(const QString &id);
    [[nodiscard]] bool isVisible(const storage::Model &row) const;
    [[nodiscard]] qint64 now() const;
    /// Gives every visible row a name that no other has.
    void nameRows();
    /// A path's row goes; what is known of fits with it.
    void forgetFits(const std::string &path);
};

} // namespace app
