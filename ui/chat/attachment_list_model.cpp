// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/attachment_list_model.h"

#include "ui/chat/attachment_words.h"

#include <algorithm>

namespace ui {

using app::MaterialItem;

void AttachmentListModel::setMaterial(app::ChatMaterial *material)
{
    if (material == m_material)
        return;
    if (m_material)
        m_material->disconnect(this);
    m_material = material;
    if (m_material)
        connect(m_material, &app::ChatMaterial::changed, this, &AttachmentListModel::take);
    take();
    Q_EMIT servicesChanged();
}

void AttachmentListModel::setChat(app::ChatService *chat)
{
    if (chat == m_chat)
        return;
    m_chat = chat;
    Q_EMIT servicesChanged();
}

void AttachmentListModel::setIngest(app::IngestService *ingest)
{
    if (ingest == m_ingest)
        return;
    if (m_ingest)
        m_ingest->disconnect(this);
    m_ingest = ingest;
    if (m_ingest)
        connect(m_ingest, &app::IngestService::phaseChanged, this, &AttachmentListModel::standingChanged);
    Q_EMIT servicesChanged();
    Q_EMIT standingChanged();
}

QString AttachmentListModel::readingText() const
{
    return AttachmentWords::reading(m_rows, m_progress, m_ingest ? m_ingest->phase() : app::IndexingPhase::Idle);
}

double AttachmentListModel::progress() const
{
    return m_progress.total > 0 ? static_cast<double>(m_progress.done) / m_progress.total : 1;
}

QString AttachmentListModel::trouble() const
{
    return AttachmentWords::troubles(m_rows);
}

app::FileValue AttachmentListModel::locked() const
{
    const auto row = std::ranges::find_if(m_rows, [](const MaterialItem &item) {
        return !item.file.path.isEmpty() && item.file.condition == app::FileCondition::Encrypted;
    });
    return row != m_rows.end() ? row->file : app::FileValue();
}

void AttachmentListModel::remove(int row)
{
    if (m_chat && row >= 0 && row < count())
        m_chat->detach(m_rows[row].document);
}

void AttachmentListModel::take()
{
    const QList<MaterialItem> next = m_material ? m_material->items() : QList<MaterialItem>();
    const qsizetype before = m_rows.size();
    // Row by row, so that the chip that has the keyboard keeps it while others come and go.
    for (qsizetype i = m_rows.size() - 1; i >= 0; --i) {
        if (std::ranges::find(next, m_rows[i].document, &MaterialItem::document) != next.end())
            continue;
        beginRemoveRows({}, static_cast<int>(i), static_cast<int>(i));
        m_rows.removeAt(i);
        endRemoveRows();
    }
    for (qsizetype i = 0; i < next.size(); ++i) {
        const int row = static_cast<int>(i);
        if (i < m_rows.size() && m_rows[i].document == next[i].document) {
            if (m_rows[i] == next[i])
                continue;
            m_rows[i] = next[i];
            Q_EMIT dataChanged(index(row), index(row));
            continue;
        }
        const auto later = std::find_if(m_rows.begin() + i, m_rows.end(),
                                        [&](const MaterialItem &item) { return item.document == next[i].document; });
        if (later != m_rows.end()) {
            const int from = static_cast<int>(later - m_rows.begin());
            beginMoveRows({}, from, from, {}, row);
            m_rows.move(from, i);
            endMoveRows();
            m_rows[i] = next[i];
            Q_EMIT dataChanged(index(row), index(row));
            continue;
        }
        beginInsertRows({}, row, row);
        m_rows.insert(i, next[i]);
        endInsertRows();
    }
    m_progress = m_material ? m_material->progress() : app::ChatMaterial::Progress();
    if (m_rows.size() != before)
        Q_EMIT countChanged();
    Q_EMIT standingChanged();
}

QHash<int, QByteArray> AttachmentListModel::roleNames() const
{
    return {{NameRole, "name"},
            {IconRole, "iconName"},
            {HintRole, "hint"},
            {AwaitedRole, "awaited"},
            {TroubledRole, "troubled"}};
}

QVariant AttachmentListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const MaterialItem &item = m_rows[index.row()];
    switch (role) {
    case Qt::DisplayRole:
    case NameRole:
        return item.document.name;
    case IconRole: {
        const bool isFolder = item.document.isCollection() || (item.file.path.isEmpty() && item.counts.files > 0);
        const bool isLocked = item.file.condition == app::FileCondition::Encrypted && !item.file.path.isEmpty();
        return isFolder ? QStringLiteral("folder") : isLocked ? QStringLiteral("lock") : QStringLiteral("document");
    }
    case HintRole:
        return AttachmentWords::hint(item);
    case AwaitedRole:
        return item.isAwaited();
    case TroubledRole:
        return !AttachmentWords::trouble(item).isEmpty();
    default:
        return {};
    }
}

} // namespace ui
