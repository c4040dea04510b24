// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export_service.h"

#include "tests/app/support/services.h"

#include <QFile>

using namespace app;

class ExportServiceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_services = std::make_unique<tests::Services>();
        m_export = std::make_unique<ExportService>(*m_services->store);
        const ConversationId id = ask(QStringLiteral("When does it end?"), QStringLiteral("In May [1]."));
        QVERIFY(id.isValid());
    }
    void cleanup()
    {
        m_export.reset();
        m_services.reset();
    }

    void aConversationIsWrittenInTheFormatOfItsName_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("start");
        QTest::newRow("markdown") << QStringLiteral("a.md") << QByteArray("# ");
        QTest::newRow("html") << QStringLiteral("a.HTML") << QByteArray("<!DOCTYPE html>");
        QTest::newRow("pdf") << QStringLiteral("a.pdf") << QByteArray("%PDF of When does it end?");
        QTest::newRow("lines") << QStringLiteral("a.jsonl") << QByteArray("{");
    }
    void aConversationIsWrittenInTheFormatOfItsName()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, start);
        m_export->setPdfWriter([](const ExportedTalk &talk) { return "%PDF of " + talk.messages[0].text.toUtf8(); });
        const QString path = m_services->folder.filePath(name);
        QSignalSpy saved(m_export.get(), &ExportService::saved);
        m_export->saveConversation(m_services->chat->conversation(), QStringLiteral("Reader"), path);
        QTRY_COMPARE(saved.size(), 1);
        QCOMPARE(saved.constFirst().constFirst().toString(), path);
        const QByteArray bytes = content(path);
        QVERIFY2(bytes.startsWith(start), bytes.constData());
        if (!name.endsWith(QStringLiteral("pdf")))
            QVERIFY(bytes.contains("In May") && bytes.contains("When does it end?"));
        if (!name.endsWith(QStringLiteral("pdf")) && !name.endsWith(QStringLiteral("jsonl")))
            QVERIFY(bytes.contains("Reader"));
    }

    void aNameIsMadeOfTheTitle()
    {
        QSignalSpy named(m_export.get(), &ExportService::nameSuggested);
        m_export->suggestName(m_services->chat->conversation());
        QTRY_COMPARE(named.size(), 1);
        QCOMPARE(named.constFirst().at(0).value<ConversationId>(), m_services->chat->conversation());
        QCOMPARE(named.constFirst().at(1).toString(), QStringLiteral("When does it end"));
    }

    void anAnswerComesWithItsQuestionAlone()
    {
        ask(QStringLiteral("And who says so?"), QStringLiteral("The lease."));
        const QString path = m_services->folder.filePath(QStringLiteral("a.md"));
        QSignalSpy saved(m_export.get(), &ExportService::saved);
        m_export->saveAnswer(m_services->chat->conversation(), m_services->chat->transcript().constLast().id, {}, path);
        QTRY_COMPARE(saved.size(), 1);
        const QByteArray bytes = content(path);
        QVERIFY(bytes.contains("And who says so?") && bytes.contains("The lease."));
        QVERIFY(!bytes.contains("In May"));
    }

    void whatCannotBeWrittenIsSaid_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("code");
        QTest::newRow("format") << m_folder.filePath(QStringLiteral("a.docx")) << QStringLiteral("app.export_format");
        QTest::newRow("no pdf writer") << m_folder.filePath(QStringLiteral("a.pdf"))
                                       << QStringLiteral("app.export_format");
        QTest::newRow("folder") << QStringLiteral("/no/such/folder/a.md") << QStringLiteral("app.export_failed");
        QTest::newRow("folder of lines") << QStringLiteral("/no/such/folder/a.jsonl")
                                         << QStringLiteral("app.export_failed");
    }
    void whatCannotBeWrittenIsSaid()
    {
        QFETCH(QString, path);
        QFETCH(QString, code);
        QSignalSpy failed(m_export.get(), &ExportService::failed);
        m_export->saveConversation(m_services->chat->conversation(), {}, path);
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed.constFirst().constFirst().value<Failure>().code, code);
        QVERIFY(!QFile::exists(path));
    }

    void aConversationThatIsGoneIsSaid()
    {
        QSignalSpy failed(m_export.get(), &ExportService::failed);
        m_export->saveConversation({.value = 4711}, {}, m_folder.filePath(QStringLiteral("a.md")));
        QTRY_COMPARE(failed.size(), 1);
        m_export->saveConversation({.value = 4711}, {}, m_folder.filePath(QStringLiteral("a.jsonl")));
        QTRY_COMPARE(failed.size(), 2);
        m_export->suggestName({.value = 4711});
        QTRY_COMPARE(failed.size(), 3);
    }

private:
    /// Asks, answers, and gives the conversation.
    ConversationId ask(const QString &question, const QString &answer)
    {
        QSignalSpy ended(m_services->chat.get(), &ChatService::turnEnded);
        m_services->chat->send(question);
        if (!QTest::qWaitFor([&] { return m_services->inference->running() != nullptr; }))
            return {};
        m_services->inference->write(answer, {}, 3);
        m_services->inference->finish();
        if (!QTest::qWaitFor([&] { return !ended.isEmpty(); }))
            return {};
        return m_services->chat->conversation();
    }
    static QByteArray content(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QTemporaryDir m_folder;
    std::unique_ptr<tests::Services> m_services;
    std::unique_ptr<ExportService> m_export;
};

QTEST_GUILESS_MAIN(ExportServiceTest)
#include "export_service_test.moc"
