// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/conversation_types.h"
#include "app/failure.h"
#include "app/types.h"

#include <QList>
#include <QObject>
#include <QString>

#include <memory>

namespace app {

class AssistantService;
class ChatService;
class InferencePort;
class ModelService;
struct AssistantValue;

/// One of the two that are asked, and what it said.
struct CompareSide {
    Q_GADGET
    Q_PROPERTY(QString modelId MEMBER modelId)
    Q_PROPERTY(app::AssistantId assistant MEMBER assistant)
    Q_PROPERTY(double temperature MEMBER temperature)
    Q_PROPERTY(app::CompareState state MEMBER state)
    Q_PROPERTY(QString thinking MEMBER thinking)
    Q_PROPERTY(QString text MEMBER text)
    Q_PROPERTY(app::AnswerRecord record MEMBER record)
    Q_PROPERTY(double tokensPerSecond MEMBER tokensPerSecond)
    Q_PROPERTY(double progress MEMBER progress)
    Q_PROPERTY(app::Failure failure MEMBER failure)
    Q_PROPERTY(app::MessageId message MEMBER message)
public:
    QString modelId;
    AssistantId assistant;     ///< whose instructions, adapters and settings count
    double temperature = -1.0; ///< instead of the assistant's; below 0: the assistant's
    CompareState state = CompareState::Empty;
    QString thinking;
    QString text;
    AnswerRecord record; ///< when it has ended
    double tokensPerSecond = 0.0;
    double progress = 0.0; ///< 0 … 1 while Loading and Reading
    Failure failure;       ///< when Failed
    MessageId message;     ///< of the answer; invalid until it is begun
    bool operator==(const CompareSide &) const = default;
};

/// The same question to two models, or to one with two settings. They are asked one after the other on the one engine,
/// the faster first, so that neither takes memory or time from the other. Question and answers are kept as those of
/// any turn: in the conversation that is open, both answers beside each other with their records. GUI thread;
/// collaborators are borrowed and outlive the service.
class CompareService : public QObject {
    Q_OBJECT
    Q_PROPERTY(app::CompareSide left READ left NOTIFY changed FINAL)
    Q_PROPERTY(app::CompareSide right READ right NOTIFY changed FINAL)
    Q_PROPERTY(QString question READ question NOTIFY changed FINAL)
    Q_PROPERTY(bool running READ isRunning NOTIFY changed FINAL)
    Q_PROPERTY(bool fitTogether READ fitTogether NOTIFY choiceChanged FINAL)
    Q_PROPERTY(QString obstacle READ obstacle NOTIFY choiceChanged FINAL)
public:
    /// What it needs.
    struct Collaborators {
        ChatService &chat;
        ModelService &models;
        AssistantService &assistants;
        InferencePort &inference;
    };
    explicit CompareService(Collaborators collaborators, QObject *parent = nullptr);
    ~CompareService() override;

    [[nodiscard]] const CompareSide &side(int number) const; ///< 0 or 1
    [[nodiscard]] const CompareSide &left() const { return side(0); }
    [[nodiscard]] const CompareSide &right() const { return side(1); }
    [[nodiscard]] QString question() const; ///< asked last
    [[nodiscard]] bool isRunning() const;
    /// Both models could be in memory at the same time.
    [[nodiscard]] bool fitTogether() const;
    /// Why nothing can be asked with these two; empty: it can.
    [[nodiscard]] QString obstacle() const;

    /// Starts anew from the open chat: its model on one side, the next usable one on the other.
    Q_INVOKABLE void prepare();
    Q_INVOKABLE void chooseModel(int side, const QString &modelId);
    Q_INVOKABLE void chooseAssistant(int side, app::AssistantId id);
    Q_INVOKABLE void chooseTemperature(int side, double temperature);
    /// Asks both in the open conversation. Without effect while one runs or with an obstacle.
    Q_INVOKABLE void start(const QString &question);
    /// Ends one side; its text so far is kept. One that waits is not asked.
    Q_INVOKABLE void stop(int side);
    Q_INVOKABLE void stopAll();
    /// Opens the conversation on this side's branch, with its model and assistant; kept() follows.
    Q_INVOKABLE void keep(int side);

Q_SIGNALS:
    void changed();
    void choiceChanged();
    /// The conversation that is to be shown.
    void kept();

private:
    void next();
    void onRefused(const Failure &failure);
    void onStatus();
    void onEnded(const MessageValue &answer);
    void endSide(CompareState state);
    [[nodiscard]] AssistantValue assistantOf(const CompareSide &side) const;
    [[nodiscard]] bool isFaster(const CompareSide &one, const CompareSide &other) const;

    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
