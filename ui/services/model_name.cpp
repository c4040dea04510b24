// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/services/model_name.h"

#include "app/model_service.h"

#include <QFileInfo>
#include <QRegularExpression>
#include <QStringList>

#include <algorithm>
#include <array>

namespace ui {

namespace {

constexpr qsizetype kLongest = 80;

/// How families write themselves, where a file's name is all in small letters.
constexpr std::array kFamilies{"SmolLM", "SmolLM2", "SmolLM3",   "TinyLlama",  "OLMo",      "OLMo2",    "OLMoE",
                               "Qwen",   "Qwen2",   "Qwen2.5",   "Qwen3",      "DeepSeek",  "StableLM", "MiniCPM",
                               "GLM",    "GPT",     "EuroLLM",   "InternLM",   "InternLM2", "OpenELM",  "LLaVA",
                               "MPT",    "RWKV",    "StarCoder", "StarCoder2", "CodeLlama", "ChatGLM",  "QwQ"};

/// Words that say nothing about the family.
constexpr std::array kEverywhere{QLatin1StringView("instruct"), QLatin1StringView("chat"), QLatin1StringView("base"),
                                 QLatin1StringView("model"),    QLatin1StringView("mini"), QLatin1StringView("the")};

QRegularExpression pattern(const char *text)
{
    return QRegularExpression(QString::fromLatin1(text), QRegularExpression::CaseInsensitiveOption);
}

/// One line without control characters and doubled spaces.
QString tidy(QString text)
{
    for (QChar &letter : text) {
        if (!letter.isPrint())
            letter = u' ';
    }
    text = text.simplified();
    if (text.size() <= kLongest)
        return text;
    return text.left(text.at(kLongest - 2).isHighSurrogate() ? kLongest - 2 : kLongest - 1) + QChar(0x2026);
}

bool isSize(const QString &word)
{
    static const QRegularExpression size = pattern("^(e|\\d+x)?\\d+(\\.\\d+)?[mbt]$");
    return size.match(word).hasMatch();
}

QString wordForPeople(const QString &word)
{
    if (isSize(word))
        return word.toUpper().replace(u'X', u'x');
    if (word != word.toLower())
        return word; // somebody chose these letters
    const auto family = std::ranges::find_if(
        kFamilies, [&](const char *name) { return word.compare(QLatin1StringView(name), Qt::CaseInsensitive) == 0; });
    if (family != kFamilies.end())
        return QString::fromLatin1(*family);
    static const QRegularExpression version = pattern("^v\\d");
    if (word.size() < 3 || !word.front().isLetter() || version.match(word).hasMatch())
        return word;
    return word.front().toUpper() + word.sliced(1);
}

/// The file's name as words, without what says how it is stored.
QStringList wordsOfFile(const QString &path)
{
    QString stem = QFileInfo(path).fileName();
    static const QRegularExpression ending = pattern("\\.gguf$");
    static const QRegularExpression shard = pattern("-\\d{5}-of-\\d{5}$");
    static const QRegularExpression storage = pattern(
        "([-._ ](i?q\\d+[a-z0-9_]*|tq\\d+_\\d+|ud|bf16|f16|f32|fp16|fp32|mxfp4(_moe)?|int[48]|gguf|ggml|imat(rix)?|"
        "i1|qat|hf))+$");
    stem.remove(ending).remove(shard).remove(storage);
    // A dot between digits belongs to a version; others stand for a space.
    static const QRegularExpression gap = pattern("[-_\\s]+|\\.(?!\\d)|(?<!\\d)\\.");
    return stem.split(gap, Qt::SkipEmptyParts);
}

/// "smollm2" → "smollm": what stays the same over versions.
QString family(const QString &word)
{
    qsizetype end = 0;
    while (end < word.size() && word[end].isLetter())
        ++end;
    return word.first(end).toLower();
}

bool isAboutTheSame(const QStringList &words, const QString &stated, const QString &architecture)
{
    if (!std::ranges::any_of(words, isSize))
        return false;
    return std::ranges::any_of(words, [&](const QString &word) {
        const QString name = family(word);
        return name.size() >= 3 && !std::ranges::contains(kEverywhere, name) &&
               (stated.contains(name, Qt::CaseInsensitive) || architecture.startsWith(name, Qt::CaseInsensitive));
    });
}

} // namespace

QString modelName(const QString &path, const QString &stated, const QString &architecture)
{
    QStringList words = wordsOfFile(path);
    QString given = tidy(stated);
    if (!given.isEmpty() && !isAboutTheSame(words, given, architecture))
        return given;
    std::ranges::transform(words, words.begin(), wordForPeople);
    const QString named = tidy(words.join(u' '));
    return named.isEmpty() ? given.isEmpty() ? tidy(QFileInfo(path).fileName()) : given : named;
}

QString modelName(const app::ModelCard &card)
{
    // Where the file states none, the service fills in what the file is called.
    const bool isStated = card.name != QFileInfo(card.path).completeBaseName();
    return modelName(card.path, isStated ? card.name : QString(), card.architecture);
}

} // namespace ui
