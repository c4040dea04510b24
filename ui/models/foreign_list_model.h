// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/foreign_models.h"

#include <QAbstractListModel>
#include <QPointer>
#include <QSet>
#include <qqmlregistration.h>

namespace ui {

/// A model of another program, in words. Value.
struct ForeignRow {
    Q_GADGET
    QML_VALUE_TYPE(foreignRow)
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(QString program MEMBER program)
    Q_PROPERTY(QString facts MEMBER facts)
    Q_PROPERTY(QString standing MEMBER standing)
    Q_PROPERTY(bool canLink MEMBER canLink)
    Q_PROPERTY(bool listed MEMBER listed)
public:
    QString name;
    QString program;
    QString facts;    ///< "Q4_K_M · 4.7 GB · to chat with"
    QString standing; ///< why it cannot be linked, or that it is on the list; empty: it can
    bool canLink = false;
    bool listed = false;
};

ForeignRow foreignRow(const app::ForeignModel &model);

/// The models of other programs, by program, with those that are to be linked.
class ForeignListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::ForeignModels *search READ search WRITE setSearch NOTIFY searchChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    Q_PROPERTY(int selectedCount READ selectedCount NOTIFY selectionChanged FINAL)
public:
    enum Role {
        RowRole = Qt::UserRole + 1, ///< ForeignRow, named "row"
        SelectedRole,               ///< bool
        ProgramRole,                ///< QString: whose it is
    };
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] app::ForeignModels *search() const { return m_search; }
    /// Follows this search; not owned.
    void setSearch(app::ForeignModels *search);
    [[nodiscard]] int count() const { return static_cast<int>(m_models.size()); }
    [[nodiscard]] int selectedCount() const { return static_cast<int>(m_selected.size()); }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    /// Chooses a row that can be linked, or no longer.
    Q_INVOKABLE void toggle(int row);
    /// Has the chosen ones put on the list where they lie.
    Q_INVOKABLE void link();

Q_SIGNALS:
    void searchChanged();
    void countChanged();
    void selectionChanged();

private:
    void take();

    QPointer<app::ForeignModels> m_search;
    QList<app::ForeignModel> m_models;
    QSet<QString> m_selected; ///< paths
};

} // namespace ui
