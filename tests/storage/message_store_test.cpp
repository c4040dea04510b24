// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/message_store.h"

#include "storage/conversation_store.h"
#include "storage/sqlite/connection.h"
#include "tests/storage/support.h"

#include <memory>

using namespace storage;
using namespace storage::test;

namespace {

struct Chat {
    TestDatabase database;
    MessageStore messages{*database};
    ConversationId id = need(ConversationStore(*database).create({.title = "chat"})).id;

    TurnStart turn(std::string_view question, std::string_view answer)
    {
        const auto start = need(messages.startTurn(id, question));
        need(messages.finish(start.answer, {.content = std::string(answer)}));
        return start;
    }

    /// The path as "text sibling/siblings" joined by spaces.
    std::string shown()
    {
        std::string line;
        for (const PathMessage &entry : need(messages.path(id))) {
            line += (line.empty() ? "" : " ") + entry.message.content + " " + std::to_string(entry.sibling) + "/" +
                    std::to_string(entry.siblings);
        }
        return line;
    }

    void reopen()
    {
        database.open();
        std::destroy_at(&messages);
        std::construct_at(&messages, *database);
    }
};

AnswerRecord sampleRecord()
{
    return {.modelSha256 = "ab12",
            .modelName = "SmolLM2",
            .modelPath = "/models/a.gguf",
            .templateSha256 = "cd",
            .adapters = {{.sha256 = "ef", .name = "tone", .scale = 0.25}},
            .samplingJson = R"({"temperature":0.5})",
            .seed = 0xffff'ffff'ffff'fff0ULL,
            .engineVersion = "0.1.0",
            .device = "CPU",
            .backend = "cpu",
            .instructionSet = "avx2",
            .threads = 2,
            .contextTokens = 2048,
            .batchBoundaries = {32, 7},
            .promptTokens = {1, 2, 3},
            .generatedTokens = {4, 5},
            .cachedTokens = 1,
            .loadMs = 1.5,
            .prefillMs = 2.5,
            .firstTokenMs = 3.5,
            .decodeMs = 4.5,
            .totalMs = 5.5,
            .finishReason = "end_of_generation",
            .detailsJson = R"({"x":1})"};
}

} // namespace

TEST_CASE("a turn is a question and a streaming answer")
{
    Chat chat;
    const auto turn = need(chat.messages.startTurn(chat.id, "Why?"));
    const auto path = need(chat.messages.path(chat.id));
    REQUIRE(path.size() == 2);
    CHECK(path[0].message.id == turn.user);
    CHECK(path[0].message.role == Role::User);
    CHECK(path[0].message.state == MessageState::Complete);
    CHECK(path[1].message.id == turn.answer);
    CHECK(path[1].message.role == Role::Assistant);
    CHECK(path[1].message.state == MessageState::Streaming);
    CHECK(path[1].message.parent == turn.user);
    CHECK(path[1].message.finishedMs == 0);
}

TEST_CASE("one answer streams at a time in a conversation")
{
    Chat chat;
    const auto turn = need(chat.messages.startTurn(chat.id, "Why?"));
    CHECK(codeOf(chat.messages.startTurn(chat.id, "And?")) == ErrorCode::Conflict);
    CHECK(codeOf(chat.messages.regenerate(turn.answer)) == ErrorCode::Conflict);
    CHECK(codeOf(chat.messages.editUserMessage(turn.user, "How?")) == ErrorCode::Conflict);
    need(chat.messages.finish(turn.answer, {}));
    CHECK(chat.messages.startTurn(chat.id, "And?").has_value());
}

TEST_CASE("the journal is shown while it grows and becomes the answer")
{
    Chat chat;
    const auto turn = need(chat.messages.startTurn(chat.id, "Why?"));
    need(chat.messages.appendJournal(turn.answer, {.sequence = 0, .tokens = {7}, .text = "", .thinking = "Hm"}));
    need(chat.messages.appendJournal(turn.answer, {.sequence = 1, .tokens = {8, 9}, .text = "Be", .thinking = "."}));
    need(chat.messages.appendJournal(turn.answer, {.sequence = 2, .tokens = {10}, .text = "cause", .thinking = ""}));
    CHECK(need(chat.messages.get(turn.answer)).content == "Because");
    CHECK(need(chat.messages.path(chat.id))[1].message.thinking == "Hm.");

    SECTION("finished without a text it takes the journal's")
    {
        need(chat.messages.finish(turn.answer, {.state = MessageState::Stopped, .thinkingMs = 120}));
        const auto answer = need(chat.messages.get(turn.answer));
        CHECK(answer.content == "Because");
        CHECK(answer.thinking == "Hm.");
        CHECK(answer.thinkingMs == 120);
        CHECK(answer.state == MessageState::Stopped);
        CHECK(need(chat.messages.record(turn.answer))->generatedTokens == std::vector<std::int32_t>{7, 8, 9, 10});
    }
    SECTION("finished with a text it takes that")
    {
        need(chat.messages.finish(turn.answer, {.content = "Because.", .thinking = "", .record = sampleRecord()}));
        CHECK(need(chat.messages.get(turn.answer)).content == "Because.");
        CHECK(need(chat.messages.get(turn.answer)).thinking.empty());
        CHECK(need(chat.messages.record(turn.answer)) == sampleRecord());
    }
    CHECK(need(chat.database->connection().integer("SELECT count(*) FROM answer_journal")) == 0);
    CHECK(need(chat.database->check()).sound());
}

TEST_CASE("journal entries out of order, twice or after the end are refused")
{
    Chat chat;
    const auto turn = need(chat.messages.startTurn(chat.id, "Why?"));
    CHECK(codeOf(chat.messages.appendJournal(turn.answer, {.sequence = 1, .text = "x"})) == ErrorCode::Conflict);
    need(chat.messages.appendJournal(turn.answer, {.sequence = 0, .text = "a"}));
    CHECK(codeOf(chat.messages.appendJournal(turn.answer, {.sequence = 0, .text = "a"})) == ErrorCode::Conflict);
    CHECK(codeOf(chat.messages.appendJournal(turn.answer, {.sequence = 2, .text = "c"})) == ErrorCode::Conflict);
    need(chat.messages.finish(turn.answer, {}));
    CHECK(codeOf(chat.messages.appendJournal(turn.answer, {.sequence = 1, .text = "b"})) == ErrorCode::Conflict);
    CHECK(codeOf(chat.messages.appendJournal({999}, {.sequence = 0})) == ErrorCode::NotFound);
    CHECK(codeOf(chat.messages.finish(turn.answer, {})) == ErrorCode::Conflict);
    CHECK(codeOf(chat.messages.finish({999}, {})) == ErrorCode::NotFound);
    CHECK(codeOf(chat.messages.finish(turn.answer, {.state = MessageState::Streaming})) == ErrorCode::InvalidArgument);
    CHECK(need(chat.messages.get(turn.answer)).content == "a");
}

TEST_CASE("a failure stays with its message")
{
    Chat chat;
    const auto turn = need(chat.messages.startTurn(chat.id, "Why?"));
    need(chat.messages.finish(
        turn.answer,
        {.state = MessageState::Failed, .errorCode = "out_of_memory", .errorDetail = "no room for 2048 tokens"}));
    const auto answer = need(chat.messages.get(turn.answer));
    CHECK(answer.state == MessageState::Failed);
    CHECK(answer.errorCode == "out_of_memory");
    CHECK(answer.errorDetail == "no room for 2048 tokens");
}

TEST_CASE("what a dead process left streaming becomes interrupted with its text")
{
    Chat chat;
    const auto turn = need(chat.messages.startTurn(chat.id, "Why?"));
    need(chat.messages.putRecord(turn.answer, sampleRecord()));
    need(chat.messages.appendJournal(turn.answer, {.sequence = 0, .tokens = {6}, .text = "Because"}));
    chat.reopen();
    CHECK(need(chat.messages.recoverInterrupted()) == std::vector{turn.answer});
    const auto answer = need(chat.messages.get(turn.answer));
    CHECK(answer.state == MessageState::Interrupted);
    CHECK(answer.content == "Because");
    const auto record = need(chat.messages.record(turn.answer));
    CHECK(record->generatedTokens == std::vector<std::int32_t>{4, 5, 6});
    CHECK(record->finishReason == "interrupted");
    CHECK(need(chat.messages.recoverInterrupted()).empty());

    need(chat.messages.resume(turn.answer));
    need(chat.messages.appendJournal(turn.answer, {.sequence = 0, .tokens = {7}, .text = " it is."}));
    CHECK(need(chat.messages.get(turn.answer)).content == "Because it is.");
    need(chat.messages.finish(turn.answer, {}));
    CHECK(need(chat.messages.get(turn.answer)).content == "Because it is.");
    CHECK(codeOf(chat.messages.resume(turn.answer)) == ErrorCode::Conflict);
}

TEST_CASE("what is known of an answer is on disk with its first row and says what made an interrupted one")
{
    Chat chat;
    AnswerRecord begun = sampleRecord();
    begun.promptTokens.clear();
    begun.generatedTokens.clear();
    begun.finishReason.clear();
    const auto expectInterrupted = [&](MessageId answer) {
        // The transaction that stored the answer's row stored this.
        CHECK(need(chat.messages.record(answer)) == begun);
        need(chat.messages.appendJournal(answer, {.sequence = 0, .tokens = {6, 7}, .text = "Because"}));
        chat.reopen();
        CHECK(need(chat.messages.recoverInterrupted()) == std::vector{answer});
        AnswerRecord interrupted = begun;
        interrupted.generatedTokens = {6, 7};
        interrupted.finishReason = "interrupted";
        CHECK(need(chat.messages.record(answer)) == interrupted);
        CHECK(need(chat.messages.get(answer)).state == MessageState::Interrupted);
    };
    const auto turn = need(chat.messages.startTurn(chat.id, "Why?", begun));
    expectInterrupted(turn.answer);
    expectInterrupted(need(chat.messages.regenerate(turn.answer, begun)));
    expectInterrupted(need(chat.messages.answerTo(turn.user, begun)));
    const auto edited = need(chat.messages.editUserMessage(turn.user, "How?", begun));
    expectInterrupted(edited.answer);

    // An answer that ends in the ordinary way brings its whole record.
    const auto next = need(chat.messages.startTurn(chat.id, "And?", begun));
    need(chat.messages.finish(next.answer, {.content = "So.", .record = sampleRecord()}));
    CHECK(need(chat.messages.record(next.answer)) == sampleRecord());

    // Nothing of a turn that is refused is left.
    need(chat.messages.startTurn(chat.id, "Still?", begun));
    CHECK(codeOf(chat.messages.startTurn(chat.id, "Twice?", begun)) == ErrorCode::Conflict);
    CHECK(need(chat.database->connection().integer("SELECT count(*) FROM answer_records")) == 6);
    CHECK(need(chat.database->check()).sound());
}

TEST_CASE("editing and regenerating branch, and the branches can be walked")
{
    Chat chat;
    const auto first = chat.turn("q1", "a1");
    const auto second = chat.turn("q2", "a2");
    CHECK(chat.shown() == "q1 1/1 a1 1/1 q2 1/1 a2 1/1");

    const auto again = need(chat.messages.regenerate(second.answer));
    need(chat.messages.finish(again, {.content = "a2b"}));
    CHECK(chat.shown() == "q1 1/1 a1 1/1 q2 1/1 a2b 2/2");

    const auto edited = need(chat.messages.editUserMessage(first.user, "q1b"));
    need(chat.messages.finish(edited.answer, {.content = "a1b"}));
    CHECK(chat.shown() == "q1b 2/2 a1b 1/1");

    // The other branch is shown as it was left: with the second answer, or with the first where that was chosen.
    need(chat.messages.showSibling(edited.user, 1));
    CHECK(chat.shown() == "q1 1/2 a1 1/1 q2 1/1 a2b 2/2");
    need(chat.messages.showSibling(again, 1));
    CHECK(chat.shown() == "q1 1/2 a1 1/1 q2 1/1 a2 1/2");
    need(chat.messages.showSibling(first.user, 2));
    need(chat.messages.showSibling(edited.user, 1));
    CHECK(chat.shown() == "q1 1/2 a1 1/1 q2 1/1 a2 1/2");

    need(chat.messages.show(edited.answer));
    CHECK(chat.shown() == "q1b 2/2 a1b 1/1");
    need(chat.messages.show(again));
    CHECK(chat.shown() == "q1 1/2 a1 1/1 q2 1/1 a2b 2/2");

    // A branch made on a path that is not shown shows that path.
    need(chat.messages.show(edited.answer));
    const auto own = need(chat.messages.editAnswer(second.answer, "mine"));
    CHECK(chat.shown() == "q1 1/2 a1 1/1 q2 1/1 mine 3/3");
    CHECK(need(chat.messages.get(own)).state == MessageState::Complete);

    for (const std::int32_t number : {0, 3, -1}) {
        CHECK(codeOf(chat.messages.showSibling(first.user, number)) == ErrorCode::NotFound);
    }
    CHECK(codeOf(chat.messages.regenerate(first.user)) == ErrorCode::InvalidArgument);
    CHECK(codeOf(chat.messages.editUserMessage(first.answer, "x")) == ErrorCode::InvalidArgument);
    CHECK(codeOf(chat.messages.show({999})) == ErrorCode::NotFound);
    CHECK(need(chat.database->check()).sound());
}

TEST_CASE("an answer to a question that has none hangs below it")
{
    Chat chat;
    const auto turn = chat.turn("q", "a");
    const auto other = need(chat.messages.answerTo(turn.user));
    need(chat.messages.finish(other, {.content = "b"}));
    CHECK(chat.shown() == "q 1/1 b 2/2");
}

TEST_CASE("records of a long chat are stored as differences and come back whole")
{
    Chat chat;
    std::vector<AnswerRecord> records;
    std::vector<MessageId> answers;
    std::vector<std::int32_t> prompt;
    for (std::int32_t turn = 0; turn < 40; ++turn) {
        for (std::int32_t token = 0; token < 100; ++token) {
            prompt.push_back(turn * 1000 + token);
        }
        AnswerRecord record = sampleRecord();
        record.promptTokens = prompt;
        record.generatedTokens.assign(50, turn);
        prompt.insert(prompt.end(), record.generatedTokens.begin(), record.generatedTokens.end());
        const auto start = need(chat.messages.startTurn(chat.id, "q"));
        need(chat.messages.finish(start.answer, {.content = "a", .record = record}));
        records.push_back(record);
        answers.push_back(start.answer);
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
        CHECK(need(chat.messages.record(answers[i])) == records[i]);
    }
    const auto stored =
        need(chat.database->connection().integer("SELECT sum(length(prompt_tokens)) FROM answer_records"));
    CHECK(stored == 40 * 100 * 4);

    // A record that changes takes the ones built on it along.
    records[10].promptTokens = {1, 2, 3};
    need(chat.messages.putRecord(answers[10], records[10]));
    for (std::size_t i = 0; i < records.size(); ++i) {
        CHECK(need(chat.messages.record(answers[i])) == records[i]);
    }
    CHECK_FALSE(need(chat.messages.record({999})).has_value());
}

TEST_CASE("a trashed or unknown conversation takes no turn")
{
    Chat chat;
    CHECK(codeOf(chat.messages.startTurn({999}, "q")) == ErrorCode::NotFound);
    CHECK(codeOf(chat.messages.path({999})) == ErrorCode::NotFound);
    CHECK(need(chat.messages.path(chat.id)).empty());
    need(ConversationStore(*chat.database).trash(chat.id));
    CHECK(codeOf(chat.messages.startTurn(chat.id, "q")) == ErrorCode::Conflict);
}

TEST_CASE("text of any kind survives: long, foreign, with zero characters")
{
    Chat chat;
    for (const std::string &text : {std::string(300'000, 'x'), std::string("a\0b", 3), std::string("日本語 🙂 ä"),
                                    std::string("\xff\xfe"), std::string()}) {
        const auto turn = chat.turn(text, text);
        CHECK(need(chat.messages.get(turn.user)).content == text);
        CHECK(need(chat.messages.get(turn.answer)).content == text);
    }
    CHECK(need(chat.database->check()).problems == std::vector<std::string>{});
}
