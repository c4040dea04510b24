// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_inspector.h"

#include "app/chat_service.h"
#include "app/thread_guard.h"

#include <QDateTime>
#include <QFileInfo>
#include <QThreadPool>

#include <optional>

namespace app {

namespace {

QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

struct ModelInspector::State {
    State() { worker.setMaxThreadCount(1); }

    QString path;
    InspectionPhase phase = InspectionPhase::None;
    Failure failure;
    InspectedFile file;
    quint64 serial = 0; ///< of the file that counts; whatever belongs to an older one is thrown away

    struct Text {
        QString text;
        TokenizeOptions options;
    };
    std::optional<Text> nextText; ///< waits while another one is at work
    bool tokenizing = false;
    TokenizedText tokenized;

    quint64 promptSerial = 0;
    PromptView prompt;
    Failure promptFailure;

    QThreadPool worker;
};

ModelInspector::ModelInspector(QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>())
{
}

ModelInspector::~ModelInspector()
{
    m_state->worker.clear();
    m_state->worker.waitForDone();
}

QString ModelInspector::path() const
{
    return m_state->path;
}
InspectionPhase ModelInspector::phase() const
{
    return m_state->phase;
}
Failure ModelInspector::failure() const
{
    return m_state->failure;
}

QString ModelInspector::name() const
{
    for (const HeaderEntryValue &entry : std::as_const(m_state->file.entries)) {
        if (entry.key == QLatin1StringView("general.name") && !entry.text.isEmpty())
            return entry.text;
    }
    return QFileInfo(m_state->path).completeBaseName();
}

quint64 ModelInspector::fileBytes() const
{
    return m_state->file.header ? m_state->file.header->fileBytes() : 0;
}
int ModelInspector::formatVersion() const
{
    return m_state->file.header ? static_cast<int>(m_state->file.header->version()) : 0;
}
bool ModelInspector::isComplete() const
{
    return m_state->file.header && m_state->file.header->isComplete();
}
bool ModelInspector::hasTokenizer() const
{
    return m_state->file.model != nullptr;
}
Failure ModelInspector::tokenizerFailure() const
{
    return m_state->file.modelFailure;
}
QString ModelInspector::tokenizerNotice() const
{
    return hasTokenizer() ? fromUtf8(m_state->file.model->tokenizerWarning()) : QString();
}
QString ModelInspector::templateSource() const
{
    return hasTokenizer() ? fromUtf8(m_state->file.model->templateSource()) : QString();
}
QString ModelInspector::templateNotice() const
{
    return hasTokenizer() ? fromUtf8(m_state->file.model->templateWarning()) : QString();
}
bool ModelInspector::takesChats() const
{
    return hasTokenizer() && m_state->file.model->summary().purpose == inference::ModelPurpose::Text;
}
const QList<HeaderEntryValue> &ModelInspector::entries() const
{
    return m_state->file.entries;
}
const QList<TensorValue> &ModelInspector::tensors() const
{
    return m_state->file.tensors;
}
const QList<TokenValue> &ModelInspector::tokens() const
{
    return m_state->tokenized.tokens;
}
qsizetype ModelInspector::tokenCount() const
{
    return m_state->tokenized.total;
}
qsizetype ModelInspector::characterCount() const
{
    return m_state->tokenized.characters;
}
qsizetype ModelInspector::byteCount() const
{
    return m_state->tokenized.bytes;
}
const QList<PromptPart> &ModelInspector::promptParts() const
{
    return m_state->prompt.parts;
}
qsizetype ModelInspector::promptTokens() const
{
    return m_state->prompt.tokens;
}
Failure ModelInspector::promptFailure() const
{
    return m_state->promptFailure;
}

void ModelInspector::setPath(const QString &path)
{
    expectThread(this);
    if (path == m_state->path)
        return;
    const quint64 serial = ++m_state->serial;
    m_state->path = path;
    m_state->file = {};
    m_state->failure = {};
    m_state->nextText.reset();
    m_state->tokenized = {};
    m_state->prompt = {};
    m_state->promptFailure = {};
    m_state->phase = path.isEmpty() ? InspectionPhase::None : InspectionPhase::Reading;
    Q_EMIT pathChanged();
    Q_EMIT phaseChanged();
    Q_EMIT tokensChanged();
    Q_EMIT promptChanged();
    if (path.isEmpty())
        return;
    m_state->worker.start([this, serial, path] {
        auto read = inspectFile(path);
        QMetaObject::invokeMethod(
            this, [this, serial, read = std::move(read)]() mutable { accept(serial, std::move(read)); });
    });
}

void ModelInspector::accept(quint64 serial, std::expected<InspectedFile, Failure> read)
{
    if (serial != m_state->serial)
        return;
    if (read)
        m_state->file = std::move(*read);
    else
        m_state->failure = read.error();
    m_state->phase = read ? InspectionPhase::Ready : InspectionPhase::Failed;
    Q_EMIT phaseChanged();
}

void ModelInspector::readElements(qsizetype entry, qint64 first, qint64 count)
{
    expectThread(this);
    if (!m_state->file.header)
        return;
    m_state->worker.start([this, serial = m_state->serial, header = m_state->file.header, entry, first, count] {
        QStringList texts = arrayElements(*header, entry, first, count);
        QMetaObject::invokeMethod(this, [this, serial, entry, first, texts = std::move(texts)] {
            if (serial == m_state->serial)
                Q_EMIT elementsRead(entry, first, texts);
        });
    });
}

void ModelInspector::tokenize(const QString &text, const TokenizeOptions &options)
{
    expectThread(this);
    m_state->nextText = State::Text{text, options};
    tokenizeNext();
}

// One at a time: whoever types faster than a long text is counted gets the newest only.
void ModelInspector::tokenizeNext()
{
    if (m_state->tokenizing || !m_state->nextText || !m_state->file.model)
        return;
    m_state->tokenizing = true;
    const State::Text next = *std::exchange(m_state->nextText, {});
    m_state->worker.start([this, serial = m_state->serial, model = m_state->file.model, next] {
        TokenizedText result = tokenized(*model, next.text, next.options);
        QMetaObject::invokeMethod(this, [this, serial, result = std::move(result)]() mutable {
            m_state->tokenizing = false;
            if (serial == m_state->serial) {
                m_state->tokenized = std::move(result);
                Q_EMIT tokensChanged();
            }
            tokenizeNext();
        });
    });
}

void ModelInspector::viewSample()
{
    viewMessages(sampleConversation());
}

void ModelInspector::viewChat(ChatService *chat)
{
    viewMessages(chat != nullptr ? chat->lastPrompt() : std::vector<inference::Message>());
}

void ModelInspector::viewMessages(std::vector<inference::Message> messages)
{
    expectThread(this);
    if (!m_state->file.model)
        return;
    const quint64 wanted = ++m_state->promptSerial;
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    m_state->worker.start(
        [this, wanted, serial = m_state->serial, model = m_state->file.model, messages = std::move(messages), now] {
            auto view = messages.empty() ? PromptView() : viewPrompt(*model, messages, now);
            QMetaObject::invokeMethod(this, [this, wanted, serial, view = std::move(view)]() mutable {
                if (serial != m_state->serial || wanted != m_state->promptSerial)
                    return;
                m_state->prompt = view ? std::move(*view) : PromptView();
                m_state->promptFailure = view ? Failure() : view.error();
                Q_EMIT promptChanged();
            });
        });
}

} // namespace app
