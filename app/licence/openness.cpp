// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/licence/openness.h"

#include "app/licence/licence.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <utility>

namespace app::licence {

namespace {

#define SAY(text) QT_TRANSLATE_NOOP("Licence", text)

QString say(const char *text)
{
    return QCoreApplication::translate("Licence", text);
}

constexpr const char *kTool = SAY("Model Openness Tool of the Linux Foundation, 2026-05");
constexpr const char *kCards = SAY("the makers' own model cards");

struct Row {
    const char *family;
    Openness code;
    Openness data;
    const char *source;
};

using enum Openness;

constexpr Row kRows[] = {
    {"olmo", Open, Open, kTool},
    {"pythia", Open, Open, kTool},
    {"apertus", Open, Open, kCards},
    {"smollm", Open, Open, kCards},
    {"starcoder", Restricted, Open, kCards},
    {"granite", Closed, Restricted, kTool},
    {"nemotron", Restricted, Restricted, kCards},
    {"gpt-oss", Closed, Closed, kTool},
    {"deepseek", Closed, Closed, kTool},
    {"qwen", Closed, Closed, kTool},
    {"mistral", Closed, Closed, kTool},
    {"llama", Closed, Closed, kTool},
    {"gemma", Closed, Closed, kTool},
    {"phi", Closed, Restricted, kTool},
    {"falcon", Closed, Restricted, kTool},
    {"command", Closed, Closed, kTool},
};

Openness weightsUnder(const QString &licenceId)
{
    switch (licenceById(licenceId).kind) {
    case Kind::Permissive:
        return Open;
    case Kind::Conditions:
    case Kind::NonCommercial:
        return Restricted;
    case Kind::Unknown:
        break;
    }
    return Unknown;
}

QString inWords(Openness level)
{
    switch (level) {
    case Open:
        return say(SAY("open"));
    case Restricted:
        return say(SAY("restricted"));
    case Closed:
        return say(SAY("closed"));
    case Unknown:
        break;
    }
    return say(SAY("not known"));
}

/// Never "open source" for weights alone, however free their licence is.
QString sentence(const OpennessLine &line)
{
    if (line.weights == Open && line.code == Open && line.data == Open)
        return say(SAY("Open source AI: weights, training code and data information are published"));
    const char *kind = line.weights == Open ? SAY("Open weights under a free licence, not open source")
                                            : SAY("Open weights with conditions, not open source");
    return say(SAY("%1: training code %2, data information %3"))
        .arg(say(line.weights == Unknown ? SAY("Openness not known") : kind), inWords(line.code), inWords(line.data));
}

} // namespace

OpennessLine opennessOf(const QString &family, const QString &licenceId)
{
    OpennessLine line{.weights = weightsUnder(licenceId)};
    const auto row = std::ranges::find_if(kRows, [&](const Row &r) { return family == QLatin1StringView(r.family); });
    if (row != std::end(kRows)) {
        line.code = row->code;
        line.data = row->data;
        line.source = say(row->source);
    }
    line.text = sentence(line);
    return line;
}

QString name(Openness level)
{
    static constexpr std::array kNames{"unknown", "open", "restricted", "closed"};
    return QString::fromLatin1(kNames.at(static_cast<std::size_t>(std::to_underlying(level))));
}

} // namespace app::licence
