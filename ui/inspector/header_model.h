// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model_inspector.h"

#include <QAbstractListModel>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// The metadata of the inspected file, sifted by a word in key or value. Rows can be opened: a long text then stands
/// there whole, an array as far as it was asked for.
class HeaderModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::ModelInspector *inspector READ inspector WRITE setInspector NOTIFY inspectorChanged FINAL)
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    Q_PROPERTY(int total READ total NOTIFY countChanged FINAL)
public:
    enum Role {
        EntryRole = Qt::UserRole + 1, ///< app::HeaderEntryValue, named "entry"
        PreviewRole,                  ///< QString on one line, named "preview"
        LongRole,                     ///< bool: there is more than the preview shows, named "openable"
        OpenRole,                     ///< bool, named "open"
        WholeRole,                    ///< QString: what an opened row shows, named "whole"
        MoreRole,                     ///< qint64: elements or characters that it does not show yet, named "more"
    };
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] app::ModelInspector *inspector() const { return m_inspector; }
    /// Follows this one; not owned.
    void setInspector(app::ModelInspector *inspector);
    [[nodiscard]] QString filter() const { return m_filter; }
    void setFilter(const QString &filter);
    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] int total() const; ///< without the filter

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    /// Opens a row or closes it.
    Q_INVOKABLE void toggle(int row);
    /// Asks for more of an opened array.
    Q_INVOKABLE void readMore(int row);
    /// What an opened row shows, or else the value as far as it is known, to be copied.
    Q_INVOKABLE [[nodiscard]] QString copyText(int row) const;

Q_SIGNALS:
    void inspectorChanged();
    void filterChanged();
    void countChanged();

private:
    struct Row {
        qsizetype entry = 0; ///< of the inspector's
        bool open = false;
        QStringList elements; ///< of an array, read so far
    };
    void take();
    void onElements(qsizetype entry, qint64 first, const QStringList &texts);
    [[nodiscard]] const app::HeaderEntryValue &entryOf(const Row &row) const;
    [[nodiscard]] QString whole(const Row &row) const;
    [[nodiscard]] qint64 more(const Row &row) const;

    QPointer<app::ModelInspector> m_inspector;
    QString m_filter;
    QList<Row> m_rows;
};

} // namespace ui
