// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/vulkan/program.h"

#include "inference/guarded.h"
#include "inference/quant/dequantize.h"
#include "shaders/include/kernel_params.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace inference::backend::vulkan {

namespace {

/// Submissions under way at once: the device need not wait while the host reads the last one's times.
constexpr std::size_t kFlights = 2;

/// Rows of a program's first pass over a long batch: few, since how fast the device is shows only then.
constexpr std::uint32_t kFirstPassRows = 32;
/// Fewer rows than this would only read the weights more often.
constexpr std::uint32_t kLeastPassRows = 16;

template <class T>
T *at(std::span<std::byte> memory, std::uint64_t offset)
{
    return reinterpret_cast<T *>(memory.data() + offset);
}

} // namespace

VulkanProgram::VulkanProgram(std::shared_ptr<Context> context, Plan plan, const ProgramOptions &options)
    : m_context(std::move(context))
    , m_plan(std::move(plan))
    , m_options(options)
{
    for (const Bucket &bucket : buckets()) {
        for (const Step &step : m_plan.steps) {
            if (const auto call = sizeCall(step, bucket, m_context->device->traits())) {
                needIndirect({call->size, step.selected});
            }
        }
    }
}

VulkanProgram::~VulkanProgram()
{
    const VkDevice device = m_context->device->handle();
    vkDeviceWaitIdle(device);
    if (!m_commandBuffers.empty()) {
        vkFreeCommandBuffers(device, m_context->device->commandPool(),
                             static_cast<std::uint32_t>(m_commandBuffers.size()), m_commandBuffers.data());
    }
    vkDestroyQueryPool(device, m_queries, nullptr);
    vkDestroyDescriptorPool(device, m_descriptorPool, nullptr);
}

Result<std::unique_ptr<Program>> VulkanProgram::compile(const std::shared_ptr<Context> &context,
                                                        const graph::Graph &graph, const ProgramOptions &options,
                                                        const std::stop_token &stop, const VulkanProgram *from)
{
    return guarded([&]() -> Result<std::unique_ptr<Program>> {
        const std::uint32_t before = *context->messages;
        auto plan = makePlan(graph, options, context->device->traits());
        if (!plan) {
            return std::unexpected(plan.error());
        }
        std::unique_ptr<VulkanProgram> program(new VulkanProgram(context, std::move(*plan), options));
        if (auto built = program->build(graph, stop, from); !built) {
            return std::unexpected(built.error());
        }
        if (*context->messages != before) {
            return failure(ErrorCode::Internal, "the validation layer complained");
        }
        return program;
    });
}

Result<void> VulkanProgram::build(const graph::Graph &graph, const std::stop_token &stop, const VulkanProgram *from)
{
    Pipelines &pipelines = *m_context->pipelines;
    m_sharedWeights = from != nullptr ? from->m_sharedWeights : graph.weights.size();
    Result<void> done = from != nullptr ? adopt(*from) : allocateCaches();
    if (done) {
        done = allocate();
    }
    if (done) {
        done = pipelines.create(neededPipelines(), stop);
    }
    if (done) {
        done = makeHostExperts(graph, stop, from);
    }
    if (done) {
        done = uploadWeights(graph, stop);
    }
    if (done && from == nullptr) {
        done = clearCaches();
    }
    if (done) {
        done = makeDescriptors();
    }
    if (done) {
        done = recordAll();
    }
    if (!done) {
        return done;
    }
    pipelines.save();
    m_options.release = nullptr;
    m_options.progress = nullptr;
    return {};
}

Result<std::unique_ptr<Program>> VulkanProgram::derive(const graph::Graph &graph, std::stop_token stop)
{
    if (m_lost) {
        return failure(ErrorCode::DeviceLost, "the device was lost before");
    }
    return compile(m_context, graph, m_options, stop, this);
}

Result<void> VulkanProgram::checkBatch(const Batch &batch, std::span<const float> logits) const
{
    const std::size_t rows = batch.tokens.size();
    if (rows == 0 || rows > m_plan.maxBatch) {
        return failure(ErrorCode::InvalidArgument, "a batch must hold between one token and maxBatch");
    }
    if (batch.position > m_plan.contextLength || rows > m_plan.contextLength - batch.position) {
        return failure(ErrorCode::ContextFull, "the batch ends past the context");
    }
    if (m_plan.wholeSequence && batch.position != 0) {
        return failure(ErrorCode::InvalidArgument, "this model takes a sequence in one batch");
    }
    if (!m_extent->resumable(batch.position) || !m_carried->snapshots.hasState(batch.position)) {
        return failure(ErrorCode::InvalidArgument, "the positions before the batch are no longer there");
    }
    const auto limit = static_cast<TokenId>(m_plan.tokenLimit);
    if (std::ranges::any_of(batch.tokens, [&](TokenId id) { return id < 0 || id >= limit; })) {
        return failure(ErrorCode::InvalidArgument, "a token id is outside the vocabulary");
    }
    std::size_t wanted = 0;
    if (batch.logits != LogitsWanted::None) {
        wanted = batch.logits == LogitsWanted::LastRow ? 1 : rows;
    }
    if (m_plan.pools && (batch.position != 0 || batch.logits != LogitsWanted::LastRow)) {
        return failure(ErrorCode::InvalidArgument, "a sequence that becomes one row must be one batch");
    }
    if (wanted > m_plan.maxSelected || logits.size() != wanted * m_plan.vocabulary) {
        return failure(ErrorCode::InvalidArgument, "the buffer for the logits has the wrong size");
    }
    return {};
}

void VulkanProgram::fillFileRows(std::span<const TokenId> tokens)
{
    const std::span<std::byte> memory = m_buffers[m_fileRows.buffer]->mapped();
    for (const FileTable &table : m_plan.fileTables) {
        const TypeTraits type = inference::traits(table.type);
        const std::size_t rowBytes = std::size_t{table.columns} / type.blockWeights * type.blockBytes;
        const std::span rows(at<float>(memory, m_fileRows.offset + table.first), tokens.size() * table.columns);
        for (std::size_t row = 0; row < tokens.size(); ++row) {
            const std::span out = rows.subspan(row * table.columns, table.columns);
            dequantize(table.type, table.data.subspan(static_cast<std::size_t>(tokens[row]) * rowBytes, rowBytes), out);
            std::ranges::transform(out, out.begin(), [&](float number) { return number * table.scale; });
        }
    }
}

void VulkanProgram::fillBatch(const Batch &batch, std::uint32_t selectedRows, std::uint32_t splits,
                              std::uint32_t stateFrom)
{
    const std::span<std::byte> memory = m_buffers[m_batch.buffer]->mapped();
    const auto rows = static_cast<std::uint32_t>(batch.tokens.size());
    *at<BatchParams>(memory, m_batch.offset) = {.rows = rows,
                                                .position = batch.position,
                                                .kvLength = batch.position + rows,
                                                .selectedFirst = rows - selectedRows,
                                                .selectedRows = selectedRows,
                                                .secondText = batch.secondText,
                                                .stateFrom = stateFrom,
                                                .stateTo = 1 - m_carried->side};
    std::ranges::copy(batch.tokens, at<TokenId>(memory, m_batch.offset + sizeof(BatchParams)));
    fillFileRows(batch.tokens);
    float *const table = at<float>(memory, m_ropeTable.offset);
    for (const RopeConfig &config : m_plan.ropes) {
        float *entry = table + 2ULL * config.first;
        const auto magnitude = static_cast<double>(config.table.magnitude);
        for (std::uint32_t row = 0; row < rows; ++row) {
            for (const double frequency : config.table.frequencies) {
                const double angle = frequency * (batch.position + row);
                *entry++ = static_cast<float>(std::cos(angle) * magnitude);
                *entry++ = static_cast<float>(std::sin(angle) * magnitude);
            }
        }
    }
    auto *const sizes = at<VkDispatchIndirectCommand>(memory, m_indirect.offset);
    for (const auto &[call, index] : m_indirectSizes) {
        const CallSize &size = call.size;
        sizes[index] = {size.x, groupsY(size, call.selected ? selectedRows : rows), size.zSplits ? splits : 1};
    }
}

std::uint32_t VulkanProgram::rowsPerPass(std::uint32_t rows, std::uint32_t selectedRows)
{
    const std::uint32_t most = std::min(rows, m_plan.passRows);
    // Where rows see later ones, or one is made of all, a layer's numbers must all be there before they are read.
    if (m_plan.wholeSequence || m_plan.pools || rowBucket(rows) != RowBucket::Many ||
        m_context->device->traits().timestampBits == 0) {
        return most;
    }
    const RecordedBucket &many = recorded({RowBucket::Many, false});
    float slowest = 0.0F;
    for (std::size_t s = 0; s < m_plan.segments.size(); ++s) {
        if (m_plan.segments[s].selected && rowBucket(selectedRows) != RowBucket::Many) {
            continue;
        }
        if (many.segments[s].msPerRow < 0.0F) {
            return std::min(most, kFirstPassRows);
        }
        slowest = std::max(slowest, many.segments[s].msPerRow);
    }
    const float budget = m_context->submissionBudgetMs;
    if (slowest * static_cast<float>(most) <= budget) {
        return most;
    }
    return std::clamp(static_cast<std::uint32_t>(budget / slowest), std::min(most, kLeastPassRows), most);
}

Result<void> VulkanProgram::evaluate(const Batch &batch, std::span<float> logits, std::stop_token stop)
{
    if (auto checked = checkBatch(batch, logits); !checked) {
        return checked;
    }
    if (m_lost) {
        return failure(ErrorCode::DeviceLost, "the device was lost before");
    }
    const auto rows = static_cast<std::uint32_t>(batch.tokens.size());
    const auto selectedRows = static_cast<std::uint32_t>(logits.size() / m_plan.vocabulary);
    m_extent->write(batch.position, rows);
    if (auto taken = takeUpState(batch.position); !taken) {
        return taken;
    }
    // Kernels are chosen by the whole batch, so that how it is divided, which follows from measured times, never shows
    // in the numbers.
    const Bucket bucket{rowBucket(rows), rows <= kSmallRows && batch.position + rows > 2 * m_plan.splitLength};
    const RowBucket selectedBucket = rowBucket(std::max(selectedRows, 1U));
    for (std::uint32_t done = 0; done < rows;) {
        const std::uint32_t left = rows - done;
        const std::uint32_t passes = ceilDiv(left, rowsPerPass(left, selectedRows));
        const std::uint32_t count = ceilDiv(left, passes);
        Batch part = batch;
        part.tokens = batch.tokens.subspan(done, count);
        part.position = batch.position + done;
        std::span<float> partLogits;
        if (batch.logits == LogitsWanted::AllRows) {
            partLogits = logits.subspan(std::size_t{done} * m_plan.vocabulary, std::size_t{count} * m_plan.vocabulary);
        } else if (count == left) {
            partLogits = logits;
        }
        const std::uint32_t stateFrom = done == 0 ? m_carried->side : 1 - m_carried->side;
        if (auto evaluated = evaluatePass(part, partLogits, bucket, selectedBucket, stateFrom, stop); !evaluated) {
            return evaluated;
        }
        done += count;
    }
    m_carried->side = 1 - m_carried->side;
    m_carried->snapshots.setLive(batch.position + rows);
    return {};
}

Result<void> VulkanProgram::evaluatePass(const Batch &batch, std::span<float> logits, Bucket bucket,
                                         RowBucket selectedBucket, std::uint32_t stateFrom, const std::stop_token &stop)
{
    const auto rows = static_cast<std::uint32_t>(batch.tokens.size());
    const auto selectedRows = static_cast<std::uint32_t>(logits.size() / m_plan.vocabulary);
    fillBatch(batch, selectedRows, ceilDiv(batch.position + rows, m_plan.splitLength), stateFrom);

    std::vector<Work> work;
    for (std::size_t s = 0; s < m_plan.segments.size(); ++s) {
        const Segment &segment = m_plan.segments[s];
        if (!segment.selected) {
            work.push_back({&recorded(bucket).segments[s], rows, segment.host});
        } else if (selectedRows > 0) {
            work.push_back({&recorded({selectedBucket, false}).segments[s], selectedRows, segment.host});
        }
    }
    const std::uint32_t messagesBefore = *m_context->messages;
    if (auto done = runSegments(work, stop); !done) {
        m_lost = done.error().code == ErrorCode::DeviceLost;
        return done;
    }
    if (*m_context->messages != messagesBefore) {
        return failure(ErrorCode::Internal, "the validation layer complained");
    }
    const float *const result = at<float>(m_buffers[m_logits.buffer]->mapped(), m_logits.offset);
    std::copy_n(result, logits.size(), logits.begin());
    if (!std::ranges::all_of(logits, [](float logit) { return std::isfinite(logit); })) {
        return failure(ErrorCode::NotFinite, "the model produced logits that are not finite");
    }
    return {};
}

Result<void> VulkanProgram::runSegments(std::span<const Work> work, const std::stop_token &stop)
{
    std::deque<Flight> flights;
    Result<void> outcome;
    for (std::size_t next = 0; next < work.size() && outcome;) {
        if (stop.stop_requested()) {
            outcome = failure(ErrorCode::Cancelled, "cancelled between submissions");
            break;
        }
        Flight flight;
        std::vector<VkCommandBuffer> commands;
        float expectedMs = 0.0F;
        std::optional<std::size_t> host;
        while (next < work.size() && !host) {
            const auto &[recording, rows, hostStep] = work[next];
            // An unmeasured segment goes alone.
            const float ms = recording->msPerRow < 0.0F ? m_context->submissionBudgetMs
                                                        : recording->msPerRow * static_cast<float>(rows);
            if (!commands.empty() && expectedMs + ms > m_context->submissionBudgetMs) {
                break;
            }
            expectedMs += ms;
            commands.push_back(recording->commands);
            flight.recordings.emplace_back(recording, rows);
            host = hostStep;
            ++next;
        }
        const auto ticket = m_context->device->submit(commands);
        if (!ticket) {
            outcome = std::unexpected(ticket.error());
            break;
        }
        flight.ticket = *ticket;
        flights.push_back(std::move(flight));
        while (outcome && (flights.size() >= kFlights || (host && !flights.empty()))) {
            outcome = finishFlight(flights);
        }
        if (host && outcome) {
            outcome = runHostStep(m_plan.hostSteps[*host], work[next - 1].rows, stop);
        }
    }
    // Nothing may be under way when the caller's next batch overwrites the parameters.
    while (!flights.empty()) {
        auto done = finishFlight(flights);
        outcome = outcome ? done : outcome;
    }
    return outcome;
}

Result<void> VulkanProgram::finishFlight(std::deque<Flight> &flights)
{
    const Flight flight = std::move(flights.front());
    flights.pop_front();
    if (auto waited = m_context->device->wait(flight.ticket); !waited) {
        return waited;
    }
    const DeviceTraits &traits = m_context->device->traits();
    for (const auto &[recording, rows] : flight.recordings) {
        std::array<std::uint64_t, 2> ticks{};
        float ms = m_context->submissionBudgetMs; // without timestamps every segment is a submission of its own
        if (traits.timestampBits > 0) {
            const VkResult result =
                vkGetQueryPoolResults(m_context->device->handle(), m_queries, recording->query, 2, sizeof ticks,
                                      ticks.data(), sizeof ticks[0], VK_QUERY_RESULT_64_BIT);
            if (result == VK_ERROR_DEVICE_LOST) {
                return vulkanFailure(result, "vkGetQueryPoolResults");
            }
            if (result != VK_SUCCESS) {
                continue;
            }
            const std::uint64_t mask = traits.timestampBits >= 64 ? ~0ULL : (1ULL << traits.timestampBits) - 1;
            ms = static_cast<float>((ticks[1] - ticks[0]) & mask) * traits.timestampNs * 1e-6F;
        }
        const float now = ms / static_cast<float>(rows);
        recording->msPerRow = recording->msPerRow < 0.0F ? now : 0.75F * recording->msPerRow + 0.25F * now;
    }
    return {};
}

} // namespace inference::backend::vulkan
