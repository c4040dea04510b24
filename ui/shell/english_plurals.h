// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QTranslator>

namespace ui {

/// Turns "%n turn(s)" of the sources into "%n turn" or "%n turns". A translation that is installed later goes before
/// it.
class EnglishPlurals : public QTranslator {
public:
    using QTranslator::QTranslator;

    [[nodiscard]] bool isEmpty() const override { return false; }
    [[nodiscard]] QString translate(const char *, const char *sourceText, const char *, int n) const override
    {
        if (n < 0)
            return {};
        const QString text = QString::fromUtf8(sourceText);
        return text.contains(kMark)
                   ? QString(text).replace(kMark, n == 1 ? QLatin1StringView() : QLatin1StringView("s"))
                   : QString();
    }

private:
    static constexpr QLatin1StringView kMark{"(s)"};
};

} // namespace ui
