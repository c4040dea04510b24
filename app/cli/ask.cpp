// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/assistant_service.h"
#include "app/chat_service.h"
#include "app/cli/service_session.h"
#include "app/model_provenance.h"

#include <QTimer>

namespace app::cli {

namespace {

struct Options {
    ModelOptions model;
    std::string assistant;
    std::optional<float> temperature;
    std::optional<std::uint64_t> seed;
    bool dropOldest = false;
    std::string question;
};

// The hash of a large model's file may still be on its way when a short answer is done; its record should name it.
void awaitRecord(ServiceSession &session, const MessageValue &answer)
{
    if (answer.record.isEmpty() || !answer.record.modelSha256.isEmpty())
        return;
    const ModelCard *card = session.services().models().find(answer.record.modelId);
    if (card == nullptr || !session.services().provenance().sha256(card->path).isEmpty())
        return;
    session.loop([&](QEventLoop &events) {
        QObject::connect(&session.services().provenance(), &ModelProvenance::known, &events, &QEventLoop::quit);
        session.onInterrupt([&events] { events.quit(); });
    });
}

Exit run(const Program &program, const Options &options)
{
    ServiceSession session(program, options.model);
    if (const auto opened = session.open(); !opened)
        return fail(opened.error());
    if (const auto chosen = session.chooseModel(); !chosen)
        return fail(chosen.error());
    Composition &services = session.services();
    ChatService &chat = services.chat();
    if (const auto known =
            useAssistant(session, options.assistant, {.temperature = options.temperature, .seed = options.seed});
        !known)
        return fail(known.error());
    if (options.dropOldest)
        chat.setOverflowPolicy(OverflowPolicy::DropOldest);

    const QString question =
        options.question == "-" ? QString::fromUtf8(readInput()) : QString::fromStdString(options.question);
    if (question.trimmed().isEmpty())
        return fail(QStringLiteral("the question is empty. Give a question, or - to read it from standard input."));

    Failure refused;
    MessageValue answer;
    session.loop([&](QEventLoop &events) {
        QObject::connect(&chat, &ChatService::sendRefused, &events, [&](const QString &, const Failure &failure) {
            refused = failure;
            events.quit();
        });
        QObject::connect(&chat, &ChatService::failed, &events, [](const Failure &failure) { fail(failure); });
        QObject::connect(&chat, &ChatService::textAppended, &events,
                         [&](MessageId, const QString &, const QString &text) {
                             if (!options.model.json)
                                 print(text);
                         });
        QObject::connect(&chat, &ChatService::turnEnded, &events, [&](const MessageValue &ended) {
            answer = ended;
            events.quit();
        });
        session.onInterrupt([&chat] { chat.stop(); });
        QTimer::singleShot(0, &events, [&] { chat.send(question); });
    });
    if (!refused.isEmpty())
        return fail(refused);
    awaitRecord(session, answer);
    for (const MessageValue &message : chat.transcript()) {
        if (message.id == answer.id)
            answer.record = message.record;
    }
    if (options.model.json)
        printJson(messageJson(answer));
    else
        print(QStringLiteral("\n"));
    return answer.failure.isEmpty() ? Exit::Done : fail(answer.failure);
}

} // namespace

void addAsk(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("ask", "One question, one answer; kept as a conversation");
    addModelOptions(*command, options->model, false);
    command->add_option("--assistant", options->assistant, "Name of an assistant; the default one otherwise");
    command->add_option("--temp", options->temperature, "Temperature; 0 always takes the likeliest token")
        ->check(CLI::Range(0.0F, 100.0F));
    command->add_option("--seed", options->seed, "Makes the answer repeatable");
    command->add_flag("--drop-oldest", options->dropOldest, "Leave out the oldest turns when the context overflows");
    command->add_option("QUESTION", options->question, "The question, or - for standard input")->required();
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
