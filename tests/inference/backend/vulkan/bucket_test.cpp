// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/vulkan/bucket.h"

#include "shaders/include/kernel_params.h"
#include "tests/inference/backend/graph_fixture.h"
#include "tests/inference/backend/vulkan/device_kinds.h"

#include <catch2/catch_test_macros.hpp>

#include <set>

namespace inference::backend::vulkan {

namespace {

constexpr Bucket kBuckets[] = {{RowBucket::One, false},
                               {RowBucket::One, true},
                               {RowBucket::Few, false},
                               {RowBucket::Few, true},
                               {RowBucket::Many, false}};

Plan planFor(const DeviceTraits &traits, const TinyLlama &shape)
{
    const auto fixture = GraphFixture::llama(shape);
    auto plan = makePlan(fixture->graph(), {.contextLength = 4096, .maxBatch = 512}, traits);
    REQUIRE(plan.has_value());
    return std::move(*plan);
}

/// Weight rows that one workgroup of a matrix kernel computes.
std::uint64_t rowsPerGroup(const Call &call)
{
    const auto &constants = call.key.constants;
    if (call.key.shader.starts_with("matmul")) {
        return constants[kSpecA];
    }
    return std::uint64_t{constants[kSpecB]} * (constants[kSpecSubgroup] / constants[kSpecA]);
}

} // namespace

TEST_CASE("one row, a few and many are recorded apart")
{
    CHECK(rowBucket(1) == RowBucket::One);
    CHECK(rowBucket(2) == RowBucket::Few);
    CHECK(rowBucket(kSmallRows) == RowBucket::Few);
    CHECK(rowBucket(kSmallRows + 1) == RowBucket::Many);
    CHECK(rowBucket(512) == RowBucket::Many);
}

TEST_CASE("every call stays within what the device grants")
{
    for (const DeviceKindRow &device : deviceKinds()) {
        for (const TensorType type : {TensorType::F16, TensorType::Q4_0, TensorType::Q6_K}) {
            for (const std::uint32_t experts : {0U, 64U}) {
                const TinyLlama shape{.width = 512,
                                      .headDim = 128,
                                      .feedForward = experts > 0 ? 256U : 4096U,
                                      .experts = experts,
                                      .usedExperts = 6,
                                      .vocabulary = 5000,
                                      .type = type,
                                      .embedding = type};
                for (const Step &step : planFor(device.traits, shape).steps) {
                    for (const Bucket &bucket : kBuckets) {
                        const auto call = sizeCall(step, bucket, device.traits);
                        if (!call) {
                            continue;
                        }
                        CAPTURE(device.name, traits(type).name, call->key.shader, static_cast<int>(bucket.rows),
                                bucket.split);
                        const std::uint32_t workgroup = call->key.constants[kSpecWorkgroup];
                        CHECK(workgroup >= 1);
                        CHECK(workgroup <= device.traits.maxWorkgroup);
                        // Full subgroups are demanded of every kernel that works by subgroups.
                        CHECK((workgroup % device.traits.subgroup == 0 || call->key.shader.contains("matmul")));
                        CHECK(call->size.x >= 1);
                        CHECK(call->size.x <= device.traits.maxGroupsX);
                        CHECK(call->size.yRows >= 1);
                        CHECK(groupsY(call->size, 512) >= 1);
                        CHECK(groupsY(call->size, 512) <= device.traits.maxGroupsY);
                    }
                }
            }
        }
    }
}

TEST_CASE("as many rows as experts' calls have workgroups for, and not one more")
{
    for (DeviceKindRow device : deviceKinds()) {
        for (const std::uint32_t used : {4U, 128U, 700U}) {
            device.traits.maxGroupsY = 65535;
            const std::uint32_t rows = mostExpertRows(used, 1024, device.traits);
            CAPTURE(device.name, used, rows);
            const auto most = [&](std::uint32_t batch) {
                std::uint32_t groups = 0;
                for (const StepKind kind : {StepKind::ExpertMatVec, StepKind::ExpertMatMul}) {
                    const Step step{.kind = kind, .items = 64, .blocks = 2, .used = used, .experts = 1024};
                    for (const std::uint32_t each : {1U, kSmallRows, batch}) {
                        if (const auto call = sizeCall(step, {rowBucket(each), false}, device.traits)) {
                            groups = std::max(groups, groupsY(call->size, each));
                        }
                    }
                }
                return groups;
            };
            CHECK(most(rows) <= device.traits.maxGroupsY);
            CHECK(most(rows + 1) > device.traits.maxGroupsY);
        }
    }
}

TEST_CASE("experts are multiplied pair by pair or in tiles, never both, and grouped for tiles alone")
{
    for (const DeviceKindRow &device : deviceKinds()) {
        const Plan plan = planFor(device.traits, {.layers = 1, .experts = 8, .usedExperts = 3});
        for (const Bucket &bucket : kBuckets) {
            std::multiset<StepKind> run;
            for (const Step &step : plan.steps) {
                const auto call = sizeCall(step, bucket, device.traits);
                if (!call) {
                    continue;
                }
                run.insert(step.kind);
                const bool tiles = step.kind == StepKind::ExpertMatMul;
                if (tiles || step.kind == StepKind::ExpertMatVec) {
                    const auto &constants = call->key.constants;
                    const std::uint32_t rows =
                        tiles ? constants[kSpecA] : constants[kSpecB] * (constants[kSpecSubgroup] / constants[kSpecA]);
                    CHECK(call->size.x * rows >= step.items);
                    // Every pair has its workgroup; of tiles one for each expert may be partly full.
                    CHECK(groupsY(call->size, 100) == (tiles ? 300 / kExpertTile + 1 + 8 : 300));
                }
            }
            CAPTURE(device.name, static_cast<int>(bucket.rows));
            const bool tiled = bucket.rows == RowBucket::Many && !device.traits.software;
            CHECK(run.count(StepKind::ExpertRoute) == 1);
            CHECK(run.count(StepKind::ExpertGroup) == (tiled ? 1 : 0));
            CHECK(run.count(StepKind::ExpertMatVec) == (tiled ? 0 : 2));
            CHECK(run.count(StepKind::ExpertMatMul) == (tiled ? 2 : 0));
            CHECK(run.count(StepKind::ExpertCombine) == 1);
        }
    }
}

TEST_CASE("the workgroups of a matrix cover all its rows and none more than the last needs")
{
    for (const DeviceKindRow &device : deviceKinds()) {
        for (const std::uint32_t feedForward : {96U, 4096U, 4128U}) {
            const TinyLlama shape{.feedForward = feedForward, .type = TensorType::Q8_0};
            for (const Step &step : planFor(device.traits, shape).steps) {
                if (step.kind != StepKind::MatMul) {
                    continue;
                }
                for (const Bucket &bucket : kBuckets) {
                    const auto call = sizeCall(step, bucket, device.traits);
                    REQUIRE(call.has_value());
                    CAPTURE(device.name, call->key.shader, step.items);
                    CHECK(call->size.x * rowsPerGroup(*call) >= step.items);
                    CHECK((call->size.x - 1) * rowsPerGroup(*call) < step.items);
                }
            }
        }
    }
}

TEST_CASE("attention is whole or split, never both, and only a split one is combined")
{
    for (const DeviceKindRow &device : deviceKinds()) {
        const Plan plan = planFor(device.traits, {});
        for (const Bucket &bucket : kBuckets) {
            std::multiset<StepKind> run;
            for (const Step &step : plan.steps) {
                if (sizeCall(step, bucket, device.traits)) {
                    run.insert(step.kind);
                }
            }
            CAPTURE(device.name, bucket.split);
            CHECK(run.count(StepKind::AttentionWhole) == (bucket.split ? 0 : plan.kv.size()));
            CHECK(run.count(StepKind::AttentionSplit) == (bucket.split ? plan.kv.size() : 0));
            CHECK(run.count(StepKind::AttentionCombine) == (bucket.split ? plan.kv.size() : 0));
        }
    }
}

TEST_CASE("a device that runs shaders on the processor meets no tiles")
{
    for (const DeviceKindRow &device : deviceKinds()) {
        for (const Step &step : planFor(device.traits, {.type = TensorType::Q4_0}).steps) {
            if (step.kind == StepKind::MatMul) {
                const auto call = sizeCall(step, {RowBucket::Many, false}, device.traits);
                REQUIRE(call.has_value());
                CAPTURE(device.name, call->key.shader);
                CHECK(call->key.shader.starts_with("matvec") == device.traits.software);
            }
        }
    }
}

} // namespace inference::backend::vulkan
