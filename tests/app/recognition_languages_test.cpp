// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/recognition_languages.h"

#include <QTest>

class RecognitionLanguagesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theUsersOwnComeFirst_data()
    {
        QTest::addColumn<QStringList>("locales");
        QTest::addColumn<QString>("names");
        const auto row = [](const char *name, const QStringList &locales, const char *names) {
            QTest::newRow(name) << locales << QString::fromLatin1(names);
        };
        row("none", {}, "eng");
        row("English", {QStringLiteral("en-GB"), QStringLiteral("en")}, "eng");
        row("German", {QStringLiteral("de-AT"), QStringLiteral("de")}, "deu+eng");
        row("C", {QStringLiteral("C")}, "eng");
        row("Chinese", {QStringLiteral("zh-Hant-TW")}, "chi_tra+eng");
        row("three at most", {QStringLiteral("fr"), QStringLiteral("it"), QStringLiteral("de"), QStringLiteral("nl")},
            "fra+ita+eng");
    }
    void theUsersOwnComeFirst()
    {
        QFETCH(QStringList, locales);
        QFETCH(QString, names);
        QCOMPARE(QString::fromStdString(app::recognitionLanguages(locales)), names);
    }
};

QTEST_GUILESS_MAIN(RecognitionLanguagesTest)
#include "recognition_languages_test.moc"
