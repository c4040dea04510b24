// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/document_filter.h"

#include "app/document_extraction.h"

#include <algorithm>
#include <array>

namespace app {

namespace {

using extraction::Format;

struct KindRow {
    DocumentKind kind;
    const char *name;
    std::vector<Format> formats;
};

const std::vector<KindRow> &kinds()
{
    static const std::vector<KindRow> rows = {
        {DocumentKind::Pdf, "pdf", {Format::Pdf}},
        {DocumentKind::Writing,
         "writing",
         {Format::Docx, Format::Odt, Format::Rtf, Format::Markdown, Format::PlainText, Format::Html}},
        {DocumentKind::Slides, "slides", {Format::Pptx, Format::Odp}},
        {DocumentKind::Tables, "tables", {Format::Xlsx, Format::Ods, Format::Csv}},
        {DocumentKind::Books, "books", {Format::Epub}},
        {DocumentKind::Mail, "letters", {Format::Mail, Format::Mailbox}},
        {DocumentKind::Code, "code", {Format::SourceCode}},
    };
    return rows;
}

std::vector<std::string> namesOf(const std::vector<Format> &formats)
{
    std::vector<std::string> names;
    for (const Format format : formats)
        names.push_back(formatName(format).toStdString());
    return names;
}

constexpr qint64 kNanoseconds = 1'000'000; // of a millisecond

} // namespace

std::vector<std::string> formatsOf(DocumentKind kind)
{
    const auto row = std::ranges::find(kinds(), kind, &KindRow::kind);
    return row == kinds().end() ? std::vector<std::string>() : namesOf(row->formats);
}

std::vector<std::string> formatsNamed(const QString &name)
{
    const QString wanted = name.toLower();
    for (const KindRow &row : kinds()) {
        if (wanted == QLatin1StringView(row.name))
            return namesOf(row.formats);
        for (const Format format : row.formats) {
            if (wanted == formatName(format))
                return namesOf({format});
        }
    }
    return {};
}

QStringList formatFilterNames()
{
    QStringList names;
    for (const KindRow &row : kinds())
        names += QString::fromLatin1(row.name);
    for (const KindRow &row : kinds()) {
        for (const Format format : row.formats) {
            if (!names.contains(formatName(format)))
                names += formatName(format);
        }
    }
    return names;
}

QDateTime changedSince(DocumentAge age, const QDateTime &now)
{
    switch (age) {
    case DocumentAge::Any:
        break;
    case DocumentAge::Week:
        return now.addDays(-7);
    case DocumentAge::Month:
        return now.addMonths(-1);
    case DocumentAge::Year:
        return now.addYears(-1);
    }
    return {};
}

void narrow(storage::SearchScope &scope, const DocumentFilter &filter, const QDateTime &now)
{
    scope.formats = formatsOf(filter.kind);
    if (const QDateTime since = changedSince(filter.age, now); since.isValid())
        scope.modifiedFromNs = since.toMSecsSinceEpoch() * kNanoseconds;
}

} // namespace app
