// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/service_session.h"

#include "app/assistant_service.h"
#include "app/chat_service.h"
#include "app/cli/grounding_words.h"
#include "app/device_access.h"
#include "app/device_service.h"
#include "app/inference_port.h"
#include "app/model_library.h"
#include "app/model_provenance.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QTimer>

#include <algorithm>
#include <csignal>
#include <unistd.h>

namespace app::cli {

namespace {

CompositionOptions compositionOptions(const Program &program, const ModelOptions &options)
{
    CompositionOptions wanted;
    wanted.dataFolder = program.dataFolder.empty() ? defaultDataFolder() : QString::fromStdString(program.dataFolder);
    wanted.overrides = options.overrides();
    // A name is no device yet: chooseModel() puts in the one that it means.
    wanted.device = std::exchange(wanted.overrides.device, {});
    wanted.broker = program.broker;
    // A named processor needs no look at graphics drivers, which may take a second.
    wanted.probeDevices = options.device != "cpu";
    if (program.adjust)
        program.adjust(wanted);
    return wanted;
}

QString roleName(MessageRole role)
{
    switch (role) {
    case MessageRole::System:
        return QStringLiteral("system");
    case MessageRole::User:
        return QStringLiteral("user");
    case MessageRole::Assistant:
        return QStringLiteral("assistant");
    }
    return {};
}

// "name = value" a line, every value a number.
QJsonObject samplingJson(const QString &settingsText)
{
    QJsonObject sampling;
    for (const QString &line : settingsText.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        const QStringList parts = line.split(QStringLiteral(" = "));
        if (parts.size() == 2)
            sampling.insert(parts.at(0), parts.at(1).toDouble());
    }
    return sampling;
}

QJsonArray adaptersJson(const QList<UsedAdapter> &adapters)
{
    QJsonArray array;
    for (const UsedAdapter &adapter : adapters) {
        array.append(QJsonObject{{QStringLiteral("name"), adapter.name},
                                 {QStringLiteral("sha256"), adapter.sha256},
                                 {QStringLiteral("scale"), static_cast<double>(adapter.scale)}});
    }
    return array;
}

QJsonObject recordJson(const AnswerRecord &record)
{
    return {{QStringLiteral("model"), record.modelId},
            {QStringLiteral("model_name"), record.modelName},
            {QStringLiteral("model_sha256"), record.modelSha256},
            {QStringLiteral("template_sha256"), record.templateSha256},
            {QStringLiteral("adapters"), adaptersJson(record.adapters)},
            {QStringLiteral("sampling"), samplingJson(record.settingsText)},
            {QStringLiteral("seed"), record.seed},
            {QStringLiteral("engine_version"), record.engineVersion},
            {QStringLiteral("device"), record.deviceName},
            {QStringLiteral("fallback_reason"), record.fallbackReason},
            {QStringLiteral("finish"), record.finish},
            {QStringLiteral("prompt_tokens"), record.promptTokens},
            {QStringLiteral("reused_tokens"), record.reusedTokens},
            {QStringLiteral("generated_tokens"), record.generatedTokens},
            {QStringLiteral("dropped_turns"), record.droppedTurns},
            {QStringLiteral("first_token_ms"), record.firstTokenMs},
            {QStringLiteral("decode_ms"), record.decodeMs},
            {QStringLiteral("tokens_per_second"), record.tokensPerSecond}};
}

} // namespace

QString stateName(MessageState state)
{
    switch (state) {
    case MessageState::Complete:
        return QStringLiteral("complete");
    case MessageState::Streaming:
        return QStringLiteral("streaming");
    case MessageState::Stopped:
        return QStringLiteral("stopped");
    case MessageState::Interrupted:
        return QStringLiteral("interrupted");
    case MessageState::Failed:
        return QStringLiteral("failed");
    }
    return {};
}

QJsonObject messageJson(const MessageValue &message)
{
    QJsonObject object{
        {QStringLiteral("id"), message.id.value},         {QStringLiteral("conversation"), message.conversation.value},
        {QStringLiteral("role"), roleName(message.role)}, {QStringLiteral("state"), stateName(message.state)},
        {QStringLiteral("text"), message.text},           {QStringLiteral("branch"), message.branchIndex + 1},
        {QStringLiteral("branches"), message.branchCount}};
    if (!message.thinking.isEmpty())
        object.insert(QStringLiteral("thinking"), message.thinking);
    if (!message.failure.isEmpty()) {
        object.insert(QStringLiteral("failure"), QJsonObject{{QStringLiteral("code"), message.failure.code},
                                                             {QStringLiteral("sentence"), message.failure.sentence()},
                                                             {QStringLiteral("details"), message.failure.details}});
    }
    if (!message.record.isEmpty())
        object.insert(QStringLiteral("record"), recordJson(message.record));
    insertGrounding(object, message);
    return object;
}

std::expected<void, Failure> useAssistant(ServiceSession &session, const std::string &name,
                                          const SamplingOverrides &sampling)
{
    AssistantService &assistants = session.services().assistants();
    if (!assistants.defaultId().isValid()) {
        session.loop([&](QEventLoop &events) {
            QObject::connect(&assistants, &AssistantService::assistantsChanged, &events, &QEventLoop::quit);
            QObject::connect(&assistants, &AssistantService::failed, &events, &QEventLoop::quit);
        });
    }
    session.services().chat().setSampling(sampling);
    if (name.empty())
        return {};
    const QString wanted = QString::fromStdString(name);
    for (const AssistantValue &assistant : assistants.assistants()) {
        if (assistant.name.compare(wanted, Qt::CaseInsensitive) == 0) {
            session.services().chat().setAssistant(assistant.id);
            return {};
        }
    }
    return std::unexpected(
        failureFromCode(QStringLiteral("storage.not_found"), QStringLiteral("no assistant of this name"), wanted));
}

ServiceSession::ServiceSession(const Program &program, const ModelOptions &options)
    : m_options(options)
    , m_services(std::make_unique<Composition>(compositionOptions(program, options)))
    , m_interrupt([this] { QMetaObject::invokeMethod(&m_context, [this] { interrupted(); }, Qt::QueuedConnection); })
{
    // A reader that goes away must not end the program in the middle of an answer: print() tells, and the answer is
    // kept.
    std::signal(SIGPIPE, SIG_IGN);
    // A limit on file sizes is a full disk, which is told and survived.
    std::signal(SIGXFSZ, SIG_IGN);
}

ServiceSession::~ServiceSession() = default;

void ServiceSession::interrupted()
{
    if (m_onInterrupt) {
        m_onInterrupt();
        return;
    }
    m_stopped = true;
    if (m_events != nullptr)
        m_events->quit();
}

Failure ServiceSession::stopped()
{
    return failureFromCode(QStringLiteral("inference.cancelled"), {});
}

std::expected<void, Failure> ServiceSession::open()
{
    std::expected<void, Failure> result;
    loop([&](QEventLoop &events) {
        QObject::connect(m_services.get(), &Composition::opened, &events, [&](const QString &notice) {
            if (!notice.isEmpty())
                fail(notice);
            events.quit();
        });
        QObject::connect(m_services.get(), &Composition::openFailed, &events, [&](const Failure &failure) {
            result = std::unexpected(failure);
            events.quit();
        });
        m_services->start();
    });
    if (m_stopped)
        return std::unexpected(stopped());
    return result;
}

void ServiceSession::settle()
{
    ModelService &models = m_services->models();
    while (!m_stopped && (models.isScanning() || m_services->devices().isProbing())) {
        loop([&](QEventLoop &events) {
            QObject::connect(&models, &ModelService::scanningChanged, &events, &QEventLoop::quit);
            QObject::connect(&m_services->devices(), &DeviceService::probingChanged, &events, &QEventLoop::quit);
        });
    }
}

void ServiceSession::settleAdapters()
{
    settle();
    ModelLibrary &library = m_services->library();
    while (!m_stopped && library.isComparing()) {
        loop([&](QEventLoop &events) {
            QObject::connect(&library, &ModelLibrary::adaptersChanged, &events, &QEventLoop::quit);
        });
    }
}

std::expected<QString, Failure> ServiceSession::device(const std::string &wanted)
{
    if (wanted == "cpu")
        return QStringLiteral("cpu");
    settle();
    m_services->devices().require(QString::fromStdString(wanted));
    settle();
    if (m_stopped)
        return std::unexpected(stopped());
    return deviceFor(m_services->devices().devices(), QString::fromStdString(wanted));
}

std::expected<void, Failure> ServiceSession::chooseModel()
{
    ModelService &models = m_services->models();
    settle();
    if (!m_options.model.empty()) {
        const QString wanted = QString::fromStdString(m_options.model);
        models.useOnce(wanted);
        settle();
        const QString chosen = models.chosenId();
        const ModelCard *card = models.find(chosen);
        const QString absolute = QFileInfo(wanted).absoluteFilePath();
        // Any of the files of a model of several will do.
        const QString first = m_services->library().firstFileOf(absolute);
        if (card == nullptr || (card->id != wanted && card->path != wanted && card->path != first))
            return std::unexpected(failureFromCode(QStringLiteral("app.unknown_model"), {}, wanted));
        if (!card->usable)
            return std::unexpected(card->failure);
    }
    if (m_stopped)
        return std::unexpected(stopped());
    if (models.chosenId().isEmpty())
        return std::unexpected(noModelFailure());
    if (m_options.device.empty())
        return {}; // the settings', which follow what the probe has found
    const auto device = this->device(m_options.device);
    if (!device)
        return std::unexpected(device.error());
    LoadOverrides overrides = m_options.overrides();
    overrides.device = *device;
    models.setOverrides(overrides);
    return {};
}

std::expected<void, Failure> ServiceSession::loadModel()
{
    InferencePort &inference = m_services->inference();
    m_services->models().ensureLoaded();
    while (!m_stopped && inference.status().phase == ModelPhase::Loading) {
        loop([&](QEventLoop &events) {
            QObject::connect(&inference, &InferencePort::statusChanged, &events, [&](const ModelStatus &status) {
                if (status.phase != ModelPhase::Loading)
                    events.quit();
            });
        });
    }
    if (m_stopped)
        return std::unexpected(stopped());
    if (inference.status().phase == ModelPhase::Failed)
        return std::unexpected(inference.status().failure);
    if (const QString notice = inference.status().templateNotice; !notice.isEmpty())
        fail(notice);
    if (const QString notice = inference.status().placementNotice; !notice.isEmpty())
        fail(notice);
    return {};
}

void ServiceSession::awaitRecord(MessageId answer)
{
    ChatService &chat = m_services->chat();
    const auto complete = [&] {
        const auto message = std::ranges::find(chat.transcript(), answer, &MessageValue::id);
        if (message == chat.transcript().end() || message->record.isEmpty() || !message->record.modelSha256.isEmpty())
            return true;
        return !m_services->provenance().isComputing();
    };
    if (complete())
        return;
    loop([&](QEventLoop &events) {
        const auto look = [&] {
            if (complete())
                events.quit();
        };
        QObject::connect(&chat, &ChatService::messageChanged, &events, look);
        QObject::connect(&m_services->provenance(), &ModelProvenance::idle, &events, look);
        // The first time only, and for a file of many gigabytes it takes a while.
        QTimer::singleShot(2000, &events, [] {
            if (isatty(STDERR_FILENO) != 0)
                fail(QStringLiteral(
                    "noting which file answered, once for each model. Ctrl+C leaves it to the next start."));
        });
        onInterrupt([&events] { events.quit(); });
    });
}

void noteCircumstances(const AnswerRecord &record)
{
    if (!record.fallbackReason.isEmpty())
        fail(QStringLiteral("this answer was made by %1: %2").arg(record.deviceName, record.fallbackReason));
    if (record.droppedTurns > 0) {
        fail(QStringLiteral(
                 "the %1 oldest turns were left out, so that the rest fits into the context. A larger --ctx holds "
                 "more.")
                 .arg(record.droppedTurns));
    }
}

} // namespace app::cli
