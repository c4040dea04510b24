// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/service_session.h"

#include "app/assistant_service.h"
#include "app/chat_service.h"
#include "app/device_service.h"

#include <QFileInfo>

#include <cstdlib>

namespace app::cli {

namespace {

CompositionOptions compositionOptions(const Program &program, const ModelOptions &options)
{
    CompositionOptions wanted;
    wanted.dataFolder = program.dataFolder.empty() ? defaultDataFolder() : QString::fromStdString(program.dataFolder);
    wanted.overrides = options.overrides();
    wanted.broker = program.broker;
    // A named processor needs no look at graphics drivers, which may take a second.
    wanted.probeDevices = options.device != "cpu";
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

QJsonObject recordJson(const AnswerRecord &record)
{
    return {{QStringLiteral("model"), record.modelId},
            {QStringLiteral("model_name"), record.modelName},
            {QStringLiteral("model_sha256"), record.modelSha256},
            {QStringLiteral("template_sha256"), record.templateSha256},
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
    , m_interrupt([this] {
        QMetaObject::invokeMethod(&m_context, [this] {
            if (m_onInterrupt)
                m_onInterrupt();
            else
                std::exit(static_cast<int>(Exit::Failed));
        });
    })
{
}

ServiceSession::~ServiceSession() = default;

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
    return result;
}

std::expected<void, Failure> ServiceSession::chooseModel()
{
    ModelService &models = m_services->models();
    const auto settle = [&] {
        while (models.isScanning() || m_services->devices().isProbing()) {
            loop([&](QEventLoop &events) {
                QObject::connect(&models, &ModelService::scanningChanged, &events, &QEventLoop::quit);
                QObject::connect(&m_services->devices(), &DeviceService::probingChanged, &events, &QEventLoop::quit);
            });
        }
    };
    settle();
    if (!m_options.model.empty()) {
        const QString wanted = QString::fromStdString(m_options.model);
        models.useOnce(wanted);
        settle();
        const QString chosen = models.chosenId();
        const ModelCard *card = models.find(chosen);
        const QString absolute = QFileInfo(wanted).absoluteFilePath();
        if (card == nullptr || (card->id != wanted && card->path != wanted && card->path != absolute))
            return std::unexpected(failureFromCode(QStringLiteral("app.unknown_model"), {}, wanted));
        if (!card->usable)
            return std::unexpected(card->failure);
    }
    if (models.chosenId().isEmpty())
        return std::unexpected(noModelFailure());
    return {};
}

} // namespace app::cli
