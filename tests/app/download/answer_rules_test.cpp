// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/download/answer_rules.h"

#include <QTest>

using namespace app::download;
using std::chrono::milliseconds;

namespace {

Response answer(std::int32_t status, std::optional<std::uint64_t> length = {}, std::optional<ContentRange> range = {},
                std::string tag = "\"a\"")
{
    return {.status = status, .length = length, .range = range, .entityTag = std::move(tag)};
}

struct Row {
    const char *name;
    Order order;
    Response response;
    Verdict verdict;
};

const Order kWhole{.total = 1000};
const Order kUnknown{};
const Order kRest{.from = 400, .total = 1000, .validator = "\"a\""};
const Order kGap{.from = 400, .to = 500, .total = 1000, .validator = "\"a\""};
const Order kText{.most = 100};
const Order kStart{.to = 100, .most = 100};

const Row kRows[] = {
    {"the whole file", kWhole, answer(200, 1000), Verdict::Take},
    {"of another size", kWhole, answer(200, 999), Verdict::WrongSize},
    {"without a size that is known", kWhole, answer(200), Verdict::Take},
    {"without any size", kUnknown, answer(200), Verdict::NoSize},
    {"of no bytes", kUnknown, answer(200, 0), Verdict::NoSize},
    {"the rest", kRest, answer(206, 600, ContentRange{400, 999, 1000}), Verdict::Take},
    {"less of the rest", kRest, answer(206, 100, ContentRange{400, 499, 1000}), Verdict::Take},
    {"the rest of another file", kRest, answer(206, 600, ContentRange{400, 999, 1000}, "\"b\""), Verdict::Changed},
    {"the rest of a longer file", kRest, answer(206, 601, ContentRange{400, 1000, 1001}), Verdict::Changed},
    {"another part", kRest, answer(206, 601, ContentRange{399, 999, 1000}), Verdict::WrongRange},
    {"a part with another length", kRest, answer(206, 10, ContentRange{400, 999, 1000}), Verdict::WrongRange},
    {"a part that does not say which", kRest, answer(206, 600), Verdict::WrongRange},
    {"a part that was not asked for", kWhole, answer(206, 1000, ContentRange{0, 999, 1000}), Verdict::WrongRange},
    {"the same file whole", kRest, answer(200, 1000), Verdict::Ignored},
    {"another file whole", kRest, answer(200, 1000, {}, "\"b\""), Verdict::Changed},
    {"a nameless file whole", kRest, answer(200, 1000, {}, ""), Verdict::Changed},
    {"a gap", kGap, answer(206, 100, ContentRange{400, 499, 1000}), Verdict::Take},
    {"more than a gap", kGap, answer(206, 600, ContentRange{400, 999, 1000}), Verdict::WrongRange},
    {"a text", kText, answer(200), Verdict::Take},
    {"a beginning", kStart, answer(206, 100, ContentRange{0, 99, 0}), Verdict::Take},
    {"a beginning of something whole", kStart, answer(200, 5000), Verdict::Take},
    {"moved without where", kWhole, answer(302), Verdict::Odd},
    {"no access", kWhole, answer(401), Verdict::NeedsAccess},
    {"not there", kWhole, answer(404), Verdict::NotThere},
    {"no such part", kRest, answer(416), Verdict::Unsatisfiable},
    {"too many", kWhole, answer(429), Verdict::Busy},
    {"a broken server", kWhole, answer(503), Verdict::ServerError},
    {"no content", kWhole, answer(204), Verdict::Odd},
    {"a number that is none", kWhole, answer(999), Verdict::Odd},
};

} // namespace

class AnswerRulesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anAnswerIsJudged_data()
    {
        QTest::addColumn<int>("row");
        for (int i = 0; i < static_cast<int>(std::size(kRows)); ++i)
            QTest::newRow(kRows[i].name) << i;
    }
    void anAnswerIsJudged()
    {
        QFETCH(int, row);
        const Row &one = kRows[row];
        QCOMPARE(judge(one.order, wantedBy(one.order), one.response), one.verdict);
        Response packed = one.response;
        packed.encoding = "gzip";
        if (packed.status == 200 || packed.status == 206)
            QCOMPARE(judge(one.order, wantedBy(one.order), packed), Verdict::Encoded);
    }

    void aRangeIsReadExactly()
    {
        QCOMPARE(parseContentRange("bytes 0-99/1234"), (std::optional(ContentRange{0, 99, 1234})));
        QCOMPARE(parseContentRange("bytes 5-5/*"), (std::optional(ContentRange{5, 5, 0})));
        for (const char *bad : {"", "bytes", "bytes */5", "bytes 1-0/5", "bytes 0-5/5", "bytes 0-1", "items 0-1/5",
                                "bytes -1-2/5", "bytes 0-1/5x", "bytes 0-1/99999999999999999999999", "bytes 0 - 1/5"})
            QVERIFY2(!parseContentRange(bad), bad);
    }

    void onlyAStrongTagNamesAFile()
    {
        QCOMPARE(validatorOf({.entityTag = "\"a\"", .modified = "Mon"}), std::string("\"a\""));
        QCOMPARE(validatorOf({.entityTag = "W/\"a\"", .modified = "Mon"}), std::string("Mon"));
        QCOMPARE(validatorOf({.entityTag = "W/\"a\""}), std::string());
    }

    void waitsGrowAndEnd()
    {
        QCOMPARE(waitBefore(1, 0, 0, milliseconds(1000)), milliseconds(1000));
        QCOMPARE(waitBefore(3, 0, 0, milliseconds(1000)), milliseconds(4000));
        QCOMPARE(waitBefore(1, 0, 1, milliseconds(1000)), milliseconds(1500));
        QCOMPARE(waitBefore(1, 30, 0, milliseconds(1000)), milliseconds(30'000));
        QCOMPARE(waitBefore(100, 86'400, 1, milliseconds(1000)), milliseconds(300'000));
    }
};

QTEST_GUILESS_MAIN(AnswerRulesTest)
#include "answer_rules_test.moc"
