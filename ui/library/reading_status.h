// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/collection_service.h"
#include "app/ingest_service.h"

#include <QObject>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// What is being done about one collection, or about all of them, in words and as a share.
class ReadingStatus : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::IngestService *ingest READ ingest WRITE setIngest NOTIFY changed FINAL)
    Q_PROPERTY(app::CollectionService *collections READ collections WRITE setCollections NOTIFY changed FINAL)
    /// Invalid: all.
    Q_PROPERTY(app::CollectionId collection READ collection WRITE setCollection NOTIFY changed FINAL)
    Q_PROPERTY(app::CollectionCounts counts READ counts NOTIFY changed FINAL)
    Q_PROPERTY(QList<app::SourceValue> sources READ sources NOTIFY changed FINAL)
    /// There is something to be said.
    Q_PROPERTY(bool shown READ isShown NOTIFY changed FINAL)
    Q_PROPERTY(bool paused READ isPaused NOTIFY changed FINAL)
    /// It stands still because something failed.
    Q_PROPERTY(bool halted READ isHalted NOTIFY changed FINAL)
    Q_PROPERTY(QString title READ title NOTIFY changed FINAL)
    Q_PROPERTY(QString detail READ detail NOTIFY changed FINAL)
    Q_PROPERTY(double progress READ progress NOTIFY changed FINAL)
    /// Why passages are found by their words alone; empty: they are not.
    Q_PROPERTY(QString wordsAlone READ wordsAlone NOTIFY changed FINAL)
public:
    using QObject::QObject;

    [[nodiscard]] app::IngestService *ingest() const { return m_ingest; }
    void setIngest(app::IngestService *ingest);
    [[nodiscard]] app::CollectionService *collections() const { return m_collections; }
    void setCollections(app::CollectionService *collections);
    [[nodiscard]] app::CollectionId collection() const { return m_collection; }
    void setCollection(app::CollectionId collection);
    [[nodiscard]] app::CollectionCounts counts() const;
    [[nodiscard]] QList<app::SourceValue> sources() const;
    [[nodiscard]] bool isShown() const;
    [[nodiscard]] bool isPaused() const;
    [[nodiscard]] bool isHalted() const;
    [[nodiscard]] QString title() const;
    [[nodiscard]] QString detail() const;
    [[nodiscard]] double progress() const { return counts().progress; }
    [[nodiscard]] QString wordsAlone() const;

Q_SIGNALS:
    void changed();

private:
    [[nodiscard]] QString readNow() const;

    QPointer<app::IngestService> m_ingest;
    QPointer<app::CollectionService> m_collections;
    app::CollectionId m_collection;
};

} // namespace ui
