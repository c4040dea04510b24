// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/attachment_words.h"

#include <QLocale>
#include <QStringList>

#include <algorithm>

namespace ui {

using app::FileCondition;
using app::IndexingPhase;
using app::MaterialItem;

namespace {

QString number(qint64 value)
{
    return QLocale().toString(value);
}

QString dotted(QStringList parts)
{
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

bool isFile(const MaterialItem &item)
{
    return !item.file.path.isEmpty();
}

} // namespace

QString AttachmentWords::counts(const app::CollectionCounts &counts)
{
    return dotted({tr("%Ln file(s)", nullptr, counts.files),
                   counts.pages > 0 ? tr("%Ln page(s)", nullptr, static_cast<int>(counts.pages)) : QString(),
                   counts.passages > 0 ? tr("%Ln passage(s)", nullptr, static_cast<int>(counts.passages)) : QString(),
                   counts.toRead > 0 ? tr("%1 to read").arg(number(counts.toRead)) : QString()});
}

QString AttachmentWords::hint(const MaterialItem &item)
{
    if (const QString sentence = trouble(item); !sentence.isEmpty())
        return sentence;
    if (!isFile(item)) {
        const bool known = item.counts.files > 0 || item.looked || item.document.isCollection();
        return known ? counts(item.counts) : tr("Waiting to be read");
    }
    const app::FileValue &file = item.file;
    if (file.condition == FileCondition::Reading)
        return tr("Being read");
    if (file.condition == FileCondition::Found || file.condition == FileCondition::Waiting)
        return tr("Waiting to be read");
    return dotted({file.numbered && file.pages > 0 ? tr("%Ln page(s)", nullptr, file.pages) : QString(),
                   tr("%Ln passage(s)", nullptr, file.passages),
                   file.condition == FileCondition::WordsOnly ? tr("found by words so far") : QString()});
}

QString AttachmentWords::trouble(const MaterialItem &item)
{
    const QString &name = item.document.name;
    if (item.document.gone)
        return tr("The collection %1 is not there any more: nothing can be answered from it.").arg(name);
    if (item.absent) {
        return item.counts.searchable > 0
                   ? tr("%1 is not where it was. What was read of it still counts.").arg(name)
                   : tr("%1 is not there, or may not be opened: nothing can be answered from it.").arg(name);
    }
    if (!isFile(item)) {
        if (item.document.isCollection() || item.counts.troubled == 0)
            return {};
        return tr("%1: %2 of %3 files could not be read whole.")
            .arg(name, number(item.counts.troubled), number(item.counts.files));
    }
    switch (item.file.condition) {
    case FileCondition::Found:
    case FileCondition::Waiting:
    case FileCondition::Reading:
    case FileCondition::WordsOnly:
    case FileCondition::Ready:
        return {};
    case FileCondition::Partial:
        return item.file.numbered && item.file.pagesWithText < item.file.pages
                   ? tr("%1 was read in part: %2 of %3 pages have text.")
                         .arg(name, number(item.file.pagesWithText), number(item.file.pages))
                   : tr("%1 was read in part.").arg(name);
    case FileCondition::NoText:
        return tr("There is no text in %1.").arg(name);
    case FileCondition::Scanned:
        return tr("%1 holds pictures of pages, and no text that could be read.").arg(name);
    case FileCondition::Encrypted:
        return item.file.wrongPassword ? tr("The password does not open %1.").arg(name)
                                       : tr("%1 is locked with a password.").arg(name);
    case FileCondition::Unsupported:
        return tr("%1 is not a kind of document that Carrel reads.").arg(name);
    case FileCondition::TooLarge:
        return tr("%1 is too large to be read.").arg(name);
    case FileCondition::Malformed:
        return tr("%1 is damaged and could not be read.").arg(name);
    case FileCondition::Failed:
        return tr("Reading %1 failed twice, so it is left alone.").arg(name);
    case FileCondition::Stopped:
        return tr("%1 was left out while it was read.").arg(name);
    case FileCondition::Offline:
        return tr("%1 is not where it was. What was read of it still counts.").arg(name);
    case FileCondition::Unreadable:
        return tr("%1 may not be opened: nothing can be answered from it.").arg(name);
    }
    return {};
}

QString AttachmentWords::troubles(const QList<MaterialItem> &items)
{
    QStringList sentences;
    QStringList names;
    for (const MaterialItem &item : items) {
        if (const QString sentence = trouble(item); !sentence.isEmpty()) {
            sentences += sentence;
            names += item.document.name;
        }
    }
    if (sentences.size() <= 1)
        return sentences.value(0);
    return tr("Not all can be answered from: %1.").arg(QLocale().createSeparatedList(names));
}

QString AttachmentWords::reading(const QList<MaterialItem> &items, app::ChatMaterial::Progress progress,
                                 IndexingPhase phase)
{
    if (progress.done >= progress.total)
        return {};
    const qint32 left = progress.total - progress.done;
    switch (phase) {
    case IndexingPhase::Paused:
        return tr("Reading is paused, %Ln file(s) left", nullptr, left);
    case IndexingPhase::Halted:
        return tr("Reading has stopped");
    case IndexingPhase::ChatGoesOn:
        return tr("Reading goes on when the answer is written");
    default:
        break;
    }
    if (progress.total > 1)
        return tr("Reading %1 of %2 files…").arg(number(progress.done + 1), number(progress.total));
    const auto one = std::ranges::find_if(items, &MaterialItem::isAwaited);
    return one != items.end() ? tr("Reading %1…").arg(one->document.name) : tr("Reading…");
}

} // namespace ui
