// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/summary_sections.h"

namespace ui {

void SummarySections::setService(app::SummaryService *service)
{
    if (service == m_service)
        return;
    if (m_service)
        m_service->disconnect(this);
    m_service = service;
    if (m_service)
        connect(m_service, &app::SummaryService::sectionsChanged, this, &SummarySections::take);
    take();
    Q_EMIT serviceChanged();
}

void SummarySections::take()
{
    const QList<app::SummarySection> now = m_service ? m_service->sections() : QList<app::SummarySection>();
    // While a summary is made they only become more; a new one begins without any.
    if (now.size() > m_sections.size()) {
        beginInsertRows({}, count(), static_cast<int>(now.size()) - 1);
        m_sections = now;
        endInsertRows();
    } else if (now != m_sections) {
        beginResetModel();
        m_sections = now;
        endResetModel();
    }
    Q_EMIT countChanged();
}

bool SummarySections::isSeveral() const
{
    return !m_sections.isEmpty() && m_sections.constFirst().document != m_sections.constLast().document;
}

QHash<int, QByteArray> SummarySections::roleNames() const
{
    return {{SectionRole, "section"}, {NameRole, "document"}};
}

QVariant SummarySections::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const app::SummarySection &section = m_sections[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return section.title;
    case SectionRole:
        return QVariant::fromValue(section);
    case NameRole:
        return section.document.sliced(section.document.lastIndexOf(u'/') + 1);
    default:
        return {};
    }
}

} // namespace ui
