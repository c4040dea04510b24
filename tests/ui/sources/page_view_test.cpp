// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Marks on pictures of pages, and on text.
#include "ui/sources/page_view.h"
#include "ui/sources/passage_mark.h"

#include <QQmlComponent>
#include <QQmlEngine>
#include <QTest>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>

using namespace ui;

namespace {

/// A white page of 200 × 300 pixels, black in its lower half.
app::PagePicture picture()
{
    app::PagePicture made{.key = QStringLiteral("page"), .pixels = {}, .width = 200, .height = 300};
    constexpr qsizetype half = qsizetype{200} * 150;
    made.pixels = QByteArray(4 * half, '\xff') + QByteArray("\0\0\0\xff", 4).repeated(half);
    return made;
}

} // namespace

class PageViewTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void marksLieOverTheTextInPoints();
    void marksThatTouchAreNotTwiceAsDark();
    void aPageWithoutALayoutHasNoMarks();
    void aPictureWithTooFewBytesIsNone_data();
    void aPictureWithTooFewBytesIsNone();
    void aRunOfTextIsMarked();
};

void PageViewTest::marksLieOverTheTextInPoints()
{
    // Half a pixel a point: the page is 400 × 600 points.
    const QImage page = markedPage(picture(), QSizeF(400, 600), {QRectF(100, 200, 100, 200)}, Qt::yellow);
    QCOMPARE(page.size(), QSize(200, 300));
    QCOMPARE(page.pixelColor(75, 120), QColor(Qt::yellow));
    QCOMPARE(page.pixelColor(75, 180), QColor(Qt::black)); // ink stays ink
    QCOMPARE(page.pixelColor(40, 120), QColor(Qt::white));
    QCOMPARE(page.pixelColor(75, 90), QColor(Qt::white));
}

void PageViewTest::marksThatTouchAreNotTwiceAsDark()
{
    const QColor mark(200, 200, 100);
    const QImage page =
        markedPage(picture(), QSizeF(200, 300), {QRectF(20, 20, 100, 20), QRectF(20, 38, 100, 20)}, mark);
    QCOMPARE(page.pixelColor(60, 39), mark);
    QCOMPARE(page.pixelColor(60, 25), mark);
}

void PageViewTest::aPageWithoutALayoutHasNoMarks()
{
    const QImage page = markedPage(picture(), {}, {QRectF(0, 0, 200, 300)}, Qt::yellow);
    QCOMPARE(page.pixelColor(75, 100), QColor(Qt::white));
}

void PageViewTest::aPictureWithTooFewBytesIsNone_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::newRow("one row more") << 200 << 301;
    QTest::newRow("nothing") << 0 << 0;
    QTest::newRow("negative") << -200 << 300;
}

void PageViewTest::aPictureWithTooFewBytesIsNone()
{
    QFETCH(int, width);
    QFETCH(int, height);
    app::PagePicture made = picture();
    made.width = width;
    made.height = height;
    QVERIFY(markedPage(made, QSizeF(200, 300), {}, Qt::yellow).isNull());
}

void PageViewTest::aRunOfTextIsMarked()
{
    QQmlEngine engine;
    QQmlComponent component(&engine);
    component.setData("import QtQuick\nTextEdit { textFormat: TextEdit.PlainText; text: 'one two\\nthree' }", {});
    const std::unique_ptr<QObject> edit(component.create());
    QVERIFY2(edit, qPrintable(component.errorString()));
    auto *wrapper = edit->property("textDocument").value<QQuickTextDocument *>();
    QTextDocument *document = wrapper->textDocument();
    const auto isMarked = [&](int position) {
        QTextCursor cursor(document);
        cursor.setPosition(position + 1);
        return cursor.charFormat().background().color() == QColor(Qt::yellow);
    };
    PassageMark mark;
    mark.setColor(Qt::yellow);
    mark.setStart(4);
    mark.setLength(5);
    mark.setDocument(wrapper);
    QVERIFY(!isMarked(3));
    QVERIFY(isMarked(4));
    QVERIFY(isMarked(8));
    QVERIFY(!isMarked(9));
    // Other text, and numbers that are not of it.
    edit->setProperty("text", QStringLiteral("12345"));
    QVERIFY(isMarked(4));
    mark.setStart(-3);
    mark.setLength(99);
    QVERIFY(isMarked(0));
    mark.setLength(0);
    QVERIFY(!isMarked(0));
}

QTEST_MAIN(PageViewTest)
#include "page_view_test.moc"
