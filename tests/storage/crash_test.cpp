// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/conversation_store.h"
#include "storage/message_store.h"
#include "tests/storage/support.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <map>
#include <random>
#include <sstream>

using namespace storage;
using namespace storage::test;

namespace {

/// What the child says about an operation that returned: "P id" the prompt of message id is stored, "J id n" journal
/// entries 0 … n-1 of answer id are, "F id n" the answer ended with n of them.
std::string word(std::int64_t sequence)
{
    return "word" + std::to_string(sequence) + " ";
}

void acknowledge(int pipe, char what, MessageId id, std::int64_t count)
{
    const std::string line = std::string(1, what) + " " + std::to_string(id.value) + " " + std::to_string(count) + "\n";
    (void)!write(pipe, line.data(), line.size());
}

/// What the child knows of an answer before it begins.
AnswerRecord begunRecord(int turn)
{
    return {.modelSha256 = "ab12",
            .modelName = "SmolLM2",
            .samplingJson = R"({"temperature":0.5})",
            .seed = static_cast<std::uint64_t>(turn),
            .device = "CPU"};
}

[[noreturn]] void chatUntilKilled(const std::filesystem::path &path, int pipe)
{
    auto opened = Database::open({.path = path});
    if (!opened.database) {
        _exit(1);
    }
    ConversationStore conversations(*opened.database);
    MessageStore messages(*opened.database);
    const auto page = conversations.list({.limit = 1});
    const auto id = page && !page->rows.empty() ? page->rows[0].id : conversations.create({.title = "crash"})->id;
    (void)messages.recoverInterrupted();
    for (int turn = 0;; ++turn) {
        const auto start = messages.startTurn(id, "prompt", begunRecord(turn));
        if (!start) {
            _exit(2);
        }
        acknowledge(pipe, 'P', start->user, 0);
        const std::int64_t ticks = 1 + turn % 7;
        for (std::int64_t tick = 0; tick < ticks; ++tick) {
            if (!messages.appendJournal(
                    start->answer,
                    {.sequence = tick, .tokens = {static_cast<std::int32_t>(tick)}, .text = word(tick)})) {
                _exit(3);
            }
            acknowledge(pipe, 'J', start->answer, tick + 1);
        }
        if (!messages.finish(start->answer, {})) {
            _exit(4);
        }
        acknowledge(pipe, 'F', start->answer, ticks);
    }
}

struct Acknowledged {
    std::map<MessageId, std::int64_t> words; ///< of answers
    std::map<MessageId, bool> ended;
    std::vector<MessageId> prompts;
};

void note(Acknowledged &acknowledged, const std::string &text)
{
    // A line that was cut by the kill acknowledges nothing.
    std::istringstream lines(text.substr(0, text.rfind('\n') + 1));
    char what = 0;
    MessageId id;
    std::int64_t count = 0;
    while (lines >> what >> id.value >> count) {
        if (what == 'P') {
            acknowledged.prompts.push_back(id);
        } else {
            acknowledged.words[id] = count;
            acknowledged.ended[id] = what == 'F';
        }
    }
}

std::string readAll(int pipe)
{
    std::string text;
    char buffer[4096];
    for (ssize_t size = 0; (size = read(pipe, buffer, sizeof buffer)) > 0;) {
        text.append(buffer, static_cast<std::size_t>(size));
    }
    return text;
}

} // namespace

TEST_CASE("a program killed at any moment loses no acknowledged text")
{
    std::mt19937_64 random(campaignSeed());
    const TempFolder folder;
    Acknowledged acknowledged;
    const int kills = campaignSize(20, 200);
    for (int kill_ = 0; kill_ < kills; ++kill_) {
        int ends[2];
        REQUIRE(pipe(ends) == 0);
        const pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            close(ends[0]);
            chatUntilKilled(folder.database(), ends[1]);
        }
        close(ends[1]);
        // The moment counts from its first acknowledgement, so that a slow start does not make every kill the same.
        pollfd first{.fd = ends[0], .events = POLLIN, .revents = 0};
        REQUIRE(poll(&first, 1, 60'000) == 1);
        usleep(static_cast<useconds_t>(random() % 40'000));
        REQUIRE(kill(child, SIGKILL) == 0);
        int status = 0;
        REQUIRE(waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));
        note(acknowledged, readAll(ends[0]));
        close(ends[0]);

        auto opened = Database::open({.path = folder.database()});
        REQUIRE(opened.report.outcome == OpenOutcome::Current);
        MessageStore messages(*opened.database);
        need(messages.recoverInterrupted());
        for (const MessageId prompt : acknowledged.prompts) {
            REQUIRE(need(messages.get(prompt)).content == "prompt");
        }
        for (const auto &[answer, words] : acknowledged.words) {
            const auto message = need(messages.get(answer));
            std::string expected;
            for (std::int64_t i = 0; i < words; ++i) {
                expected += word(i);
            }
            REQUIRE(message.content.starts_with(expected));
            REQUIRE(message.state != MessageState::Streaming);
            REQUIRE((!acknowledged.ended[answer] || message.state == MessageState::Complete));
            const auto record = need(messages.record(answer));
            REQUIRE(record->generatedTokens.size() >= static_cast<std::size_t>(words));
            REQUIRE(record->modelName == "SmolLM2");
            REQUIRE(record->samplingJson == begunRecord(0).samplingJson);
            REQUIRE(record->finishReason == (message.state == MessageState::Interrupted ? "interrupted" : "complete"));
        }
        REQUIRE(need(opened.database->check()).sound());
    }
    CHECK(acknowledged.prompts.size() >= static_cast<std::size_t>(kills));
}
