// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/engine.h"

#include "inference/runtime/devices.h"
#include "inference/runtime/embedding.h"
#include "inference/runtime/generation.h"
#include "inference/runtime/model_runtime.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <format>
#include <mutex>
#include <new>
#include <stop_token>
#include <thread>

namespace inference {

std::string_view engineVersion()
{
    return "1";
}

/// The queue and its thread. Everything but the queue is touched by the thread alone.
class Engine::Impl {
public:
    Impl(EngineOptions options, std::shared_ptr<runtime::DeviceProvider> devices)
        : m_options(std::move(options))
        , m_devices(devices ? std::move(devices)
                            : runtime::systemDevices(m_options.cacheFolder, m_options.vulkanValidation))
        , m_thread([this](const std::stop_token &stop) { work(stop); })
    {
    }

    ~Impl()
    {
        {
            const std::scoped_lock lock(m_mutex);
            for (const Job &job : m_queue) {
                job.stop.request_stop();
            }
            m_runningStop.request_stop();
        }
        m_thread.request_stop();
        m_thread.join();
    }

    /// `run` gets the job's stop token and does its own reporting.
    RequestId enqueue(std::function<void(const std::stop_token &)> run)
    {
        const std::scoped_lock lock(m_mutex);
        const RequestId id{++m_lastId};
        Job &job = m_queue.emplace_back();
        job.id = id;
        job.run = std::move(run);
        m_wake.notify_one();
        return id;
    }

    void cancel(RequestId id)
    {
        const std::scoped_lock lock(m_mutex);
        if (m_running == id) {
            m_runningStop.request_stop();
        }
        for (const Job &job : m_queue) {
            if (job.id == id) {
                job.stop.request_stop();
            }
        }
    }

    Result<LoadedModel> load(const LoadOptions &options, const Progress &progress, const std::stop_token &stop)
    {
        m_runtime.reset();
        auto loaded = runtime::ModelRuntime::load(options, m_options, m_devices, progress, stop);
        if (!loaded) {
            log(std::format("a model was not loaded: {}", name(loaded.error().code)));
            return std::unexpected(loaded.error());
        }
        m_runtime = std::move(*loaded);
        const LoadedModel &info = m_runtime->info();
        const std::string host =
            info.hostExpertLayers == 0
                ? ""
                : std::format(" and {} MiB for the experts of {} of {} layers in host memory",
                              info.memory.hostBytes >> 20U, info.hostExpertLayers, info.expertLayers);
        log(std::format("model loaded on {}: context {}, {} MiB{}, {:.0f} ms{}", info.device.id, info.contextLength,
                        info.memory.total() >> 20U, host, info.loadMs,
                        info.fallbackReason.empty() ? "" : ", as a fallback"));
        return info;
    }

    std::unique_ptr<runtime::ModelRuntime> m_runtime;

private:
    void log(const std::string &line) const
    {
        if (m_options.log) {
            m_options.log(line);
        }
    }

    struct Job {
        RequestId id{};
        std::stop_source stop;
        std::function<void(const std::stop_token &)> run;
    };

    void work(const std::stop_token &stop)
    {
        for (;;) {
            Job job;
            {
                std::unique_lock lock(m_mutex);
                // Jobs that are left at the end still run, cancelled, so that each `done` comes.
                m_wake.wait(lock, stop, [this] { return !m_queue.empty(); });
                if (m_queue.empty()) {
                    break;
                }
                job = std::move(m_queue.front());
                m_queue.pop_front();
                m_running = job.id;
                m_runningStop = job.stop;
            }
            job.run(job.stop.get_token());
            const std::scoped_lock lock(m_mutex);
            m_running = RequestId{};
        }
        m_runtime.reset();
    }

    EngineOptions m_options;
    std::shared_ptr<runtime::DeviceProvider> m_devices;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::deque<Job> m_queue;
    std::uint64_t m_lastId = 0;
    RequestId m_running{};
    std::stop_source m_runningStop;
    std::jthread m_thread; // last: starts when all else is there
};

namespace {

/// Exceptions end here: memory that ran out becomes an error like any other.
template <class T, class Function>
Result<T> guarded(Function &&function)
{
    try {
        return function();
    } catch (const std::bad_alloc &) {
        return failure(ErrorCode::OutOfMemory, "memory ran out");
    } catch (const std::exception &exception) {
        return failure(ErrorCode::Internal, exception.what());
    }
}

std::unexpected<Error> noModel()
{
    return failure(ErrorCode::InvalidArgument, "no model is loaded");
}

} // namespace

Engine::Engine(EngineOptions options)
    : Engine(std::move(options), nullptr)
{
}

Engine::Engine(EngineOptions options, std::shared_ptr<runtime::DeviceProvider> devices)
    : m_impl(std::make_unique<Impl>(std::move(options), std::move(devices)))
{
}

Engine::~Engine() = default;

RequestId Engine::load(LoadOptions options, Progress progress, LoadDone done)
{
    return m_impl->enqueue([impl = m_impl.get(), options = std::move(options), progress = std::move(progress),
                            done = std::move(done)](const std::stop_token &stop) {
        auto result = guarded<LoadedModel>([&]() -> Result<LoadedModel> {
            if (stop.stop_requested()) {
                return failure(ErrorCode::Cancelled, "stopped before loading began");
            }
            return impl->load(options, progress, stop);
        });
        if (!result) {
            impl->m_runtime.reset();
        }
        done(std::move(result));
    });
}

RequestId Engine::unload(std::function<void()> done)
{
    return m_impl->enqueue([impl = m_impl.get(), done = std::move(done)](const std::stop_token &) {
        impl->m_runtime.reset();
        done();
    });
}

RequestId Engine::setAdapters(std::vector<AdapterOption> adapters, LoadDone done)
{
    return m_impl->enqueue(
        [impl = m_impl.get(), adapters = std::move(adapters), done = std::move(done)](const std::stop_token &stop) {
            done(guarded<LoadedModel>([&]() -> Result<LoadedModel> {
                if (stop.stop_requested()) {
                    return failure(ErrorCode::Cancelled, "stopped before the adapters were read");
                }
                if (!impl->m_runtime) {
                    return noModel();
                }
                if (auto set = impl->m_runtime->setAdapters(adapters, stop); !set) {
                    return std::unexpected(set.error());
                }
                return impl->m_runtime->info();
            }));
        });
}

RequestId Engine::generate(GenerateRequest request, OnEvent onEvent, GenerateDone done)
{
    const auto queued = std::chrono::steady_clock::now();
    return m_impl->enqueue([impl = m_impl.get(), queued, request = std::move(request), onEvent = std::move(onEvent),
                            done = std::move(done)](const std::stop_token &stop) {
        const double queuedMs =
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - queued).count();
        auto result = guarded<GenerateResult>([&]() -> Result<GenerateResult> {
            if (stop.stop_requested()) {
                return failure(ErrorCode::Cancelled, "stopped before the turn began");
            }
            if (!impl->m_runtime) {
                return noModel();
            }
            if (auto made = impl->m_runtime->require(ModelPurpose::Text); !made) {
                return std::unexpected(made.error());
            }
            return runtime::generate(*impl->m_runtime, request, onEvent, stop);
        });
        if (result) {
            result->stats.queuedMs = queuedMs;
        } else if (impl->m_runtime) {
            // After an error in the middle of a batch the cache's content is unknown.
            impl->m_runtime->kv().clear();
        }
        done(std::move(result));
    });
}

RequestId Engine::score(std::vector<TokenId> tokens, std::function<void(Result<ScoreResult>)> done)
{
    return m_impl->enqueue(
        [impl = m_impl.get(), tokens = std::move(tokens), done = std::move(done)](const std::stop_token &stop) {
            done(guarded<ScoreResult>([&]() -> Result<ScoreResult> {
                if (!impl->m_runtime) {
                    return noModel();
                }
                if (auto made = impl->m_runtime->require(ModelPurpose::Text); !made) {
                    return std::unexpected(made.error());
                }
                return runtime::score(*impl->m_runtime, tokens, stop);
            }));
        });
}

RequestId Engine::embed(EmbedRequest request, OnTextProgress onProgress, std::function<void(Result<EmbedResult>)> done)
{
    return m_impl->enqueue([impl = m_impl.get(), request = std::move(request), onProgress = std::move(onProgress),
                            done = std::move(done)](const std::stop_token &stop) {
        done(guarded<EmbedResult>([&]() -> Result<EmbedResult> {
            if (!impl->m_runtime) {
                return noModel();
            }
            return runtime::embed(*impl->m_runtime, request, onProgress, stop);
        }));
    });
}

RequestId Engine::rerank(RerankRequest request, OnTextProgress onProgress,
                         std::function<void(Result<RerankResult>)> done)
{
    return m_impl->enqueue([impl = m_impl.get(), request = std::move(request), onProgress = std::move(onProgress),
                            done = std::move(done)](const std::stop_token &stop) {
        done(guarded<RerankResult>([&]() -> Result<RerankResult> {
            if (!impl->m_runtime) {
                return noModel();
            }
            return runtime::rerank(*impl->m_runtime, request, onProgress, stop);
        }));
    });
}

void Engine::cancel(RequestId id)
{
    m_impl->cancel(id);
}

} // namespace inference
