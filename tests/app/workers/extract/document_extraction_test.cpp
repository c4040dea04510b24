// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The program's side, on workers that misbehave and on the real one.
#include "app/document_extraction.h"
#include "app/platform/broker.h"
#include "app/workers/extract/reader.h"
#include "app/workers/extract/readers/pdf_document.h"
#include "tests/app/support/extraction_sample.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

#include <memory>
#include <thread>

using namespace app;
using namespace std::chrono_literals;
using Kind = ExtractionFailure::Kind;
using extraction::State;

namespace {

// Forked before Qt starts.
std::unique_ptr<platform::Broker> fakeBroker;
std::unique_ptr<platform::Broker> realBroker;
std::unique_ptr<platform::Broker> emptyBroker;

constexpr ExtractionTimes kShort{.silence = 1500ms, .total = 3000ms};

QString documentPath(const QString &name)
{
    return QStringLiteral(TEST_DOCUMENTS "/") + name;
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s is not there", qPrintable(path));
    return file.readAll();
}

} // namespace

class DocumentExtractionTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { extraction::silencePoppler(); }
    void misbehaviour_data();
    void misbehaviour();
    void aWorkerAnswersAgain();
    void filesThatCannotBeOpened_data();
    void filesThatCannotBeOpened();
    void withoutAWorker();
    void stopping();
    void everyFailureHasWords();
    void theJailChangesNothing_data();
    void theJailChangesNothing();
    void picturesOfPages();
    void hostileDocuments_data();
    void hostileDocuments();
    void malformedDocuments();

private:
    QString write(const QString &name, const QByteArray &content)
    {
        const QString path = m_folder.filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("no file");
        return path;
    }
    QTemporaryDir m_folder;
};

void DocumentExtractionTest::misbehaviour_data()
{
    QTest::addColumn<int>("kind");
    const auto row = [](const char *what, Kind kind) { QTest::newRow(what) << static_cast<int>(kind); };
    row("crash", Kind::Crashed);
    row("abort", Kind::Crashed);
    row("exit", Kind::Crashed);
    row("half and crash", Kind::Crashed);
    row("hang", Kind::TimedOut);
    row("half and hang", Kind::TimedOut);
    row("progress for ever", Kind::TimedOut);
    row("nonsense", Kind::Nonsense);
    row("other version", Kind::Nonsense);
    row("broken rule", Kind::Nonsense);
    row("too much", Kind::Nonsense);
    row("two answers", Kind::Nonsense);
}

void DocumentExtractionTest::misbehaviour()
{
    QFETCH(int, kind);
    const QString path = write(QStringLiteral("x.txt"), QByteArray(QTest::currentDataTag()) + "\n");
    auto document = DocumentExtraction::open(*fakeBroker, path, kShort);
    QVERIFY(document.has_value());
    const auto answer = document->text({.limits = {.pages = 1000}});
    QVERIFY(!answer);
    QCOMPARE(static_cast<int>(answer.error().kind), kind);
    QVERIFY(!answer.error().detail.empty());
    // Afterwards there is nobody to ask.
    const auto again = document->text({});
    QVERIFY(!again && again.error().kind == Kind::Crashed);
}

void DocumentExtractionTest::aWorkerAnswersAgain()
{
    auto document = DocumentExtraction::open(*fakeBroker, write(QStringLiteral("x.txt"), "behave\n"));
    QVERIFY(document.has_value());
    for (int i = 0; i < 3; ++i) {
        const auto answer = document->text({});
        QVERIFY(answer.has_value());
        QVERIFY(*answer == tests::sampleExtraction());
        QVERIFY(document->hello().has_value());
    }
}

void DocumentExtractionTest::filesThatCannotBeOpened_data()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("nothing there") << QStringLiteral("/does/not/exist.pdf");
    QTest::newRow("folder") << QDir::tempPath();
    QTest::newRow("device") << QStringLiteral("/dev/zero");
    const QString pipe = m_folder.filePath(QStringLiteral("pipe"));
    ::mkfifo(QFile::encodeName(pipe).constData(), 0600);
    QTest::newRow("pipe without a writer") << pipe;
}

void DocumentExtractionTest::filesThatCannotBeOpened()
{
    QFETCH(QString, path);
    const auto document = DocumentExtraction::open(*fakeBroker, path);
    QVERIFY(!document);
    QVERIFY(document.error().kind == Kind::Unreadable);
}

void DocumentExtractionTest::withoutAWorker()
{
    const auto document = DocumentExtraction::open(*emptyBroker, write(QStringLiteral("x.txt"), "x"));
    QVERIFY(!document);
    QVERIFY(document.error().kind == Kind::NotStarted);
}

void DocumentExtractionTest::stopping()
{
    auto document = DocumentExtraction::open(*fakeBroker, write(QStringLiteral("x.txt"), "progress for ever\n"));
    QVERIFY(document.has_value());
    std::stop_source stop;
    quint32 seen = 0;
    // Stopped by what it tells: no time is measured.
    const auto answer = document->text({}, stop.get_token(), [&](std::uint32_t done, std::uint32_t total) {
        seen = done * 10 + total;
        stop.request_stop();
    });
    QVERIFY(!answer);
    QVERIFY(answer.error().kind == Kind::Cancelled);
    QCOMPARE(seen, 12U);
}

void DocumentExtractionTest::everyFailureHasWords()
{
    for (const Kind kind :
         {Kind::Unreadable, Kind::NotStarted, Kind::Crashed, Kind::TimedOut, Kind::Nonsense, Kind::Cancelled}) {
        const Failure failure = failureFrom(ExtractionFailure{kind, "detail"}, QStringLiteral("letter.pdf"));
        QVERIFY(failure.code.startsWith(QStringLiteral("extraction.")));
        QVERIFY(!failure.title.isEmpty());
        QVERIFY(failure.explanation.contains(QStringLiteral("letter.pdf")));
        QCOMPARE(failure.details, QStringLiteral("detail"));
    }
    for (int state = 0; state <= static_cast<int>(State::TooLarge); ++state) {
        QVERIFY(!stateName(static_cast<State>(state)).isEmpty());
        QCOMPARE(stateSentence(static_cast<State>(state)).isEmpty(), state == static_cast<int>(State::Read));
    }
    QCOMPARE(formatName(extraction::Format::Mailbox), QStringLiteral("mailbox"));
}

void DocumentExtractionTest::theJailChangesNothing_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("name");
    for (const char *file : {"latin.pdf", "cjk.pdf", "two_columns.pdf", "rotated.pdf", "hidden.pdf", "attachments.pdf"})
        QTest::newRow(file) << QString::fromLatin1(file) << QString::fromLatin1(file);
    // A name for which nothing is loaded before the jail closes.
    QTest::newRow("cold") << QStringLiteral("cjk.pdf") << QStringLiteral("cold.txt");
}

// The same text and the same picture as in this process, which has no jail.
void DocumentExtractionTest::theJailChangesNothing()
{
    QFETCH(QString, file);
    QFETCH(QString, name);
    const QByteArray data = contentOf(documentPath(file));
    const auto bytes = std::as_bytes(std::span(data.constData(), static_cast<std::size_t>(data.size())));
    auto document = DocumentExtraction::open(*realBroker, write(name, data));
    QVERIFY(document.has_value());
    const auto answer = document->text({});
    QVERIFY2(answer.has_value(), answer ? "" : answer.error().detail.c_str());
    QVERIFY(*answer == extraction::readFile(bytes, name.toStdString(), {}));
    QVERIFY(document->hello()->filtered);

    const auto free = extraction::PdfDocument::open(bytes, {});
    QVERIFY(free.has_value());
    const auto picture = document->picture({.scale = 2});
    QVERIFY(picture.has_value());
    QVERIFY(picture->state == State::Read);
    QVERIFY(*picture == free->picture(0, 2, 16'000'000));
}

void DocumentExtractionTest::picturesOfPages()
{
    auto document = DocumentExtraction::open(*realBroker, documentPath(QStringLiteral("rotated.pdf")));
    QVERIFY(document.has_value());
    const auto turned = document->picture({.page = 1, .scale = 1.5F});
    QVERIFY(turned.has_value() && turned->state == State::Read);
    QCOMPARE(turned->width, 450U);
    QCOMPARE(turned->height, 600U);
    // Paper and ink, and no pixel that can be seen through.
    QVERIFY(std::ranges::contains(turned->pixels, std::byte{0}));
    for (std::size_t i = 3; i < turned->pixels.size(); i += 4)
        QCOMPARE(turned->pixels[i], std::byte{255});
    const auto small = document->picture({.scale = 40, .maxPixels = 10'000});
    QVERIFY(small.has_value() && small->state == State::Read);
    QVERIFY(small->width * small->height <= 10'000 && small->width * small->height > 9'000);
    const auto missing = document->picture({.page = 99});
    QVERIFY(missing.has_value() && missing->state == State::Malformed);

    auto locked = DocumentExtraction::open(*realBroker, documentPath(QStringLiteral("encrypted_user.pdf")));
    QVERIFY(locked.has_value());
    QVERIFY(locked->picture({})->state == State::Encrypted);
    QVERIFY(locked->picture({.password = "open sesame"})->state == State::Read);
    auto note = DocumentExtraction::open(*realBroker, write(QStringLiteral("x.pdf"), "A note"));
    QVERIFY(note.has_value());
    QVERIFY(note->picture({})->state == State::Unsupported);
}

void DocumentExtractionTest::hostileDocuments_data()
{
    QTest::addColumn<QString>("file");
    for (const char *file : {"object_stream_bomb.pdf", "content_bomb.pdf", "deep_tree.pdf", "page_loop.pdf",
                             "vast_page.pdf", "huge_count.pdf", "garbage_behind_header.pdf", "truncated.pdf"})
        QTest::newRow(file) << QString::fromLatin1(file);
}

// Whatever they do to the worker, each has a name for what came of it.
void DocumentExtractionTest::hostileDocuments()
{
    QFETCH(QString, file);
    auto document = DocumentExtraction::open(*realBroker, documentPath(file));
    QVERIFY(document.has_value());
    const auto answer = document->text({});
    QVERIFY2(answer || answer.error().kind == Kind::Crashed, answer ? "" : answer.error().detail.c_str());
    auto pictured = DocumentExtraction::open(*realBroker, documentPath(file));
    QVERIFY(pictured.has_value());
    const auto picture = pictured->picture({});
    QVERIFY2(picture || picture.error().kind == Kind::Crashed, picture ? "" : picture.error().detail.c_str());
}

// Good documents, each damaged in one of the ways of disks, networks and people. CARREL_SEED makes a run again.
void DocumentExtractionTest::malformedDocuments()
{
    const int count = qgetenv("CARREL_CAMPAIGN") == "full" ? 500 : 50;
    const quint32 seed = qEnvironmentVariableIsSet("CARREL_SEED")
                             ? static_cast<quint32>(qEnvironmentVariableIntValue("CARREL_SEED"))
                             : QRandomGenerator::global()->generate() % 1'000'000;
    qInfo("%d documents, CARREL_SEED=%u", count, seed);
    QRandomGenerator random(seed);
    QStringList sources = QDir(documentPath({})).entryList(QDir::Files);
    sources.removeIf([](const QString &name) { return name.contains(QStringLiteral("bomb")); });
    const QStringList endings{QStringLiteral("pdf"), QStringLiteral("docx"), QStringLiteral("txt"),
                              QStringLiteral("eml")};
    std::map<QString, int> ends;
    for (int i = 0; i < count; ++i) {
        QByteArray data = contentOf(documentPath(sources[random.bounded(sources.size())]));
        QString ending = QStringLiteral("pdf");
        switch (random.bounded(5)) {
        case 0:
            data.truncate(random.bounded(data.size()));
            break;
        case 1:
            for (int changes = 1 + random.bounded(40); changes > 0; --changes)
                data[random.bounded(data.size())] = static_cast<char>(random.generate());
            break;
        case 2: // a hole
            data.remove(random.bounded(data.size()), 1 + random.bounded(300));
            break;
        case 3: // a piece twice
            data.insert(random.bounded(data.size()), data.mid(random.bounded(data.size()), 500));
            break;
        default: // numbers that lie
            for (char &letter : data) {
                if (letter >= '0' && letter <= '9' && random.bounded(60) == 0)
                    letter = static_cast<char>('0' + random.bounded(10));
            }
            ending = endings[random.bounded(endings.size())];
        }
        const QString path = write(QStringLiteral("malformed.") + ending, data);
        auto document = DocumentExtraction::open(*realBroker, path);
        QVERIFY(document.has_value());
        const auto answer = document->text({});
        if (answer) {
            ++ends[stateName(answer->state)];
            QVERIFY(answer->state == State::Read || !answer->reason.empty());
            continue;
        }
        ++ends[failureFrom(answer.error(), {}).code];
        QVERIFY2(
            answer.error().kind == Kind::Crashed || answer.error().kind == Kind::TimedOut,
            qPrintable(QStringLiteral("document %1: %2").arg(i).arg(QString::fromStdString(answer.error().detail))));
    }
    for (const auto &[end, times] : ends)
        qInfo("%s: %d", qPrintable(end), times);
}

int main(int argc, char **argv)
{
    const auto start = [](const char *folder) {
        auto broker = platform::Broker::start({.workerFolders = {folder}});
        return broker ? std::move(*broker) : nullptr;
    };
    fakeBroker = start(FAKE_FOLDER);
    realBroker = start(READER_FOLDER);
    emptyBroker = start("/nonexistent");
    if (!fakeBroker || !realBroker || !emptyBroker)
        return 1;
    const QCoreApplication application(argc, argv);
    DocumentExtractionTest test;
    const int status = QTest::qExec(&test, argc, argv);
    fakeBroker.reset();
    realBroker.reset();
    emptyBroker.reset();
    return status;
}

#include "document_extraction_test.moc"
