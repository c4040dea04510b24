// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/host_experts.h"
#include "inference/backend/vulkan/bucket.h"
#include "inference/backend/vulkan/device.h"
#include "inference/backend/vulkan/pipelines.h"
#include "inference/backend/vulkan/plan.h"
#include "inference/graph/saved_sequence.h"
#include "inference/graph/state_snapshots.h"

#include <atomic>
#include <deque>
#include <map>
#include <optional>

namespace inference::backend::vulkan {

/// What a program needs of the backend that made it, shared because it may outlive that backend.
struct Context {
    std::shared_ptr<Device> device;
    std::unique_ptr<Pipelines> pipelines;
    float submissionBudgetMs = 50.0F;
    /// Validation messages so far; a rise during a call fails it.
    std::shared_ptr<std::atomic<std::uint32_t>> messages;
};

/// A graph resident on a device: buffers, recorded command buffers, and their replay.
class VulkanProgram final : public Program {
public:
    /// Plans the graph and makes it resident. With `from`: derived from that program, whose graph's weights stand
    /// first in `graph`. A message of the validation layer on the way fails it.
    static Result<std::unique_ptr<Program>> compile(const std::shared_ptr<Context> &context, const graph::Graph &graph,
                                                    const ProgramOptions &options, const std::stop_token &stop,
                                                    const VulkanProgram *from = nullptr);
    ~VulkanProgram() override;

    Result<void> evaluate(const Batch &batch, std::span<float> logits, std::stop_token stop) override;
    std::vector<ResumeRange> resumeRanges() const override;
    std::uint64_t savedBytes(std::uint32_t length) const override;
    Result<void> save(std::uint32_t length, std::span<std::byte> out) override;
    Result<void> restore(std::uint32_t length, std::span<const std::byte> in) override;
    Result<std::unique_ptr<Program>> derive(const graph::Graph &graph, std::stop_token stop) override;
    std::uint64_t stateBytes() const override { return m_plan.stateBytes; }
    Result<void> keepState() override;
    MemoryUse memoryUse() const override;
    const ProgramOptions &options() const override { return m_options; }

private:
    /// A piece of a buffer.
    struct Place {
        std::uint32_t buffer = 0; ///< index into m_buffers
        std::uint64_t offset = 0;
        std::uint64_t bytes = 0;
    };
    /// Number of workgroups that the host computes for each batch.
    struct IndirectSize {
        CallSize size;
        bool selected = false;
        auto operator<=>(const IndirectSize &) const = default;
    };
    /// A segment recorded for a bucket.
    struct Recording {
        VkCommandBuffer commands = VK_NULL_HANDLE;
        std::uint32_t query = 0; ///< first of its two timestamps
        float msPerRow = -1.0F;  ///< measured; below 0: not yet
    };
    /// What recurrent layers carry from token to token, besides the buffers it stands in.
    struct Carried {
        std::uint32_t side = 0; ///< of the states, that counts
        graph::StateSnapshots snapshots;
    };
    /// All recordings of a bucket, by segment.
    struct RecordedBucket {
        std::vector<Recording> segments;
    };
    /// A segment's part of a pass.
    struct Work {
        Recording *recording = nullptr;
        std::uint32_t rows = 0;
        std::optional<std::size_t> host{}; ///< Plan::hostSteps: what the host does before the next one
    };
    /// A submission under way.
    struct Flight {
        std::uint64_t ticket = 0;
        std::vector<std::pair<Recording *, std::uint32_t>> recordings; ///< with the rows they ran on
    };

    VulkanProgram(std::shared_ptr<Context> context, Plan plan, const ProgramOptions &options);
    /// From a plan to a program that can run.
    Result<void> build(const graph::Graph &graph, const std::stop_token &stop, const VulkanProgram *from);
    Result<void> allocate();
    Result<void> allocateCaches();
    /// The other program's cache, and its places of what both plans have.
    Result<void> adopt(const VulkanProgram &other);
    /// A buffer of another program as one of this one.
    std::uint32_t adoptBuffer(const std::shared_ptr<const Buffer> &buffer);
    Result<void> uploadWeights(const graph::Graph &graph, const std::stop_token &stop);
    Result<void> makeDescriptors();
    Result<void> recordAll();
    Result<void> recordSegment(const Bucket &bucket, std::size_t segment, Recording &recording);
    std::vector<PipelineKey> neededPipelines() const;
    [[nodiscard]] std::vector<Bucket> buckets() const;
    [[nodiscard]] RecordedBucket &recorded(const Bucket &bucket);

    Result<void> clearCaches();
    Result<std::uint32_t> addBuffer(std::uint64_t bytes, BufferDomain domain);
    Result<std::vector<Place>> placeRegions(std::span<const std::uint64_t> sizes);
    [[nodiscard]] Place placeOf(const BoundTo &bound) const;
    void needIndirect(const IndirectSize &size);

    /// Rows of a batch that one pass should take, so that every call has workgroups enough and no segment of a long
    /// batch outlasts the submission budget.
    [[nodiscard]] std::uint32_t rowsPerPass(std::uint32_t rows, std::uint32_t selectedRows);
    /// `stateFrom`: side of the states that the pass goes on from; it writes the side that does not count yet.
    Result<void> evaluatePass(const Batch &batch, std::span<float> logits, Bucket bucket, RowBucket selectedBucket,
                              std::uint32_t stateFrom, const std::stop_token &stop);
    void fillFileRows(std::span<const TokenId> tokens);
    void fillBatch(const Batch &batch, std::uint32_t selectedRows, std::uint32_t splits, std::uint32_t stateFrom);
    Result<void> checkBatch(const Batch &batch, std::span<const float> logits) const;
    Result<void> runSegments(std::span<const Work> work, const std::stop_token &stop);
    Result<void> finishFlight(std::deque<Flight> &flights);
    /// Submissions before it are done.
    Result<void> runHostStep(const HostStep &step, std::uint32_t rows, const std::stop_token &stop);
    /// The experts that stay in host memory, where the plan has any.
    Result<void> makeHostExperts(const graph::Graph &graph, const std::stop_token &stop, const VulkanProgram *from);
    /// Bytes of a cache that follow one another.
    struct CacheRun {
        std::uint32_t buffer = 0;
        std::uint64_t offset = 0;
        std::uint64_t bytes = 0;
    };
    /// Where the caches hold what is left of positions [0, length).
    [[nodiscard]] std::vector<CacheRun> cacheRuns(const graph::KvExtent &extent, std::uint32_t length) const;
    /// From the runs to `out` or, where that is null, from `in` to the runs.
    Result<void> copyRuns(std::span<const CacheRun> runs, std::byte *out, const std::byte *in);
    /// Makes the state that of the positions before a batch.
    Result<void> takeUpState(std::uint32_t position);
    /// What saving and putting back need to know of the sequence.
    [[nodiscard]] graph::SequenceParts sequence() const;
    /// The sides of the states that hold what was last evaluated.
    [[nodiscard]] std::vector<CacheRun> currentStates() const;

    std::shared_ptr<Context> m_context;
    Plan m_plan;
    ProgramOptions m_options;
    std::vector<std::shared_ptr<const Buffer>> m_buffers; ///< also of programs derived from this one
    std::size_t m_sharedWeights = 0;                      ///< the graph's first ones, which derived programs share
    std::vector<std::optional<Place>> m_adopted;          ///< by slice
    bool m_constantsAdopted = false;
    std::shared_ptr<graph::KvExtent> m_extent; ///< like all of the sequence, also of programs derived from this one
    std::shared_ptr<Carried> m_carried;
    std::vector<Place> m_slices;
    std::vector<Place> m_keys;
    std::vector<Place> m_values;
    std::vector<Place> m_states; ///< two sides each
    Place m_constants;
    Place m_scratch;
    Place m_batch;
    Place m_ropeTable;
    Place m_fileRows;
    Place m_logits;
    Place m_unused;
    Place m_indirect;
    Place m_toHost;
    Place m_fromHost;
    std::unique_ptr<HostExperts> m_hostExperts; ///< null where all experts are on the device
    VkDescriptorPool m_descriptorPool = VK_NULL_HANDLE;
    std::vector<VkDescriptorSet> m_descriptors; ///< by step
    VkQueryPool m_queries = VK_NULL_HANDLE;
    std::map<IndirectSize, std::uint32_t> m_indirectSizes;
    std::array<std::array<RecordedBucket, 2>, kRowBuckets> m_recorded; ///< by rows, split
    std::vector<VkCommandBuffer> m_commandBuffers;
    bool m_lost = false;
};

} // namespace inference::backend::vulkan
