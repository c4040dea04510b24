// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model_inspection.h"
#include "app/types.h"

#include <QObject>

#include <memory>

namespace app {

class ChatService;

/// Looks into one model file, adapter or embedder: header, tensors, tokens, prompts. Everything is read and counted on
/// a thread of its own; what was asked for last counts. Needs no other service, opens nothing of the data folder.
/// GUI thread.
class ModelInspector : public QObject {
    Q_OBJECT
    Q_PROPERTY(QString path READ path WRITE setPath NOTIFY pathChanged FINAL)
    Q_PROPERTY(app::InspectionPhase phase READ phase NOTIFY phaseChanged FINAL)
    Q_PROPERTY(app::Failure failure READ failure NOTIFY phaseChanged FINAL)
    Q_PROPERTY(QString name READ name NOTIFY phaseChanged FINAL)
    Q_PROPERTY(quint64 fileBytes READ fileBytes NOTIFY phaseChanged FINAL)
    Q_PROPERTY(int formatVersion READ formatVersion NOTIFY phaseChanged FINAL)
    Q_PROPERTY(bool complete READ isComplete NOTIFY phaseChanged FINAL)
    Q_PROPERTY(bool hasTokenizer READ hasTokenizer NOTIFY phaseChanged FINAL)
    Q_PROPERTY(app::Failure tokenizerFailure READ tokenizerFailure NOTIFY phaseChanged FINAL)
    Q_PROPERTY(QString tokenizerNotice READ tokenizerNotice NOTIFY phaseChanged FINAL)
    Q_PROPERTY(QString templateSource READ templateSource NOTIFY phaseChanged FINAL)
    Q_PROPERTY(QString templateNotice READ templateNotice NOTIFY phaseChanged FINAL)
    Q_PROPERTY(bool takesChats READ takesChats NOTIFY phaseChanged FINAL)
    Q_PROPERTY(qsizetype tokenCount READ tokenCount NOTIFY tokensChanged FINAL)
    Q_PROPERTY(qsizetype characterCount READ characterCount NOTIFY tokensChanged FINAL)
    Q_PROPERTY(qsizetype byteCount READ byteCount NOTIFY tokensChanged FINAL)
    Q_PROPERTY(qsizetype promptTokens READ promptTokens NOTIFY promptChanged FINAL)
    Q_PROPERTY(app::Failure promptFailure READ promptFailure NOTIFY promptChanged FINAL)
public:
    explicit ModelInspector(QObject *parent = nullptr);
    ~ModelInspector() override;

    [[nodiscard]] QString path() const;
    /// Reads another file; phaseChanged() follows. An empty path lets go of the file.
    void setPath(const QString &path);
    [[nodiscard]] InspectionPhase phase() const;
    [[nodiscard]] Failure failure() const; ///< when Failed
    [[nodiscard]] QString name() const;    ///< as the file calls itself, else its own name
    [[nodiscard]] quint64 fileBytes() const;
    [[nodiscard]] int formatVersion() const;
    [[nodiscard]] bool isComplete() const;
    [[nodiscard]] bool hasTokenizer() const;
    [[nodiscard]] Failure tokenizerFailure() const; ///< why it has none that Carrel knows
    [[nodiscard]] QString tokenizerNotice() const;  ///< where its scheme was guessed; English
    [[nodiscard]] QString templateSource() const;   ///< the one in use
    [[nodiscard]] QString templateNotice() const;   ///< why it is not the file's own; English, empty: it is
    [[nodiscard]] bool takesChats() const;          ///< it writes text

    [[nodiscard]] const QList<HeaderEntryValue> &entries() const;
    [[nodiscard]] const QList<TensorValue> &tensors() const;
    /// Reads elements of the array entries()[entry]; elementsRead() follows.
    void readElements(qsizetype entry, qint64 first, qint64 count);

    /// Makes tokens of a text; tokensChanged() follows. Cheap to call on each key.
    void tokenize(const QString &text, const TokenizeOptions &options);
    [[nodiscard]] const QList<TokenValue> &tokens() const; ///< of the text tokenized last, the first ones
    [[nodiscard]] qsizetype tokenCount() const;
    [[nodiscard]] qsizetype characterCount() const;
    [[nodiscard]] qsizetype byteCount() const;

    /// Fills the template in with a sample conversation; promptChanged() follows.
    Q_INVOKABLE void viewSample();
    /// The same with what the open conversation's last answer was asked with.
    Q_INVOKABLE void viewChat(app::ChatService *chat);
    [[nodiscard]] const QList<PromptPart> &promptParts() const;
    [[nodiscard]] qsizetype promptTokens() const;
    [[nodiscard]] Failure promptFailure() const; ///< the template refused; there are no parts then

Q_SIGNALS:
    void pathChanged();
    void phaseChanged();
    void elementsRead(qsizetype entry, qint64 first, const QStringList &texts);
    void tokensChanged();
    void promptChanged();

private:
    void accept(quint64 serial, std::expected<InspectedFile, Failure> read);
    void viewMessages(std::vector<inference::Message> messages);
    void tokenizeNext();

    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
