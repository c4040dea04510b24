// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/list_answer.h"

#include "app/collection_values.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QHash>
#include <QLocale>
#include <QStringList>

#include <algorithm>
#include <ranges>

namespace app {

namespace {

using storage::CollectionFacts;
using storage::CollectionTopic;

/// More rows than anybody reads in a chat.
constexpr qsizetype kMostRows = 50;

QString words(const char *sentence)
{
    return QCoreApplication::translate("FileList", sentence);
}

/// `one` or `many`, the number in place of %1 where it stands there.
QString counted(qint64 count, const char *one, const char *many)
{
    const QString sentence = words(count == 1 ? one : many);
    return sentence.contains(QStringLiteral("%1")) ? sentence.arg(QLocale().toString(count)) : sentence;
}

QString countedFiles(qint64 count)
{
    return counted(count, "%1 file", "%1 files");
}

/// As code, so that no letter of it is markup.
QString asCode(const QString &name)
{
    QString plain;
    qsizetype run = 0;
    qsizetype longest = 0;
    for (const QChar c : name) {
        // A line break would end the row that it stands in.
        plain += c.unicode() < 0x20 || c.unicode() == 0x7f || c.unicode() == 0x2028 || c.unicode() == 0x2029
                     ? QChar(QChar::ReplacementCharacter)
                     : c;
        run = c == u'`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const QString fence(longest + 1, u'`');
    const QString pad = longest > 0 ? QStringLiteral(" ") : QString();
    return fence + pad + plain + pad + fence;
}

/// What files are called here: by their names, and by their paths where several have the same.
class Names {
public:
    explicit Names(const QList<FileValue> &files)
    {
        for (const FileValue &file : files)
            ++m_counts[file.name];
    }
    [[nodiscard]] QString of(const FileValue &file) const
    {
        return asCode(m_counts.value(file.name) > 1 ? file.path : file.name);
    }

private:
    QHash<QString, int> m_counts;
};

bool isToBeRead(const FileValue &file)
{
    return file.condition == FileCondition::Found || file.condition == FileCondition::Waiting ||
           file.condition == FileCondition::Reading;
}

bool isReadWhole(const FileValue &file)
{
    return file.condition == FileCondition::Ready || file.condition == FileCondition::WordsOnly;
}

/// Whether people count its pages.
bool hasPages(const FileValue &file)
{
    return file.numbered && file.pages > 0;
}

QString pagesOf(const FileValue &file)
{
    return counted(file.pages, "%1 page", "%1 pages");
}

/// What became of a file, for people.
QString condition(const FileValue &file)
{
    switch (file.condition) {
    case FileCondition::Found:
    case FileCondition::Waiting:
    case FileCondition::Reading:
        return words("still to be read");
    case FileCondition::WordsOnly:
    case FileCondition::Ready:
        return file.numbered ? pagesOf(file) : counted(file.words, "%1 word", "%1 words");
    case FileCondition::Partial:
        if (file.pagesWithText < file.pages && file.numbered)
            return words("only %1 of %2 have text").arg(QLocale().toString(file.pagesWithText), pagesOf(file));
        return words("not all of it could be read");
    case FileCondition::NoText:
        return words("there is no text in it");
    case FileCondition::Scanned:
        return words("a scan, whose pictures hold no text that could be read");
    case FileCondition::Encrypted:
        return words("a password is needed");
    case FileCondition::Unsupported:
        return words("not a kind of document that Carrel reads");
    case FileCondition::TooLarge:
        return words("too large");
    case FileCondition::Malformed:
        return words("damaged");
    case FileCondition::Failed:
        return words("its reader failed twice");
    case FileCondition::Stopped:
        return words("left out, as you wished");
    case FileCondition::Offline:
        return words("its drive or folder is not there now");
    case FileCondition::Unreadable:
        return words("your system does not let Carrel read it");
    }
    return {};
}

QString rows(const QList<FileValue> &files, const Names &names)
{
    QString text;
    for (const FileValue &file : files.first(std::min(kMostRows, files.size())))
        text += QStringLiteral("- %1: %2\n").arg(names.of(file), condition(file));
    if (files.size() > kMostRows)
        text += QStringLiteral("\n") + counted(files.size() - kMostRows, "One more file is not listed here.",
                                               "%1 more files are not listed here.");
    return text.trimmed();
}

QString formatWords(const std::string &format)
{
    static const QHash<QString, const char *> kNamed = {
        {QStringLiteral("markdown"), "Markdown"},       {QStringLiteral("text"), "plain text"},
        {QStringLiteral("source"), "source code"},      {QStringLiteral("mail"), "mail"},
        {QStringLiteral("mailbox"), "mailbox"},         {QStringLiteral("unknown"), "of unknown kind"},
        {QString(), "not read yet, or of unknown kind"}};
    const QString name = QString::fromStdString(format);
    const auto named = kNamed.find(name);
    return named != kNamed.end() ? words(*named) : name.toUpper();
}

/// "7 PDF, 3 DOCX, 1 plain text".
QString formats(const CollectionFacts &facts)
{
    QStringList parts;
    for (const storage::FormatFacts &one : facts.formats)
        parts +=
            QStringLiteral("%1 %2").arg(QLocale().toString(static_cast<qint64>(one.files)), formatWords(one.format));
    return parts.join(QStringLiteral(", "));
}

QString filesAnswer(const QList<FileValue> &files, const Names &names)
{
    return counted(files.size(), "There is %1 file:", "There are %1 files:") + QStringLiteral("\n\n") +
           rows(files, names);
}

QString countAnswer(const CollectionFacts &facts)
{
    return counted(facts.files, "There is %1 file", "There are %1 files") + QStringLiteral(": ") + formats(facts) +
           QStringLiteral(". ") +
           (facts.searchable == facts.files
                ? counted(facts.files, "It can be searched.", "All of them can be searched.")
                : counted(facts.searchable, "%1 of them can be searched.", "%1 of them can be searched."));
}

/// Sentences about files that a number leaves out.
template <class IsCounted>
QString notCounted(const QList<FileValue> &files, IsCounted isCounted)
{
    qint64 open = 0;
    qint64 unread = 0;
    for (const FileValue &file : files) {
        if (!isCounted(file))
            ++(isToBeRead(file) ? open : unread);
    }
    QString text;
    if (open > 0)
        text += QLatin1Char(' ') + counted(open, "%1 file is still to be read and is not counted.",
                                           "%1 files are still to be read and are not counted.");
    if (unread > 0)
        text += QLatin1Char(' ') + counted(unread, "%1 file could not be read and is not counted.",
                                           "%1 files could not be read and are not counted.");
    return text;
}

QString pagesAnswer(const QList<FileValue> &files)
{
    qint64 pages = 0;
    qint64 withText = 0;
    qint64 paged = 0;
    qint64 pageless = 0;
    for (const FileValue &file : files) {
        if (hasPages(file)) {
            ++paged;
            pages += file.pages;
            withText += file.pagesWithText;
        } else if (isReadWhole(file)) {
            ++pageless;
        }
    }
    QString text = counted(pages, "There is %1 page in %2.", "There are %1 pages in %2.").arg(countedFiles(paged));
    if (withText < pages)
        text += QLatin1Char(' ') + counted(pages - withText, "%1 of them has no text.", "%1 of them have no text.");
    if (pageless > 0)
        text += QLatin1Char(' ') +
                counted(pageless, "%1 file is of a kind without pages.", "%1 files are of kinds without pages.");
    return text + notCounted(files, [](const FileValue &file) { return hasPages(file) || isReadWhole(file); });
}

QString wordsAnswer(const CollectionFacts &facts, const QList<FileValue> &files)
{
    return counted(facts.words, "There is %1 word in %2.", "There are %1 words in %2.")
               .arg(countedFiles(facts.searchable)) +
           notCounted(files, [](const FileValue &file) { return file.words > 0 || isReadWhole(file); });
}

QString missingAnswer(const QList<FileValue> &files, const Names &names, std::int32_t unheard)
{
    QList<FileValue> missing;
    for (const FileValue &file : files) {
        if (!isReadWhole(file) && !isToBeRead(file))
            missing += file;
    }
    const auto open = std::ranges::count_if(files, isToBeRead) + unheard;
    const qint64 all = files.size() + unheard;
    QString text;
    if (missing.isEmpty() && open == 0) {
        text = counted(all, "Nothing is missing: the one file was read whole.",
                       "Nothing is missing: all %1 files were read whole.");
    } else if (missing.isEmpty()) {
        text = words("So far nothing is missing.");
    } else {
        text =
            counted(missing.size(),
                    "%1 of %2 could not be read, or not all of it:", "%1 of %2 could not be read, or not all of them:")
                .arg(countedFiles(all)) +
            QStringLiteral("\n\n") + rows(missing, names);
    }
    if (open > 0)
        text += (missing.isEmpty() ? QStringLiteral(" ") : QStringLiteral("\n\n")) +
                counted(open, "%1 file is still to be read.", "%1 files are still to be read.");
    return text;
}

QString named(const storage::FileFact &fact, const QList<FileValue> &files, const Names &names)
{
    const QString path = pathText(fact.path);
    const auto file = std::ranges::find(files, path, &FileValue::path);
    return file != files.end() ? names.of(*file) : asCode(path);
}

QString lastChanged(const storage::FileFact &fact)
{
    return QLocale().toString(QDateTime::fromMSecsSinceEpoch(fact.value / 1'000'000), QLocale::LongFormat);
}

QString biggestAnswer(const CollectionFacts &facts, const QList<FileValue> &files, const Names &names)
{
    QString text = words("The largest file is %1 with %2.")
                       .arg(named(*facts.biggest, files, names), QLocale().formattedDataSize(facts.biggest->value));
    if (facts.longest)
        text += QLatin1Char(' ') + words("The longest text is that of %1: %2 words.")
                                       .arg(named(*facts.longest, files, names),
                                            QLocale().toString(static_cast<qint64>(facts.longest->value)));
    return text;
}

} // namespace

QString listAnswer(CollectionTopic topic, const FileListing &listing)
{
    const CollectionFacts facts = storage::collectionFacts(listing.files);
    QList<FileValue> files;
    for (const storage::FileStatus &status : listing.files)
        files += fileValue(status, false);
    const Names names(files);
    if (files.isEmpty() && listing.unheard == 0)
        return words("There are no files.");
    if (files.isEmpty() && topic != CollectionTopic::Missing)
        return counted(listing.unheard, "There is %1 file, which is still to be read.",
                       "There are %1 files, which are still to be read.");
    switch (topic) {
    case CollectionTopic::Files:
        return filesAnswer(files, names);
    case CollectionTopic::Count:
        return countAnswer(facts);
    case CollectionTopic::Formats:
        return counted(facts.files, "There is %1 file", "There are %1 files") + QStringLiteral(": ") + formats(facts) +
               QLatin1Char('.');
    case CollectionTopic::Pages:
        return pagesAnswer(files);
    case CollectionTopic::Words:
        return wordsAnswer(facts, files);
    case CollectionTopic::Missing:
        return missingAnswer(files, names, listing.unheard);
    case CollectionTopic::Newest:
        return words("The newest file is %1, last changed on %2.")
            .arg(named(*facts.newest, files, names), lastChanged(*facts.newest));
    case CollectionTopic::Oldest:
        return words("The oldest file is %1, last changed on %2.")
            .arg(named(*facts.oldest, files, names), lastChanged(*facts.oldest));
    case CollectionTopic::Biggest:
        return biggestAnswer(facts, files, names);
    }
    return {};
}

} // namespace app
