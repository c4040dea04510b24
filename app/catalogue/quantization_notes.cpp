// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue/quantization_notes.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace app::catalogue {

namespace {

#define SAY(text) QT_TRANSLATE_NOOP("Catalogue", text)

QString say(const char *text)
{
    return QCoreApplication::translate("Catalogue", text);
}

/// llama.cpp, examples/perplexity/README.md: Llama 3 8B on wikitext-2, perplexity 6.2332 in f16. Without an importance
/// matrix where both were measured. Bits per weight: tools/quantize/README.md, Llama 3.1 8B.
constexpr double kOriginal = 6.2332;
struct Row {
    const char *name;
    double bits;
    double more; ///< perplexity
};
constexpr Row kRows[] = {
    {"F16", 16.0, 0.0015},     {"BF16", 16.0, 0.0015},   {"Q8_0", 8.5, 0.0027},    {"Q6_K", 6.56, 0.0217},
    {"Q5_K_M", 5.70, 0.0570},  {"Q5_K_S", 5.57, 0.1050}, {"Q5_1", 6.0, 0.1062},    {"Q5_0", 5.5, 0.1316},
    {"Q4_K_M", 4.89, 0.1755},  {"Q4_K_S", 4.67, 0.2689}, {"IQ4_NL", 4.68, 0.2240}, {"IQ4_XS", 4.46, 0.2281},
    {"Q4_1", 5.0, 0.4511},     {"Q4_0", 4.5, 0.4685},    {"Q3_K_L", 4.30, 0.5562}, {"Q3_K_M", 3.99, 0.6569},
    {"IQ3_M", 3.76, 0.6667},   {"IQ3_S", 3.66, 0.7339},  {"Q3_K_S", 3.64, 1.6322}, {"IQ3_XS", 3.50, 0.9314},
    {"IQ3_XXS", 3.25, 1.2268}, {"IQ2_M", 2.93, 2.3692},  {"Q2_K", 3.16, 3.5199},   {"IQ2_XS", 2.59, 4.53},
    {"IQ2_XXS", 2.38, 7.86},   {"IQ1_M", 2.15, 19.3},    {"IQ1_S", 2.00, 52.0},
};

const char *verdict(double percent)
{
    if (percent < 0.5)
        return SAY("As good as the original: %1 % more perplexed");
    if (percent < 3.0)
        return SAY("Hardly any loss: %1 % more perplexed than the original");
    if (percent < 6.0)
        return SAY("A small loss: %1 % more perplexed than the original");
    if (percent < 20.0)
        return SAY("A loss that shows: %1 % more perplexed than the original");
    return SAY("A heavy loss: %1 % more perplexed than the original");
}

} // namespace

QuantizationNote quantizationNote(const QString &quantization)
{
    QuantizationNote note{.name = quantization};
    QString type = quantization.toUpper();
    if (type.startsWith(QLatin1StringView("UD-")))
        type.remove(0, 3);
    if (type == QLatin1StringView("MXFP4")) {
        note.bitsPerWeight = 4.25;
        note.words = say(SAY("The form that gpt-oss was trained in: nothing is lost there"));
        note.source = say(SAY("OpenAI's gpt-oss"));
        return note;
    }
    const auto row = std::ranges::find_if(kRows, [&](const Row &r) { return type == QLatin1StringView(r.name); });
    if (row == std::end(kRows)) {
        note.words = say(SAY("Nobody whom we know of has measured what this type loses"));
        return note;
    }
    note.bitsPerWeight = row->bits;
    note.lossPercent = 100.0 * row->more / kOriginal;
    note.measured = true;
    note.words =
        say(verdict(note.lossPercent)).arg(QLocale().toString(note.lossPercent, 'f', note.lossPercent < 10 ? 1 : 0));
    note.source = say(SAY("llama.cpp, Llama 3 8B on wikitext-2; smaller models lose more, larger ones less"));
    return note;
}

} // namespace app::catalogue
