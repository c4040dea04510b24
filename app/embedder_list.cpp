// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/embedder_list.h"

#include "app/side_engine.h"

#include <QLocale>

namespace app {

QString EmbedderChoice::size() const
{
    return QLocale().formattedDataSize(bytes, 0, QLocale::DataSizeTraditionalFormat);
}

EmbedderList::EmbedderList(Find find, QObject *parent)
    : QObject(parent)
    , m_find(std::move(find))
{
    m_pool.setMaxThreadCount(1);
}

EmbedderList::~EmbedderList()
{
    m_pool.waitForDone();
}

void EmbedderList::refresh()
{
    if (m_looking || !m_find)
        return;
    m_looking = true;
    Q_EMIT choicesChanged();
    m_pool.start([this] {
        QMetaObject::invokeMethod(this, [this, found = m_find()] {
            m_choices = found;
            m_looking = false;
            Q_EMIT choicesChanged();
        });
    });
}

QList<EmbedderChoice> installedEmbedders()
{
    QList<EmbedderChoice> choices;
    for (const InstalledModel &model :
         installedModels("CARREL_EMBEDDER", QStringLiteral("embedders"), inference::ModelPurpose::Embedding))
        choices.append({.path = model.path, .name = model.name, .bytes = model.bytes});
    return choices;
}

} // namespace app
