// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_words.h"

#include "app/licence/openness.h"
#include "app/licence/recognise.h"

#include <QDir>
#include <QLocale>
#include <QUrl>

#include <algorithm>
#include <array>

namespace ui {

namespace {

/// Families whose openness is known, as the table of openness calls them; the most particular first.
constexpr std::array kFamilies{"olmo",     "pythia", "apertus", "smollm", "starcoder", "granite", "nemotron", "gpt-oss",
                               "deepseek", "qwen",   "mistral", "gemma",  "phi",       "falcon",  "command",  "llama"};

QString familyOf(const app::ModelCard &card)
{
    for (const QString &text : {card.name, card.architecture}) {
        for (const char *family : kFamilies) {
            if (text.contains(QLatin1StringView(family), Qt::CaseInsensitive))
                return QString::fromLatin1(family);
        }
    }
    return {};
}

QString licenceIdOf(const app::ModelCard &card)
{
    return card.licenceId.isEmpty() ? app::licence::recognise({.id = card.license, .name = {}, .link = {}})
                                    : card.licenceId;
}

constexpr quint64 kGiga = 1'000'000'000;

} // namespace

QString ModelWords::facts(const app::ModelCard &card) const
{
    QStringList parts;
    if (!card.sizeLabel.isEmpty() && !card.name.contains(card.sizeLabel, Qt::CaseInsensitive))
        parts.append(tr("%1 parameters").arg(card.sizeLabel));
    if (!card.quantization.isEmpty())
        parts.append(card.quantization);
    if (card.fileBytes > 0)
        parts.append(size(card.fileBytes));
    if (card.activeParameters > 0 && card.activeParameters < card.parameters)
        parts.append(tr("%1 of %2 active").arg(count(card.activeParameters), count(card.parameters)));
    if (card.contextLength > 0)
        parts.append(tr("%1 context").arg(tokensShort(card.contextLength)));
    return parts.join(QStringLiteral(" · "));
}

QString ModelWords::licenceLine(const app::licence::Licence &licence) const
{
    using app::licence::Kind;
    using app::licence::Topic;
    if (!licence.isKnown())
        return licence.name;
    QStringList parts{licence.name};
    switch (licence.kind) {
    case Kind::Permissive:
        parts.append(tr("commercial use allowed"));
        break;
    case Kind::Conditions:
        parts.append(tr("commercial use with conditions"));
        break;
    case Kind::NonCommercial:
        parts.append(tr("no commercial use"));
        break;
    case Kind::Unknown:
        break;
    }
    if (licence.fact(Topic::Cap) != nullptr)
        parts.append(tr("limit of size for companies"));
    if (licence.kind != Kind::Permissive && licence.fact(Topic::Credit) != nullptr)
        parts.append(tr("credit to be shown"));
    if (licence.kind == Kind::Conditions && licence.fact(Topic::UseLimits) != nullptr)
        parts.append(tr("prohibited uses listed"));
    return parts.join(QStringLiteral(" · "));
}

QString ModelWords::license(const app::ModelCard &card) const
{
    const app::licence::Licence licence = licenceOf(card);
    if (licence.isKnown())
        return licenceLine(licence);
    return card.license.isEmpty() ? tr("The file states no licence: ask where it came from before using it for work")
                                  : tr("%1 · its terms are not known to Carrel").arg(card.license);
}

app::licence::Licence ModelWords::licenceOf(const app::ModelCard &card) const
{
    return app::licence::licenceById(licenceIdOf(card));
}

app::licence::Licence ModelWords::licenceById(const QString &id) const
{
    return app::licence::licenceById(id);
}

QString ModelWords::openness(const app::ModelCard &card) const
{
    return app::licence::opennessOf(familyOf(card), licenceIdOf(card)).text;
}

QString ModelWords::fit(const app::ModelCard &card) const
{
    if (card.fit != app::FitLevel::Fits || card.contextLength == 0 || card.fitContext == 0)
        return card.fitText;
    return card.fitContext >= card.contextLength
               ? tr("Fits, with room for %1 of context").arg(tokensShort(card.fitContext))
               : tr("Fits up to %1 of context").arg(tokensShort(card.fitContext));
}

int ModelWords::fitTone(const app::ModelCard &card) const
{
    return card.fit == app::FitLevel::Fits ? Good : card.fit == app::FitLevel::Unknown ? Quiet : Warn;
}

QString ModelWords::speed(const app::ModelCard &card) const
{
    const auto number = [](double tps) { return QLocale().toString(tps, 'f', tps < 10 ? 1 : 0); };
    if (card.decodeTps <= 0)
        return {};
    const QString writes = tr("%1 tok/s here").arg(number(card.decodeTps));
    return card.prefillTps > 0 ? tr("%1 · reads %2 tok/s").arg(writes, number(card.prefillTps)) : writes;
}

QString ModelWords::purpose(app::ModelUse use) const
{
    switch (use) {
    case app::ModelUse::Chat:
        return tr("to chat with");
    case app::ModelUse::Embedding:
        return tr("finds passages by their meaning");
    case app::ModelUse::Reranking:
        return tr("puts passages in order");
    case app::ModelUse::Adapter:
        return tr("changes a model");
    }
    return {};
}

QString ModelWords::count(quint64 parameters) const
{
    constexpr double kMillion = 1e6;
    const double millions = double(parameters) / kMillion;
    if (millions < 1000)
        return tr("%1 M").arg(QLocale().toString(millions, 'f', 0));
    return tr("%1 B").arg(QLocale().toString(millions / 1000, 'f', millions < 20'000 ? 1 : 0));
}

QString ModelWords::parameters(const app::ModelCard &card) const
{
    if (card.parameters == 0)
        return {};
    if (card.activeParameters == 0 || card.activeParameters == card.parameters)
        return count(card.parameters);
    return tr("%1, of which a token meets %2").arg(count(card.parameters), count(card.activeParameters));
}

QString ModelWords::source(const app::ModelCard &card) const
{
    if (card.source == QLatin1StringView("starter"))
        return tr("came with Carrel");
    if (card.source == QLatin1StringView("adopted") || card.source.isEmpty())
        return tr("a file of yours");
    if (card.source == QLatin1StringView("folder"))
        return tr("in a folder that is watched");
    const QUrl address(card.source);
    return address.scheme() == QLatin1StringView("https") ? tr("downloaded from %1").arg(address.host())
                                                          : tr("of %1, where it lies").arg(card.source);
}

QString ModelWords::check(const app::ModelCard &card) const
{
    switch (card.checkResult) {
    case app::CheckResult::None:
        return tr("never checked whole");
    case app::CheckResult::Sound:
        return tr("whole and sound on %1").arg(day(card.checkedMs));
    case app::CheckResult::Changed:
        return tr("other bytes than promised, on %1").arg(day(card.checkedMs));
    case app::CheckResult::Damaged:
        return tr("damaged, on %1").arg(day(card.checkedMs));
    }
    return {};
}

QString ModelWords::update(const app::ModelUpdate &update, bool asking) const
{
    if (update.modelId.isEmpty())
        return asking ? tr("asking…") : tr("not asked in this run");
    switch (update.state) {
    case app::ModelUpdate::State::Same:
        return tr("the same file");
    case app::ModelUpdate::State::Changed:
        return tr("another file by now, %1. This one stays until you remove it").arg(size(update.bytes));
    case app::ModelUpdate::State::Gone:
        return tr("no such file any more");
    case app::ModelUpdate::State::Unknown:
        break;
    }
    return update.failure.isEmpty() ? tr("what it says is not enough to tell") : update.failure.sentence();
}

QString ModelWords::hash(const app::ModelCard &card) const
{
    if (card.sha256.isEmpty())
        return {};
    if (card.promisedSha256.isEmpty())
        return tr("counted here; nobody named one to compare it with");
    const QString who = card.promisedBy == QLatin1StringView("catalogue") ? tr("the catalogue")
                        : card.promisedBy == QLatin1StringView("hub")     ? tr("the hub")
                                                                          : card.promisedBy;
    return card.promisedSha256 == card.sha256 ? tr("the one that %1 names").arg(who)
                                              : tr("not the one that %1 names").arg(who);
}

QString ModelWords::size(quint64 bytes) const
{
    return QLocale().formattedDataSize(qint64(bytes),
                                       bytes < kGiga        ? 0
                                       : bytes < 20 * kGiga ? 1
                                                            : 0,
                                       QLocale::DataSizeSIFormat);
}

QString ModelWords::sizeOf(quint64 done, quint64 whole) const
{
    if (whole == 0)
        return size(done);
    // Both in the unit of the whole: "1.6 of 2.4 GB".
    if (whole < kGiga)
        return tr("%1 of %2").arg(QLocale().toString(qulonglong(done / 1'000'000)), size(whole));
    const int digits = whole < 20 * kGiga ? 1 : 0;
    return tr("%1 of %2").arg(QLocale().toString(double(done) / double(kGiga), 'f', digits), size(whole));
}

QString ModelWords::tokens(quint32 count) const
{
    return QLocale().toString(count);
}

QString ModelWords::tokensShort(quint32 count) const
{
    return count >= 1024 ? tr("%1k").arg(count / 1024) : QLocale().toString(count);
}

QString ModelWords::timeLeft(qint64 seconds) const
{
    constexpr qint64 minute = 60;
    constexpr qint64 hour = 60 * minute;
    if (seconds < 0)
        return {};
    if (seconds < 90)
        return tr("%n s left", nullptr, static_cast<int>(seconds));
    if (seconds < 90 * minute)
        return tr("about %n minute(s) left", nullptr, static_cast<int>((seconds + minute / 2) / minute));
    return tr("about %n hour(s) left", nullptr, static_cast<int>((seconds + hour / 2) / hour));
}

QString ModelWords::day(qint64 ms) const
{
    return ms > 0 ? QLocale().toString(QDateTime::fromMSecsSinceEpoch(ms), QLocale::ShortFormat) : QString();
}

QString ModelWords::place(const QString &path) const
{
    const QString home = QDir::homePath();
    return path == home || path.startsWith(home + u'/') ? u'~' + path.sliced(home.size()) : path;
}

QString ModelWords::shortHash(const QString &hex) const
{
    constexpr qsizetype shown = 8;
    return hex.size() <= 2 * shown ? hex : hex.first(shown) + QChar(0x2026) + hex.last(shown);
}

} // namespace ui
