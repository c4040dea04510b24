// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/number_words.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <utility>

namespace app::grounding {

namespace {

using Table = std::unordered_map<std::string, NumberWord>;

/// Words of one language for 0, 1, 2, … in order; "" where another language's row has it.
template <std::size_t N>
void addRow(Table &table, const std::array<std::string_view, N> &words, std::int32_t first, std::int32_t step)
{
    std::int32_t value = first;
    for (const std::string_view word : words) {
        if (!word.empty()) {
            table.emplace(word, NumberWord{value, false});
        }
        value += step;
    }
}

Table makeNumberWords()
{
    Table table;
    addRow(table, std::to_array<std::string_view>({"zero",    "one",     "two",       "three",    "four",
                                                   "five",    "six",     "seven",     "eight",    "nine",
                                                   "ten",     "eleven",  "twelve",    "thirteen", "fourteen",
                                                   "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}),
           0, 1);
    constexpr auto germanOnes = std::to_array<std::string_view>(
        {"null", "eins", "zwei",  "drei",     "vier",     "funf",     "sechs",    "sieben",   "acht",     "neun",
         "zehn", "elf",  "zwolf", "dreizehn", "vierzehn", "funfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"});
    addRow(table, germanOnes, 0, 1);
    addRow(table,
           std::to_array<std::string_view>({"", "un", "deux", "trois", "quatre", "cinq", "", "sept", "huit", "neuf",
                                            "dix", "onze", "douze", "treize", "quatorze", "quinze", "seize"}),
           0, 1);
    addRow(table, std::to_array<std::string_view>({"cero",   "uno",       "dos",        "tres",      "cuatro",
                                                   "cinco",  "seis",      "siete",      "ocho",      "nueve",
                                                   "diez",   "once",      "doce",       "trece",     "catorce",
                                                   "quince", "dieciseis", "diecisiete", "dieciocho", "diecinueve"}),
           0, 1);
    addRow(
        table,
        std::to_array<std::string_view>({"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}),
        20, 10);
    constexpr auto germanTens = std::to_array<std::string_view>(
        {"zwanzig", "dreißig", "vierzig", "funfzig", "sechzig", "siebzig", "achtzig", "neunzig"});
    addRow(table, germanTens, 20, 10);
    table.emplace("dreissig", NumberWord{30, false});
    addRow(table, std::to_array<std::string_view>({"vingt", "trente", "quarante", "cinquante", "soixante"}), 20, 10);
    addRow(table,
           std::to_array<std::string_view>(
               {"veinte", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"}),
           20, 10);
    // "einundzwanzig", "twentyone" (its hyphen is gone), "vingtdeux", "veintidos"
    for (std::int32_t one = 1; one < 10; ++one) {
        const auto at = static_cast<std::size_t>(one);
        const std::string german(one == 1 ? "ein" : germanOnes[at]);
        constexpr auto english = std::to_array<std::string_view>(
            {"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"});
        constexpr auto englishTens = std::to_array<std::string_view>(
            {"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"});
        constexpr auto french = std::to_array<std::string_view>(
            {"", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"});
        constexpr auto frenchTens =
            std::to_array<std::string_view>({"vingt", "trente", "quarante", "cinquante", "soixante"});
        constexpr auto spanish = std::to_array<std::string_view>(
            {"", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"});
        for (std::size_t ten = 0; ten < germanTens.size(); ++ten) {
            const std::int32_t value = 20 + 10 * static_cast<std::int32_t>(ten) + one;
            table.emplace(german + "und" + std::string(germanTens[ten]), NumberWord{value, false});
            table.emplace(std::string(englishTens[ten]) + std::string(english[at]), NumberWord{value, false});
            if (ten < frenchTens.size()) {
                table.emplace(std::string(frenchTens[ten]) + std::string(french[at]), NumberWord{value, false});
            }
        }
        table.emplace("veinti" + std::string(spanish[at]), NumberWord{20 + one, false});
    }
    table.emplace("quatrevingt", NumberWord{80, false});
    table.emplace("quatrevingts", NumberWord{80, false});
    // Words with another meaning in their own language or in another of the four.
    for (const char *word : {"one", "un", "uno", "eins", "neuf", "once", "null", "elf", "dos", "sept", "onze", "acht",
                             "dix", "as", "tres"}) {
        if (const auto found = table.find(word); found != table.end()) {
            found->second.ambiguous = true;
        }
    }
    for (const char *word : {"ein", "eine", "einen", "einem", "einer", "une", "una"}) {
        table.emplace(word, NumberWord{1, true});
    }
    return table;
}

constexpr auto kMonths = std::to_array<std::pair<std::string_view, std::int32_t>>({
    {"january", 1},   {"jan", 1},        {"januar", 1},    {"janner", 1},    {"janvier", 1},   {"janv", 1},
    {"enero", 1},     {"ene", 1},        {"february", 2},  {"feb", 2},       {"februar", 2},   {"fevrier", 2},
    {"fevr", 2},      {"febrero", 2},    {"march", 3},     {"mar", 3},       {"marz", 3},      {"mrz", 3},
    {"mars", 3},      {"marzo", 3},      {"april", 4},     {"apr", 4},       {"avril", 4},     {"avr", 4},
    {"abril", 4},     {"abr", 4},        {"may", 5},       {"mai", 5},       {"mayo", 5},      {"june", 6},
    {"jun", 6},       {"juni", 6},       {"juin", 6},      {"junio", 6},     {"july", 7},      {"jul", 7},
    {"juli", 7},      {"juillet", 7},    {"juil", 7},      {"julio", 7},     {"august", 8},    {"aug", 8},
    {"aout", 8},      {"agosto", 8},     {"ago", 8},       {"september", 9}, {"sep", 9},       {"sept", 9},
    {"septembre", 9}, {"septiembre", 9}, {"october", 10},  {"oct", 10},      {"oktober", 10},  {"okt", 10},
    {"octobre", 10},  {"octubre", 10},   {"november", 11}, {"nov", 11},      {"novembre", 11}, {"noviembre", 11},
    {"december", 12}, {"dec", 12},       {"dezember", 12}, {"dez", 12},      {"decembre", 12}, {"diciembre", 12},
    {"dic", 12},
});

constexpr auto kUnits = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"%", "%"},
    {"percent", "%"},
    {"prozent", "%"},
    {"procent", "%"},
    {"porcentaje", "%"},
    {"€", "EUR"},
    {"eur", "EUR"},
    {"euro", "EUR"},
    {"euros", "EUR"},
    {"$", "USD"},
    {"usd", "USD"},
    {"dollar", "USD"},
    {"dollars", "USD"},
    {"dolares", "USD"},
    {"£", "GBP"},
    {"gbp", "GBP"},
    {"pound", "GBP"},
    {"pounds", "GBP"},
    {"chf", "CHF"},
    {"franken", "CHF"},
    {"mm", "mm"},
    {"cm", "cm"},
    {"m", "m"},
    {"meter", "m"},
    {"meters", "m"},
    {"metre", "m"},
    {"metres", "m"},
    {"metern", "m"},
    {"metro", "m"},
    {"metros", "m"},
    {"km", "km"},
    {"kilometer", "km"},
    {"kilometers", "km"},
    {"kilometre", "km"},
    {"kilometres", "km"},
    {"kilometern", "km"},
    {"kilometro", "km"},
    {"kilometros", "km"},
    {"mg", "mg"},
    {"g", "g"},
    {"gram", "g"},
    {"grams", "g"},
    {"gramm", "g"},
    {"gramme", "g"},
    {"grammes", "g"},
    {"gramo", "g"},
    {"gramos", "g"},
    {"kg", "kg"},
    {"kilogram", "kg"},
    {"kilograms", "kg"},
    {"kilogramm", "kg"},
    {"kilogramme", "kg"},
    {"kilogrammes", "kg"},
    {"kilogramos", "kg"},
    {"ml", "ml"},
    {"l", "l"},
    {"liter", "l"},
    {"liters", "l"},
    {"litre", "l"},
    {"litres", "l"},
    {"litro", "l"},
    {"litros", "l"},
    {"kw", "kW"},
    {"mw", "MW"},
    {"kwh", "kWh"},
    {"hz", "Hz"},
    {"khz", "kHz"},
    {"mhz", "MHz"},
    {"ghz", "GHz"},
    {"kb", "kB"},
    {"mb", "MB"},
    {"gb", "GB"},
    {"tb", "TB"},
    {"°c", "°C"},
    {"°f", "°F"},
    {"ms", "ms"},
    {"second", "s"},
    {"seconds", "s"},
    {"sekunde", "s"},
    {"sekunden", "s"},
    {"seconde", "s"},
    {"secondes", "s"},
    {"segundo", "s"},
    {"segundos", "s"},
    {"min", "min"},
    {"minute", "min"},
    {"minutes", "min"},
    {"minuten", "min"},
    {"minuto", "min"},
    {"minutos", "min"},
    {"h", "h"},
    {"hour", "h"},
    {"hours", "h"},
    {"stunde", "h"},
    {"stunden", "h"},
    {"heure", "h"},
    {"heures", "h"},
    {"hora", "h"},
    {"horas", "h"},
    {"day", "d"},
    {"days", "d"},
    {"tag", "d"},
    {"tage", "d"},
    {"tagen", "d"},
    {"jour", "d"},
    {"jours", "d"},
    {"dia", "d"},
    {"dias", "d"},
    {"week", "wk"},
    {"weeks", "wk"},
    {"woche", "wk"},
    {"wochen", "wk"},
    {"semaine", "wk"},
    {"semaines", "wk"},
    {"semana", "wk"},
    {"semanas", "wk"},
    {"month", "mo"},
    {"months", "mo"},
    {"monat", "mo"},
    {"monate", "mo"},
    {"monaten", "mo"},
    {"mois", "mo"},
    {"mes", "mo"},
    {"meses", "mo"},
    {"year", "y"},
    {"years", "y"},
    {"jahr", "y"},
    {"jahre", "y"},
    {"jahren", "y"},
    {"ans", "y"},
    {"annee", "y"},
    {"annees", "y"},
    {"ano", "y"},
    {"anos", "y"},
    {"天", "d"},
    {"元", "CNY"},
    {"米", "m"},
    {"公里", "km"},
    {"公斤", "kg"},
    {"小时", "h"},
    {"分钟", "min"},
});

} // namespace

std::optional<NumberWord> numberWord(std::string_view word)
{
    static const Table table = makeNumberWords();
    const auto found = table.find(std::string(word));
    return found == table.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::int32_t> multiplierPowers(std::string_view word)
{
    constexpr auto kPowers = std::to_array<std::pair<std::string_view, std::int32_t>>({
        {"hundred", 2},   {"hundert", 2},   {"thousand", 3},   {"tausend", 3},   {"tsd", 3},        {"mille", 3},
        {"mil", 3},       {"million", 6},   {"millions", 6},   {"millionen", 6}, {"mio", 6},        {"millon", 6},
        {"millones", 6},  {"billion", 9},   {"billion", 12},   {"billions", 9},  {"billionen", 12}, {"billones", 12},
        {"bn", 9},        {"milliarde", 9}, {"milliarden", 9}, {"mrd", 9},       {"milliard", 9},   {"milliards", 9},
        {"trillion", 12}, {"万", 4},        {"萬", 4},         {"亿", 8},        {"億", 8},         {"千", 3},
        {"百", 2},
    });
    std::vector<std::int32_t> powers;
    for (const auto &[name, power] : kPowers) {
        if (name == word) {
            powers.push_back(power);
        }
    }
    return powers;
}

std::int32_t monthOf(std::string_view word)
{
    const auto *const found = std::ranges::find(kMonths, word, &std::pair<std::string_view, std::int32_t>::first);
    return found == kMonths.end() ? 0 : found->second;
}

std::string_view unitOf(std::string_view word)
{
    const auto *const found = std::ranges::find(kUnits, word, &std::pair<std::string_view, std::string_view>::first);
    return found == kUnits.end() ? std::string_view() : found->second;
}

} // namespace app::grounding
