// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/warnings_fail.h"
#include "ui/style/fonts.h"

#include <QQmlEngine>
#include <QtQuickTest>

class Setup : public QObject {
    Q_OBJECT
public Q_SLOTS:
    void applicationAvailable()
    {
        if (!ui::loadFonts())
            qFatal("The fonts are missing from the resources");
    }
};

int main(int argc, char **argv)
{
    testing::countWarnings();
    QTEST_SET_MAIN_SOURCE_PATH
    Setup setup;
    const int status = quick_test_main_with_setup(argc, argv, "ui", QUICK_TEST_SOURCE_DIR, &setup);
    return status != 0 ? status : testing::warnings > 0 ? 1 : 0;
}

#include "quick_main.moc"
