// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/markdown/line_rules.h"

#include <QString>

#include <algorithm>

namespace app::markdown {

namespace {

constexpr int kTab = 4;
constexpr int kCodeIndent = 4;

bool isSpace(QChar c)
{
    return c == u' ' || c == u'\t';
}

QStringView withoutIndent(QStringView line)
{
    qsizetype i = 0;
    while (i < line.size() && isSpace(line[i]))
        ++i;
    return line.sliced(i);
}

} // namespace

int indentOf(QStringView line)
{
    int column = 0;
    for (const QChar c : line) {
        if (c == u' ')
            ++column;
        else if (c == u'\t')
            column += kTab - column % kTab;
        else
            break;
    }
    return column;
}

bool isBlank(QStringView line)
{
    return std::all_of(line.begin(), line.end(), isSpace);
}

std::optional<FenceStart> fenceStart(QStringView line)
{
    const int indent = indentOf(line);
    if (indent >= kCodeIndent)
        return std::nullopt;
    const QStringView rest = withoutIndent(line);
    if (rest.isEmpty() || (rest[0] != u'`' && rest[0] != u'~'))
        return std::nullopt;
    qsizetype length = 0;
    while (length < rest.size() && rest[length] == rest[0])
        ++length;
    const QStringView info = rest.sliced(length).trimmed();
    if (length < 3 || (rest[0] == u'`' && info.contains(u'`')))
        return std::nullopt;
    return FenceStart{.mark = rest[0],
                      .length = static_cast<int>(std::min<qsizetype>(length, 1 << 20)),
                      .indent = indent,
                      .info = info};
}

bool closesFence(QStringView line, const FenceStart &fence)
{
    if (indentOf(line) >= kCodeIndent)
        return false;
    const QStringView rest = line.trimmed();
    return rest.size() >= fence.length &&
           std::all_of(rest.begin(), rest.end(), [&](QChar c) { return c == fence.mark; });
}

std::optional<ItemStart> itemStart(QStringView line)
{
    const int indent = indentOf(line);
    if (indent >= kCodeIndent || isThematicBreak(line))
        return std::nullopt;
    const QStringView rest = withoutIndent(line);
    ItemStart item;
    qsizetype width = 0;
    if (!rest.isEmpty() && (rest[0] == u'-' || rest[0] == u'+' || rest[0] == u'*')) {
        item.mark = rest[0];
        width = 1;
    } else {
        while (width < rest.size() && width < 10 && rest[width] >= u'0' && rest[width] <= u'9')
            ++width;
        // CommonMark allows nine digits, so that every number fits into 32 bits.
        if (width == 0 || width > 9 || width == rest.size() || (rest[width] != u'.' && rest[width] != u')'))
            return std::nullopt;
        item.ordered = true;
        item.number = rest.first(width).toInt();
        item.mark = rest[width];
        ++width;
    }
    const QStringView after = rest.sliced(width);
    if (!after.isEmpty() && !isSpace(after[0]))
        return std::nullopt;
    item.empty = isBlank(after);
    const int gap = indentOf(after);
    item.contentIndent = indent + static_cast<int>(width) + ((item.empty || gap > kCodeIndent) ? 1 : gap);
    return item;
}

bool isThematicBreak(QStringView line)
{
    if (indentOf(line) >= kCodeIndent)
        return false;
    QChar mark;
    int count = 0;
    for (const QChar c : line) {
        if (isSpace(c))
            continue;
        if (count == 0 && (c == u'-' || c == u'*' || c == u'_'))
            mark = c;
        if (c != mark)
            return false;
        ++count;
    }
    return count >= 3;
}

bool isAtxHeading(QStringView line)
{
    if (indentOf(line) >= kCodeIndent)
        return false;
    const QStringView rest = withoutIndent(line);
    qsizetype level = 0;
    while (level < rest.size() && rest[level] == u'#')
        ++level;
    return level >= 1 && level <= 6 && (level == rest.size() || isSpace(rest[level]));
}

bool isQuote(QStringView line)
{
    return indentOf(line) < kCodeIndent && withoutIndent(line).startsWith(u'>');
}

bool isTableDelimiter(QStringView line)
{
    bool pipe = false;
    bool dash = false;
    for (const QChar c : line) {
        if (c == u'|')
            pipe = true;
        else if (c == u'-')
            dash = true;
        else if (c != u':' && !isSpace(c))
            return false;
    }
    return pipe && dash;
}

bool isDefinition(QStringView line)
{
    if (indentOf(line) >= kCodeIndent)
        return false;
    const QStringView rest = withoutIndent(line);
    return rest.startsWith(u'[') && rest.contains(u"]:");
}

} // namespace app::markdown
