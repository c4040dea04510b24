// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The sample documents and the library: every reader gives what the questions are about, and words alone find most.
#include "tests/app/library/library_index.h"

#include <QTest>

#include <set>

using namespace tests;

namespace {

std::unique_ptr<app::platform::Broker> broker;

} // namespace

class LibraryTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_index = std::make_unique<LibraryIndex>(*broker, nullptr); }

    void everyDocumentIsRead()
    {
        QVERIFY(m_index->files().size() >= 30);
        std::set<std::string> formats;
        for (const auto &[name, file] : m_index->files()) {
            const bool read = file.document.state == storage::DocumentState::Read;
            QVERIFY2(read, qPrintable(name + QStringLiteral(": ") + QString::fromStdString(file.document.reason)));
            QVERIFY2(file.document.passageCount > 0, qPrintable(name));
            formats.insert(file.document.format);
        }
        QVERIFY(formats.size() >= 12);
    }

    void theQuestionsCoverWhatTheyShould()
    {
        std::set<QString> ids;
        std::set<QString> languages;
        std::set<QString> kinds;
        std::size_t unanswerable = 0;
        std::size_t calibration = 0;
        std::size_t halfUnanswerable = 0;
        for (const LibraryQuestion &question : m_questions) {
            QVERIFY2(ids.insert(question.id).second, qPrintable(question.id));
            languages.insert(question.language);
            kinds.insert(question.kind);
            unanswerable += question.isAnswerable() ? 0 : 1;
            calibration += question.calibration ? 1 : 0;
            halfUnanswerable += question.calibration && !question.isAnswerable() ? 1 : 0;
            QCOMPARE(question.isAnswerable(), question.kind != QStringLiteral("unanswerable"));
            QCOMPARE(question.isAnswerable(), !question.answer.isEmpty());
            if (question.kind == QStringLiteral("comparison"))
                QVERIFY(!question.gold.empty());
        }
        QVERIFY(unanswerable >= 20 && m_questions.size() - unanswerable >= 100);
        QVERIFY(languages.size() >= 4 && kinds.size() == 8);
        QCOMPARE(calibration, (m_questions.size() + 1) / 2);
        QCOMPARE(halfUnanswerable, unanswerable / 2);
    }

    void everyAnswerStandsOnItsPage()
    {
        for (const LibraryQuestion &question : m_questions) {
            for (const GoldSpan &span : question.gold)
                QVERIFY2(m_index->locate(span), qPrintable(question.id + QStringLiteral(": ") + span.text));
        }
    }

    void wordsFindMostOfThem()
    {
        double found = 0;
        double all = 0;
        QStringList missed;
        for (const LibraryQuestion &question : m_questions) {
            const auto hits = m_index->search(question.question.toStdString(), {}, 10);
            for (const GoldSpan &span : question.gold) {
                const auto range = m_index->locate(span);
                const bool there = range && std::ranges::any_of(hits, [&](const storage::PassageHit &hit) {
                                       return m_index->holds(hit.passage, span, *range);
                                   });
                found += there ? 1 : 0;
                ++all;
                if (!there)
                    missed += question.id;
            }
        }
        qInfo("words alone find %.0f of %.0f spans among ten passages; not %s", found, all,
              qPrintable(missed.join(QStringLiteral(", "))));
        QVERIFY(found / all >= 0.9);
    }

private:
    std::unique_ptr<LibraryIndex> m_index;
    std::vector<LibraryQuestion> m_questions = libraryQuestions();
};

int main(int argc, char **argv)
{
    auto started = app::platform::Broker::start({.workerFolders = {READER_FOLDER}});
    if (!started)
        return 1;
    broker = std::move(*started);
    const QCoreApplication application(argc, argv);
    LibraryTest test;
    const int status = QTest::qExec(&test, argc, argv);
    broker.reset();
    return status;
}

#include "library_test.moc"
