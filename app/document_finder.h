// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>
#include <QString>

namespace app {

class IndexThread;
class StoreThread;

/// Something that a conversation can be made about.
struct DocumentChoice {
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString collectionName MEMBER collectionName)
    Q_PROPERTY(QString collectionUuid MEMBER collectionUuid)
    Q_PROPERTY(QString path MEMBER path)
    Q_PROPERTY(bool collection READ isCollection)
public:
    QString name;           ///< of the collection or the file
    QString collectionName; ///< where a file stands
    QString collectionUuid;
    QString path; ///< of a file; empty: a whole collection
    [[nodiscard]] bool isCollection() const { return path.isEmpty(); }
    bool operator==(const DocumentChoice &) const = default;
};

/// Finds collections and documents by what is typed of their names. GUI thread.
class DocumentFinder : public QObject {
    Q_OBJECT
public:
    static constexpr int kMostCollections = 6;
    static constexpr int kMostFiles = 8;

    /// Borrowed; they outlive this object.
    DocumentFinder(StoreThread &store, IndexThread &index, QObject *parent = nullptr);

    /// Collections that have a name, then files of them, whose names hold every word that was typed: first those that
    /// begin with it, then those with a word that does, each read last first; found() follows, unless find() is called
    /// again before. Nothing typed: the first of all.
    void find(const QString &typed);

Q_SIGNALS:
    void found(const QString &typed, const QList<app::DocumentChoice> &choices);

private:
    StoreThread &m_store;
    IndexThread &m_index;
    quint64 m_asked = 0;
};

} // namespace app
