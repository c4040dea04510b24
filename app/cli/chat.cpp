// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/chat_service.h"
#include "app/cli/service_session.h"

#include <QSocketNotifier>

#include <cerrno>
#include <deque>
#include <unistd.h>

namespace app::cli {

namespace {

struct Options {
    ModelOptions model;
    std::string assistant;
    std::optional<float> temperature;
    std::optional<std::uint64_t> seed;
    qint64 conversation = 0;
    bool dropOldest = false;
};

/// A conversation over standard input: each line is a message, the end of input ends it.
class Conversation {
public:
    Conversation(ServiceSession &session, const Options &options)
        : m_chat(session.services().chat())
        , m_json(options.model.json)
    {
    }

    Exit run(ServiceSession &session, ConversationId open)
    {
        session.loop([&](QEventLoop &events) {
            m_events = &events;
            listen();
            session.onInterrupt([this] {
                if (m_chat.isBusy())
                    m_chat.stop();
                else
                    m_events->quit();
            });
            QObject::connect(&m_input, &QSocketNotifier::activated, &events, [this] { readInput(); });
            if (open.isValid()) {
                m_chat.open(open);
            } else {
                m_ready = true;
                prompt();
            }
        });
        return m_exit;
    }

private:
    void listen()
    {
        QObject::connect(&m_chat, &ChatService::transcriptReset, m_events, [this] {
            if (!std::exchange(m_ready, true))
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
                                 print(text);
                         });
        QObject::connect(&m_chat, &ChatService::journalled, m_events, [this](MessageId answer, qsizetype bytes) {
            event(QStringLiteral("journalled"),
                  {{QStringLiteral("message"), answer.value}, {QStringLiteral("bytes"), static_cast<qint64>(bytes)}});
        });
        QObject::connect(&m_chat, &ChatService::turnEnded, m_events, [this](const MessageValue &answer) {
            if (m_json)
                event(QStringLiteral("ended"), {{QStringLiteral("answer"), messageJson(answer)}});
            else
                print(QStringLiteral("\n"));
            if (!answer.failure.isEmpty())
                m_exit = fail(answer.failure);
            next();
        });
        QObject::connect(&m_chat, &ChatService::sendRefused, m_events, [this](const QString &, const Failure &failure) {
            m_exit = fail(failure);
            next();
        });
        QObject::connect(&m_chat, &ChatService::failed, m_events, [this](const Failure &failure) {
            m_exit = fail(failure);
            // The conversation to go on with could not be opened.
            if (!m_ready)
                m_events->quit();
        });
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
        if (!m_json && isatty(STDIN_FILENO) != 0)
            print(QStringLiteral("> "));
    }

    void readInput()
    {
        char piece[4096];
        const ssize_t count = ::read(STDIN_FILENO, piece, sizeof piece);
        if (count < 0 && (errno == EINTR || errno == EAGAIN))
            return;
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
            const QString line = QString::fromUtf8(m_lines.front()).trimmed();
            m_lines.pop_front();
            if (line.isEmpty())
                continue;
            m_sending = true;
            m_chat.send(line);
            return;
        }
        if (m_ended)
            m_events->quit();
        else
            prompt();
    }

    ChatService &m_chat;
    bool m_json;
    QEventLoop *m_events = nullptr;
    QSocketNotifier m_input{STDIN_FILENO, QSocketNotifier::Read};
    QByteArray m_partial;
    std::deque<QByteArray> m_lines;
    bool m_ready = false;   ///< the conversation is open
    bool m_sending = false; ///< a line is being answered
    bool m_ended = false;
    Exit m_exit = Exit::Done;
};

Exit run(const Program &program, const Options &options)
{
    ServiceSession session(program, options.model);
    if (const auto opened = session.open(); !opened)
        return fail(opened.error());
    if (const auto chosen = session.chooseModel(); !chosen)
        return fail(chosen.error());
    if (const auto known =
            useAssistant(session, options.assistant, {.temperature = options.temperature, .seed = options.seed});
        !known)
        return fail(known.error());
    if (options.dropOldest)
        session.services().chat().setOverflowPolicy(OverflowPolicy::DropOldest);
    Conversation conversation(session, options);
    return conversation.run(session, {options.conversation});
}

} // namespace

void addChat(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("chat", "A conversation; each line of standard input is a message");
    addModelOptions(*command, options->model, false);
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
