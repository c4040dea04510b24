// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/engine.h"

#include "inference/guarded.h"
#include "inference/runtime/devices.h"
#include "inference/runtime/embedding.h"
#include "inference/runtime/generation.h"
#include "inference/runtime/model_runtime.h"
#include "inference/runtime/parallel_generation.h"
#include "inference/runtime/request_queue.h"

#include <chrono>
#include <format>
#include <stop_token>
#include <thread>

namespace inference {

std::string_view engineVersion()
{
    return "1";
}

namespace {

std::unexpected<Error> noModel()
{
    return failure(ErrorCode::InvalidArgument, "no model is loaded");
}

} // namespace

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
        m_queue.cancelAll();
        m_thread.request_stop();
        m_thread.join();
    }

    runtime::RequestQueue &queue() { return m_queue; }

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

    void work(const std::stop_token &stop)
    {
        while (m_queue.runNext(stop, [this] { return answerQueued(); })) {
        }
        m_runtime.reset();
    }

    Result<void> answerQueued()
    {
        auto answered = guarded([this]() -> Result<void> {
            if (!m_runtime) {
                return noModel();
            }
            if (auto made = m_runtime->require(ModelPurpose::Text); !made) {
                return made;
            }
            runtime::generateQueued(*m_runtime, m_queue);
            return {};
        });
        if (!answered && m_runtime) {
            m_runtime->kv().clear();
        }
        return answered;
    }

    EngineOptions m_options;
    std::shared_ptr<runtime::DeviceProvider> m_devices;
    runtime::RequestQueue m_queue;
    std::jthread m_thread; // last: starts when all else is there
};

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
    return m_impl->queue().pushChange([impl = m_impl.get(), options = std::move(options),
                                       progress = std::move(progress),
                                       done = std::move(done)](const std::stop_token &stop) {
        auto result = guarded([&]() -> Result<LoadedModel> {
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
    return m_impl->queue().pushChange([impl = m_impl.get(), done = std::move(done)](const std::stop_token &) {
        impl->m_runtime.reset();
        done();
    });
}

RequestId Engine::setAdapters(std::vector<AdapterOption> adapters, LoadDone done)
{
    return m_impl->queue().pushChange(
        [impl = m_impl.get(), adapters = std::move(adapters), done = std::move(done)](const std::stop_token &stop) {
            done(guarded([&]() -> Result<LoadedModel> {
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
    if (request.background) {
        return m_impl->queue().pushBackground(std::move(request), std::move(onEvent), std::move(done));
    }
    const auto queued = std::chrono::steady_clock::now();
    return m_impl->queue().push([impl = m_impl.get(), queued, request = std::move(request),
                                 onEvent = std::move(onEvent), done = std::move(done)](const std::stop_token &stop) {
        const double queuedMs =
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - queued).count();
        auto result = guarded([&]() -> Result<GenerateResult> {
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
    return m_impl->queue().push(
        [impl = m_impl.get(), tokens = std::move(tokens), done = std::move(done)](const std::stop_token &stop) {
            done(guarded([&]() -> Result<ScoreResult> {
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
    return m_impl->queue().push([impl = m_impl.get(), request = std::move(request), onProgress = std::move(onProgress),
                                 done = std::move(done)](const std::stop_token &stop) {
        done(guarded([&]() -> Result<EmbedResult> {
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
    return m_impl->queue().push([impl = m_impl.get(), request = std::move(request), onProgress = std::move(onProgress),
                                 done = std::move(done)](const std::stop_token &stop) {
        done(guarded([&]() -> Result<RerankResult> {
            if (!impl->m_runtime) {
                return noModel();
            }
            return runtime::rerank(*impl->m_runtime, request, onProgress, stop);
        }));
    });
}

void Engine::cancel(RequestId id)
{
    m_impl->queue().cancel(id);
}

} // namespace inference
