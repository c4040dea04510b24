// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Takes a picture of every page and state, light and dark, large and small, and looks at each of them.
#include "ui/offline/tour.h"

#include "tests/ui/warnings_fail.h"
#include "ui/shell/window.h"

#include <QDir>
#include <QGuiApplication>
#include <QImage>
#include <QSet>
#include <QTest>

#include <algorithm>
#include <vector>

namespace {

int medianLightness(const QImage &picture)
{
    std::vector<int> all;
    for (int y = 0; y < picture.height(); y += 3) {
        for (int x = 0; x < picture.width(); x += 3)
            all.push_back(picture.pixelColor(x, y).lightness());
    }
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::ranges::nth_element(all, middle);
    return *middle;
}

} // namespace

class TourTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void everyPictureShowsSomething();
    void darkIsDarkAndLightIsLight();
    void nothingWarned();

private:
    QFileInfoList m_pictures;
};

void TourTest::initTestCase()
{
    testing::countWarnings();
    const QString folder = QStringLiteral(CARREL_PICTURES);
    QDir(folder).removeRecursively();
    const int taken = ui::takePictures({.folder = folder});
    QVERIFY(taken >= 4 * 30);
    m_pictures = QDir(folder).entryInfoList({QStringLiteral("*.png")}, QDir::Files);
    QCOMPARE(m_pictures.size(), taken);
}

void TourTest::everyPictureShowsSomething()
{
    for (const QFileInfo &file : std::as_const(m_pictures)) {
        const QImage picture(file.filePath());
        const bool isSmall = file.completeBaseName().endsWith(QStringLiteral("-small"));
        QVERIFY2(picture.size() == (isSmall ? QSize(900, 600) : QSize(1280, 800)), qPrintable(file.fileName()));
        QSet<QRgb> colors;
        for (int y = 0; y < picture.height(); y += 3) {
            for (int x = 0; x < picture.width(); x += 3)
                colors.insert(picture.pixel(x, y));
        }
        QVERIFY2(colors.size() > 20, qPrintable(file.fileName()));
    }
}

void TourTest::darkIsDarkAndLightIsLight()
{
    for (const QFileInfo &file : std::as_const(m_pictures)) {
        // Pages of documents are white in both: what counts is what most of the window is.
        const int lightness = medianLightness(QImage(file.filePath()));
        // Behind a dialog everything is dimmed.
        const bool isDark = file.completeBaseName().contains(QStringLiteral("-dark"));
        QVERIFY2(isDark ? lightness < 80 : lightness > 140,
                 qPrintable(QStringLiteral("%1: %2").arg(file.fileName()).arg(lightness)));
    }
}

void TourTest::nothingWarned()
{
    QCOMPARE(testing::warnings.load(), 0);
}

int main(int argc, char **argv)
{
    ui::Window::prepare("test");
    const QGuiApplication application(argc, argv);
    TourTest test;
    QTEST_SET_MAIN_SOURCE_PATH
    return QTest::qExec(&test, argc, argv);
}

#include "tour_test.moc"
