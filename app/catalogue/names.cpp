// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue/names.h"

#include <QStringTokenizer>

#include <algorithm>

namespace app::catalogue {

namespace {

constexpr qsizetype kLongestName = 128;

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

bool isAlphanumeric(QChar c)
{
    return isDigit(c) || (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
}

bool isHex(QStringView text, qsizetype digits)
{
    return text.size() == digits &&
           std::ranges::all_of(text, [](QChar c) { return isDigit(c) || (c >= u'a' && c <= u'f'); });
}

} // namespace

bool isPlainName(QStringView name)
{
    if (name.isEmpty() || name.size() > kLongestName || !isAlphanumeric(name.front()) || name.back() == u'.' ||
        name.contains(u".."))
        return false;
    return std::ranges::all_of(
        name, [](QChar c) { return isAlphanumeric(c) || c == u'-' || c == u'_' || c == u'.' || c == u'+'; });
}

bool isRepository(QStringView name)
{
    const qsizetype slash = name.indexOf(u'/');
    return slash > 0 && isPlainName(name.first(slash)) && isPlainName(name.sliced(slash + 1));
}

bool isModelFileName(QStringView name)
{
    constexpr QStringView kEnding = u".gguf";
    return isPlainName(name) && name.size() > kEnding.size() && name.endsWith(kEnding);
}

bool isRepositoryPath(QStringView path)
{
    constexpr int kDeepest = 8;
    int depth = 0;
    for (const QStringView part : path.tokenize(u'/')) {
        if (++depth > kDeepest || !isPlainName(part))
            return false;
    }
    return depth > 0;
}

bool isCommit(QStringView revision)
{
    return isHex(revision, 40);
}

bool isSha256(QStringView hash)
{
    return isHex(hash, 64);
}

bool isQuantization(QStringView name)
{
    constexpr qsizetype kLongest = 24;
    return !name.isEmpty() && name.size() <= kLongest && std::ranges::all_of(name, [](QChar c) {
        return isDigit(c) || (c >= u'A' && c <= u'Z') || c == u'_' || c == u'-';
    });
}

} // namespace app::catalogue
