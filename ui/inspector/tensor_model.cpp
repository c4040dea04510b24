// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/tensor_model.h"

#include <QCollator>
#include <QLocale>

#include <algorithm>
#include <map>

namespace ui {

namespace {

bool largestFirst(TensorModel::Order order)
{
    return order == TensorModel::Order::Weights || order == TensorModel::Order::Bytes;
}

} // namespace

void TensorModel::setInspector(app::ModelInspector *inspector)
{
    if (inspector == m_inspector)
        return;
    if (m_inspector)
        m_inspector->disconnect(this);
    m_inspector = inspector;
    if (inspector != nullptr)
        connect(inspector, &app::ModelInspector::phaseChanged, this, &TensorModel::take);
    take();
    Q_EMIT inspectorChanged();
}

void TensorModel::setFilter(const QString &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    take();
    Q_EMIT filterChanged();
}

int TensorModel::total() const
{
    return m_inspector ? static_cast<int>(m_inspector->tensors().size()) : 0;
}

QString TensorModel::types() const
{
    struct Sum {
        int tensors = 0;
        double share = 0.0;
    };
    std::map<QString, Sum> sums;
    const QList<app::TensorValue> tensors = m_inspector ? m_inspector->tensors() : QList<app::TensorValue>();
    for (const app::TensorValue &tensor : tensors) {
        ++sums[tensor.type].tensors;
        sums[tensor.type].share += tensor.share;
    }
    std::vector<std::pair<QString, Sum>> sorted(sums.begin(), sums.end());
    std::ranges::stable_sort(sorted, std::greater(), [](const auto &type) { return type.second.share; });
    QStringList texts;
    for (const auto &[type, sum] : sorted) {
        const QString share = QLocale().toString(sum.share * 100.0, 'f', 1);
        texts.append(tr("%1 in %n tensor(s), %2 %", nullptr, sum.tensors).arg(type, share));
    }
    return texts.join(QStringLiteral("  ·  "));
}

double TensorModel::largestShare() const
{
    double largest = 0.0;
    for (const qsizetype row : m_rows)
        largest = std::max(largest, m_inspector->tensors().at(row).share);
    return largest;
}

void TensorModel::sortBy(Order order)
{
    if (m_order != order) {
        m_order = order;
        m_descending = largestFirst(order);
    } else if (m_descending == largestFirst(order)) {
        m_descending = !m_descending;
    } else {
        m_order = Order::File;
        m_descending = false;
    }
    take();
    Q_EMIT orderChanged();
}

void TensorModel::take()
{
    beginResetModel();
    m_rows.clear();
    const QString wanted = m_filter.trimmed();
    for (qsizetype i = 0; i < total(); ++i) {
        const app::TensorValue &tensor = m_inspector->tensors().at(i);
        if (wanted.isEmpty() || tensor.name.contains(wanted, Qt::CaseInsensitive) ||
            tensor.type.compare(wanted, Qt::CaseInsensitive) == 0)
            m_rows.append(i);
    }
    const auto sort = [this](auto less) {
        std::ranges::stable_sort(m_rows, [&](qsizetype left, qsizetype right) {
            const app::TensorValue &a = m_inspector->tensors().at(left);
            const app::TensorValue &b = m_inspector->tensors().at(right);
            return m_descending ? less(b, a) : less(a, b);
        });
    };
    using Tensor = app::TensorValue;
    QCollator names{QLocale(QLocale::English)}; // blk.2 comes before blk.10; the C locale cannot
    names.setNumericMode(true);
    switch (m_order) {
    case Order::File:
        break;
    case Order::Name:
        sort([&](const Tensor &a, const Tensor &b) { return names.compare(a.name, b.name) < 0; });
        break;
    case Order::Type:
        sort([](const Tensor &a, const Tensor &b) { return a.type < b.type; });
        break;
    case Order::Weights:
        sort([](const Tensor &a, const Tensor &b) { return a.weights < b.weights; });
        break;
    case Order::Bytes:
        sort([](const Tensor &a, const Tensor &b) { return a.bytes < b.bytes; });
        break;
    }
    endResetModel();
    Q_EMIT countChanged();
}

QString TensorModel::copyText(int row) const
{
    if (row < 0 || row >= count() || !m_inspector)
        return {};
    const app::TensorValue &tensor = m_inspector->tensors().at(m_rows.at(row));
    return QStringList{tensor.name, tensor.type, tensor.shape, QString::number(tensor.bytes)}.join(u'\t');
}

QVariant TensorModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid) || !m_inspector)
        return {};
    const app::TensorValue &tensor = m_inspector->tensors().at(m_rows[index.row()]);
    switch (role) {
    case TensorRole:
        return QVariant::fromValue(tensor);
    case Qt::DisplayRole:
        return tensor.name;
    default:
        return {};
    }
}

QHash<int, QByteArray> TensorModel::roleNames() const
{
    return {{TensorRole, "tensor"}};
}

} // namespace ui
