// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/request_queue.h"

#include <catch2/catch_test_macros.hpp>

#include <optional>
#include <string>
#include <vector>

using namespace inference;
using namespace inference::runtime;

namespace {

/// A queue whose requests write down that they ran.
struct Fixture {
    RequestId push(const std::string &name)
    {
        return queue.push([this, name](const std::stop_token &stop) { note(name, stop.stop_requested()); });
    }
    RequestId change(const std::string &name)
    {
        return queue.pushChange([this, name](const std::stop_token &stop) { note(name, stop.stop_requested()); });
    }
    RequestId background(const std::string &name)
    {
        GenerateRequest request;
        request.prompt = TextPrompt{name};
        return queue.pushBackground(std::move(request), {}, [this, name](const Result<GenerateResult> &result) {
            log.push_back(name + (result ? " ended" : ' ' + std::string(inference::name(result.error().code))));
        });
    }
    void note(const std::string &name, bool stopped) { log.push_back(name + (stopped ? " stopped" : "")); }
    static std::string nameOf(const ParallelTurn &turn) { return std::get<TextPrompt>(turn.request.prompt).text; }

    /// Runs all that is there; of background generations as many as there are, one after another.
    void runAll()
    {
        std::stop_source end;
        end.request_stop();
        while (queue.runNext(end.get_token(), [this]() -> Result<void> {
            while (auto turn = queue.next()) {
                log.push_back(nameOf(*turn) + " begins");
                turn->done(GenerateResult{});
            }
            return {};
        })) {
        }
    }

    RequestQueue queue;
    std::vector<std::string> log;
};

using Log = std::vector<std::string>;

} // namespace

TEST_CASE("requests run in their order, before background generations")
{
    Fixture f;
    f.background("b1");
    f.push("r1");
    f.background("b2");
    f.push("r2");
    f.runAll();
    CHECK(f.log == Log{"r1", "r2", "b1 begins", "b1 ended", "b2 begins", "b2 ended"});
}

TEST_CASE("a change of the model cancels the background generations before it and none behind it")
{
    Fixture f;
    f.background("b1");
    f.change("load");
    f.background("b2");
    f.runAll();
    CHECK(f.log == Log{"b1 cancelled", "load", "b2 begins", "b2 ended"});
}

TEST_CASE("what is cancelled while it waits is reported")
{
    Fixture f;
    const RequestId request = f.push("r1");
    const RequestId background = f.background("b1");
    f.background("b2");
    f.queue.cancel(request);
    f.queue.cancel(background);
    f.queue.cancel(RequestId{99});
    f.runAll();
    CHECK(f.log == Log{"b1 cancelled", "r1 stopped", "b2 begins", "b2 ended"});
}

TEST_CASE("a request that comes while background generations run is told to them, and goes before those that wait")
{
    Fixture f;
    f.background("b1");
    f.background("b2");
    f.background("b3");
    std::stop_source end;
    REQUIRE(f.queue.runNext(end.get_token(), [&]() -> Result<void> {
        auto first = f.queue.next();
        auto second = f.queue.next();
        REQUIRE((first && second));
        CHECK_FALSE(f.queue.othersWait().stop_requested());
        const std::stop_token others = f.queue.othersWait();
        f.push("r1");
        CHECK(others.stop_requested());
        CHECK_FALSE(f.queue.next().has_value());
        CHECK_FALSE(second->stop.stop_requested());
        f.queue.giveBack(std::move(*second));
        first->done(GenerateResult{});
        return {};
    }));
    CHECK(f.log == Log{"b1 ended"});
    f.runAll();
    CHECK(f.log == Log{"b1 ended", "r1", "b2 begins", "b2 ended", "b3 begins", "b3 ended"});
}

TEST_CASE("a change or a cancel reaches a generation that runs, also one that was given back")
{
    Fixture f;
    const RequestId id = f.background("b1");
    f.background("b2");
    std::stop_source end;
    REQUIRE(f.queue.runNext(end.get_token(), [&]() -> Result<void> {
        auto first = f.queue.next();
        auto second = f.queue.next();
        f.queue.cancel(id);
        CHECK(first->stop.stop_requested());
        CHECK_FALSE(second->stop.stop_requested());
        f.change("load");
        CHECK(second->stop.stop_requested());
        f.queue.giveBack(std::move(*second));
        first->done(failure(ErrorCode::Cancelled, "stopped"));
        return {};
    }));
    f.runAll();
    CHECK(f.log == Log{"b1 cancelled", "b2 cancelled", "load"});
}

TEST_CASE("an error ends what was begun, or the next one where nothing was, each once")
{
    Fixture f;
    f.background("b1");
    f.background("b2");
    f.background("b3");
    std::stop_source end;
    std::optional<ParallelTurn> late;
    REQUIRE(f.queue.runNext(end.get_token(), [&]() -> Result<void> {
        late = f.queue.next();
        return failure(ErrorCode::OutOfMemory, "planted");
    }));
    CHECK(f.log == Log{"b1 out_of_memory"});
    late->done(GenerateResult{});
    CHECK(f.log.size() == 1);
    REQUIRE(f.queue.runNext(end.get_token(), []() -> Result<void> { return failure(ErrorCode::Internal, "planted"); }));
    CHECK(f.log == Log{"b1 out_of_memory", "b2 internal"});
    f.queue.cancelAll();
    f.runAll();
    CHECK(f.log.back() == "b3 cancelled");
}
