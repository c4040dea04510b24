// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/licence/licence.h"

#include "app/licence/licence_rows_p.h"

#include <QCoreApplication>

#include <algorithm>

namespace app::licence {

namespace {

QString say(const char *text)
{
    return QCoreApplication::translate("Licence", text);
}

QString labelOf(Topic topic)
{
    switch (topic) {
    case Topic::Commercial:
        return say(QT_TRANSLATE_NOOP("Licence", "Commercial use"));
    case Topic::Cap:
        return say(QT_TRANSLATE_NOOP("Licence", "Limits of size"));
    case Topic::PassingOn:
        return say(QT_TRANSLATE_NOOP("Licence", "When you pass it on"));
    case Topic::Credit:
        return say(QT_TRANSLATE_NOOP("Licence", "Credit to show"));
    case Topic::Naming:
        return say(QT_TRANSLATE_NOOP("Licence", "Names of models made from it"));
    case Topic::UseLimits:
        return say(QT_TRANSLATE_NOOP("Licence", "Uses that are banned"));
    case Topic::Outputs:
        return say(QT_TRANSLATE_NOOP("Licence", "Its answers"));
    case Topic::Places:
        return say(QT_TRANSLATE_NOOP("Licence", "Where it holds"));
    case Topic::Ending:
        return say(QT_TRANSLATE_NOOP("Licence", "What ends it"));
    }
    return {};
}

const RawLicence *find(const QString &id)
{
    const QByteArray wanted = id.toUtf8();
    for (const std::span<const RawLicence> rows : {plainLicenceRows(), conditionalLicenceRows()}) {
        const auto found = std::ranges::find(
            rows, std::string_view(wanted.constData(), static_cast<std::size_t>(wanted.size())), &RawLicence::id);
        if (found != rows.end())
            return &*found;
    }
    return nullptr;
}

Licence inWords(const RawLicence &row)
{
    Licence licence{.id = QString::fromUtf8(row.id.data(), static_cast<qsizetype>(row.id.size())),
                    .name = QString::fromUtf8(row.name),
                    .spdx = QString::fromLatin1(row.spdx),
                    .address = QString::fromLatin1(row.address),
                    .kind = row.kind,
                    .sentence = say(row.sentence),
                    .gated = row.gated};
    for (const RawFact &fact : row.facts) {
        licence.facts.append({.topic = fact.topic,
                              .label = labelOf(fact.topic),
                              .words = say(fact.words),
                              .clause = QString::fromLatin1(fact.clause),
                              .fromText = fact.basis == Basis::Text});
    }
    return licence;
}

} // namespace

const Fact *Licence::fact(Topic topic) const
{
    const auto found = std::ranges::find(facts, topic, &Fact::topic);
    return found == facts.end() ? nullptr : &*found;
}

QList<Licence> allLicences()
{
    QList<Licence> licences;
    for (const std::span<const RawLicence> rows : {plainLicenceRows(), conditionalLicenceRows()}) {
        for (const RawLicence &row : rows)
            licences.append(inWords(row));
    }
    return licences;
}

bool isLicenceId(const QString &id)
{
    return find(id) != nullptr;
}

Licence licenceById(const QString &id)
{
    if (const RawLicence *row = find(id))
        return inWords(*row);
    return {.name = say(QT_TRANSLATE_NOOP("Licence", "Licence unknown")),
            .sentence = say(QT_TRANSLATE_NOOP("Licence", "The file does not say which licence applies; look at its "
                                                         "source before using it at work."))};
}

QString useWarning(const Licence &licence, Use use)
{
    if (use == Use::Personal)
        return {};
    if (!licence.isKnown()) {
        return use == Use::Commercial
                   ? say(QT_TRANSLATE_NOOP("Licence",
                                           "Nobody knows whether this model may be used at work: its licence "
                                           "is not stated. Look at its source first."))
                   : say(QT_TRANSLATE_NOOP("Licence", "This model's licence is not stated. Look at its source before "
                                                      "you publish what you do with it."));
    }
    if (use == Use::Research)
        return {};
    if (licence.kind == Kind::NonCommercial) {
        return say(QT_TRANSLATE_NOOP("Licence",
                                     "You use models commercially, and this licence does not allow that: %1"))
            .arg(licence.sentence);
    }
    const Fact *cap = licence.fact(Topic::Cap);
    return cap == nullptr ? QString()
                          : say(QT_TRANSLATE_NOOP("Licence", "Commercial use has a limit here: %1")).arg(cap->words);
}

} // namespace app::licence
