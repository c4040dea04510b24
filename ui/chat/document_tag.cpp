// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/document_tag.h"

#include <algorithm>

namespace ui {

namespace {

/// No name of a file is longer than what fits in here.
constexpr int kLongestName = 80;

bool beginsAWord(const QString &text, int at)
{
    if (at == 0)
        return true;
    const QChar before = text[at - 1];
    return before.isSpace() || QStringView(u"([{\"'“‘«„").contains(before);
}

} // namespace

int DocumentTag::startOf(const QString &text, int cursor, const QString &mark) const
{
    const int end = std::min(cursor, static_cast<int>(text.size()));
    for (int at = end - 1; at >= 0 && end - at <= kLongestName; --at) {
        if (text[at] == u'\n' || text[at] == QChar::ParagraphSeparator || text[at] == QChar::LineSeparator)
            return -1;
        if (mark.isEmpty() || text[at] != mark.front())
            continue;
        const bool isName = at + 1 == end || !text[at + 1].isSpace();
        return isName && beginsAWord(text, at) ? at : -1;
    }
    return -1;
}

} // namespace ui
