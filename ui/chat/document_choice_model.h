// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/chat_service.h"
#include "app/document_finder.h"
#include "app/ingest_service.h"

#include <QAbstractListModel>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// Collections and files whose names hold what is typed after `#`.
class DocumentChoiceModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::DocumentFinder *finder READ finder WRITE setFinder NOTIFY servicesChanged FINAL)
    Q_PROPERTY(app::ChatService *chat READ chat WRITE setChat NOTIFY servicesChanged FINAL)
    Q_PROPERTY(app::IngestService *ingest READ ingest WRITE setIngest NOTIFY servicesChanged FINAL)
    /// Nothing is looked for while it is off.
    Q_PROPERTY(bool active READ isActive WRITE setActive NOTIFY queryChanged FINAL)
    Q_PROPERTY(QString query READ query WRITE setQuery NOTIFY queryChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    /// The rows are those of the present query.
    Q_PROPERTY(bool settled READ isSettled NOTIFY countChanged FINAL)
public:
    enum Role {
        NameRole = Qt::UserRole + 1, ///< QString
        IconRole,                    ///< QString, of resources/icons
        NoteRole,                    ///< QString: "38 files · 1,208 pages", "in House"
        GroupRole,                   ///< QString: "Collections", "Files"
        AttachedRole,                ///< bool: the conversation is about it already
    };
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] app::DocumentFinder *finder() const { return m_finder; }
    void setFinder(app::DocumentFinder *finder);
    [[nodiscard]] app::ChatService *chat() const { return m_chat; }
    void setChat(app::ChatService *chat);
    [[nodiscard]] app::IngestService *ingest() const { return m_ingest; }
    void setIngest(app::IngestService *ingest);
    [[nodiscard]] bool isActive() const { return m_active; }
    void setActive(bool active);
    [[nodiscard]] QString query() const { return m_query; }
    void setQuery(const QString &query);
    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] bool isSettled() const { return m_settled; }

    /// Makes the open conversation about that row.
    Q_INVOKABLE void attach(int row);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void servicesChanged();
    void queryChanged();
    void countChanged();

private:
    void look();
    void show(const QList<app::DocumentChoice> &choices);

    QPointer<app::DocumentFinder> m_finder;
    QPointer<app::ChatService> m_chat;
    QPointer<app::IngestService> m_ingest;
    bool m_active = false;
    bool m_settled = false;
    QString m_query;
    QList<app::DocumentChoice> m_rows;
};

} // namespace ui
