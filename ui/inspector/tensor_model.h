// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model_inspector.h"

#include <QAbstractListModel>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// The tensors of the inspected file, sorted by one of their properties and sifted by a word in name or type.
class TensorModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::ModelInspector *inspector READ inspector WRITE setInspector NOTIFY inspectorChanged FINAL)
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged FINAL)
    Q_PROPERTY(ui::TensorModel::Order order READ order NOTIFY orderChanged FINAL)
    Q_PROPERTY(bool descending READ isDescending NOTIFY orderChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    Q_PROPERTY(int total READ total NOTIFY countChanged FINAL)
    Q_PROPERTY(QString types READ types NOTIFY countChanged FINAL)
    Q_PROPERTY(double largestShare READ largestShare NOTIFY countChanged FINAL)
public:
    enum Role {
        TensorRole = Qt::UserRole + 1, ///< app::TensorValue, named "tensor"
    };
    /// What rows are sorted by.
    enum class Order { File, Name, Type, Weights, Bytes };
    Q_ENUM(Order)
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] app::ModelInspector *inspector() const { return m_inspector; }
    /// Follows this one; not owned.
    void setInspector(app::ModelInspector *inspector);
    [[nodiscard]] QString filter() const { return m_filter; }
    void setFilter(const QString &filter);
    [[nodiscard]] Order order() const { return m_order; }
    [[nodiscard]] bool isDescending() const { return m_descending; }
    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] int total() const;     ///< without the filter
    [[nodiscard]] QString types() const; ///< how often each type is there, and its share of the bytes
    [[nodiscard]] double largestShare() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    /// Sorts by this; again, the other way round; a third time, as in the file. Sizes begin with the largest.
    Q_INVOKABLE void sortBy(ui::TensorModel::Order order);
    /// A row's name, type, shape and bytes in columns, to be copied.
    Q_INVOKABLE [[nodiscard]] QString copyText(int row) const;

Q_SIGNALS:
    void inspectorChanged();
    void filterChanged();
    void orderChanged();
    void countChanged();

private:
    void take();

    QPointer<app::ModelInspector> m_inspector;
    QString m_filter;
    Order m_order = Order::File;
    bool m_descending = false;
    QList<qsizetype> m_rows; ///< indexes into the inspector's tensors
};

} // namespace ui
