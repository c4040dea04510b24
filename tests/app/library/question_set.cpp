// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/library/question_set.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace tests {

namespace {

constexpr std::array kQuestions = {SAMPLES "/questions.json", LIBRARY "/questions.json"};

bool isSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

/// A text with single spaces, and where each of its bytes came from.
struct Flat {
    std::string text;
    std::vector<std::size_t> places;
};

Flat flattened(std::string_view text)
{
    Flat flat;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool space = isSpace(text[i]);
        if (space && (flat.text.empty() || flat.text.back() == ' '))
            continue;
        flat.text += space ? ' ' : text[i];
        flat.places.push_back(i);
    }
    return flat;
}

} // namespace

std::vector<LibraryQuestion> libraryQuestions()
{
    std::vector<LibraryQuestion> questions;
    // Of the answerable and of the others every second one, so that both halves have of all files and kinds.
    std::array<bool, 2> calibration = {true, true};
    for (const char *path : kQuestions) {
        QFile file(QString::fromLatin1(path));
        const QJsonArray read =
            file.open(QIODevice::ReadOnly)
                ? QJsonDocument::fromJson(file.readAll()).object().value(QStringLiteral("questions")).toArray()
                : QJsonArray();
        if (read.isEmpty()) {
            std::fprintf(stderr, "no questions in %s\n", path);
            std::exit(1);
        }
        for (const QJsonValue value : read) {
            const QJsonObject object = value.toObject();
            LibraryQuestion question{.id = object.value(QStringLiteral("id")).toString(),
                                     .language = object.value(QStringLiteral("language")).toString(),
                                     .kind = object.value(QStringLiteral("kind")).toString(),
                                     .question = object.value(QStringLiteral("question")).toString(),
                                     .answer = object.value(QStringLiteral("answer")).toString()};
            for (const QJsonValue span : object.value(QStringLiteral("gold")).toArray()) {
                question.gold.push_back({.file = span[QStringLiteral("file")].toString(),
                                         .page = span[QStringLiteral("page")].toInt(),
                                         .text = span[QStringLiteral("text")].toString()});
            }
            bool &half = calibration[question.isAnswerable() ? 1 : 0];
            question.calibration = half;
            half = !half;
            questions.push_back(std::move(question));
        }
    }
    return questions;
}

QStringList libraryFolders()
{
    return {QStringLiteral(SAMPLES "/documents"), QStringLiteral(LIBRARY_DOCUMENTS)};
}

std::optional<ByteRange> findOnce(std::string_view page, std::string_view text)
{
    const Flat inside = flattened(page);
    const std::string wanted = flattened(text).text;
    const std::size_t at = inside.text.find(wanted);
    if (wanted.empty() || at == std::string::npos || inside.text.find(wanted, at + 1) != std::string::npos)
        return std::nullopt;
    return ByteRange{.begin = static_cast<std::int64_t>(inside.places[at]),
                     .end = static_cast<std::int64_t>(inside.places[at + wanted.size() - 1] + 1)};
}

} // namespace tests
