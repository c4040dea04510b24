// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Collections and their files as the window sees them.
#pragma once

#include "app/source_walk.h"
#include "app/types.h"

#include <QDateTime>
#include <QList>
#include <QString>
#include <QStringList>

#include <string>

namespace storage {
struct Collection;
struct CollectionTotals;
struct FileStatus;
} // namespace storage

namespace app {

/// Files and folders that are searched together.
struct CollectionValue {
    Q_GADGET
    Q_PROPERTY(app::CollectionId id MEMBER id)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QStringList sources MEMBER sources)
public:
    CollectionId id;
    QString uuid;
    QString name;
    QStringList sources; ///< absolute paths, for people
    QDateTime createdAt;
    bool operator==(const CollectionValue &) const = default;
};

/// What is in a collection, and what is still to be done.
struct CollectionCounts {
    Q_GADGET
    Q_PROPERTY(qint32 files MEMBER files)
    Q_PROPERTY(qint32 toRead MEMBER toRead)
    Q_PROPERTY(qint32 searchable MEMBER searchable)
    Q_PROPERTY(qint32 toEmbed MEMBER toEmbed)
    Q_PROPERTY(qint32 troubled MEMBER troubled)
    Q_PROPERTY(qint32 offline MEMBER offline)
    Q_PROPERTY(qint32 unreadable MEMBER unreadable)
    Q_PROPERTY(qint64 pages MEMBER pages)
    Q_PROPERTY(qint64 passages MEMBER passages)
    Q_PROPERTY(double progress MEMBER progress)
    Q_PROPERTY(bool busy READ isBusy)
public:
    qint32 files = 0;
    qint32 toRead = 0;     ///< files
    qint32 searchable = 0; ///< files
    qint32 toEmbed = 0;    ///< searchable files that are found by their words alone so far
    qint32 troubled = 0;   ///< files of which not all was read
    qint32 offline = 0;
    qint32 unreadable = 0;
    qint64 pages = 0;
    qint64 words = 0;
    qint64 passages = 0;
    double progress = 1; ///< of reading and embedding, 0 … 1
    [[nodiscard]] bool isBusy() const { return toRead > 0 || toEmbed > 0; }
    bool operator==(const CollectionCounts &) const = default;
};

/// A file of a collection.
struct FileValue {
    Q_GADGET
    Q_PROPERTY(qint64 id MEMBER id)
    Q_PROPERTY(QString path MEMBER path)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(app::FileCondition condition MEMBER condition)
    Q_PROPERTY(QString reason MEMBER reason)
    Q_PROPERTY(QString format MEMBER format)
    Q_PROPERTY(bool numbered MEMBER numbered)
    Q_PROPERTY(bool wrongPassword MEMBER wrongPassword)
    Q_PROPERTY(qint32 pages MEMBER pages)
    Q_PROPERTY(qint32 pagesWithText MEMBER pagesWithText)
    Q_PROPERTY(qint32 passages MEMBER passages)
    Q_PROPERTY(qint64 words MEMBER words)
    Q_PROPERTY(qint64 bytes MEMBER bytes)
public:
    qint64 id = 0;       ///< valid while the program runs
    qint64 document = 0; ///< its content; 0: not known yet
    QString uuid;        ///< of its collection
    QString sha256;      ///< of its content; empty: not known yet
    QString path;
    QString name; ///< without its folder
    FileCondition condition = FileCondition::Found;
    QString reason; ///< technical, in English; empty for most
    QString format; ///< "pdf", "docx", …
    bool numbered = false;
    bool wrongPassword = false; ///< the password that was given last does not open it
    qint32 pages = 0;
    qint32 pagesWithText = 0;
    qint32 passages = 0;
    qint64 words = 0;
    qint64 bytes = 0;
    bool operator==(const FileValue &) const = default;
};

/// A file of a collection, or a folder that holds files of it, and what was read of them.
struct PlaceStatus {
    QString uuid; ///< of the collection
    QString path;
    CollectionCounts counts; ///< of the file, or of all below the folder
    FileValue file;          ///< of a file; its path is empty for folders, and for what the index does not know
    bool operator==(const PlaceStatus &) const = default;
};

/// A file or folder that a collection names, as the last look found it.
struct SourceValue {
    Q_GADGET
    Q_PROPERTY(QString path MEMBER path)
    Q_PROPERTY(bool absent READ isAbsent)
    Q_PROPERTY(bool unreadable READ isUnreadable)
public:
    QString path;
    SourceState state = SourceState::There;
    [[nodiscard]] bool isAbsent() const { return state == SourceState::Absent; }
    [[nodiscard]] bool isUnreadable() const { return state == SourceState::Unreadable; }
    bool operator==(const SourceValue &) const = default;
};

CollectionValue collectionValue(const storage::Collection &collection);
/// `byMeaning`: there is an embedder, whose work counts too.
CollectionCounts collectionCounts(const storage::CollectionTotals &totals, bool byMeaning);
FileValue fileValue(const storage::FileStatus &status, bool byMeaning);

/// A path as the file system has it, and as people see it.
std::string pathBytes(const QString &path);
QString pathText(const std::string &path);

} // namespace app
