// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/conversation_search.h"

#include "storage/conversation_store.h"
#include "storage/message_store.h"
#include "tests/storage/support.h"

using namespace storage;
using namespace storage::test;

namespace {

struct Library {
    TestDatabase database;
    ConversationStore conversations{*database};
    MessageStore messages{*database};
    ConversationSearch search{*database};

    ConversationId add(std::string_view title, std::string_view question)
    {
        const auto id = need(conversations.create({.title = std::string(title)})).id;
        const auto turn = need(messages.startTurn(id, question));
        need(messages.finish(turn.answer, {}));
        return id;
    }

    /// The marked pieces of all hits, joined.
    std::string marked(std::string_view query)
    {
        std::string line;
        for (const SearchHit &hit : need(search.find(query))) {
            for (const SnippetMark mark : hit.marks) {
                line += "[" + hit.snippet.substr(mark.start, mark.end - mark.start) + "]";
            }
        }
        return line;
    }
};

} // namespace

TEST_CASE("words match from their beginning, whatever their case and accents")
{
    Library library;
    library.add("Lease", "What does the Émigré say about notice periods?");
    library.add("Other", "Nothing");
    struct Expected {
        const char *query;
        const char *marked;
    };
    for (const Expected &expected :
         {Expected{"notice", "[notice]"}, Expected{"NOTI", "[notice]"}, Expected{"emigre", "[Émigré]"},
          Expected{"lease", "[Lease]"}, Expected{"notice lease", ""}, Expected{"peri noti", "[notice][periods]"},
          Expected{"otice", ""}, Expected{"", ""}, Expected{"   ", ""}, Expected{"?", ""}}) {
        CAPTURE(expected.query);
        CHECK(library.marked(expected.query) == expected.marked);
    }
}

TEST_CASE("no query is an error")
{
    Library library;
    library.add("Quotes", "He said \"yes\" AND NOT (no) a:b -c ^d {e} f*");
    for (const char *query : {"\"", "\"\"", "AND", "NOT", "a:b", "NEAR(", "(", ")", "*", "^", "-c", "yes AND", "'",
                              "\\", "\xff\xfe", "{", "a OR", "col:*"}) {
        CAPTURE(query);
        CHECK(library.search.find(query).has_value());
    }
    CHECK(library.marked("\"yes\"") == "[yes]");
    CHECK(codeOf(library.search.find("x", 0)) == ErrorCode::InvalidArgument);
}

TEST_CASE("scripts without spaces match anywhere")
{
    Library library;
    library.add("契約書", "この契約の通知期間は三か月です");
    CHECK(library.marked("通知期間") == "[通知期間]");
    CHECK(library.marked("契約") == "[契約][契約]");
    CHECK(library.marked("契約 三か月") == "[契約][三か月]");
    CHECK(library.marked("解約").empty());
}

TEST_CASE("titles come first, the trash never, and no conversation crowds out the others")
{
    Library library;
    const auto chatty = library.add("a", "notice 0");
    for (int i = 1; i < 6; ++i) {
        const auto turn = need(library.messages.startTurn(chatty, "notice " + std::to_string(i)));
        need(library.messages.finish(turn.answer, {}));
    }
    const auto trashed = library.add("notice in the trash", "notice");
    const auto titled = library.add("Notice", "nothing");
    need(library.conversations.trash(trashed));
    const auto hits = need(library.search.find("notice"));
    REQUIRE(hits.size() == 4);
    CHECK(hits[0].conversation == titled);
    CHECK_FALSE(hits[0].message.valid());
    for (std::size_t i = 1; i < hits.size(); ++i) {
        CHECK(hits[i].conversation == chatty);
        CHECK(hits[i].message.valid());
    }
    CHECK(need(library.search.find("notice", 2)).size() == 2);
}

TEST_CASE("a message of another branch is found and can be shown")
{
    Library library;
    const auto id = library.add("t", "original question");
    const auto first = need(library.messages.path(id))[0].message.id;
    const auto edited = need(library.messages.editUserMessage(first, "another one"));
    need(library.messages.finish(edited.answer, {}));
    const auto hits = need(library.search.find("original"));
    REQUIRE(hits.size() == 1);
    need(library.messages.show(hits[0].message));
    CHECK(need(library.messages.path(id))[0].message.content == "original question");
}
