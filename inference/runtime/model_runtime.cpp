// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/model_runtime.h"

#include "inference/backend/cpu/cpu_backend.h"
#include "inference/families/families.h"
#include "inference/graph/expert_blocks.h"
#include "inference/graph/graph_check.h"
#include "inference/memory_needs.h"
#include "inference/model/model_config.h"
#include "inference/model_files.h"
#include "inference/runtime/expert_placement.h"
#include "inference/runtime/host_memory.h"
#include "inference/runtime/text_model_from_file.h"
#include "inference/runtime/whole_texts.h"

#include <algorithm>
#include <chrono>
#include <new>

namespace inference::runtime {

namespace {

Result<DeviceChoice> processor(DeviceProvider &devices)
{
    const auto backend = devices.open("cpu");
    if (!backend) {
        return std::unexpected(backend.error());
    }
    return DeviceChoice{(*backend)->device(), {}};
}

/// Tells the owner when a GPU is worked with for the first time and when that went well or failed in good order.
class FirstSubmission {
public:
    FirstSubmission(const std::function<void(const DeviceInfo &, bool)> &notify, const DeviceInfo &device)
        : m_notify(notify)
        , m_device(device)
    {
        if (m_notify) {
            m_notify(m_device, true);
        }
    }
    ~FirstSubmission()
    {
        if (m_notify) {
            m_notify(m_device, false);
        }
    }
    FirstSubmission(const FirstSubmission &) = delete;
    FirstSubmission &operator=(const FirstSubmission &) = delete;

private:
    const std::function<void(const DeviceInfo &, bool)> &m_notify;
    const DeviceInfo &m_device;
};

/// Whether rows of tables are read where the file is mapped: on the CPU those of tables that nothing multiplies with.
bool readsRowsOfFile(const graph::Graph &graph, DeviceKind device)
{
    const auto multiplies = [](const graph::Op &op, graph::WeightId table) {
        const auto *product = std::get_if<graph::MatMul>(&op);
        return product != nullptr && product->weight == table;
    };
    return std::ranges::any_of(graph.ops, [&](const graph::Op &op) {
        const auto *rows = std::get_if<graph::GetRows>(&op);
        return rows != nullptr && (rows->fromFile || (device == DeviceKind::Cpu &&
                                                      std::ranges::none_of(graph.ops, [&](const graph::Op &other) {
                                                          return multiplies(other, rows->table);
                                                      })));
    });
}

/// Of the file that was changed last.
std::uint64_t modificationTime(const std::filesystem::path &path)
{
    std::uint64_t latest = 0;
    for (const std::filesystem::path &file : modelFiles(path)) {
        std::error_code error;
        const auto time = std::filesystem::last_write_time(file, error);
        latest = std::max(latest, error ? 0 : static_cast<std::uint64_t>(time.time_since_epoch().count()));
    }
    return latest;
}

} // namespace

std::uint32_t fitContext(std::uint32_t requested, std::uint32_t modelContext, std::uint64_t availableBytes,
                         const std::function<std::uint64_t(std::uint32_t)> &bytesAt, std::uint32_t usual)
{
    const bool asked = requested != 0;
    std::uint32_t context = std::min(asked ? requested : usual, std::max(1U, modelContext));
    if (availableBytes == 0 || bytesAt(context) <= availableBytes) {
        return context;
    }
    while (!asked && context / 2 >= kMinContextLength) {
        context /= 2;
        if (bytesAt(context) <= availableBytes) {
            return context;
        }
    }
    return 0;
}

ModelRuntime::ModelRuntime(std::uint64_t prefixCacheBytes)
    : m_kv(prefixCacheBytes)
{
}

Result<std::unique_ptr<ModelRuntime>> ModelRuntime::load(const LoadOptions &options, const EngineOptions &engine,
                                                         std::shared_ptr<DeviceProvider> devices,
                                                         const std::function<void(float)> &progress,
                                                         const std::stop_token &stop)
{
    const auto start = std::chrono::steady_clock::now();
    auto file = GgufFile::open(options.path, GgufScope::Whole);
    if (!file) {
        return std::unexpected(file.error());
    }
    const std::uint32_t likelyContext = options.contextLength != 0 ? options.contextLength : kDefaultContextLength;
    auto forwardPass = families::buildForwardPass(**file, likelyContext, families::Admission::Proven, options.pooling);
    if (!forwardPass) {
        return std::unexpected(forwardPass.error());
    }
    // Asked of the graph alone, so that no device is tried in vain.
    if (auto fits = graph::checkKvType(forwardPass->graph, options.kv); !fits) {
        return std::unexpected(fits.error());
    }
    auto text = textModelFromFile(*file, options.path);
    if (!text) {
        return std::unexpected(text.error());
    }
    auto adapters = AdapterSet::open(options.adapters, **file, {});
    if (!adapters) {
        return std::unexpected(adapters.error());
    }
    // Naming the processor keeps every graphics driver, which might crash, out of this process.
    auto choice = options.device == "cpu" ? processor(*devices)
                                          : chooseDevice(devices->list(nullptr), options.device, options.probedDevices);
    if (!choice) {
        return std::unexpected(choice.error());
    }

    auto runtime = std::unique_ptr<ModelRuntime>(new ModelRuntime(engine.prefixCacheBytes));
    runtime->m_options = options;
    runtime->m_firstSubmission = engine.firstSubmission;
    runtime->m_devices = std::move(devices);
    runtime->m_file = std::move(*file);
    runtime->m_graph = std::move(forwardPass->graph);
    runtime->m_oneBatch = readsWholeText(runtime->m_graph);
    runtime->m_pooling = forwardPass->config.pooling.value_or(Pooling::None);
    runtime->m_graphContext = likelyContext;
    runtime->m_adapters = std::move(*adapters);
    runtime->m_info.adapters = runtime->m_adapters.loaded();
    runtime->m_kv.setVariant(runtime->m_adapters.key());
    runtime->m_info.text = std::move(*text);
    runtime->m_info.fallbackReason = choice->fallbackReason;
    runtime->m_info.kv = options.kv;
    runtime->m_info.expertLayers = static_cast<std::uint32_t>(graph::expertBlocks(runtime->m_graph).size());
    runtime->m_info.fileModified = modificationTime(options.path);

    auto compiled = runtime->compileOn(choice->device, progress, stop);
    if (!compiled && choice->device.kind != DeviceKind::Cpu && compiled.error().code != ErrorCode::Cancelled) {
        runtime->m_info.fallbackReason = choice->device.name + ": " + compiled.error().detail;
        compiled = runtime->compileOnCpu(progress, stop);
    }
    if (!compiled) {
        return std::unexpected(compiled.error());
    }
    runtime->m_info.loadMs =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    return runtime;
}

backend::ProgramOptions ModelRuntime::programOptions(const std::function<void(float)> &progress) const
{
    backend::ProgramOptions options;
    options.threads = m_options.threads;
    options.kv = m_options.kv;
    options.progress = progress;
    options.release = [file = m_file](std::span<const std::byte> bytes) { file->dropPages(bytes); };
    return options;
}

std::uint32_t ModelRuntime::batchFor(std::uint32_t context) const
{
    return m_oneBatch ? context : std::min(backend::ProgramOptions{}.maxBatch, context);
}

Result<std::unique_ptr<backend::Program>> ModelRuntime::withAdapters(std::unique_ptr<backend::Program> program,
                                                                     const std::stop_token &stop) const
{
    if (m_adapters.key().empty()) {
        return program;
    }
    const auto adapted = m_adapters.adapt(m_graph);
    if (!adapted) {
        return std::unexpected(adapted.error());
    }
    return program->derive(adapted->graph, stop);
}

Result<void> ModelRuntime::setAdapters(std::span<const AdapterOption> wanted, const std::stop_token &stop)
{
    if (!m_program) {
        return failure(ErrorCode::DeviceUnavailable, "the model's device is gone");
    }
    auto set = AdapterSet::open(wanted, *m_file, m_adapters);
    if (!set) {
        return std::unexpected(set.error());
    }
    if (set->key() != m_adapters.key()) {
        const auto adapted = set->adapt(m_graph);
        if (!adapted) {
            return std::unexpected(adapted.error());
        }
        auto program = m_program->derive(adapted->graph, stop);
        if (!program) {
            return std::unexpected(program.error());
        }
        // Before the adapters whose tables it may read.
        m_program = std::move(*program);
    }
    m_adapters = std::move(*set);
    m_options.adapters = m_adapters.options();
    m_info.adapters = m_adapters.loaded();
    m_info.memory = m_program->memoryUse();
    m_kv.setVariant(m_adapters.key());
    return {};
}

Result<void> ModelRuntime::compileOn(const DeviceInfo &device, const std::function<void(float)> &progress,
                                     const std::stop_token &stop)
{
    return device.kind == DeviceKind::Cpu ? compileOnCpu(progress, stop) : compileOnGpu(device, progress, stop);
}

Result<void> ModelRuntime::buildGraphFor(std::uint32_t context)
{
    if (context == m_graphContext) {
        return {};
    }
    auto forwardPass = families::buildForwardPass(*m_file, context, families::Admission::Proven, m_options.pooling);
    if (!forwardPass) {
        return std::unexpected(forwardPass.error());
    }
    m_graph = std::move(forwardPass->graph);
    m_graphContext = context;
    return {};
}

Result<void> ModelRuntime::compileOnCpu(const std::function<void(float)> &progress, const std::stop_token &stop)
{
    auto backend = m_devices->open("cpu");
    if (!backend) {
        return std::unexpected(backend.error());
    }
    backend::ProgramOptions options = programOptions(progress);
    const std::uint64_t memory = memoryForModels(hostMemory().availableBytes);
    const auto bytesAt = [&](std::uint32_t context) {
        options.contextLength = context;
        options.maxBatch = batchFor(context);
        return (*backend)->estimate(m_graph, options).total() + m_adapters.deviceBytes();
    };
    const std::uint32_t modelContext = text().summary().contextLength;
    std::uint32_t context = fitContext(m_options.contextLength, modelContext, memory, bytesAt, defaultContext());
    if (context == 0) {
        // Weights that do not fit stay in the mapped file, where the system may drop their pages.
        options.repackWeights = false;
        context = fitContext(m_options.contextLength, modelContext, memory, bytesAt, defaultContext());
    }
    if (context == 0) {
        const std::uint32_t smallest = m_options.contextLength != 0 ? m_options.contextLength : kMinContextLength;
        return failure(ErrorCode::OutOfMemory, "a context of " + std::to_string(smallest) + " tokens needs " +
                                                   std::to_string(bytesAt(smallest) >> 20U) + " MiB, " +
                                                   std::to_string(memory >> 20U) + " MiB are free");
    }
    if (auto built = buildGraphFor(context); !built) {
        return built;
    }
    options.contextLength = context;
    options.maxBatch = batchFor(context);
    auto program = (*backend)->compile(m_graph, options, stop);
    if (program) {
        program = withAdapters(std::move(*program), stop);
    }
    if (!program) {
        return std::unexpected(program.error());
    }
    m_program = std::move(*program);
    m_backend = std::move(*backend);
    m_kv.clear();
    m_info.device = m_backend->device();
    m_info.instructionSet = m_info.device.driver;
    m_info.contextLength = context;
    m_info.threads = m_program->options().threads;
    m_info.hostExpertLayers = 0;
    m_info.mapped = !options.repackWeights;
    m_readsFile = m_info.mapped || readsRowsOfFile(m_graph, DeviceKind::Cpu);
    m_info.memory = m_program->memoryUse();
    return {};
}

bool ModelRuntime::repacksHostExperts(const backend::Backend &backend, const backend::ProgramOptions &options) const
{
    const MemoryUse use = backend.estimate(m_graph, options);
    std::uint64_t memory = memoryForModels(hostMemory().availableBytes);
    if (memory == 0) {
        return true; // not known
    }
    // All other devices have the host's memory.
    if (backend.device().kind != DeviceKind::DiscreteGpu) {
        memory -= std::min(memory, use.total());
    }
    return use.hostBytes <= memory;
}

Result<void> ModelRuntime::compileOnGpu(const DeviceInfo &device, const std::function<void(float)> &progress,
                                        const std::stop_token &stop)
{
    const FirstSubmission mark(m_firstSubmission, device);
    auto backend = m_devices->open(device.id);
    if (!backend) {
        return std::unexpected(backend.error());
    }
    backend::ProgramOptions options = programOptions(progress);
    options.hostExperts = backend::makeCpuHostExperts();
    const std::uint32_t layers = m_info.expertLayers;
    const std::uint32_t most = std::min(m_options.hostExpertLayers.value_or(layers), layers);
    const auto bytesWith = [&](std::uint32_t context, std::uint32_t hostLayers) {
        options.contextLength = context;
        options.maxBatch = batchFor(context);
        options.hostExpertLayers = hostLayers;
        return (*backend)->estimate(m_graph, options).total() + m_adapters.deviceBytes();
    };
    const std::uint64_t memory = memoryForModels((*backend)->device().freeBytes);
    // Experts leave the device before the context is shortened.
    const std::uint32_t context = fitContext(
        m_options.contextLength, text().summary().contextLength, memory,
        [&](std::uint32_t length) { return bytesWith(length, most); }, defaultContext());
    if (context == 0) {
        return failure(ErrorCode::OutOfMemory, "the model does not fit into the device's free memory of " +
                                                   std::to_string(memory >> 20U) + " MiB" +
                                                   (most > 0 ? ", not even without its experts" : ""));
    }
    if (auto built = buildGraphFor(context); !built) {
        return built;
    }
    std::optional<std::uint32_t> hostLayers = m_options.hostExpertLayers ? std::optional(most) : std::nullopt;
    if (!hostLayers) {
        hostLayers = fewestHostLayers(most, memory, [&](std::uint32_t count) { return bytesWith(context, count); });
    }
    options.contextLength = context;
    options.maxBatch = batchFor(context);
    options.hostExpertLayers = hostLayers.value_or(most);
    options.repackWeights = repacksHostExperts(**backend, options);
    auto program = (*backend)->compile(m_graph, options, stop);
    if (program) {
        program = withAdapters(std::move(*program), stop);
    }
    if (!program) {
        return std::unexpected(program.error());
    }
    // One token runs through every pipeline now, so that a driver's crash or slow first use falls into loading.
    std::vector<float> logits(m_graph.vocabularySize);
    const TokenId token = 0;
    const auto warmedUp = (*program)->evaluate(
        {.tokens = std::span(&token, 1), .position = 0, .logits = backend::LogitsWanted::LastRow}, logits, stop);
    if (!warmedUp) {
        return warmedUp;
    }
    m_program = std::move(*program);
    m_backend = std::move(*backend);
    m_kv.clear();
    m_info.device = m_backend->device();
    m_info.instructionSet.clear();
    m_info.contextLength = context;
    m_info.threads = options.hostExpertLayers > 0 ? m_program->options().threads : 0;
    m_info.hostExpertLayers = options.hostExpertLayers;
    m_info.mapped = !options.repackWeights;
    m_readsFile = m_info.mapped || readsRowsOfFile(m_graph, device.kind);
    m_info.memory = m_program->memoryUse();
    return {};
}

Result<void> ModelRuntime::evaluateBatch(const backend::Batch &batch, std::size_t rows, const std::stop_token &stop)
{
    if (!m_program) {
        return failure(ErrorCode::DeviceUnavailable, "the model's device is gone");
    }
    if (m_readsFile) {
        if (auto unchanged = m_file->checkUnchanged(); !unchanged) {
            return unchanged;
        }
    }
    try {
        m_logits.resize(rows * m_graph.vocabularySize);
    } catch (const std::bad_alloc &) {
        return failure(ErrorCode::OutOfMemory, "no memory for " + std::to_string(rows) + " rows of logits");
    }
    return m_program->evaluate(batch, m_logits, stop);
}

Result<std::span<const float>> ModelRuntime::evaluate(std::span<const TokenId> tokens, backend::LogitsWanted wanted,
                                                      const std::stop_token &stop)
{
    std::size_t rows = 0;
    if (wanted == backend::LogitsWanted::LastRow) {
        rows = 1;
    } else if (wanted == backend::LogitsWanted::AllRows) {
        rows = tokens.size();
    }
    const backend::Batch batch{
        .tokens = tokens, .position = static_cast<std::uint32_t>(m_kv.tokens().size()), .logits = wanted};
    if (auto evaluated = evaluateBatch(batch, rows, stop); !evaluated) {
        return std::unexpected(evaluated.error());
    }
    m_kv.append(tokens);
    return std::span<const float>(m_logits);
}

Result<std::span<const float>> ModelRuntime::evaluateSequences(std::span<const TokenId> tokens,
                                                               std::span<const backend::SequenceRows> parts,
                                                               std::size_t rows, const std::stop_token &stop)
{
    if (auto evaluated = evaluateBatch({.tokens = tokens, .sequences = parts}, rows, stop); !evaluated) {
        return std::unexpected(evaluated.error());
    }
    return std::span<const float>(m_logits);
}

Result<std::span<const float>> ModelRuntime::evaluateText(const EncodedText &text, const std::stop_token &stop)
{
    m_kv.truncate(0);
    if (text.tokens.empty()) {
        return failure(ErrorCode::InvalidArgument, "the text has no tokens");
    }
    const std::span<const TokenId> tokens = text.tokens;
    const std::size_t perBatch = batchFor(m_info.contextLength);
    const bool everyRow = m_graph.ending == graph::Ending::Embedding && m_pooling == Pooling::None;
    for (std::size_t first = 0; first < tokens.size(); first += perBatch) {
        if (stop.stop_requested()) {
            return failure(ErrorCode::Cancelled, "stopped between texts");
        }
        const std::size_t count = std::min(perBatch, tokens.size() - first);
        const bool last = first + count == tokens.size();
        backend::Batch batch{.tokens = tokens.subspan(first, count),
                             .position = static_cast<std::uint32_t>(first),
                             .logits = backend::LogitsWanted::None,
                             .secondText = text.secondText};
        if (last) {
            batch.logits = everyRow ? backend::LogitsWanted::AllRows : backend::LogitsWanted::LastRow;
        }
        const std::size_t rows = everyRow ? count : 1;
        if (auto evaluated = evaluateBatch(batch, last ? rows : 0, stop); !evaluated) {
            return std::unexpected(evaluated.error());
        }
    }
    return std::span<const float>(m_logits);
}

namespace {

/// Lengths of texts as far as each is one alone and not a pair.
std::vector<std::uint32_t> lengthsOf(std::span<const EncodedText> texts)
{
    std::vector<std::uint32_t> lengths;
    for (const EncodedText &text : texts) {
        if (text.secondText < text.tokens.size()) {
            break;
        }
        lengths.push_back(static_cast<std::uint32_t>(text.tokens.size()));
    }
    return lengths;
}

} // namespace

std::size_t ModelRuntime::textsThatFit(std::span<const EncodedText> texts) const
{
    return std::max<std::size_t>(1, m_program ? m_program->textsThatFit(lengthsOf(texts)) : 0);
}

Result<std::span<const float>> ModelRuntime::evaluateTexts(std::span<const EncodedText> texts,
                                                           const std::stop_token &stop)
{
    m_kv.truncate(0);
    if (stop.stop_requested()) {
        return failure(ErrorCode::Cancelled, "stopped between texts");
    }
    std::vector<TokenId> tokens;
    for (const EncodedText &text : texts) {
        tokens.insert(tokens.end(), text.tokens.begin(), text.tokens.end());
    }
    const std::vector<std::uint32_t> lengths = lengthsOf(texts);
    if (auto evaluated = evaluateBatch({.tokens = tokens, .texts = lengths}, texts.size(), stop); !evaluated) {
        return std::unexpected(evaluated.error());
    }
    return std::span<const float>(m_logits);
}

Result<void> ModelRuntime::require(ModelPurpose purpose) const
{
    ModelPurpose own = text().summary().purpose;
    if (m_graph.ending == graph::Ending::Embedding) {
        own = m_pooling == Pooling::Rank ? ModelPurpose::Ranking : ModelPurpose::Embedding;
    }
    return own == purpose ? Result<void>() : failure(ErrorCode::WrongPurpose, std::string(sentence(own)));
}

std::shared_ptr<const CitationTokens> ModelRuntime::citationTokens()
{
    if (!m_citationTokens) {
        const TextModel &model = text();
        m_citationTokens = std::make_shared<const CitationTokens>(model.vocabularySize(), [&model](TokenId token) {
            return model.isControl(token) ? std::string_view() : model.tokenBytes(token);
        });
    }
    return m_citationTokens;
}

bool ModelRuntime::canFallBack(const Error &error) const
{
    if (m_info.device.kind == DeviceKind::Cpu) {
        return false;
    }
    return error.code == ErrorCode::DeviceLost || error.code == ErrorCode::OutOfMemory ||
           error.code == ErrorCode::DeviceUnavailable || error.code == ErrorCode::NotFinite;
}

Result<void> ModelRuntime::fallBackToCpu(const Error &cause, const std::stop_token &stop)
{
    const std::string name = m_info.device.name;
    // The device's memory goes first: on integrated GPUs it is the memory that the CPU needs.
    m_program.reset();
    m_backend.reset();
    m_kv.clear();
    // The context that the conversation already fills must stay available.
    m_options.contextLength = m_info.contextLength;
    auto compiled = compileOnCpu({}, stop);
    if (compiled) {
        m_info.fallbackReason = name + ": " + cause.detail;
    }
    return compiled;
}

} // namespace inference::runtime
