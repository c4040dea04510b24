// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/reading_status.h"

#include "ui/library/library_words.h"

#include <QLocale>

#include <algorithm>

namespace ui {

using app::IndexingPhase;

void ReadingStatus::setIngest(app::IngestService *ingest)
{
    if (ingest == m_ingest)
        return;
    if (m_ingest)
        m_ingest->disconnect(this);
    m_ingest = ingest;
    if (m_ingest) {
        for (const auto signal : {&app::IngestService::phaseChanged, &app::IngestService::countsChanged,
                                  &app::IngestService::readingChanged, &app::IngestService::embedderChanged})
            connect(m_ingest, signal, this, &ReadingStatus::changed);
        connect(m_ingest, &app::IngestService::sourcesChanged, this, &ReadingStatus::changed);
    }
    Q_EMIT changed();
}

void ReadingStatus::setCollections(app::CollectionService *collections)
{
    if (collections == m_collections)
        return;
    if (m_collections)
        m_collections->disconnect(this);
    m_collections = collections;
    if (m_collections)
        connect(m_collections, &app::CollectionService::collectionsChanged, this, &ReadingStatus::changed);
    Q_EMIT changed();
}

void ReadingStatus::setCollection(app::CollectionId collection)
{
    if (collection == m_collection)
        return;
    m_collection = collection;
    Q_EMIT changed();
}

app::CollectionCounts ReadingStatus::counts() const
{
    if (!m_ingest)
        return {};
    return m_collection.isValid() ? m_ingest->counts(m_collection) : m_ingest->all();
}

QList<app::SourceValue> ReadingStatus::sources() const
{
    return m_ingest ? m_ingest->sources(m_collection) : QList<app::SourceValue>();
}

bool ReadingStatus::isHalted() const
{
    return m_ingest && m_ingest->phase() == IndexingPhase::Halted;
}

bool ReadingStatus::isPaused() const
{
    return m_ingest && m_ingest->isPaused();
}

bool ReadingStatus::isShown() const
{
    return isHalted() || counts().isBusy();
}

QString ReadingStatus::title() const
{
    if (!m_ingest)
        return {};
    if (isHalted())
        return m_ingest->failure().title;
    const app::CollectionCounts numbers = counts();
    if (isPaused()) {
        return numbers.toRead > 0 ? tr("Paused, %n file(s) to read", nullptr, numbers.toRead)
                                  : tr("Paused, %n file(s) found by words alone", nullptr, numbers.toEmbed);
    }
    if (m_ingest->phase() == IndexingPhase::ChatGoesOn)
        return tr("Waiting while an answer is written");
    const QLocale locale;
    if (numbers.toRead > 0)
        return tr("Reading %1 of %2")
            .arg(locale.toString(numbers.files - numbers.toRead + 1), locale.toString(numbers.files));
    return tr("Learning meaning, %1 of %2")
        .arg(locale.toString(numbers.searchable - numbers.toEmbed + 1), locale.toString(numbers.searchable));
}

QString ReadingStatus::readNow() const
{
    const auto current = m_ingest->reading();
    if (current.isEmpty())
        return {};
    const auto &[path, done, total] = current.first();
    const QString name = path.sliced(path.lastIndexOf(u'/') + 1);
    const QLocale locale;
    return total > 0 ? tr("%1 · page %2 of %3").arg(name, locale.toString(done), locale.toString(total)) : name;
}

QString ReadingStatus::detail() const
{
    if (!m_ingest)
        return {};
    if (isHalted())
        return m_ingest->failure().explanation;
    if (isPaused() || m_ingest->phase() == IndexingPhase::ChatGoesOn)
        return {};
    QStringList parts;
    if (counts().toRead > 0)
        parts += readNow();
    if (const QString left = LibraryWords().timeLeft(m_ingest->secondsLeft()); !left.isEmpty())
        parts += tr("%1 left").arg(left);
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

QString ReadingStatus::wordsAlone() const
{
    if (!m_ingest || m_ingest->isByMeaning() || m_ingest->phase() == IndexingPhase::Starting)
        return {};
    const app::Failure failure = m_ingest->embedderFailure();
    return failure.isEmpty() ? tr("Found by words alone: no embedding model is installed.")
                             : tr("Found by words alone: %1").arg(failure.sentence());
}

} // namespace ui
