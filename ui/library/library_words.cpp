// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/library_words.h"

#include <QDir>
#include <QLocale>
#include <QStringList>

#include <algorithm>

namespace ui {

using app::FileCondition;

namespace {

QString dotted(const QStringList &parts)
{
    QStringList known = parts;
    known.removeAll(QString());
    return known.join(QStringLiteral(" · "));
}

QString number(qint64 value)
{
    return QLocale().toString(value);
}

/// Marks of accents and case do not make another word.
QString folded(QStringView word)
{
    QString plain;
    for (const QChar c : word.toString().normalized(QString::NormalizationForm_KD)) {
        if (!c.isMark())
            plain += c.toCaseFolded();
    }
    return plain;
}

/// "notice" and "notices", "rent" and "rents": all but the last letters of the shorter one.
bool isSameWord(const QString &a, const QString &b)
{
    constexpr qsizetype ending = 3;
    constexpr qsizetype shortest = 4; // "not" is no "notice"
    const qsizetype shorter = std::min(a.size(), b.size());
    if (a == b)
        return true;
    if (shorter < shortest || std::max(a.size(), b.size()) - shorter > ending)
        return false;
    const qsizetype stem = std::max(shortest, shorter - (shorter > 5 ? 2 : shorter > 4 ? 1 : 0));
    return QStringView(a).first(stem) == QStringView(b).first(stem);
}

struct Word {
    qsizetype begin = 0;
    qsizetype end = 0;
};

QList<Word> wordsOf(const QString &text)
{
    QList<Word> words;
    qsizetype begin = -1;
    for (qsizetype i = 0; i <= text.size(); ++i) {
        const bool inside = i < text.size() && (text[i].isLetterOrNumber() || text[i].isMark());
        if (inside && begin < 0)
            begin = i;
        if (!inside && begin >= 0) {
            words.append({begin, i});
            begin = -1;
        }
    }
    return words;
}

bool isSearchable(FileCondition condition)
{
    return condition == FileCondition::Ready || condition == FileCondition::WordsOnly ||
           condition == FileCondition::Partial;
}

} // namespace

QString LibraryWords::state(const app::FileValue &file) const
{
    switch (file.condition) {
    case FileCondition::Found:
    case FileCondition::Waiting:
        return tr("waiting");
    case FileCondition::Reading:
        return tr("reading");
    case FileCondition::WordsOnly:
        return tr("ready by words");
    case FileCondition::Ready:
        return tr("ready");
    case FileCondition::Partial:
        if (file.numbered && file.pagesWithText < file.pages)
            return tr("%1 of %n page(s) have text", nullptr, file.pages).arg(number(file.pagesWithText));
        return tr("partly read");
    case FileCondition::NoText:
        return tr("no text");
    case FileCondition::Scanned:
        return tr("scanned, no text");
    case FileCondition::Encrypted:
        return file.wrongPassword ? tr("encrypted: wrong password") : tr("encrypted");
    case FileCondition::Unsupported:
        return tr("not a document");
    case FileCondition::TooLarge:
        return tr("too large");
    case FileCondition::Malformed:
        return tr("failed: it is damaged");
    case FileCondition::Failed:
        return tr("failed: its reader crashed");
    case FileCondition::Stopped:
        return tr("left out");
    case FileCondition::Offline:
        return tr("offline");
    case FileCondition::Unreadable:
        return tr("may not be read");
    }
    return {};
}

int LibraryWords::tone(const app::FileValue &file) const
{
    switch (file.condition) {
    case FileCondition::Ready:
    case FileCondition::WordsOnly:
        return Good;
    case FileCondition::Found:
    case FileCondition::Waiting:
    case FileCondition::Reading:
    case FileCondition::Unsupported:
    case FileCondition::Stopped:
    case FileCondition::Offline:
        return Quiet;
    default:
        return Warn;
    }
}

QString LibraryWords::pages(const app::FileValue &file) const
{
    if (!file.numbered || file.pages == 0)
        return {};
    if (file.pagesWithText == file.pages)
        return number(file.pages);
    return tr("%1 of %2").arg(number(file.pagesWithText), number(file.pages));
}

QString LibraryWords::note(const app::FileValue &file) const
{
    switch (file.condition) {
    case FileCondition::Scanned:
        return tr("Install Tesseract to read it");
    case FileCondition::Encrypted:
        return tr("Its password opens it");
    case FileCondition::TooLarge:
        return tr("Over a limit of what is read");
    case FileCondition::Offline:
        return file.passages > 0 ? tr("%n passage(s) kept", nullptr, file.passages) : tr("Its drive is not there");
    case FileCondition::Unreadable:
        return tr("Check its permissions");
    case FileCondition::NoText:
        return tr("Nothing to be found in it");
    default:
        return isSearchable(file.condition) ? tr("%n passage(s)", nullptr, file.passages) : QString();
    }
}

bool LibraryWords::canRetry(const app::FileValue &file) const
{
    switch (file.condition) {
    case FileCondition::Failed:
    case FileCondition::Malformed:
    case FileCondition::Stopped:
    case FileCondition::Unreadable:
    case FileCondition::Offline:
        return true;
    default:
        return false;
    }
}

bool LibraryWords::needsPassword(const app::FileValue &file) const
{
    return file.condition == FileCondition::Encrypted;
}

QString LibraryWords::counts(const app::CollectionCounts &counts) const
{
    return dotted({tr("%n file(s)", nullptr, counts.files),
                   counts.pages > 0 ? tr("%n page(s)", nullptr, static_cast<int>(counts.pages)) : QString(),
                   counts.passages > 0 ? tr("%n passage(s)", nullptr, static_cast<int>(counts.passages)) : QString()});
}

QString LibraryWords::standing(const app::CollectionCounts &counts, bool paused) const
{
    if (counts.files == 0)
        return tr("empty");
    const bool isReady = !counts.isBusy() && counts.troubled == 0 && counts.offline == 0 && counts.unreadable == 0;
    QString work;
    if (counts.toRead > 0)
        work = paused ? tr("paused, %n file(s) to read", nullptr, counts.toRead)
                      : tr("reading, %n file(s) to go", nullptr, counts.toRead);
    else if (counts.toEmbed > 0)
        work = paused ? tr("paused, %n file(s) found by words alone", nullptr, counts.toEmbed)
                      : tr("learning the meaning of %n file(s)", nullptr, counts.toEmbed);
    return dotted({isReady ? tr("ready") : work,
                   counts.troubled > 0 ? tr("%n file(s) not read whole", nullptr, counts.troubled) : QString(),
                   counts.offline > 0 ? tr("%n file(s) offline", nullptr, counts.offline) : QString(),
                   counts.unreadable > 0 ? tr("%n file(s) may not be read", nullptr, counts.unreadable) : QString()});
}

QString LibraryWords::timeLeft(qint64 seconds) const
{
    constexpr qint64 minute = 60;
    constexpr qint64 hour = 60 * minute;
    if (seconds < 0)
        return {};
    if (seconds < minute)
        return tr("less than a minute");
    if (seconds < 90 * minute)
        return tr("about %n minute(s)", nullptr, static_cast<int>((seconds + minute / 2) / minute));
    return tr("about %n hour(s)", nullptr, static_cast<int>((seconds + hour / 2) / hour));
}

QString LibraryWords::place(const QString &path) const
{
    const QString home = QDir::homePath();
    return path == home || path.startsWith(home + u'/') ? QStringLiteral("~") + path.sliced(home.size()) : path;
}

QString LibraryWords::places(const QStringList &sources) const
{
    if (sources.isEmpty())
        return tr("no files yet");
    if (sources.size() == 1)
        return place(sources.first());
    return tr("%1 and %n more", nullptr, static_cast<int>(sources.size() - 1)).arg(place(sources.first()));
}

QString LibraryWords::whereIs(const app::FoundPassage &passage) const
{
    if (!passage.pageLabel.isEmpty())
        return dotted({passage.name, passage.numbered ? tr("page %1").arg(passage.pageLabel) : passage.pageLabel});
    if (!passage.numbered)
        return passage.name;
    const QString first = number(passage.firstPage + 1);
    return dotted({passage.name, passage.lastPage > passage.firstPage
                                     ? tr("pages %1 to %2").arg(first, number(passage.lastPage + 1))
                                     : tr("page %1").arg(first)});
}

QString LibraryWords::placeOf(const app::SummarySource &source) const
{
    const QString name = source.document.sliced(source.document.lastIndexOf(u'/') + 1);
    return source.numbered ? tr("%1, p. %2").arg(name, number(source.page)) : name;
}

QString LibraryWords::placeInWords(const app::SummaryPlace &place) const
{
    const QString name = place.document.sliced(place.document.lastIndexOf(u'/') + 1);
    if (!place.reason.isEmpty())
        return tr("%1: %2").arg(name, place.reason);
    const QString page = place.page > 0 ? tr("%1, p. %2").arg(name, number(place.page)) : name;
    return place.section.isEmpty() ? page : tr("%1, %2").arg(page, place.section);
}

QString LibraryWords::why(const app::FoundPassage &passage) const
{
    if (passage.wordRank > 0 && passage.meaningRank > 0)
        return tr("no. %1 by words · no. %2 by meaning").arg(number(passage.wordRank), number(passage.meaningRank));
    if (passage.wordRank > 0)
        return tr("no. %1 by words").arg(number(passage.wordRank));
    return tr("no. %1 by meaning").arg(number(passage.meaningRank));
}

QList<MarkedRange> matchedWords(const QString &text, const QString &question)
{
    QStringList wanted;
    for (const Word &word : wordsOf(question)) {
        const QString plain = folded(QStringView(question).sliced(word.begin, word.end - word.begin));
        // Two letters stand in every other word.
        if (plain.size() > 2 || (!plain.isEmpty() && (plain[0].isDigit() || plain[0].script() == QChar::Script_Han)))
            wanted.append(plain);
    }
    QList<MarkedRange> marks;
    for (const Word &word : wordsOf(text)) {
        const QString plain = folded(QStringView(text).sliced(word.begin, word.end - word.begin));
        if (std::ranges::any_of(wanted, [&](const QString &one) { return isSameWord(plain, one); }))
            marks.append({word.begin, word.end - word.begin});
    }
    return marks;
}

} // namespace ui
