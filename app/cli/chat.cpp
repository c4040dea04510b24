// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/chat_service.h"
#include "app/cli/answer_printer.h"
#include "app/cli/grounding_words.h"
#include "app/cli/service_session.h"
#include "app/grounding_convert.h"

#include <QSocketNotifier>

#include <cerrno>
#include <cstdio>
#include <deque>
#include <unistd.h>
#include <utility>

namespace app::cli {

namespace {

struct Options {
    ModelOptions model;
    DocumentOptions documents;
    std::string assistant;
    std::optional<float> temperature;
    std::optional<std::uint64_t> seed;
    qint64 conversation = 0;
    bool dropOldest = false;
};

constexpr const char *kHelp =
    "/again   another answer to the last question\n"
    "/drop    leave out the oldest turns when the context overflows\n"
    "/new     start a new conversation\n"
    "/quit    leave; Ctrl+D does too\n"
    "A line that ends with \\ goes on in the next one. Two slashes send a text that begins with one.\n"
    "Ctrl+C stops an answer; its text is kept.\n";

/// A conversation over standard input: each line is a message, the end of input ends it. On a terminal there is a
/// prompt, and a line that begins with a slash is a command; a script's lines are sent as they are.
class Conversation {
public:
    Conversation(ServiceSession &session, const Options &options)
        : m_session(session)
        , m_chat(session.services().chat())
        , m_json(options.model.json)
        , m_dropOldest(options.dropOldest)
    {
    }

    Exit run(ConversationId open)
    {
        m_session.loop([&](QEventLoop &events) {
            m_events = &events;
            listen();
            m_session.onInterrupt([this] { interrupt(); });
            QObject::connect(&m_input, &QSocketNotifier::activated, &events, [this] { readInput(); });
            if (m_terminal)
                print(QStringLiteral("/help lists the commands, Ctrl+D leaves.\n"));
            if (open.isValid()) {
                m_chat.open(open);
            } else {
                m_ready = true;
                prompt();
            }
        });
        if (m_lastAnswer.isValid())
            m_session.awaitRecord(m_lastAnswer);
        return m_exit;
    }

private:
    void listen()
    {
        QObject::connect(&m_chat, &ChatService::transcriptReset, m_events, [this] {
            if (std::exchange(m_ready, true))
                return;
            // Opening brought the conversation's own policy; what was asked for on the command line goes over it.
            if (m_dropOldest)
                m_chat.setOverflowPolicy(OverflowPolicy::DropOldest);
            next();
        });
        QObject::connect(&m_chat, &ChatService::turnCommitted, m_events, [this](MessageId answer) {
            event(QStringLiteral("committed"), {{QStringLiteral("conversation"), m_chat.turnConversation().value},
                                                {QStringLiteral("message"), answer.value}});
        });
        QObject::connect(&m_chat, &ChatService::textAppended, m_events,
                         [this](MessageId, const QString &thinking, const QString &text) {
                             if (m_json)
                                 event(QStringLiteral("text"),
                                       {{QStringLiteral("thinking"), thinking}, {QStringLiteral("text"), text}});
                             else
                                 m_printer.print(thinking, text);
                             leaveWithoutReader();
                         });
        QObject::connect(&m_chat, &ChatService::journalled, m_events, [this](MessageId answer, qsizetype bytes) {
            event(QStringLiteral("journalled"),
                  {{QStringLiteral("message"), answer.value}, {QStringLiteral("bytes"), static_cast<qint64>(bytes)}});
        });
        QObject::connect(&m_chat, &ChatService::turnEnded, m_events,
                         [this](const MessageValue &answer) { ended(answer); });
        QObject::connect(&m_chat, &ChatService::messageChanged, m_events,
                         [this](const MessageValue &message) { changed(message); });
        QObject::connect(&m_chat, &ChatService::sendRefused, m_events, [this](const QString &, const Failure &failure) {
            m_exit = fail(failure);
            if (m_terminal && failure.action == FailureAction::DropOldestTurns)
                print(QStringLiteral("/drop leaves out the oldest turns, /new starts a new conversation.\n"));
            next();
        });
        QObject::connect(&m_chat, &ChatService::failed, m_events, [this](const Failure &failure) {
            // A full disk is tried again and again; saying it once for each answer is enough. Whether the answer could
            // be kept in the end, its end says.
            if (std::exchange(m_lastFailure, failure.code) != failure.code)
                fail(failure);
            if (!m_chat.isBusy())
                m_exit = Exit::Failed;
            // The conversation to go on with could not be opened.
            if (!m_ready)
                m_events->quit();
        });
    }

    void ended(const MessageValue &answer)
    {
        m_lastAnswer = answer.id;
        if (!m_json)
            m_printer.end();
        m_awaitsChecks = isToBeChecked(answer);
        if (!m_awaitsChecks)
            tell(answer);
    }

    void changed(const MessageValue &message)
    {
        if (!m_awaitsChecks || message.id != m_lastAnswer || isToBeChecked(message))
            return;
        m_awaitsChecks = false;
        tell(message);
    }

    void tell(const MessageValue &answer)
    {
        const QString told = std::exchange(m_lastFailure, {});
        if (m_json)
            event(QStringLiteral("ended"), {{QStringLiteral("answer"), messageJson(answer)}});
        else
            printGrounding(answer);
        noteCircumstances(answer.record);
        if (!answer.failure.isEmpty())
            m_exit = answer.failure.code == told ? Exit::Failed : fail(answer.failure);
        Interrupt::rearm();
        leaveWithoutReader();
        next();
    }

    // Nobody reads any more: what was generated is kept, and there is no point in generating on.
    void leaveWithoutReader()
    {
        if (std::ferror(stdout) == 0)
            return;
        m_lines.clear();
        m_ended = true;
        m_input.setEnabled(false);
        m_chat.stop();
    }

    void interrupt()
    {
        if (m_chat.isBusy()) {
            m_chat.stop();
        } else if (m_terminal && !std::exchange(m_interruptedPrompt, true)) {
            // The terminal has thrown the line away.
            m_message.clear();
            m_partial.clear();
            print(QStringLiteral("\nCtrl+D leaves.\n"));
            Interrupt::rearm();
            prompt();
        } else {
            m_events->quit();
        }
    }

    void event(const QString &name, QJsonObject object)
    {
        if (!m_json)
            return;
        object.insert(QStringLiteral("event"), name);
        printJson(object);
    }

    void prompt()
    {
        if (m_terminal)
            print(m_message.isEmpty() ? QStringLiteral("> ") : QStringLiteral("… "));
    }

    void readInput()
    {
        char piece[4096];
        const ssize_t count = ::read(STDIN_FILENO, piece, sizeof piece);
        if (count < 0 && (errno == EINTR || errno == EAGAIN))
            return;
        m_interruptedPrompt = false;
        if (count <= 0) {
            m_input.setEnabled(false);
            m_ended = true;
            if (!m_partial.isEmpty())
                m_lines.push_back(std::exchange(m_partial, {}));
        } else {
            m_partial.append(piece, count);
            while (true) {
                const qsizetype end = m_partial.indexOf('\n');
                if (end < 0)
                    break;
                m_lines.push_back(m_partial.first(end));
                m_partial.remove(0, end + 1);
            }
        }
        if (m_ready && !m_sending)
            next();
    }

    void next()
    {
        m_sending = false;
        while (!m_lines.empty()) {
            QString line = QString::fromUtf8(m_lines.front());
            m_lines.pop_front();
            if (m_terminal) {
                if (line.endsWith(QLatin1Char('\\'))) {
                    m_message += line.chopped(1) + QLatin1Char('\n');
                    continue;
                }
                line = std::exchange(m_message, {}) + line;
            }
            line = line.trimmed();
            if (line.isEmpty())
                continue;
            if (m_terminal && line.startsWith(QLatin1Char('/'))) {
                if (!line.startsWith(QLatin1StringView("//"))) {
                    command(line);
                    if (m_sending || m_left)
                        return;
                    continue;
                }
                line.remove(0, 1);
            }
            m_sending = true;
            m_chat.send(line);
            return;
        }
        if (m_ended)
            leave();
        else
            prompt();
    }

    void command(const QString &line)
    {
        const QString name = line.section(QLatin1Char(' '), 0, 0);
        if (name == QLatin1StringView("/help") || name == QLatin1StringView("/?")) {
            print(QString::fromUtf8(kHelp));
        } else if (name == QLatin1StringView("/quit") || name == QLatin1StringView("/exit") ||
                   name == QLatin1StringView("/bye")) {
            leave();
        } else if (name == QLatin1StringView("/new")) {
            m_chat.open({});
            print(QStringLiteral("A new conversation.\n"));
        } else if (name == QLatin1StringView("/drop")) {
            m_chat.setOverflowPolicy(OverflowPolicy::DropOldest);
            print(QStringLiteral("The oldest turns are left out from now on. They stay in the history.\n"));
        } else if (name == QLatin1StringView("/again")) {
            const QList<MessageValue> &transcript = m_chat.transcript();
            if (transcript.isEmpty() || transcript.constLast().role != MessageRole::Assistant) {
                print(QStringLiteral("There is no answer yet.\n"));
                return;
            }
            m_sending = true;
            m_chat.regenerate(transcript.constLast().id);
        } else {
            print(QStringLiteral("There is no command %1. /help lists them; two slashes send the text.\n")
                      .arg(withoutTerminalCommands(name)));
        }
    }

    void leave()
    {
        m_left = true;
        if (m_terminal && m_ended)
            print(QStringLiteral("\n"));
        m_events->quit();
    }

    ServiceSession &m_session;
    ChatService &m_chat;
    bool m_json;
    bool m_dropOldest;
    bool m_terminal = !m_json && isatty(STDIN_FILENO) != 0 && isatty(STDOUT_FILENO) != 0;
    QEventLoop *m_events = nullptr;
    QSocketNotifier m_input{STDIN_FILENO, QSocketNotifier::Read};
    AnswerPrinter m_printer;
    QByteArray m_partial;
    std::deque<QByteArray> m_lines;
    QString m_message; ///< lines that go on
    QString m_lastFailure;
    MessageId m_lastAnswer;
    bool m_ready = false;   ///< the conversation is open
    bool m_sending = false; ///< a line is being answered
    bool m_ended = false;   ///< no more input
    bool m_left = false;
    bool m_awaitsChecks = false; ///< the last answer is being compared with its documents
    bool m_interruptedPrompt = false;
    Exit m_exit = Exit::Done;
};

/// Shows a conversation, so that something can be done with it before it goes on; none: nothing to do.
std::expected<void, Failure> openConversation(ServiceSession &session, ConversationId id)
{
    if (!id.isValid())
        return {};
    ChatService &chat = session.services().chat();
    std::expected<void, Failure> result;
    session.loop([&](QEventLoop &events) {
        QObject::connect(&chat, &ChatService::transcriptReset, &events, &QEventLoop::quit);
        QObject::connect(&chat, &ChatService::failed, &events, [&](const Failure &failure) {
            result = std::unexpected(failure);
            events.quit();
        });
        chat.open(id);
    });
    return result;
}

Exit run(const Program &program, const Options &options)
{
    ServiceSession session(program, options.model);
    if (const auto opened = openFor(session, options.documents); !opened)
        return fail(opened.error());
    if (const auto chosen = session.chooseModel(); !chosen)
        return fail(chosen.error());
    if (const auto known =
            useAssistant(session, options.assistant, {.temperature = options.temperature, .seed = options.seed});
        !known)
        return fail(known.error());
    ConversationId toOpen{options.conversation};
    if (!options.documents.isEmpty()) {
        if (const auto opened = openConversation(session, std::exchange(toOpen, {})); !opened)
            return fail(opened.error());
        if (const auto attached = attachDocuments(session, program, options.documents); !attached)
            return fail(attached.error());
    }
    if (options.dropOldest)
        session.services().chat().setOverflowPolicy(OverflowPolicy::DropOldest);
    if (const auto loaded = session.loadModel(); !loaded)
        return fail(loaded.error());
    Conversation conversation(session, options);
    return conversation.run(toOpen);
}

} // namespace

void addChat(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("chat", "A conversation; each line of standard input is a message");
    addModelOptions(*command, options->model, false);
    addDocumentOptions(*command, options->documents);
    command->add_option("--assistant", options->assistant, "Name of an assistant; the default one otherwise");
    command->add_option("--conversation", options->conversation, "Go on with this conversation")
        ->check(CLI::PositiveNumber);
    command->add_option("--temp", options->temperature, "Temperature; 0 always takes the likeliest token")
        ->check(CLI::Range(0.0F, 100.0F));
    command->add_option("--seed", options->seed, "Makes the answers repeatable");
    command->add_flag("--drop-oldest", options->dropOldest, "Leave out the oldest turns when the context overflows");
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
