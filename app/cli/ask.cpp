// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/chat_service.h"
#include "app/cli/answer_printer.h"
#include "app/cli/grounding_words.h"
#include "app/cli/service_session.h"

#include <QTimer>

namespace app::cli {

namespace {

struct Options {
    ModelOptions model;
    DocumentOptions documents;
    std::string assistant;
    std::optional<float> temperature;
    std::optional<std::uint64_t> seed;
    bool dropOldest = false;
    std::string question;
};

Exit run(const Program &program, const Options &options)
{
    QString question = QString::fromStdString(options.question);
    if (options.question == "-") {
        const auto input = readInput();
        if (!input)
            return fail(input.error());
        question = QString::fromUtf8(*input);
    }
    if (question.trimmed().isEmpty())
        return fail(QStringLiteral("the question is empty. Give a question, or - to read it from standard input."));

    ServiceSession session(program, options.model);
    if (const auto opened = openFor(session, options.documents); !opened)
        return fail(opened.error());
    const bool aboutFiles = isAboutFiles(options.documents, question);
    if (!aboutFiles) {
        if (const auto chosen = session.chooseModel(); !chosen)
            return fail(chosen.error());
    }
    const Composition &services = session.services();
    ChatService &chat = services.chat();
    if (const auto known =
            useAssistant(session, options.assistant, {.temperature = options.temperature, .seed = options.seed});
        !known)
        return fail(known.error());
    if (options.dropOldest)
        chat.setOverflowPolicy(OverflowPolicy::DropOldest);
    if (const auto attached = attachDocuments(session, program, options.documents); !attached)
        return fail(attached.error());
    if (!aboutFiles) {
        if (const auto loaded = session.loadModel(); !loaded)
            return fail(loaded.error());
    }

    Failure refused;
    QString told; ///< code of the last failure that was said
    MessageValue answer;
    AnswerPrinter printer;
    session.loop([&](QEventLoop &events) {
        QObject::connect(&chat, &ChatService::sendRefused, &events, [&](const QString &, const Failure &failure) {
            refused = failure;
            events.quit();
        });
        // A full disk is tried again and again; saying it once is enough.
        QObject::connect(&chat, &ChatService::failed, &events, [&](const Failure &failure) {
            if (std::exchange(told, failure.code) != failure.code)
                fail(failure);
        });
        QObject::connect(&chat, &ChatService::textAppended, &events,
                         [&](MessageId, const QString &thinking, const QString &text) {
                             if (!options.model.json && !printer.print(thinking, text))
                                 chat.stop();
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
    if (!options.model.json)
        printer.end();
    awaitChecks(session, answer.id);
    session.awaitRecord(answer.id);
    for (const MessageValue &message : chat.transcript()) {
        if (message.id == answer.id)
            answer = message;
    }
    if (options.model.json)
        printJson(messageJson(answer));
    else
        printGrounding(answer);
    noteCircumstances(answer.record);
    if (answer.failure.isEmpty())
        return Exit::Done;
    return answer.failure.code == told ? Exit::Failed : fail(answer.failure);
}

} // namespace

void addAsk(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("ask", "One question, one answer; kept as a conversation");
    addModelOptions(*command, options->model, false);
    addDocumentOptions(*command, options->documents);
    command->add_option("--assistant", options->assistant, "Name of an assistant; the default one otherwise");
    command->add_option("--temp", options->temperature, "Temperature; 0 always takes the likeliest token")
        ->check(CLI::Range(0.0F, 100.0F));
    command->add_option("--seed", options->seed, "Makes the answer repeatable");
    command->add_flag("--drop-oldest", options->dropOldest, "Leave out the oldest turns when the context overflows");
    command->add_option("QUESTION", options->question, "The question, or - for standard input")->required();
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
