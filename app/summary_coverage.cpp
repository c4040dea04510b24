// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/summary_coverage.h"

#include <QCoreApplication>
#include <QFile>
#include <QLocale>

#include <algorithm>
#include <map>
#include <set>

namespace app {

namespace {

QString pathOf(const SummaryDocument &document)
{
    return QFile::decodeName(document.path.c_str());
}

/// What is known of a section.
struct Reading {
    bool read = true;
    bool gave = false;
    std::int32_t page = 0; ///< from 0
};

void addDocument(SummaryCoverage &coverage, const PlannedDocument &planned, const std::vector<bool> &unitRead,
                 const std::vector<bool> &unitGave)
{
    const SummaryDocument &document = planned.document;
    std::map<std::int32_t, Reading> sections;
    std::vector<bool> passageRead(document.passages.size(), true);
    for (std::size_t unit = 0; unit < planned.units.size(); ++unit) {
        const std::size_t passage = planned.units[unit].passage;
        if (!unitRead[unit])
            passageRead[passage] = false;
        const auto [section, isNew] = sections.try_emplace(document.passages[passage].section);
        if (isNew)
            section->second.page = document.passages[passage].firstPage;
        section->second.read = section->second.read && unitRead[unit];
        section->second.gave = section->second.gave || unitGave[unit];
    }
    for (std::size_t passage = 0; passage < document.passages.size(); ++passage) {
        coverage.tokensTotal += document.tokens.at(passage);
        coverage.tokensRead += passageRead[passage] ? document.tokens.at(passage) : 0;
    }
    bool any = false;
    for (const auto &[number, reading] : sections) {
        ++coverage.sectionsTotal;
        if (!reading.read)
            continue;
        ++coverage.sectionsRead;
        any = true;
        if (!reading.gave) {
            const bool known = number >= 0 && std::cmp_less(number, document.sections.size());
            coverage.emptySections.append(
                {.document = pathOf(document),
                 .section = known ? QString::fromStdString(document.sections[static_cast<std::size_t>(number)].title)
                                  : QString(),
                 .page = document.numbered ? reading.page + 1 : 0});
        }
    }
    coverage.filesRead += any ? 1 : 0;
    for (const std::int32_t page : document.pagesWithoutText)
        coverage.pagesWithoutText.append({.document = pathOf(document), .page = page + 1});
}

} // namespace

SummaryCoverage summaryCoverage(const std::vector<PlannedDocument> &documents, const std::vector<SummaryLeaf> &leaves,
                                const std::vector<std::vector<std::optional<storage::SummaryOutcome>>> &outcomes,
                                const QList<SummaryPlace> &unread)
{
    SummaryCoverage coverage;
    std::vector<std::vector<bool>> read(documents.size());
    std::vector<std::vector<bool>> gave(documents.size());
    for (std::size_t document = 0; document < documents.size(); ++document) {
        read[document].resize(documents[document].units.size());
        gave[document].resize(documents[document].units.size());
    }
    for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf) {
        const auto &found = outcomes.at(leaf);
        const bool isRead =
            !found.empty() && std::ranges::all_of(found, [](const auto &one) { return one.has_value(); });
        const bool isKept =
            std::ranges::any_of(found, [](const auto &one) { return one == storage::SummaryOutcome::Kept; });
        for (std::size_t unit = leaves[leaf].first; unit < leaves[leaf].end; ++unit) {
            read[leaves[leaf].document][unit] = isRead;
            gave[leaves[leaf].document][unit] = isKept;
        }
    }
    std::set<QString> files;
    for (std::size_t document = 0; document < documents.size(); ++document) {
        addDocument(coverage, documents[document], read[document], gave[document]);
        files.insert(pathOf(documents[document].document));
    }
    for (const SummaryPlace &place : unread)
        files.insert(place.document);
    coverage.filesTotal = static_cast<qint32>(files.size());
    coverage.unreadFiles = unread;
    return coverage;
}

QString SummaryCoverage::sentence() const
{
    const QLocale locale;
    const auto words = [](const char *text) { return QCoreApplication::translate("SummaryCoverage", text); };
    const auto number = [&](qint64 value) { return locale.toString(value); };
    QStringList parts;
    const QString sections =
        (sectionsTotal == 1 ? words("%1 of %2 section, %3 of %4 tokens") : words("%1 of %2 sections, %3 of %4 tokens"))
            .arg(number(sectionsRead), number(sectionsTotal), number(tokensRead), number(tokensTotal));
    parts += filesTotal > 1 ? words("Read %1 of %2 files: %3").arg(number(filesRead), number(filesTotal), sections)
                            : words("Read %1").arg(sections);
    const auto add = [&](qsizetype count, const QString &one, const QString &several) {
        if (count == 1)
            parts += one;
        else if (count > 1)
            parts += several.arg(number(count));
    };
    add(pagesWithoutText.size(), words("1 page has no text"), words("%1 pages have no text"));
    add(emptySections.size(), words("1 section gave nothing"), words("%1 sections gave nothing"));
    add(unreadFiles.size(), words("1 file was not read, or not whole"), words("%1 files were not read, or not whole"));
    QString sentence = parts.join(QStringLiteral("; ")) + QLatin1Char('.');
    if (cut)
        sentence += QLatin1Char(' ') + words("The model did not come to an end, so the summary was cut.");
    return sentence;
}

} // namespace app
