// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/extraction/extraction_protocol.h"
#include "tests/app/support/extraction_sample.h"

#include <QTest>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <random>

using namespace app::extraction;
using Bytes = std::vector<std::byte>;
using Status = AnswerDecoder::Status;

namespace {

// What a decoder makes of bytes that come in pieces of at most `piece`.
AnswerDecoder decoded(std::span<const std::byte> bytes, std::size_t piece, const Request &request = {})
{
    AnswerDecoder decoder(request, true);
    for (std::size_t at = 0; at < bytes.size() && decoder.status() == Status::Going; at += piece)
        decoder.push(bytes.subspan(at, std::min(piece, bytes.size() - at)));
    return decoder;
}

Status statusOf(const Extraction &extraction, const Request &request = {})
{
    const Bytes bytes = tests::answerBytes(extraction);
    return decoded(bytes, bytes.size(), request).status();
}

void append(Bytes &bytes, const Frame &frame)
{
    bytes.insert(bytes.end(), frame.begin(), frame.end());
}

} // namespace

class ExtractionProtocolTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void requestsComeBack();
    void damagedRequestsAreRefused();
    void answersComeBackHoweverTheyAreCut();
    void picturesComeBack();
    void rules_data();
    void rules();
    void limits_data();
    void limits();
    void cutAnswersAreNeverWhole();
    void changedBytesNeverBreakARule();
    void framesInAnotherOrder_data();
    void framesInAnotherOrder();
    void lyingLengths();
    void cleanText_data();
    void cleanText();
};

void ExtractionProtocolTest::requestsComeBack()
{
    const Request request{.task = Task::Picture,
                          .name = ".pdf",
                          .password = "p\xC3\xA4ss",
                          .limits = {.pages = 7, .nesting = 1},
                          .recognition = "eng+deu",
                          .page = 12,
                          .scale = 2.5F,
                          .maxPixels = 1000};
    QVERIFY(parseRequest(encode(request)) == request);
    const Request plain{.name = ".txt"};
    QVERIFY(parseRequest(encode(plain)) == plain);
    const Request empty{.name = ".pdf", .password = ""};
    QVERIFY(parseRequest(encode(empty)) == empty);
}

void ExtractionProtocolTest::damagedRequestsAreRefused()
{
    const Frame frame = encode(Request{.name = ".pdf"});
    for (std::size_t size = 0; size < frame.size(); ++size)
        QVERIFY(!parseRequest(std::span(frame).first(size)));
    Frame longer = frame;
    longer.push_back(std::byte{0});
    QVERIFY(!parseRequest(longer));
    for (const float scale : {0.0F, -1.0F, std::numeric_limits<float>::infinity(), std::nanf("")})
        QVERIFY(!parseRequest(encode(Request{.name = ".pdf", .scale = scale})));
    QVERIFY(!parseRequest(encode(Request{.name = ".pdf", .maxPixels = kMaxPixels + 1})));
    QVERIFY(!parseRequest(encode(Request{.name = std::string(kMaxLabel + 1, 'x')})));
    // Another version of the program.
    Frame other = frame;
    other[5] = std::byte{99};
    QVERIFY(!parseRequest(other));
}

void ExtractionProtocolTest::answersComeBackHoweverTheyAreCut()
{
    const Bytes bytes = tests::answerBytes(tests::sampleExtraction());
    for (const std::size_t piece :
         {bytes.size(), std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, std::size_t{64}}) {
        AnswerDecoder decoder = decoded(bytes, piece);
        QVERIFY2(decoder.status() == Status::Done, std::string(decoder.reason()).c_str());
        QVERIFY(decoder.hello() == (Hello{.landlock = 6, .filtered = true}));
        QVERIFY(decoder.progress() == (Progress{.done = 1, .total = 3}));
        QVERIFY(decoder.takeExtraction() == tests::sampleExtraction());
    }
    QVERIFY(brokenRule(tests::sampleExtraction(), {}).empty());
}

void ExtractionProtocolTest::picturesComeBack()
{
    Picture picture{.state = State::Read, .width = 3, .height = 2, .pixels = Bytes(24, std::byte{7})};
    const Request request{.task = Task::Picture, .maxPixels = 6};
    const auto answer = [&picture] {
        Bytes bytes = encode(Hello{});
        append(bytes, encode(picture));
        return bytes;
    };
    AnswerDecoder decoder = decoded(answer(), 5, request);
    QVERIFY(decoder.status() == Status::Done);
    QVERIFY(decoder.takePicture() == picture);
    QVERIFY(decoded(answer(), 5, Request{.task = Task::Text}).status() == Status::Broken);
    QVERIFY(decoded(answer(), 5, Request{.task = Task::Picture, .maxPixels = 5}).status() == Status::Broken);
    picture.width = 4;
    QVERIFY(decoded(answer(), 5, request).status() == Status::Broken);
    picture.width = 0x80000000;
    picture.height = 2;
    QVERIFY(decoded(answer(), 5, request).status() == Status::Broken);
    picture = {.state = State::Encrypted, .reason = "locked"};
    QVERIFY(decoded(answer(), 5, request).status() == Status::Done);
    picture.state = State::Read;
    QVERIFY(decoded(answer(), 5, request).status() == Status::Broken);
}

void ExtractionProtocolTest::rules_data()
{
    QTest::addColumn<std::function<void(Extraction &)>>("change");
    const auto row = [](const char *name, const std::function<void(Extraction &)> &change) {
        QTest::newRow(name) << change;
    };
    const auto page = [](auto change) { return [change](Extraction &e) { change(e.document.pages[0]); }; };
    row("block behind the text", page([](Page &p) { p.blocks[2].end = 21; }));
    row("block far behind", page([](Page &p) { p.blocks[2].end = 0xFFFFFFFF; }));
    row("block upside down", page([](Page &p) { p.blocks[1] = {.begin = 15, .end = 8}; }));
    row("empty block", page([](Page &p) { p.blocks[1].end = 8; }));
    row("blocks overlap", page([](Page &p) { p.blocks[1].begin = 6; }));
    row("blocks descend", page([](Page &p) { std::swap(p.blocks[1], p.blocks[2]); }));
    row("blocks touch", page([](Page &p) { p.blocks[1].begin = 7; }));
    row("block cuts a character", page([](Page &p) { p.blocks[0].end = 3; }));
    row("text outside blocks", page([](Page &p) { p.blocks.pop_back(); }));
    row("text between blocks", page([](Page &p) { p.blocks.erase(p.blocks.begin() + 1); }));
    row("heading of level 0", page([](Page &p) { p.blocks[0].level = 0; }));
    row("heading of level 7", page([](Page &p) { p.blocks[0].level = 7; }));
    row("paragraph with a level", page([](Page &p) { p.blocks[1].level = 1; }));
    row("paragraph that names columns", page([](Page &p) { p.blocks[1].header = true; }));
    row("word behind the text", page([](Page &p) { p.words[3].end = 99; }));
    row("words overlap", page([](Page &p) { p.words[1].begin = 5; }));
    row("word cuts a character", page([](Page &p) { p.words[0].begin = 3; }));
    row("empty word", page([](Page &p) { p.words[0].end = 0; }));
    row("box of nothing", page([](Page &p) { p.words[0].box.left = std::nanf(""); }));
    row("box without an end", page([](Page &p) { p.words[0].box.right = std::numeric_limits<float>::infinity(); }));
    row("box upside down", page([](Page &p) { std::swap(p.words[0].box.top, p.words[0].box.bottom); }));
    row("box beyond all pages", page([](Page &p) { p.words[0].box.bottom = 1e7F; }));
    row("page of negative width", page([](Page &p) { p.width = -1; }));
    row("page of infinite height", page([](Page &p) { p.height = std::numeric_limits<float>::infinity(); }));
    row("text without a source", page([](Page &p) { p.source = TextSource::None; }));
    row("source without a text", [](Extraction &e) { e.document.pages[1].source = TextSource::File; });
    row("confidence of 101 %", page([](Page &p) { p.confidence = 101; }));
    row("text that is no UTF-8", page([](Page &p) { p.text[1] = '\xFF'; }));
    row("text with a control character", page([](Page &p) { p.text[1] = '\x1B'; }));
    row("label with a control character", page([](Page &p) { p.label = "\x07"; }));
    row("label too long", page([](Page &p) { p.label.assign(kMaxLabel + 1, 'x'); }));
    row("title that is no UTF-8", [](Extraction &e) { e.document.title = "\xC3"; });
    row("author too long", [](Extraction &e) { e.document.author.assign(kMaxLabel + 1, 'x'); });
    row("reason with a line of its own colour", [](Extraction &e) { e.reason = "\x1B[31m"; });
    row("no parts", [](Extraction &e) { e.document.parts.clear(); });
    row("page of no part", [](Extraction &e) { e.document.parts[1].pageCount = 0; });
    row("parts overlap", [](Extraction &e) { e.document.parts[1].firstPage = 1; });
    row("part behind the pages", [](Extraction &e) { e.document.parts[2].pageCount = 1; });
    row("part with all pages there could be", [](Extraction &e) { e.document.parts[2].pageCount = 0xFFFFFFFF; });
    row("part attached to itself", [](Extraction &e) { e.document.parts[1].parent = 1; });
    row("document attached to a part", [](Extraction &e) { e.document.parts[0].parent = 1; });
    row("part name with a line feed's friend", [](Extraction &e) { e.document.parts[1].name = "a\rb"; });
    row("notice about no page", [](Extraction &e) { e.document.notices[1].page = 3; });
    row("notice that is no UTF-8", [](Extraction &e) { e.document.notices[1].text = "\xED\xA0\x80"; });
}

void ExtractionProtocolTest::rules()
{
    QFETCH(std::function<void(Extraction &)>, change);
    Extraction extraction = tests::sampleExtraction();
    change(extraction);
    QVERIFY(statusOf(extraction) == Status::Broken);
    QVERIFY(!brokenRule(extraction, {}).empty());
}

void ExtractionProtocolTest::limits_data()
{
    QTest::addColumn<quint32>("pages");
    QTest::addColumn<quint64>("text");
    QTest::addColumn<quint32>("entries");
    QTest::addColumn<bool>("fits");
    QTest::newRow("just enough") << 3U << quint64{32} << 2U << true;
    QTest::newRow("a page too many") << 2U << quint64{32} << 2U << false;
    QTest::newRow("a byte too many") << 3U << quint64{31} << 2U << false;
    QTest::newRow("an attachment too many") << 3U << quint64{32} << 1U << false;
}

void ExtractionProtocolTest::limits()
{
    QFETCH(quint32, pages);
    QFETCH(quint64, text);
    QFETCH(quint32, entries);
    QFETCH(bool, fits);
    const Request request{.limits = {.textBytes = text, .pages = pages, .archiveEntries = entries}};
    QCOMPARE(statusOf(tests::sampleExtraction(), request) == Status::Done, fits);
}

void ExtractionProtocolTest::cutAnswersAreNeverWhole()
{
    const Bytes bytes = tests::answerBytes(tests::sampleExtraction());
    for (std::size_t size = 0; size < bytes.size(); ++size)
        QVERIFY(decoded(std::span(bytes).first(size), 16).status() == Status::Going);
    Bytes longer = bytes;
    longer.push_back(std::byte{0});
    QVERIFY(decoded(longer, longer.size()).status() == Status::Broken);
}

void ExtractionProtocolTest::changedBytesNeverBreakARule()
{
    const Bytes good = tests::answerBytes(tests::sampleExtraction());
    std::mt19937 random(20261122);
    int broken = 0;
    int whole = 0;
    const auto check = [&](const Bytes &bytes) {
        AnswerDecoder decoder = decoded(bytes, bytes.size());
        broken += decoder.status() == Status::Broken ? 1 : 0;
        if (decoder.status() != Status::Done)
            return;
        ++whole;
        const Extraction extraction = decoder.takeExtraction();
        const std::string_view rule = brokenRule(extraction, {});
        QVERIFY2(rule.empty(), std::string(rule).c_str());
    };
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
            Bytes bytes = good;
            bytes[at] ^= static_cast<std::byte>(flip);
            check(bytes);
        }
    }
    for (int i = 0; i < 20'000; ++i) {
        Bytes bytes = good;
        for (unsigned changes = 1 + random() % 4; changes > 0; --changes)
            bytes[random() % bytes.size()] = static_cast<std::byte>(random());
        check(bytes);
    }
    // The check has met both kinds.
    QVERIFY(broken > 1000);
    QVERIFY(whole > 100);
}

void ExtractionProtocolTest::framesInAnotherOrder_data()
{
    QTest::addColumn<QList<int>>("order");
    QTest::addColumn<bool>("whole");
    // 0 hello, 1 progress, 2 head, 3 page, 4 part, 5 end
    QTest::newRow("as it should be") << QList<int>{0, 1, 2, 3, 4, 5} << true;
    QTest::newRow("without progress") << QList<int>{0, 2, 3, 4, 5} << true;
    QTest::newRow("without hello") << QList<int>{2, 3, 4, 5} << false;
    QTest::newRow("hello twice") << QList<int>{0, 0, 2, 3, 4, 5} << false;
    QTest::newRow("progress behind the head") << QList<int>{0, 2, 1, 3, 4, 5} << false;
    QTest::newRow("head twice") << QList<int>{0, 2, 2, 3, 4, 5} << false;
    QTest::newRow("page before the head") << QList<int>{0, 3, 2, 4, 5} << false;
    QTest::newRow("page behind the parts") << QList<int>{0, 2, 4, 3, 5} << false;
    QTest::newRow("end at once") << QList<int>{0, 5} << false;
    QTest::newRow("page missing") << QList<int>{0, 2, 4, 5} << false;
    QTest::newRow("page twice") << QList<int>{0, 2, 3, 3, 4, 5} << false;
    QTest::newRow("end twice") << QList<int>{0, 2, 3, 4, 5, 5} << false;
}

void ExtractionProtocolTest::framesInAnotherOrder()
{
    QFETCH(QList<int>, order);
    QFETCH(bool, whole);
    Extraction small{.format = Format::PlainText, .state = State::Read};
    small.document.pages = {{.source = TextSource::File, .text = "x", .blocks = {{.begin = 0, .end = 1}}}};
    small.document.parts = {{.pageCount = 1}};
    QList<Frame> frames{encode(Hello{}), encode(Progress{})};
    writeExtraction(small, [&frames](std::span<const std::byte> frame) {
        frames.append(Frame(frame.begin(), frame.end()));
        return true;
    });
    QCOMPARE(frames.size(), 6);
    Bytes bytes;
    for (const int index : order)
        append(bytes, frames[index]);
    QCOMPARE(decoded(bytes, bytes.size()).status() == Status::Done, whole);
}

// Memory grows with the bytes that came, not with what a length says.
void ExtractionProtocolTest::lyingLengths()
{
    const auto frame = [](std::uint32_t length, std::uint8_t kind) {
        Bytes bytes = encode(Hello{});
        const std::size_t at = bytes.size();
        bytes.resize(at + 5);
        std::memcpy(bytes.data() + at, &length, sizeof length);
        bytes[at + 4] = static_cast<std::byte>(kind);
        return bytes;
    };
    QVERIFY(decoded(frame(0xFFFFFFFF, 5), 4096).status() == Status::Broken);
    QVERIFY(decoded(frame(kMaxFrame + 1, 5), 4096).status() == Status::Broken);
    QVERIFY(decoded(frame(kMaxFrame, 5), 4096).status() == Status::Going);
    for (const int kind : {0, 1, 5, 6, 7, 8, 9, 10, 255})
        QVERIFY(decoded(frame(0, static_cast<std::uint8_t>(kind)), 4096).status() == Status::Broken);
    Bytes version = encode(Hello{.version = 2});
    QVERIFY(decoded(version, version.size()).status() == Status::Broken);
}

void ExtractionProtocolTest::cleanText_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("clean");
    QTest::newRow("nothing") << QByteArray() << true;
    QTest::newRow("ASCII with breaks") << QByteArray("a\tb\nc") << true;
    QTest::newRow("two, three, four bytes") << QByteArray("\xC3\xA4\xE4\xB8\xAD\xF0\x9F\x98\x80") << true;
    QTest::newRow("last of all") << QByteArray("\xF4\x8F\xBF\xBD") << true;
    QTest::newRow("no-break space") << QByteArray("\xC2\xA0") << true;
    QTest::newRow("zero") << QByteArray("a\0b", 3) << false;
    QTest::newRow("carriage return") << QByteArray("a\r\n") << false;
    QTest::newRow("delete") << QByteArray("\x7F") << false;
    QTest::newRow("C1 control") << QByteArray("\xC2\x9B") << false;
    QTest::newRow("continuation alone") << QByteArray("\x80") << false;
    QTest::newRow("cut sequence") << QByteArray("\xE4\xB8") << false;
    QTest::newRow("long form") << QByteArray("\xC0\xAF") << false;
    QTest::newRow("long form of three") << QByteArray("\xE0\x9F\xBF") << false;
    QTest::newRow("long form of four") << QByteArray("\xF0\x8F\xBF\xBF") << false;
    QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << false;
    QTest::newRow("beyond Unicode") << QByteArray("\xF4\x90\x80\x80") << false;
    QTest::newRow("five bytes") << QByteArray("\xF8\x88\x80\x80\x80") << false;
}

void ExtractionProtocolTest::cleanText()
{
    QFETCH(QByteArray, text);
    QTEST(isCleanText(std::string_view(text.constData(), static_cast<std::size_t>(text.size()))), "clean");
}

QTEST_GUILESS_MAIN(ExtractionProtocolTest)
#include "extraction_protocol_test.moc"
