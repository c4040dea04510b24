// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/download/fetch_protocol.h"

#include <QTest>

using namespace app::download;

namespace {

const Response kResponse{.number = 1,
                         .status = 206,
                         .length = 600,
                         .range = ContentRange{.first = 400, .last = 999, .total = 1000},
                         .entityTag = "\"a\"",
                         .modified = "Mon",
                         .location = "https://h/x",
                         .encoding = "gzip",
                         .retryAfter = 5};
const End kEnd{.number = 1, .ending = Ending::Slow, .detail = "why", .sent = 10, .received = 20, .delivered = 15};

std::string without(const std::string &line, const std::string &part)
{
    std::string shorter = line;
    const std::size_t at = shorter.find(part);
    if (at != std::string::npos)
        shorter.erase(at, part.size());
    return shorter;
}

} // namespace

class FetchProtocolTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatIsSaidIsHeard()
    {
        const Setup setup{.loopback = true, .proxy = "http://p:1", .authorities = "PEM\n"};
        QCOMPARE(std::get<Setup>(*parseCommand(lineOf(setup))), setup);
        const Order order{.number = 3,
                          .url = "https://h/x",
                          .from = 1,
                          .to = 2,
                          .total = 3,
                          .most = 4,
                          .validator = "\"a\"",
                          .token = "t",
                          .speed = 5};
        QCOMPARE(std::get<Order>(*parseCommand(lineOf(order))), order);
        QCOMPARE(std::get<std::uint64_t>(*parseCommand(speedLine(77))), 77U);
        QCOMPARE(std::get<Hello>(*parseEvent(lineOf(Event(Hello{.landlock = 4})))), Hello{.landlock = 4});
        QCOMPARE(std::get<Response>(*parseEvent(lineOf(Event(kResponse)))), kResponse);
        QCOMPARE(std::get<End>(*parseEvent(lineOf(Event(kEnd)))), kEnd);
    }

    void whatBreaksTheProtocolIsRefused()
    {
        for (const char *line : {"", "{", "[]", "null", "{}", "{\"hello\":{}}", "{\"hello\":{\"landlock\":-1}}",
                                 "{\"hello\":{\"landlock\":1e3}}", "{\"hello\":{\"landlock\":\"1\"}}",
                                 "{\"hello\":{\"landlock\":1,\"more\":2}}", "{\"hello\":{\"landlock\":1},\"end\":{}}",
                                 "{\"hello\":{\"landlock\":99999999999}}", "{\"order\":{}}", "{\"speed\":1}"})
            QVERIFY2(!parseEvent(line), line);
        const std::string response = lineOf(Event(kResponse));
        const std::string end = lineOf(Event(kEnd));
        QVERIFY(!parseEvent(without(response, ",\"status\":206")));
        QVERIFY(!parseEvent(without(end, "slow")));
        // A range that ends before it begins, or behind the end.
        Response bad = kResponse;
        bad.range = ContentRange{.first = 5, .last = 4, .total = 10};
        QVERIFY(!parseEvent(lineOf(Event(bad))));
        bad.range = ContentRange{.first = 0, .last = 10, .total = 10};
        QVERIFY(!parseEvent(lineOf(Event(bad))));
        bad = kResponse;
        bad.status = 99;
        QVERIFY(!parseEvent(lineOf(Event(bad))));
        bad = kResponse;
        bad.location = std::string(9000, 'x');
        QVERIFY(!parseEvent(lineOf(Event(bad))));
        bad = kResponse;
        bad.entityTag = std::string("a\0b", 3);
        QVERIFY(!parseEvent(lineOf(Event(bad))));
    }

    void eventsComeInTheirOrderHoweverTheyAreCut()
    {
        const std::string all = lineOf(Event(Hello{})) + lineOf(Event(kResponse)) + lineOf(Event(kEnd));
        for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, all.size()}) {
            EventDecoder decoder;
            int events = 0;
            for (std::size_t at = 0; at < all.size(); at += piece) {
                decoder.push(std::string_view(all).substr(at, piece));
                while (decoder.take()) {
                    if (events++ == 0)
                        decoder.expect(1);
                }
                // Said at once, the second line comes before anybody asked for it.
                if (piece == all.size())
                    break;
            }
            QCOMPARE(decoder.broken(), piece == all.size());
            QCOMPARE(events, piece == all.size() ? 0 : 3);
        }
    }

    void whoSpeaksUnaskedIsNotHeardAgain()
    {
        const std::string hello = lineOf(Event(Hello{}));
        const auto broken = [&](const std::string &rest, std::uint32_t expected) {
            EventDecoder decoder;
            decoder.push(hello);
            decoder.expect(expected);
            decoder.push(rest);
            return decoder.broken() && (decoder.push(lineOf(Event(kEnd))), !decoder.take());
        };
        QVERIFY(broken(hello, 1));
        QVERIFY(broken(lineOf(Event(kEnd)), 2));
        QVERIFY(broken(lineOf(Event(kResponse)) + lineOf(Event(kResponse)), 1));
        QVERIFY(broken(lineOf(Event(kEnd)) + lineOf(Event(kEnd)), 1));
        QVERIFY(broken(std::string(kLongestLine + 1, ' '), 1));
        QVERIFY(broken("nonsense\n", 1));
        EventDecoder early;
        early.push(lineOf(Event(kEnd)));
        QVERIFY(early.broken() && !early.reason().empty());
    }
};

QTEST_GUILESS_MAIN(FetchProtocolTest)
#include "fetch_protocol_test.moc"
