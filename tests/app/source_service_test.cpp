// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/source_service.h"

#include "app/passage_builder.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace app;
using namespace app::extraction;

namespace {

constexpr char kHash[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// A page of lines with a word each, its first one a heading.
Page page(const std::vector<std::string> &words, bool layout)
{
    Page made{.source = TextSource::File};
    if (layout) {
        made.width = 400;
        made.height = 600;
    }
    for (const std::string &word : words) {
        if (!made.text.empty())
            made.text += '\n';
        const auto begin = static_cast<std::uint32_t>(made.text.size());
        made.text += word;
        const auto end = static_cast<std::uint32_t>(made.text.size());
        const float top = 50 + 20 * static_cast<float>(made.blocks.size());
        made.blocks.push_back({.kind = begin == 0 ? BlockKind::Heading : BlockKind::Paragraph,
                               .level = static_cast<std::uint8_t>(begin == 0 ? 1 : 0),
                               .begin = begin,
                               .end = end});
        if (layout)
            made.words.push_back(
                {.begin = begin, .end = end, .box = {.left = 50, .top = top, .right = 350, .bottom = top + 12}});
    }
    return made;
}

/// A data folder with one document, and the service over it.
class Desk {
public:
    explicit Desk(bool layout = true)
    {
        auto opening = index.open({.path = folder.filePath(QStringLiteral("index.db")).toStdString()});
        QTRY_VERIFY(opening.isThere());
        QVERIFY(opening.take().isOpen());
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("the file");
        file.close();
        struct stat status = {};
        QCOMPARE(::stat(path().toUtf8().constData(), &status), 0);
        Extraction read{.format = layout ? Format::Pdf : Format::PlainText, .state = State::Read};
        read.document.numbered = layout;
        read.document.title = "Lease";
        read.document.pages = {page({"Notice", "Grüße voraus", "three months"}, layout),
                               page({"Deposit", "three rents"}, layout)};
        BuiltDocument built = buildDocument(std::move(read), "lease", countsWords);
        text = QString::fromStdString(built.chunks.passages.front().text);
        passage = built.chunks.passages.front();
        ask([&](IndexStores &stores) -> storage::Result<int> {
            auto noted = stores.documents.noteFile("c", path().toStdString(), status.st_size,
                                                   status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec);
            auto linked = stores.documents.linkContent(noted->id, kHash, status.st_size);
            const storage::DocumentId id = linked->id;
            built.document.id = id;
            if (!stores.documents.beginReading(id) || !stores.documents.addPages(id, built.pages) ||
                !stores.documents.addSections(id, built.chunks.sections) ||
                !stores.documents.addPassages(id, built.chunks.passages) ||
                !stores.documents.finishReading(built.document))
                return std::unexpected(storage::Error{storage::ErrorCode::Internal, "not written"});
            return 1;
        });
        service = std::make_unique<SourceService>(index, readers());
    }

    static std::int32_t countsWords(std::string_view words) { return static_cast<std::int32_t>(countWords(words)); }

    template <class Function>
    void ask(Function function)
    {
        auto answer = index.run(std::move(function));
        QTRY_VERIFY(answer.isThere());
        QVERIFY(answer.take().has_value());
    }

    [[nodiscard]] QString path() const { return folder.filePath(QStringLiteral("lease.pdf")); }
    [[nodiscard]] CitationValue citation(qint32 number = 1) const
    {
        CitationValue value;
        value.ordinal = number;
        value.collectionUuid = QStringLiteral("c");
        value.documentSha256 = QString::fromLatin1(kHash);
        value.documentName = QStringLiteral("lease.pdf");
        value.page = 1;
        value.pageLabel = QStringLiteral("1");
        value.begin = passage.textBegin;
        value.end = passage.textEnd;
        value.text = text;
        value.lexicalRank = 2;
        value.denseRank = 1;
        value.used = number == 1;
        return value;
    }
    /// Shows it and waits until its standing is known.
    void show(const CitationValue &value)
    {
        service->show({.value = 1}, {value}, value.ordinal);
        QTRY_VERIFY(service->view().standing != SourceStanding::Looking);
    }

    QTemporaryDir folder;
    IndexThread index;
    storage::Passage passage;
    QString text;
    std::atomic<int> drawn = 0;
    std::atomic<bool> crash = false;
    std::unique_ptr<SourceService> service;

private:
    PageDrawer::OpenReader readers()
    {
        return [this](const std::string &) -> std::expected<PageDrawer::Reader, ExtractionFailure> {
            return [this](const Request &request, const std::stop_token &) -> PageDrawer::Drawn {
                ++drawn;
                if (crash)
                    return std::unexpected(ExtractionFailure{ExtractionFailure::Kind::Crashed, "signal 11"});
                Picture picture{.state = State::Read};
                picture.width = static_cast<std::uint32_t>(400 * request.scale);
                picture.height = request.page + 1;
                picture.pixels.resize(std::size_t{4} * picture.width * picture.height);
                return picture;
            };
        };
    }
};

} // namespace

class SourceServiceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aPassageIsMarkedOnItsPage()
    {
        Desk desk;
        QSignalSpy opened(desk.service.get(), &SourceService::openChanged);
        desk.service->setPictureWidth(800);
        desk.show(desk.citation());
        QCOMPARE(opened.size(), 1);
        const SourceView &view = desk.service->view();
        QCOMPARE(view.standing, SourceStanding::Fine);
        QVERIFY2(view.notice.isEmpty(), qPrintable(view.notice));
        QCOMPARE(view.name, QStringLiteral("lease.pdf"));
        QCOMPARE(view.place, QStringLiteral("page 1 of 2"));
        QCOMPARE(view.heading, QStringLiteral("Lease › Notice"));
        QCOMPARE(view.pageSize, QSizeF(400, 600));
        // The heading belongs to the section, its paragraphs to the passage.
        QCOMPARE(view.marks.constLast(), QRectF(50, 90, 300, 12));
        QCOMPARE(view.marked().bottom(), 102.0);
        const QString marked = view.text.mid(view.markStart, view.markLength);
        QVERIFY2(marked.contains(QStringLiteral("Grüße voraus")) && marked.endsWith(QStringLiteral("three months")),
                 qPrintable(marked));
        QCOMPARE(view.why.size(), 3);
        QVERIFY(view.canOpen);
        QTRY_COMPARE(desk.service->pictureState(), PictureState::Ready);
        QCOMPARE(desk.service->picture().width, 800);
        QCOMPARE(desk.service->picture().pixels.size(), qsizetype{4} * 800);
        QSignalSpy asked(desk.service.get(), &SourceService::openFileWanted);
        desk.service->openFile();
        QCOMPARE(asked.constFirst().constFirst().toString(), desk.path());
    }

    void textHasNoPicture()
    {
        Desk desk(false);
        desk.service->setPictureWidth(800);
        desk.show(desk.citation());
        QCOMPARE(desk.service->view().standing, SourceStanding::Fine);
        QVERIFY(desk.service->view().pageSize.isEmpty());
        QVERIFY(desk.service->view().markLength > 0);
        QCOMPARE(desk.service->pictureState(), PictureState::None);
        QCOMPARE(desk.drawn, 0);
    }

    void aPictureIsKeptForItsSize()
    {
        Desk desk;
        desk.service->setPictureWidth(800);
        desk.show(desk.citation());
        QTRY_COMPARE(desk.service->pictureState(), PictureState::Ready);
        desk.show(desk.citation());
        QTRY_COMPARE(desk.service->pictureState(), PictureState::Ready);
        QCOMPARE(desk.drawn, 1);
        desk.service->setPictureWidth(400);
        QTRY_COMPARE(desk.service->picture().width, 400);
        QCOMPARE(desk.drawn, 2);
        desk.service->setPictureWidth(800);
        QTRY_COMPARE(desk.service->picture().width, 800);
        QCOMPARE(desk.drawn, 2);
    }

    void aPageThatCannotBeDrawnIsSaid()
    {
        Desk desk;
        desk.crash = true;
        desk.service->setPictureWidth(800);
        desk.show(desk.citation());
        QTRY_COMPARE(desk.service->pictureState(), PictureState::Failed);
        QVERIFY(desk.service->pictureTrouble().contains(QStringLiteral("lease.pdf")));
        desk.crash = false;
        desk.service->drawAgain();
        QTRY_COMPARE(desk.service->pictureState(), PictureState::Ready);
        QVERIFY(desk.service->pictureTrouble().isEmpty());
    }

    void whatBecameOfTheFileIsSaid_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<SourceStanding>("standing");
        QTest::addColumn<bool>("canOpen");
        QTest::newRow("changed") << QStringLiteral("changed") << SourceStanding::Changed << true;
        QTest::newRow("gone") << QStringLiteral("gone") << SourceStanding::Gone << false;
        QTest::newRow("another content") << QStringLiteral("hash") << SourceStanding::Changed << true;
        QTest::newRow("another document") << QStringLiteral("name") << SourceStanding::NotIndexed << false;
    }
    void whatBecameOfTheFileIsSaid()
    {
        QFETCH(QString, what);
        QFETCH(SourceStanding, standing);
        QFETCH(bool, canOpen);
        Desk desk;
        desk.service->setPictureWidth(800);
        CitationValue value = desk.citation();
        if (what == u"changed") {
            QFile file(desk.path());
            QVERIFY(file.open(QIODevice::Append));
            file.write(" and more");
        } else if (what == u"gone") {
            QVERIFY(QFile::remove(desk.path()));
        } else {
            value.documentSha256 = QStringLiteral("bb");
            if (what == u"name")
                value.documentName = QStringLiteral("other.pdf");
        }
        desk.show(value);
        const SourceView &view = desk.service->view();
        QCOMPARE(view.standing, standing);
        QVERIFY(!view.notice.isEmpty());
        QCOMPARE(view.canOpen, canOpen);
        // Its words are there all the same, and no page of another content.
        QVERIFY(view.text.mid(view.markStart, view.markLength).contains(QStringLiteral("three months")));
        QCOMPARE(desk.service->pictureState(), PictureState::None);
        QCOMPARE(desk.drawn, 0);
    }

    void aChapterIsNoPage_data()
    {
        QTest::addColumn<QString>("label");
        QTest::addColumn<QString>("place");
        QTest::newRow("number") << QStringLiteral("12") << QStringLiteral("page 12");
        QTest::newRow("roman") << QStringLiteral("iv") << QStringLiteral("page iv");
        QTest::newRow("chapter") << QStringLiteral("The year of the colony")
                                 << QStringLiteral("The year of the colony");
        QTest::newRow("nothing") << QString() << QString();
    }
    void aChapterIsNoPage()
    {
        QFETCH(QString, label);
        QFETCH(QString, place);
        Desk desk;
        CitationValue value = desk.citation();
        value.documentSha256 = QStringLiteral("bb"); // all that is known of it is what the answer kept
        value.documentName = QStringLiteral("bees.epub");
        value.pageLabel = label;
        desk.show(value);
        QCOMPARE(desk.service->view().place, place);
    }

    void numbersOfACitationMayBeAnything_data()
    {
        QTest::addColumn<qint64>("begin");
        QTest::addColumn<qint64>("end");
        QTest::newRow("before") << qint64{-5} << qint64{-1};
        QTest::newRow("behind") << qint64{1'000'000} << qint64{2'000'000};
        QTest::newRow("turned") << qint64{9} << qint64{2};
        QTest::newRow("all") << std::numeric_limits<qint64>::min() << std::numeric_limits<qint64>::max();
        QTest::newRow("in a character") << qint64{10} << qint64{12};
    }
    void numbersOfACitationMayBeAnything()
    {
        QFETCH(qint64, begin);
        QFETCH(qint64, end);
        Desk desk;
        CitationValue value = desk.citation();
        value.begin = begin;
        value.end = end;
        desk.show(value);
        const SourceView &view = desk.service->view();
        QVERIFY(view.markStart >= 0 && view.markStart + view.markLength <= view.text.size());
        QVERIFY(!view.text.contains(QChar::ReplacementCharacter));
    }

    void aPlaceWithOtherWordsIsNotMarked()
    {
        Desk desk;
        CitationValue value = desk.citation();
        value.text = QStringLiteral("words that stand nowhere");
        desk.show(value);
        QCOMPARE(desk.service->view().text, value.text);
        QVERIFY(desk.service->view().marks.isEmpty());
        QVERIFY(desk.service->view().pageSize.isEmpty());
    }

    void citationsAreGoneThrough()
    {
        Desk desk;
        const QList<CitationValue> all = {desk.citation(1), desk.citation(2), desk.citation(5)};
        desk.service->show({.value = 3}, all, 9);
        QVERIFY(!desk.service->isOpen());
        desk.service->show({.value = 3}, all, 2);
        QCOMPARE(desk.service->index(), 1);
        QCOMPARE(desk.service->count(), 3);
        QCOMPARE(desk.service->usedCount(), 1);
        desk.service->next();
        desk.service->next();
        QCOMPARE(desk.service->citation().ordinal, 5);
        desk.service->previous();
        desk.service->previous();
        desk.service->previous();
        QCOMPARE(desk.service->citation().ordinal, 1);
        QTRY_COMPARE(desk.service->view().standing, SourceStanding::Fine);
        desk.service->close();
        QVERIFY(!desk.service->isOpen());
    }

    void longTextIsCutAroundThePassage()
    {
        FoundSource found;
        const QTemporaryDir folder;
        IndexThread index;
        auto opening = index.open({.path = folder.filePath(QStringLiteral("index.db")).toStdString()});
        QTRY_VERIFY(opening.isThere());
        const std::string line = "eine lange Zeile für den Text\n";
        std::string text;
        while (text.size() < 200'000)
            text += line;
        const std::string needle = "this is it";
        const auto begin = static_cast<std::int64_t>(text.size());
        text += needle + "\n";
        while (text.size() < 400'000)
            text += line;
        CitationValue value;
        value.documentSha256 = QString::fromLatin1(kHash);
        value.begin = begin;
        value.end = begin + static_cast<std::int64_t>(needle.size());
        value.text = QString::fromStdString(needle);
        auto answer = index.run([&](IndexStores &stores) -> storage::Result<FoundSource> {
            auto noted = stores.documents.noteFile("c", "/a", 1, 1);
            storage::Document document = *stores.documents.linkContent(noted->id, kHash, 1);
            const std::vector<storage::DocumentPage> pages = {{.text = text}};
            if (!stores.documents.beginReading(document.id) || !stores.documents.addPages(document.id, pages))
                return std::unexpected(storage::Error{storage::ErrorCode::Internal, "not written"});
            document.state = storage::DocumentState::Read;
            if (const auto finished = stores.documents.finishReading(document); !finished)
                return std::unexpected(finished.error());
            return findSource(stores, value);
        });
        QTRY_VERIFY(answer.isThere());
        const auto result = answer.take();
        QVERIFY(result.has_value());
        QVERIFY(result->onPage);
        QVERIFY(static_cast<std::int64_t>(result->text.size()) <= kMostSourceText);
        QCOMPARE(result->text.substr(static_cast<std::size_t>(result->markBegin), needle.size()), needle);
        QVERIFY(result->text.starts_with("eine"));
    }

    void placesHaveWords_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<bool>("numbered");
        QTest::addColumn<QString>("label");
        QTest::addColumn<QString>("place");
        const auto row = [](const char *format, bool numbered, const char *label, const char *place) {
            QTest::addRow("%s %s", format, label)
                << QString::fromLatin1(format) << numbered << QString::fromLatin1(label) << QString::fromLatin1(place);
        };
        row("pdf", true, "", "page 3 of 9");
        row("pdf", true, "3", "page 3 of 9");
        row("pdf", true, "iii", "page iii (3 of 9)");
        row("pptx", true, "", "slide 3 of 9");
        row("ods", true, "Costs", "sheet Costs");
        row("xlsx", true, "", "sheet 3");
        row("epub", false, "Chapter 3", "Chapter 3");
        row("text", false, "", "");
    }
    void placesHaveWords()
    {
        QFETCH(QString, format);
        QFETCH(bool, numbered);
        QFETCH(QString, label);
        QFETCH(QString, place);
        const storage::Document document{.format = format.toStdString(), .numbered = numbered, .pageCount = 9};
        QCOMPARE(placeWords(document, {.number = 2, .label = label.toStdString()}), place);
    }
};

QTEST_GUILESS_MAIN(SourceServiceTest)
#include "source_service_test.moc"
