// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/catalogue_service.h"
#include "app/download_service.h"
#include "app/model_library.h"
#include "ui/models/catalogue_rows.h"

#include <QAbstractListModel>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// The models that can be downloaded: those that suit this computer best first, then those that fit, then the rest.
class CatalogueListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::CatalogueService *service READ service WRITE setService NOTIFY servicesChanged FINAL)
    Q_PROPERTY(app::ModelLibrary *library READ library WRITE setLibrary NOTIFY servicesChanged FINAL)
    Q_PROPERTY(app::DownloadService *downloads READ downloads WRITE setDownloads NOTIFY servicesChanged FINAL)
    /// Only those whose name, family or maker holds all of these words.
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged FINAL)
    /// What for: a place in `purposes`, 0: anything.
    Q_PROPERTY(int purpose READ purpose WRITE setPurpose NOTIFY filterChanged FINAL)
    /// A place in `languages`, 0: any.
    Q_PROPERTY(int language READ language WRITE setLanguage NOTIFY filterChanged FINAL)
    /// A place in `licences`, 0: any.
    Q_PROPERTY(int licence READ licence WRITE setLicence NOTIFY filterChanged FINAL)
    /// Within the groups: a place in `orders`, 0: the newest first.
    Q_PROPERTY(int order READ order WRITE setOrder NOTIFY filterChanged FINAL)
    Q_PROPERTY(QStringList orders READ orders CONSTANT FINAL)
    Q_PROPERTY(QStringList purposes READ purposes CONSTANT FINAL)
    Q_PROPERTY(QStringList languages READ languages NOTIFY countChanged FINAL)
    Q_PROPERTY(QStringList licences READ licences CONSTANT FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
public:
    enum Role {
        RowRole = Qt::UserRole + 1, ///< CatalogueRow, named "row"
        GroupRole,                  ///< QString: the group's heading
    };
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] app::CatalogueService *service() const { return m_service; }
    /// Follows this service; not owned, as the others.
    void setService(app::CatalogueService *service);
    [[nodiscard]] app::ModelLibrary *library() const { return m_library; }
    void setLibrary(app::ModelLibrary *library);
    [[nodiscard]] app::DownloadService *downloads() const { return m_downloads; }
    void setDownloads(app::DownloadService *downloads);
    [[nodiscard]] QString filter() const { return m_filter; }
    void setFilter(const QString &filter);
    [[nodiscard]] int purpose() const { return m_purpose; }
    void setPurpose(int purpose);
    [[nodiscard]] int language() const { return m_language; }
    void setLanguage(int language);
    [[nodiscard]] int licence() const { return m_licence; }
    void setLicence(int licence);
    [[nodiscard]] int order() const { return m_order; }
    void setOrder(int order);
    [[nodiscard]] QStringList orders() const;
    [[nodiscard]] QStringList purposes() const;
    [[nodiscard]] QStringList languages() const;
    [[nodiscard]] QStringList licences() const;
    [[nodiscard]] int count() const { return static_cast<int>(m_shown.size()); }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    /// An entry, whatever the filters; an empty row when there is none.
    Q_INVOKABLE [[nodiscard]] ui::CatalogueRow find(const QString &id) const;
    Q_INVOKABLE [[nodiscard]] QList<ui::CatalogueFileRow> filesOf(const QString &id) const;
    /// The row of a shown entry; -1: there is none.
    Q_INVOKABLE [[nodiscard]] int indexOf(const QString &id) const;

Q_SIGNALS:
    void servicesChanged();
    void filterChanged();
    void countChanged();
    /// What find() and filesOf() say may be different.
    void rowsChanged();

private:
    struct Place {
        QString id;
        int file = -1;
        QString rank;
        bool fits = false;
        bool operator==(const Place &) const = default;
    };
    [[nodiscard]] QList<Place> ranked() const;
    [[nodiscard]] QList<Place> unranked(const QList<Place> &ranked) const;
    void follow(QObject *before, QObject *after);
    void take();
    void sift();
    void touch();
    void noteDownloads();
    [[nodiscard]] bool passes(const app::catalogue::CatalogueEntry &entry) const;
    [[nodiscard]] CatalogueRow rowOf(const Place &place) const;

    QPointer<app::CatalogueService> m_service;
    QPointer<app::ModelLibrary> m_library;
    QPointer<app::DownloadService> m_downloads;
    QString m_filter;
    int m_purpose = 0;
    int m_language = 0;
    int m_licence = 0;
    int m_order = 0;
    QStringList m_languages; ///< codes, the commonest first
    QList<Place> m_places;   ///< in the order in which they are shown
    QList<qsizetype> m_shown;
    QStringList m_coming; ///< what is under way
};

} // namespace ui
