// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/recognition_languages.h"

#include <QLocale>

namespace app {

namespace {

constexpr qsizetype kMostLanguages = 3;

/// ISO 639-2, but where Tesseract has a name of its own.
QString tesseractName(const QString &name)
{
    const QLocale locale(name);
    if (locale.language() == QLocale::Chinese)
        return locale.script() == QLocale::TraditionalChineseScript ? QStringLiteral("chi_tra")
                                                                    : QStringLiteral("chi_sim");
    if (locale.language() == QLocale::C)
        return {};
    return QLocale::languageToCode(locale.language(), QLocale::ISO639Part2T);
}

} // namespace

std::string recognitionLanguages(const QStringList &locales)
{
    QStringList names;
    for (const QString &locale : locales) {
        const QString name = tesseractName(locale);
        if (!name.isEmpty() && !names.contains(name) && names.size() < kMostLanguages)
            names.append(name);
    }
    const QString english = QStringLiteral("eng");
    if (!names.contains(english)) {
        while (names.size() >= kMostLanguages)
            names.removeLast();
        names.append(english);
    }
    return names.join(u'+').toStdString();
}

std::string recognitionLanguages()
{
    return recognitionLanguages(QLocale::system().uiLanguages());
}

} // namespace app
