// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Saving chats from the whole window; the file dialog is answered as its user would.
#include "app/chat_service.h"
#include "tests/ui/warnings_fail.h"
#include "ui/offline/offline_desk.h"
#include "ui/offline/window_driver.h"

#include <QFile>
#include <QGuiApplication>
#include <QPointer>
#include <QTest>

#include <algorithm>

using namespace ui;

namespace {

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

} // namespace

class SaveChatTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        testing::countWarnings();
        m_desk = std::make_unique<OfflineDesk>(OfflineDeskOptions{});
        QVERIFY(m_desk->start());
        m_driver = std::make_unique<WindowDriver>(m_desk->window().quickWindow());
        QVERIFY(QTest::qWaitForWindowActive(m_desk->window().quickWindow()));
    }
    void cleanup()
    {
        if (QTest::currentTestFailed())
            m_driver->picture().save(QString::fromLatin1(QTest::currentTestFunction()) + QStringLiteral("-failed.png"));
        QCOMPARE(testing::warnings.exchange(0), 0);
    }

    void anEmptyChatHasNothingToSave()
    {
        m_driver->press(Qt::Key_N, Qt::ControlModifier);
        QVERIFY(m_driver->waitUntil([&] { return m_desk->composition().chat().transcript().isEmpty(); }));
        m_driver->press(Qt::Key_S, Qt::ControlModifier);
        QVERIFY(m_driver->waitFor(text("There is nothing to save yet.")));
    }

    void aChatIsSavedInEveryForm_data()
    {
        QTest::addColumn<QString>("row");
        QTest::addColumn<QString>("ending");
        QTest::addColumn<QByteArray>("start");
        QTest::newRow("pdf") << text("PDF: ") << text("pdf") << QByteArray("%PDF-");
        QTest::newRow("html") << text("Web page: ") << text("html") << QByteArray("<!DOCTYPE html>");
        QTest::newRow("markdown") << text("Markdown: ") << text("md") << QByteArray("# Lease review\n");
        QTest::newRow("lines") << text("JSON lines: ") << text("jsonl") << QByteArray("{");
    }
    void aChatIsSavedInEveryForm()
    {
        QFETCH(QString, row);
        QFETCH(QString, ending);
        QFETCH(QByteArray, start);
        QVERIFY(m_driver->hover(text("Lease review")));
        QVERIFY(m_driver->click(text("More about Lease review")));
        QVERIFY(m_driver->click(text("Save as…")));
        QVERIFY(m_driver->waitFor(row));
        (void)m_driver->picture(); // the sheet has come to rest
        QVERIFY(m_driver->click(row));
        QObject *dialog = shownDialog();
        QVERIFY(dialog != nullptr);
        QCOMPARE(dialog->property("selectedFile").toUrl().fileName(), text("Lease review.") + ending);
        const QString path = m_folder.filePath(text("saved.") + ending);
        QVERIFY(answer(dialog, path));
        QVERIFY(m_driver->waitFor(text("Saved as saved.") + ending));
        QVERIFY2(content(path).startsWith(start), content(path).left(40).constData());
    }

    void theOpenChatIsSavedByKeyboard()
    {
        (void)m_driver->picture(); // the dialog before has faded out
        QVERIFY(m_driver->click(text("Bread without kneading")));
        QVERIFY(m_driver->waitUntil([&] { return !m_desk->composition().chat().transcript().isEmpty(); }));
        m_driver->press(Qt::Key_S, Qt::ControlModifier);
        QVERIFY(m_driver->waitUntil([&] {
            const QQuickItem *first = m_driver->find(text("PDF: "));
            return first != nullptr && first->hasActiveFocus();
        }));
        m_driver->press(Qt::Key_Down);
        m_driver->press(Qt::Key_Down);
        m_driver->press(Qt::Key_Return);
        QObject *dialog = shownDialog();
        QVERIFY(dialog != nullptr);
        const QString path = m_folder.filePath(text("bread.md"));
        QVERIFY(answer(dialog, path));
        QVERIFY(m_driver->waitFor(text("Saved as bread.md")));
        QVERIFY(content(path).startsWith("# Bread without kneading\n"));
    }

private:
    QObject *shownDialog() const
    {
        QObject *dialog = nullptr;
        (void)m_driver->waitUntil([&] {
            const QList<QObject *> all = m_desk->window().quickWindow()->findChildren<QObject *>();
            const auto found = std::ranges::find_if(all, [](const QObject *object) {
                return object->inherits("QQuickFileDialog") && object->property("visible").toBool();
            });
            dialog = found != all.end() ? *found : nullptr;
            return dialog != nullptr;
        });
        return dialog;
    }
    /// Chooses a file, and closes the dialog as its user would.
    bool answer(QObject *dialog, const QString &path) const
    {
        const QPointer<QObject> shown(dialog);
        const bool closed = QMetaObject::invokeMethod(dialog, "save", Q_ARG(QUrl, QUrl::fromLocalFile(path))) &&
                            QMetaObject::invokeMethod(dialog, "reject") &&
                            m_driver->waitUntil([&] { return shown.isNull(); });
        // Where there is no window manager nobody gives the keyboard back.
        m_driver->window()->requestActivate();
        return closed && QTest::qWaitForWindowActive(m_driver->window());
    }
    static QByteArray content(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QTemporaryDir m_folder;
    std::unique_ptr<OfflineDesk> m_desk;
    std::unique_ptr<WindowDriver> m_driver;
};

int main(int argc, char **argv)
{
    ui::Window::prepare("test");
    const QGuiApplication application(argc, argv);
    SaveChatTest test;
    QTEST_SET_MAIN_SOURCE_PATH
    return QTest::qExec(&test, argc, argv);
}

#include "save_chat_test.moc"
