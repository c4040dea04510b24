// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The services for commands on a data folder: builds them, opens the folder, waits with an event loop.
#pragma once

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/composition.h"
#include "app/conversation_types.h"
#include "app/sampling_settings.h"
#include "app/store_thread.h"

#include <QEventLoop>

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>

namespace app::cli {

/// The composition of one command. Everything happens on the main thread's event loop.
class ServiceSession {
public:
    ServiceSession(const Program &program, const ModelOptions &options);
    ~ServiceSession();

    /// Opens the data folder; a notice goes to standard error, a failure comes back.
    std::expected<void, Failure> open();
    /// Waits until devices and models are listed, then chooses `-m` when it was given. Fails without any model.
    std::expected<void, Failure> chooseModel();
    /// Waits until devices are listed; the one that --device means, or why it cannot be used.
    std::expected<QString, Failure> device(const std::string &wanted);
    /// Loads the chosen model and waits for it, so that a prompt is measured before anything of it is stored.
    std::expected<void, Failure> loadModel();
    /// Waits until the record of `answer`, which is in the open conversation, names the model's file. Ctrl+C goes on
    /// without; the next start completes it.
    void awaitRecord(MessageId answer);
    /// Called on the main thread when the user presses Ctrl+C; without it, waiting ends with a failure.
    void onInterrupt(std::function<void()> call) { m_onInterrupt = std::move(call); }

    [[nodiscard]] Composition &services() { return *m_services; }

    /// Waits until the list of models and the devices are known.
    void settle();
    /// Waits until it is known which adapters fit which models.
    void settleAdapters();

    /// Runs a function on the storage thread and waits for its result.
    template <class Function>
    auto store(Function function)
        -> std::expected<typename std::invoke_result_t<Function, Stores &>::value_type, Failure>
    {
        using Answer = std::invoke_result_t<Function, Stores &>;
        std::optional<Answer> answer;
        loop([&](QEventLoop &events) {
            m_services->store().run(std::move(function)).then(&events, [&](const Answer &result) {
                answer = result;
                events.quit();
            });
        });
        if (!answer)
            return std::unexpected(stopped());
        if (!*answer)
            return std::unexpected(failureFrom(answer->error(), m_services->dataFolder()));
        if constexpr (std::is_void_v<typename Answer::value_type>)
            return {};
        else
            return std::move(**answer);
    }

    /// Runs a blocking function on a thread of its own and waits for its result; Ctrl+C asks it to stop.
    template <class Function>
    auto beside(Function function) -> std::invoke_result_t<Function, const std::stop_token &>
    {
        std::optional<std::invoke_result_t<Function, const std::stop_token &>> result;
        std::jthread worker;
        loop([&](QEventLoop &events) {
            worker = std::jthread([&](const std::stop_token &stop) {
                result = function(stop);
                QMetaObject::invokeMethod(&events, [&events] { events.quit(); });
            });
            onInterrupt([&worker] { worker.request_stop(); });
        });
        worker.join();
        onInterrupt({});
        return std::move(*result);
    }

    /// Runs the event loop until `quit` is called on the loop handed to `start`. What `start` asks of the services is
    /// answered while the loop runs; what may be answered at once has to be asked from within the loop.
    template <class Start>
    void loop(Start start)
    {
        QEventLoop events;
        QEventLoop *before = std::exchange(m_events, &events);
        start(events);
        events.exec();
        m_events = before;
    }

private:
    void interrupted();
    [[nodiscard]] static Failure stopped();

    const ModelOptions &m_options;
    std::unique_ptr<Composition> m_services;
    std::function<void()> m_onInterrupt;
    QEventLoop *m_events = nullptr; ///< the innermost that runs
    bool m_stopped = false;
    QObject m_context; ///< gone before the services, so that no queued call outlives them
    Interrupt m_interrupt;
};

/// What the user has to know about an answer beside its text (the device failed, turns were left out), on standard
/// error.
void noteCircumstances(const AnswerRecord &record);

/// Makes an assistant (by name; empty: the default one) answer, with sampling settings over its own.
std::expected<void, Failure> useAssistant(ServiceSession &session, const std::string &name,
                                          const SamplingOverrides &sampling);

/// "complete", "interrupted" …, as --json names a message's state.
QString stateName(MessageState state);

/// A message as --json shows it: ids, role, state, text, thinking, failure and, for answers, the record.
QJsonObject messageJson(const MessageValue &message);

} // namespace app::cli
