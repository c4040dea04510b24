// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/embedding.h"

#include "inference/engine.h"
#include "tests/support/fake_devices.h"
#include "tests/support/tiny_encoder.h"
#include "tests/support/tiny_model.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <future>
#include <numeric>

using namespace inference;
using namespace inference::runtime;

namespace {

std::unique_ptr<ModelRuntime> loaded(const LoadOptions &options, std::shared_ptr<DeviceProvider> devices = nullptr)
{
    auto runtime = ModelRuntime::load(options, {}, devices ? std::move(devices) : systemDevices({}, false), {}, {});
    INFO((runtime ? std::string() : runtime.error().detail));
    REQUIRE(runtime.has_value());
    return std::move(*runtime);
}

struct Fixture {
    explicit Fixture(const tests::TinyEncoderOptions &model = {}, std::uint32_t context = 0,
                     std::optional<Pooling> pooling = {})
        : runtime(loaded({.path = tests::writeTinyEncoder(folder.path() / "tiny.gguf", model),
                          .device = "cpu",
                          .contextLength = context,
                          .threads = 2,
                          .pooling = pooling}))
    {
    }

    EmbedResult embed(EmbedRequest request)
    {
        auto result = runtime::embed(*runtime, request, {}, {});
        INFO((result ? std::string() : result.error().detail));
        REQUIRE(result.has_value());
        return std::move(*result);
    }

    tests::TemporaryFolder folder;
    std::unique_ptr<ModelRuntime> runtime;
};

double dot(std::span<const float> a, std::span<const float> b)
{
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

} // namespace

TEST_CASE("texts become vectors of length 1, the same ones alone and together")
{
    Fixture fixture;
    const EmbedResult together = fixture.embed({.texts = {"a b c", "d", ""}});
    REQUIRE(together.embeddings.size() == 3);
    CHECK(together.width == 32);
    CHECK(together.device.id == "cpu");
    const std::uint32_t tokens[] = {5, 3, 2};
    for (std::size_t i = 0; i < 3; ++i) {
        const Embedding &one = together.embeddings[i];
        CHECK(one.values.size() == 32);
        CHECK(dot(one.values, one.values) == Catch::Approx(1.0).epsilon(1e-5));
        CHECK(one.tokens == tokens[i]);
        CHECK(one.dropped == 0);
    }
    CHECK(fixture.embed({.texts = {"d"}}).embeddings[0].values == together.embeddings[1].values);
    CHECK(together.embeddings[0].values != together.embeddings[1].values);
    CHECK(fixture.embed({.texts = {}}).embeddings.empty());
}

TEST_CASE("many short texts share a pass, and each gets bit for bit what it gets alone")
{
    for (const Pooling pooling : {Pooling::Mean, Pooling::First}) {
        Fixture fixture({.pooling = pooling, .context = 512});
        std::vector<std::string> texts;
        std::vector<std::uint32_t> lengths;
        for (std::uint32_t i = 0; i < 70; ++i) {
            // 3 to 82 tokens: within a tile of the cache, within a block, and longer.
            const std::uint32_t words = 1 + (i * 37) % 80;
            std::string text;
            for (std::uint32_t word = 0; word < words; ++word) {
                text += static_cast<char>('a' + (i * 7 + word * 3) % 26);
                text += ' ';
            }
            texts.push_back(std::move(text));
            lengths.push_back(words + 2);
        }
        CHECK(fixture.runtime->program().textsThatFit(std::vector<std::uint32_t>{3, 64, 16, 65, 2}) == 3);
        const EmbedResult together = fixture.embed({.texts = texts});
        REQUIRE(together.embeddings.size() == texts.size());
        for (std::size_t i = 0; i < texts.size(); ++i) {
            CAPTURE(i);
            CHECK(together.embeddings[i].tokens == lengths[i]);
            CHECK(together.embeddings[i].values == fixture.embed({.texts = {texts[i]}}).embeddings[0].values);
        }
    }
    // A row for each token, or tokens that see only what is before them: nothing is shared.
    Fixture each({.pooling = Pooling::None, .context = 512});
    CHECK(each.runtime->program().textsThatFit(std::vector<std::uint32_t>{3, 3}) == 0);
}

TEST_CASE("a prefix stands in front of each text")
{
    Fixture fixture;
    CHECK(fixture.embed({.texts = {"c"}, .prefix = "a b "}).embeddings[0].values ==
          fixture.embed({.texts = {"a b c"}}).embeddings[0].values);
}

TEST_CASE("fewer dimensions are the first ones, at length 1 again")
{
    Fixture fixture;
    const EmbedResult raw = fixture.embed({.texts = {"a b"}, .normalise = false});
    const EmbedResult few = fixture.embed({.texts = {"a b"}, .dimensions = 8});
    const std::span<const float> first = std::span(raw.embeddings[0].values).first(8);
    const double length = std::sqrt(dot(first, first));
    CHECK(few.width == 8);
    REQUIRE(few.embeddings[0].values.size() == 8);
    for (std::size_t i = 0; i < 8; ++i) {
        CHECK(few.embeddings[0].values[i] == Catch::Approx(first[i] / length).margin(1e-6));
    }
    const auto tooMany = runtime::embed(*fixture.runtime, {.texts = {"a"}, .dimensions = 33}, {}, {});
    REQUIRE_FALSE(tooMany.has_value());
    CHECK(tooMany.error().code == ErrorCode::InvalidArgument);
}

TEST_CASE("a text beyond the learned positions loses its end, and the result tells")
{
    Fixture fixture({.context = 16});
    CHECK(fixture.runtime->info().contextLength == 16);
    std::string text;
    for (int i = 0; i < 20; ++i) {
        text += "a ";
    }
    const Embedding embedding = fixture.embed({.texts = {text}}).embeddings[0];
    CHECK(embedding.tokens == 16);
    CHECK(embedding.dropped == 6);
    // A context that is asked for is no longer than the table either.
    CHECK(Fixture({.context = 16}, 1000).runtime->info().contextLength == 16);
}

TEST_CASE("a model that does not pool gives a vector for each token, and their mean is the mean's")
{
    Fixture each({.pooling = Pooling::None});
    const EmbedResult rows = each.embed({.texts = {"a b c"}, .normalise = false});
    REQUIRE(rows.embeddings[0].values.size() == 5 * 32);
    Fixture mean({.pooling = Pooling::None}, 0, Pooling::Mean);
    const Embedding pooled = mean.embed({.texts = {"a b c"}, .normalise = false}).embeddings[0];
    REQUIRE(pooled.values.size() == 32);
    for (std::size_t i = 0; i < 32; ++i) {
        double sum = 0;
        for (std::size_t row = 0; row < 5; ++row) {
            sum += rows.embeddings[0].values[row * 32 + i];
        }
        CHECK(pooled.values[i] == Catch::Approx(sum / 5).margin(1e-5));
    }
    Fixture first({.pooling = Pooling::First});
    const Embedding cls = first.embed({.texts = {"a b c"}, .normalise = false}).embeddings[0];
    CHECK(std::ranges::equal(cls.values, std::span(rows.embeddings[0].values).first(32)));
}

TEST_CASE("progress is told text by text, and a stop ends it between two")
{
    Fixture fixture;
    std::vector<std::size_t> done;
    std::stop_source stop;
    const auto result = runtime::embed(
        *fixture.runtime, {.texts = {"a", "b", "c", "d"}},
        [&](const TextProgress &progress) {
            done.push_back(progress.done);
            CHECK(progress.total == 4);
            if (progress.done == 2) {
                stop.request_stop();
            }
        },
        stop.get_token());
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::Cancelled);
    CHECK(done == std::vector<std::size_t>{1, 2});
}

TEST_CASE("a GPU that fails is replaced by the processor, and no text is lost")
{
    const tests::TemporaryFolder folder;
    const auto devices = std::make_shared<tests::FakeDevices>();
    const auto runtime = loaded(
        {.path = tests::writeTinyEncoder(folder.path() / "tiny.gguf"), .device = "vulkan:0", .probedDevices = {"gpu"}},
        devices);
    devices->gpu.failure = {ErrorCode::DeviceLost, "gone"};
    devices->gpu.failAtBatch = devices->gpu.batches.size() + 1;
    const auto result = runtime::embed(*runtime, {.texts = {"a", "b", "c"}}, {}, {});
    INFO((result ? std::string() : result.error().detail));
    REQUIRE(result.has_value());
    CHECK(result->embeddings.size() == 3);
    CHECK(result->device.id == "cpu");
    CHECK(devices->cpu.batches.size() == 2);
}

TEST_CASE("any model that writes text is an embedder when it is loaded as one")
{
    const tests::TemporaryFolder folder;
    const auto path = tests::writeTinyModel(folder.path() / "tiny.gguf");
    const auto runtime = loaded({.path = path, .device = "cpu", .pooling = Pooling::Last});
    // More than one batch of the program.
    const std::string text(std::size_t{runtime->program().options().maxBatch}, 'q');
    const auto result = runtime::embed(*runtime, {.texts = {text.substr(0, 100), text}}, {}, {});
    REQUIRE(result.has_value());
    CHECK(result->width == 64);
    CHECK(result->embeddings[1].values.size() == 64);
    const auto mean = loaded({.path = path, .device = "cpu", .pooling = Pooling::Mean});
    CHECK(mean->program().options().maxBatch == mean->info().contextLength);
}

TEST_CASE("a reranker gives each document a score of its own pair with the query")
{
    Fixture fixture({.pooling = Pooling::Rank});
    const auto ranked = [&](const char *query, std::vector<std::string> texts) {
        auto result = runtime::rerank(*fixture.runtime, {.query = query, .texts = std::move(texts)}, {}, {});
        REQUIRE(result.has_value());
        return std::move(result->ranked);
    };
    const auto both = ranked("a b", {"c", "d e f"});
    REQUIRE(both.size() == 2);
    CHECK(both[0].tokens == 6);
    CHECK(both[1].tokens == 8);
    CHECK(both[0].score != both[1].score);
    CHECK(ranked("a b", {"d e f"})[0].score == both[1].score);
    CHECK(ranked("b a", {"d e f"})[0].score != both[1].score);
    // The tokens of the second text have another type, so that the border counts.
    CHECK(ranked("a", {"b d e f"})[0].score != both[1].score);
}

TEST_CASE("two scores are those of yes and no")
{
    Fixture fixture({.pooling = Pooling::Rank, .scores = 2});
    const auto result = runtime::rerank(*fixture.runtime, {.query = "a", .texts = {"b"}}, {}, {});
    REQUIRE(result.has_value());
    CHECK(result->ranked[0].score > 0.0F);
    CHECK(result->ranked[0].score < 1.0F);
}

TEST_CASE("a reranker without a classifier judges by the logits of yes and no")
{
    const tests::TemporaryFolder folder;
    const auto write = [&](const std::vector<std::string> &merges) {
        const auto path = folder.path() / ("rank" + std::to_string(merges.size()) + ".gguf");
        auto writer = tests::tinyModelWriter({.furtherMerges = merges});
        tests::writeFile(path, writer.u32("llama.pooling_type", static_cast<std::uint32_t>(Pooling::Rank)).bytes());
        return path;
    };
    const auto runtime = loaded({.path = write({"y e", "ye s", "n o"}), .device = "cpu"});
    const auto result = runtime::rerank(*runtime, {.query = "hello", .texts = {"world", "the end"}}, {}, {});
    REQUIRE(result.has_value());
    REQUIRE(result->ranked.size() == 2);
    for (const auto &[text, ranked] :
         {std::pair("world", result->ranked[0]), std::pair("the end", result->ranked[1])}) {
        const EncodedText pair = runtime->text().encodePair("hello", text, 256);
        std::vector<float> logits(runtime->text().vocabularySize());
        REQUIRE(runtime->program().evaluate({.tokens = pair.tokens}, logits, {}));
        const auto logit = [&](const char *word) {
            const auto tokens = runtime->text().encodeText(word, false, false);
            REQUIRE(tokens.size() == 1);
            return logits[static_cast<std::size_t>(tokens[0])];
        };
        CHECK(ranked.tokens == pair.tokens.size());
        CHECK(ranked.score == Catch::Approx(1 / (1 + std::exp(logit("no") - logit("yes")))));
    }
    CHECK(result->ranked[0].score != result->ranked[1].score);

    const auto without = loaded({.path = write({}), .device = "cpu"});
    const auto refused = runtime::rerank(*without, {.query = "a", .texts = {"b"}}, {}, {});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::UnsupportedFile);
}

TEST_CASE("a model refuses what it is not made for, and says what it is made for")
{
    const tests::TemporaryFolder folder;
    Engine engine{EngineOptions{}};
    const auto load = [&](const std::filesystem::path &path) {
        std::promise<void> done;
        engine.load(
            {.path = path, .device = "cpu"}, [](float) {},
            [&](const auto &result) {
                CHECK(result.has_value());
                done.set_value();
            });
        done.get_future().wait();
    };
    const auto generate = [&] {
        std::promise<Result<GenerateResult>> done;
        GenerateRequest request;
        request.prompt = TextPrompt{"a"};
        engine.generate(request, {}, [&](auto result) { done.set_value(std::move(result)); });
        return done.get_future().get();
    };
    const auto embed = [&] {
        std::promise<Result<EmbedResult>> done;
        engine.embed({.texts = {"a"}}, {}, [&](auto result) { done.set_value(std::move(result)); });
        return done.get_future().get();
    };
    const auto rerank = [&] {
        std::promise<Result<RerankResult>> done;
        engine.rerank({.query = "a", .texts = {"b"}}, {}, [&](auto result) { done.set_value(std::move(result)); });
        return done.get_future().get();
    };
    const auto isWrong = [](const auto &result) {
        return !result && result.error().code == ErrorCode::WrongPurpose && !result.error().detail.empty();
    };
    CHECK(!embed().has_value()); // no model yet
    load(tests::writeTinyModel(folder.path() / "text.gguf"));
    CHECK(isWrong(embed()));
    CHECK(isWrong(rerank()));
    load(tests::writeTinyEncoder(folder.path() / "embedder.gguf"));
    CHECK(isWrong(generate()));
    CHECK(embed().has_value());
    CHECK(isWrong(rerank()));
    load(tests::writeTinyEncoder(folder.path() / "ranker.gguf", {.pooling = Pooling::Rank}));
    CHECK(isWrong(generate()));
    CHECK(isWrong(embed()));
    CHECK(rerank().has_value());
}
