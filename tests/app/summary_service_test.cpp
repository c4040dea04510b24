// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/summary_service.h"

#include "app/ingest_job.h"
#include "app/summary_job.h"
#include "inference/error.h"
#include "tests/app/support/services.h"
#include "tests/app/support/summary_script.h"

#include <QDir>
#include <QFile>

#include <thread>

using namespace app;
using tests::Services;

namespace {

/// A service over an index, a scripted model and files of marked text.
class Desk {
public:
    explicit Desk(quint32 context = 1200)
        : model(*services.inference)
    {
        services.inference->setContextLength(context);
        openIndex();
    }

    void openIndex()
    {
        summaries.reset();
        index = std::make_unique<IndexThread>();
        if (!tests::await(index->open({.path = services.folder.filePath(QStringLiteral("index.db")).toStdString()}))
                 .isOpen())
            qFatal("the index did not open");
        summaries = std::make_unique<SummaryService>(SummaryService::Collaborators{
            .inference = *services.inference,
            .models = *services.models,
            .provenance = *services.provenance,
            .sources = {.index = index.get(), .read = [this](const std::string &path, const std::stop_token &stop) {
                            ++reads;
                            return tests::readMarkedText(path, stop);
                        }}});
    }

    QString write(const QString &name, const QByteArray &text) const
    {
        const QString path = services.folder.filePath(QStringLiteral("docs/") + name);
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write a document");
        file.write(text);
        return path;
    }

    /// Runs to its end; empty text when it failed.
    SummaryResult run(const SummaryRequest &request)
    {
        QSignalSpy finished(summaries.get(), &SummaryService::finished);
        QSignalSpy failed(summaries.get(), &SummaryService::failed);
        model.prompts.clear();
        summaries->summarize(request);
        if (!QTest::qWaitFor([&] { return finished.count() + failed.count() > 0; }, 20'000))
            qFatal("the summary did not end");
        failure = failed.isEmpty() ? Failure() : failed.first().first().value<Failure>();
        return finished.isEmpty() ? SummaryResult() : finished.first().first().value<SummaryResult>();
    }
    SummaryResult run(const QString &path) { return run(SummaryRequest{.paths = {path}}); }

    Services services;
    tests::ScriptedModel model;
    std::unique_ptr<IndexThread> index;
    std::unique_ptr<SummaryService> summaries;
    std::atomic<int> reads = 0;
    Failure failure;
};

/// `chapters` chapters of some 300 words each.
QByteArray book(int chapters, const QByteArray &edited = {}, int editedChapter = -1)
{
    QByteArray text;
    for (int chapter = 0; chapter < chapters; ++chapter) {
        text += "# Chapter " + QByteArray::number(chapter) + '\n';
        for (int paragraph = 0; paragraph < 6; ++paragraph) {
            text += "Paragraph " + QByteArray::number(paragraph) + " of chapter " + QByteArray::number(chapter) +
                    " tells us something of its own. ";
            if (chapter == editedChapter && paragraph == 3)
                text += edited;
            text += QByteArray("and goes on for a while ").repeated(8) + "until it ends.\n";
        }
    }
    return text;
}

int countOf(const std::vector<std::string> &prompts, std::string_view start)
{
    return static_cast<int>(
        std::ranges::count_if(prompts, [&](const std::string &prompt) { return prompt.starts_with(start); }));
}

constexpr std::string_view kPoints = "Summarize the text below in two to four";
constexpr std::string_view kJoin = "Summarize the notes below in three to five";
constexpr std::string_view kFinal = "Summarize the notes below in one to three";
constexpr std::string_view kPart = "Summarize the notes below in two or three";
constexpr std::string_view kWholePart = "Summarize the text below in two or three";

} // namespace

class SummaryServiceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatFitsIsReadWholeInOneStep();
    void aLongTextIsReadInPiecesAndJoined();
    void aSecondRunReadsNothing();
    void anEditedChapterCostsThatChapter();
    void stoppedOrKilledItGoesOnWhereItWas();
    void whatTheIndexHasIsNotReadAgain();
    void foldersAndCollectionsSayWhatWasNotRead();
    void questionsAreAnswered();
    void pagesWithoutTextAndEmptySectionsAreCounted();
    void loopsAreCutAndInventedNumbersDropped();
    void aModelThatSaysNothingIsTold();
    void withoutText_data();
    void withoutText();
    void tooShortAContextIsRefused();
    void stopEndsItWithinAStep();
    void anEngineFailureIsTold();
    void oneAtATime();
    void anotherModelEndsIt();
};

void SummaryServiceTest::whatFitsIsReadWholeInOneStep()
{
    Desk desk;
    QSignalSpy text(desk.summaries.get(), &SummaryService::textArrived);
    desk.model.answer = [](const std::string &) {
        return std::string("The rent is due [1]. Three months' notice [2].");
    };
    const QString path = desk.write(QStringLiteral("lease.md"), "# Rent\nThe rent is due.\n# Notice\nThree months.\n");
    const SummaryResult result = desk.run(path);
    QCOMPARE(desk.failure, Failure());
    QCOMPARE(desk.model.prompts.size(), std::size_t{1});
    QVERIFY(desk.model.prompts[0].find("Rent\n\nThe rent is due. [1]\n\nNotice\n\nThree months. [2]") !=
            std::string::npos);
    QCOMPARE(result.text, QStringLiteral("The rent is due [1]. Three months' notice [2]."));
    QVERIFY(text.count() >= 2);
    QString streamed;
    for (const auto &part : text)
        streamed += part.first().toString();
    QCOMPARE(streamed, result.text);
    QCOMPARE(result.sources.size(), 2);
    QCOMPARE(result.sources[1].text, QStringLiteral("Three months."));
    QCOMPARE(result.sources[1].document, path);
    QCOMPARE(result.sources[1].page, 1);
    QCOMPARE(result.coverage.sectionsTotal, 2);
    QCOMPARE(result.coverage.sectionsRead, 2);
    QCOMPARE(result.coverage.tokensTotal, 8);
    QCOMPARE(result.coverage.tokensRead, 8);
    QCOMPARE(result.madeNodes, 1);
    QCOMPARE(desk.summaries->phase(), SummaryService::Phase::Done);
    QCOMPARE(desk.summaries->text(), result.text);
    QVERIFY(!desk.services.inference->generations()[0].request.thinking.value_or(true));
}

void SummaryServiceTest::aLongTextIsReadInPiecesAndJoined()
{
    Desk desk;
    QSignalSpy read(desk.summaries.get(), &SummaryService::sectionRead);
    QSignalSpy phases(desk.summaries.get(), &SummaryService::phaseChanged);
    const SummaryResult result = desk.run(desk.write(QStringLiteral("book.md"), book(40)));
    QCOMPARE(desk.failure, Failure());
    QCOMPARE(countOf(desk.model.prompts, kPoints), 40);
    QVERIFY(countOf(desk.model.prompts, kJoin) >= 2);
    QCOMPARE(countOf(desk.model.prompts, kFinal), 1);
    QVERIFY(desk.model.prompts.back().starts_with(kFinal));
    QCOMPARE(read.count(), 40);
    const auto section = read.at(7).first().value<SummarySection>();
    QCOMPARE(section.title, QStringLiteral("Chapter 7"));
    QVERIFY(!section.points.isEmpty());
    QVERIFY(section.points[0].contains(QStringLiteral("of chapter 7")));
    QVERIFY(!section.passages.isEmpty());
    for (const SummarySource &passage : section.passages) {
        QVERIFY(passage.text.contains(QStringLiteral("of chapter 7")));
        QVERIFY(section.points.join(QLatin1Char(' ')).contains(QStringLiteral("[%1]").arg(passage.id)));
    }
    QCOMPARE(desk.summaries->sectionsTotal(), 40);
    QCOMPARE(desk.summaries->sections().size(), 40);
    QCOMPARE(result.coverage.sectionsRead, 40);
    QCOMPARE(result.coverage.sectionsTotal, 40);
    QCOMPARE(result.coverage.tokensRead, result.coverage.tokensTotal);
    // What the summary cites are passages of the document, whose text says what it says.
    QVERIFY(!result.sources.isEmpty());
    QVERIFY(result.sources[0].text.contains(QStringLiteral("of chapter 0")));
    // No prompt is longer than the context, and instructions come first: their state is shared.
    for (const auto &generation : desk.services.inference->generations()) {
        const auto words =
            QString::fromStdString(generation.request.messages[0].content).simplified().count(QLatin1Char(' ')) + 1;
        QVERIFY2(words + generation.request.maxTokens <= 1200, qPrintable(QString::number(words)));
    }
    const std::string &first = desk.model.prompts[0];
    const std::string &second = desk.model.prompts[1];
    QVERIFY(std::ranges::mismatch(first, second).in1 - first.begin() > 120);
}

void SummaryServiceTest::aSecondRunReadsNothing()
{
    Desk desk;
    const QString path = desk.write(QStringLiteral("book.md"), book(6));
    const SummaryResult first = desk.run(path);
    QCOMPARE(first.reusedNodes, 0);
    desk.openIndex();
    SummaryResult second = desk.run(path);
    QVERIFY(desk.model.prompts.empty());
    QCOMPARE(second.madeNodes, 0);
    QCOMPARE(second.reusedNodes, first.madeNodes);
    QVERIFY(desk.summaries->sections()[0].reused);
    second.madeNodes = first.madeNodes;
    second.reusedNodes = 0;
    QCOMPARE(second, first);
    // Another length has other points, another name has not.
    QVERIFY(QFile::rename(path, path + QStringLiteral(".txt")));
    QCOMPARE(desk.run(path + QStringLiteral(".txt")).madeNodes, 0);
    const SummaryResult shorter = desk.run({.paths = {path + QStringLiteral(".txt")}, .length = SummaryLength::Short});
    QCOMPARE(shorter.madeNodes, 1);
    desk.summaries->setSampling({.seed = 9});
    QVERIFY(desk.run(path + QStringLiteral(".txt")).madeNodes > 5);
}

void SummaryServiceTest::anEditedChapterCostsThatChapter()
{
    Desk desk;
    const QString path = desk.write(QStringLiteral("book.md"), book(8));
    desk.run(path);
    desk.write(QStringLiteral("book.md"), book(8, "Something quite new is told here. ", 4));
    const SummaryResult edited = desk.run(path);
    QCOMPARE(countOf(desk.model.prompts, kPoints), 1);
    QVERIFY(edited.reusedNodes >= 7);
    QCOMPARE(edited.coverage.sectionsRead, 8);
    // A chapter in front changes where all others stand, and none of them.
    desk.write(QStringLiteral("book.md"), "# Preface\n" + book(1).sliced(book(1).indexOf('\n') + 1) +
                                              book(8, "Something quite new is told here. ", 4));
    desk.run(path);
    QCOMPARE(countOf(desk.model.prompts, kPoints), 1);
}

void SummaryServiceTest::stoppedOrKilledItGoesOnWhereItWas()
{
    Desk clean;
    const SummaryResult whole = clean.run(clean.write(QStringLiteral("book.md"), book(9)));

    Desk desk;
    const QString path = desk.write(QStringLiteral("book.md"), book(9));
    for (const int sections : {2, 3, 1}) {
        int seen = 0;
        const auto stopping = QObject::connect(desk.summaries.get(), &SummaryService::sectionRead, desk.summaries.get(),
                                               [&](const SummarySection &section) {
                                                   if (!section.reused && ++seen == sections)
                                                       desk.summaries->stop();
                                               });
        desk.run(path);
        QObject::disconnect(stopping);
        QCOMPARE(desk.failure.code, QStringLiteral("inference.cancelled"));
        QCOMPARE(desk.summaries->phase(), SummaryService::Phase::Stopped);
        QVERIFY(desk.summaries->coverage().sectionsRead >= seen);
        QVERIFY(desk.summaries->coverage().sectionsRead < 9);
        QCOMPARE(desk.summaries->coverage().sectionsTotal, 9);
        desk.openIndex();
    }
    SummaryResult rest = desk.run(path);
    QVERIFY(rest.reusedNodes >= 6);
    QCOMPARE(rest.reusedNodes + rest.madeNodes, whole.madeNodes);
    QCOMPARE(rest.text, whole.text);
    rest.coverage.cut = whole.coverage.cut;
    QCOMPARE(rest.coverage, whole.coverage);
}

void SummaryServiceTest::whatTheIndexHasIsNotReadAgain()
{
    Desk desk;
    const QString path = desk.write(QStringLiteral("book.md"), book(5));
    storage::Collection collection{.uuid = "c", .name = "C", .sources = {path.toStdString()}};
    std::thread([&] {
        IngestPorts ports{.index = desk.index.get(), .read = [](const ReadTask &task, const std::stop_token &stop) {
                              return tests::readMarkedText(task.path, stop);
                          }};
        IngestJob job(ports);
        const std::stop_source stop;
        (void)job.scan(collection, stop.get_token());
        (void)job.work(stop.get_token());
    }).join();
    const SummaryResult indexed = desk.run(path);
    QCOMPARE(desk.reads.load(), 0);
    QCOMPARE(indexed.coverage.sectionsRead, 5);
    // As a member of its collection it is the same summary.
    const SummaryResult member = desk.run({.collection = QStringLiteral("c")});
    QCOMPARE(member.text, indexed.text);
    QCOMPARE(member.madeNodes, 0);
    // Read from the file itself it is the same text in the same pieces.
    desk.write(QStringLiteral("copy.md"), book(5));
    Desk other;
    QCOMPARE(other.run(other.write(QStringLiteral("book.md"), book(5))).text, indexed.text);
    QCOMPARE(other.reads.load(), 1);
}

void SummaryServiceTest::foldersAndCollectionsSayWhatWasNotRead()
{
    Desk desk;
    desk.write(QStringLiteral("a.md"), "# Lease\nThe rent is due on the first.\n");
    desk.write(QStringLiteral("b.md"), book(6));
    desk.write(QStringLiteral("c/locked.pdf"), "locked");
    desk.write(QStringLiteral("c/copy.md"), "# Lease\nThe rent is due on the first.\n");
    desk.write(QStringLiteral(".hidden.md"), "hidden");
    const SummaryResult result = desk.run(desk.services.folder.filePath(QStringLiteral("docs")));
    QCOMPARE(desk.failure, Failure());
    QCOMPARE(result.coverage.filesTotal, 3);
    QCOMPARE(result.coverage.filesRead, 2);
    QCOMPARE(result.coverage.unreadFiles.size(), 1);
    QVERIFY(result.coverage.unreadFiles[0].document.endsWith(QStringLiteral("locked.pdf")));
    QVERIFY(result.coverage.unreadFiles[0].reason.contains(QStringLiteral("encrypted")));
    QCOMPARE(result.coverage.sectionsRead, 7);
    // The first file whole, the second in six pieces and a summary of its own, then one of both.
    QCOMPARE(countOf(desk.model.prompts, kPoints), 6);
    QCOMPARE(countOf(desk.model.prompts, kWholePart), 1);
    QCOMPARE(countOf(desk.model.prompts, kPart), 1);
    QCOMPARE(countOf(desk.model.prompts, kFinal), 1);
    QVERIFY(desk.model.prompts.back().find("a:\n") != std::string::npos);
    QVERIFY(std::ranges::any_of(
        result.sources, [](const SummarySource &source) { return source.document.endsWith(QStringLiteral("a.md")); }));
    QVERIFY(std::ranges::any_of(
        result.sources, [](const SummarySource &source) { return source.document.endsWith(QStringLiteral("b.md")); }));
    // Each file's part is kept: alone it costs at most its own last step.
    QVERIFY(desk.run(desk.services.folder.filePath(QStringLiteral("docs/b.md"))).madeNodes <= 1);
}

void SummaryServiceTest::questionsAreAnswered()
{
    Desk desk;
    desk.model.answer = [](const std::string &prompt) {
        if (prompt.starts_with("Questions:"))
            return prompt.find("Chapter 3") == std::string::npos ? std::string("none")
                                                                 : std::string("- It is in chapter three [2]");
        return std::string("Here: ") + prompt.substr(prompt.rfind("Question: ") + 10, 4) + " [1].";
    };
    SummaryRequest request{.paths = {desk.write(QStringLiteral("book.md"), book(6))},
                           .questions = {QStringLiteral("Where is it?"), QStringLiteral("What is it?")}};
    const SummaryResult result = desk.run(request);
    QCOMPARE(desk.failure, Failure());
    QCOMPARE(result.text, QStringLiteral("**Where is it?**\n\nHere: Wher [1].\n\n**What is it?**\n\nHere: What [1]."));
    QCOMPARE(result.sources.size(), 1);
    QVERIFY(result.sources[0].heading.contains(QStringLiteral("Chapter 3")));
    QCOMPARE(result.coverage.emptySections.size(), 5);
    QCOMPARE(result.coverage.sectionsRead, 6);
    // Whole, the document comes before the question, so that its state serves all of them.
    request.paths = {desk.write(QStringLiteral("note.md"), "It is here.\n")};
    desk.run(request);
    QCOMPARE(desk.model.prompts.size(), std::size_t{2});
    QVERIFY(std::ranges::mismatch(desk.model.prompts[0], desk.model.prompts[1]).in1 - desk.model.prompts[0].begin() >
            static_cast<std::ptrdiff_t>(desk.model.prompts[0].find("It is here.")));
}

void SummaryServiceTest::pagesWithoutTextAndEmptySectionsAreCounted()
{
    Desk desk;
    desk.model.answer = [](const std::string &prompt) {
        return prompt.starts_with(kPoints) && prompt.find("Chapter 2") != std::string::npos
                   ? std::string("None.")
                   : tests::scriptedAnswer(prompt);
    };
    const SummaryResult result = desk.run(desk.write(QStringLiteral("book.md"), "First page.\n\f\f" + book(4)));
    QCOMPARE(result.coverage.pagesWithoutText.size(), 1);
    QCOMPARE(result.coverage.pagesWithoutText[0].page, 2);
    QCOMPARE(result.coverage.emptySections.size(), 1);
    QCOMPARE(result.coverage.emptySections[0].section, QStringLiteral("Chapter 2"));
    QCOMPARE(result.coverage.emptySections[0].page, 3);
    QCOMPARE(result.coverage.sectionsRead, 5);
}

void SummaryServiceTest::loopsAreCutAndInventedNumbersDropped()
{
    Desk desk;
    desk.model.answer = [](const std::string &prompt) {
        if (prompt.starts_with(kFinal))
            return std::string("It says a thing [99].");
        if (prompt.find("Chapter 1") != std::string::npos) {
            std::string loop;
            for (int i = 0; i < 50; ++i)
                loop += "again and again and ";
            return loop;
        }
        return std::string("- A point of the text [1]\n- A point of the text [1]\n- Never read [1]\n");
    };
    const SummaryResult result = desk.run(desk.write(QStringLiteral("book.md"), book(4)));
    QCOMPARE(result.text, QStringLiteral("It says a thing."));
    QVERIFY(result.sources.isEmpty());
    QCOMPARE(desk.summaries->sections()[0].points, QStringList{QStringLiteral("A point of the text [1]")});
    // Each loop ended its step.
    int cancelled = 0;
    for (const auto &generation : desk.services.inference->generations())
        cancelled += generation.cancelled ? 1 : 0;
    QCOMPARE(cancelled, 4);
}

void SummaryServiceTest::aModelThatSaysNothingIsTold()
{
    Desk desk;
    desk.model.answer = [](const std::string &) { return std::string(); };
    desk.run(desk.write(QStringLiteral("book.md"), book(4)));
    QCOMPARE(desk.failure.code, QStringLiteral("app.summary_empty"));
    QCOMPARE(desk.summaries->coverage().emptySections.size(), 4);
    desk.run(desk.write(QStringLiteral("short.md"), "Short.\n"));
    QCOMPARE(desk.failure.code, QStringLiteral("app.summary_empty"));
    QCOMPARE(desk.summaries->phase(), SummaryService::Phase::Failed);
}

void SummaryServiceTest::withoutText_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("says");
    QTest::newRow("empty") << QByteArray() << QStringLiteral("document.pdf: It has no text.");
    QTest::newRow("blank") << QByteArray(" \n ") << QStringLiteral("document.pdf: It has no text.");
    QTest::newRow("encrypted") << QByteArray("locked") << QStringLiteral("document.pdf: It is encrypted.");
    QTest::newRow("scanned") << QByteArray("scan") << QStringLiteral("document.pdf: It is made of pictures.");
}

void SummaryServiceTest::withoutText()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, says);
    Desk desk;
    desk.run(desk.write(QStringLiteral("document.pdf"), bytes));
    QCOMPARE(desk.failure.code, QStringLiteral("app.no_text"));
    QVERIFY2(desk.failure.explanation.startsWith(says), qPrintable(desk.failure.explanation));
    QVERIFY(desk.services.inference->loads().empty());
    desk.run(QStringLiteral("/nonexistent"));
    QCOMPARE(desk.failure.code, QStringLiteral("app.document_unreadable"));
}

void SummaryServiceTest::tooShortAContextIsRefused()
{
    Desk desk(300);
    desk.run(desk.write(QStringLiteral("book.md"), book(1)));
    QCOMPARE(desk.failure.code, QStringLiteral("app.document_too_long"));
    QVERIFY(desk.model.prompts.empty());
    desk.run(desk.write(QStringLiteral("note.md"), "A note.\n"));
    QCOMPARE(desk.failure, Failure());
}

void SummaryServiceTest::stopEndsItWithinAStep()
{
    Desk desk;
    desk.services.inference->disconnect(&desk.model);
    QSignalSpy failed(desk.summaries.get(), &SummaryService::failed);
    desk.summaries->summarize({.paths = {desk.write(QStringLiteral("a.md"), "Some words.\n")}});
    QTRY_COMPARE(desk.services.inference->generations().size(), std::size_t{1});
    QVERIFY(desk.summaries->isBusy());
    desk.summaries->stop();
    QTRY_COMPARE(failed.count(), 1);
    QTRY_VERIFY(desk.services.inference->generations()[0].cancelled);
    QCOMPARE(desk.summaries->coverage().sectionsRead, 0);
    QVERIFY(!desk.summaries->isBusy());
    // A service that goes away ends what is under way.
    desk.summaries->summarize({.paths = {desk.services.folder.filePath(QStringLiteral("docs/a.md"))}});
    QTRY_COMPARE(desk.services.inference->generations().size(), std::size_t{2});
    desk.summaries.reset();
}

void SummaryServiceTest::anEngineFailureIsTold()
{
    Desk desk;
    desk.services.inference->disconnect(&desk.model);
    QSignalSpy failed(desk.summaries.get(), &SummaryService::failed);
    desk.summaries->summarize({.paths = {desk.write(QStringLiteral("a.md"), "Some words.\n")}});
    QTRY_COMPARE(desk.services.inference->generations().size(), std::size_t{1});
    desk.services.inference->fail({inference::ErrorCode::NotFinite, "NaN"});
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed.first().first().value<Failure>().action, FailureAction::RunOnCpu);
    QCOMPARE(desk.summaries->failure().action, FailureAction::RunOnCpu);
}

void SummaryServiceTest::oneAtATime()
{
    Desk desk;
    QSignalSpy failed(desk.summaries.get(), &SummaryService::failed);
    QSignalSpy finished(desk.summaries.get(), &SummaryService::finished);
    const SummaryRequest request{.paths = {desk.write(QStringLiteral("a.md"), "Some words.\n")}};
    desk.summaries->summarize(request);
    desk.summaries->summarize(request);
    QCOMPARE(failed.count(), 1);
    QCOMPARE(failed.first().first().value<Failure>().code, QStringLiteral("app.busy"));
    QTRY_COMPARE(finished.count(), 1);
}

void SummaryServiceTest::anotherModelEndsIt()
{
    Desk desk;
    bool replaced = false;
    desk.model.answer = [&](const std::string &prompt) {
        // As when a chat chooses another one between two steps.
        if (!std::exchange(replaced, true))
            QTimer::singleShot(0, desk.services.inference.get(),
                               [&] { desk.services.inference->loadModel({.modelId = QStringLiteral("another")}); });
        return tests::scriptedAnswer(prompt);
    };
    desk.run(desk.write(QStringLiteral("book.md"), book(6)));
    QCOMPARE(desk.failure.code, QStringLiteral("inference.cancelled"));
    QVERIFY(desk.summaries->coverage().sectionsRead < 6);
}

QTEST_GUILESS_MAIN(SummaryServiceTest)
#include "summary_service_test.moc"
