// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/summary_service.h"

#include "app/model_service.h"
#include "app/prompt_builder.h"
#include "app/thread_guard.h"

#include <QFile>
#include <QFileInfo>
#include <QLocale>
#include <QStringDecoder>
#include <QThreadPool>

namespace app {

namespace {

constexpr qint64 kLargestDocument = 64LL << 20U; // bytes; far beyond any context

std::optional<QString> readText(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || file.size() > kLargestDocument)
        return std::nullopt;
    QStringDecoder decoder(QStringDecoder::Utf8);
    QString text = decoder(file.readAll());
    if (decoder.hasError() || text.contains(QChar(0)) || text.trimmed().isEmpty())
        return std::nullopt;
    return text;
}

std::vector<inference::Message> messagesFor(const QString &text)
{
    const QString request =
        QStringLiteral("Summarize the following document in a few sentences. Keep to what it says.\n\n");
    return {{.role = inference::Role::User, .content = request.toStdString() + text.toStdString()}};
}

} // namespace

QString SummaryCoverage::sentence() const
{
    const QLocale locale;
    const QString read = tokensRead >= tokensTotal ? SummaryService::tr("Read the whole file: %1 of %2 tokens.")
                                                   : SummaryService::tr("Read %1 of %2 tokens.");
    const QString sentence = read.arg(locale.toString(tokensRead), locale.toString(tokensTotal));
    if (!cut)
        return sentence;
    return sentence + QLatin1Char(' ') +
           SummaryService::tr("The model did not come to an end, so the summary was cut after %1 tokens.")
               .arg(locale.toString(SummaryService::kLongestSummary));
}

struct SummaryService::State {
    State(InferencePort &port, ModelService &service)
        : inference(port)
        , models(service)
    {
    }

    enum class Step { Idle, Reading, Loading, MeasuringEmpty, MeasuringWhole, Generating };

    InferencePort &inference;
    ModelService &models;
    SamplingOverrides sampling;
    Step step = Step::Idle;
    QString path;
    QString text;
    QString summary;
    MeasureId measure{};
    GenerationId generation{};
    qint32 frameTokens = 0; ///< of the prompt without the document
    SummaryCoverage coverage;
    quint64 serial = 0;
    QThreadPool reader;
};

SummaryService::SummaryService(InferencePort &inference, ModelService &models, QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(inference, models))
{
    using Step = State::Step;
    connect(&inference, &InferencePort::statusChanged, this, [this](const ModelStatus &status) {
        if (m_state->step != Step::Loading)
            return;
        if (status.phase == ModelPhase::Ready)
            start();
        else if (status.phase == ModelPhase::Failed)
            fail(status.failure);
    });
    connect(&inference, &InferencePort::promptMeasured, this, [this](MeasureId id, const PromptFit &fit) {
        if (id == m_state->measure && isBusy())
            onMeasured(fit);
    });
    connect(&inference, &InferencePort::textArrived, this, [this](GenerationId id, const TextDelta &delta) {
        if (id != m_state->generation || m_state->step != Step::Generating)
            return;
        m_state->summary += delta.answer;
        Q_EMIT textArrived(delta.answer);
    });
    connect(&inference, &InferencePort::finished, this, [this](GenerationId id, const GenerationOutcome &outcome) {
        if (id != m_state->generation || m_state->step != Step::Generating)
            return;
        if (outcome.failure) {
            fail(*outcome.failure);
        } else if (outcome.finish == inference::FinishReason::Cancelled) {
            fail(failureFromCode(QStringLiteral("inference.cancelled"), {}));
        } else {
            m_state->coverage.cut = outcome.finish == inference::FinishReason::TokenLimit;
            m_state->step = Step::Idle;
            Q_EMIT busyChanged();
            Q_EMIT finished(m_state->summary, m_state->coverage);
        }
    });
}

SummaryService::~SummaryService()
{
    m_state->reader.waitForDone();
}

bool SummaryService::isBusy() const
{
    return m_state->step != State::Step::Idle;
}

void SummaryService::setSampling(const SamplingOverrides &sampling)
{
    m_state->sampling = sampling;
}

void SummaryService::summarize(const QString &path)
{
    expectThread(this);
    if (isBusy()) {
        Q_EMIT failed(busyFailure());
        return;
    }
    m_state->step = State::Step::Reading;
    m_state->path = path;
    m_state->summary.clear();
    Q_EMIT busyChanged();
    m_state->reader.start([this, path, serial = ++m_state->serial] {
        std::optional<QString> text = readText(path);
        QMetaObject::invokeMethod(this, [this, serial, read = std::move(text)] {
            if (serial != m_state->serial || m_state->step != State::Step::Reading)
                return;
            if (read)
                onText(*read);
            else
                fail(failureFromCode(QStringLiteral("app.document_unreadable"), {}, m_state->path));
        });
    });
}

void SummaryService::onText(const QString &text)
{
    m_state->text = text;
    if (m_state->models.chosenId().isEmpty() && !m_state->models.isScanning()) {
        fail(noModelFailure());
        return;
    }
    m_state->step = State::Step::Loading;
    m_state->models.ensureLoaded();
    if (m_state->inference.status().phase == ModelPhase::Ready)
        start();
}

void SummaryService::start()
{
    m_state->step = State::Step::MeasuringEmpty;
    m_state->measure = m_state->inference.measurePrompt({.purpose = MeasurePurpose::Turn, .messages = messagesFor({})});
}

void SummaryService::onMeasured(const PromptFit &fit)
{
    if (!fit.failure.isEmpty()) {
        fail(fit.failure);
        return;
    }
    const std::vector<inference::Message> messages = messagesFor(m_state->text);
    if (m_state->step == State::Step::MeasuringEmpty) {
        m_state->frameTokens = fit.promptTokens;
        m_state->step = State::Step::MeasuringWhole;
        m_state->measure = m_state->inference.measurePrompt(
            {.purpose = MeasurePurpose::Turn, .messages = messages, .reserve = answerReserve(fit.contextLength)});
        return;
    }
    if (!fit.fits) {
        Failure failure =
            failureFromCode(QStringLiteral("app.document_too_long"), {}, QFileInfo(m_state->path).fileName());
        failure.details = tr("%1 tokens, the context holds %2").arg(fit.promptTokens).arg(fit.contextLength);
        fail(failure);
        return;
    }
    const qint32 tokens = std::max(0, fit.promptTokens - m_state->frameTokens);
    m_state->coverage = {.sectionsTotal = 1, .sectionsRead = 1, .tokensTotal = tokens, .tokensRead = tokens};
    m_state->step = State::Step::Generating;
    GenerationRequest request;
    request.messages = messages;
    request.sampling = m_state->sampling;
    request.maxTokens = kLongestSummary;
    m_state->generation = m_state->inference.generate(request);
}

void SummaryService::fail(const Failure &failure)
{
    m_state->step = State::Step::Idle;
    Q_EMIT busyChanged();
    Q_EMIT failed(failure);
}

void SummaryService::stop()
{
    expectThread(this);
    if (m_state->step == State::Step::Generating)
        m_state->inference.cancel(m_state->generation);
    else if (isBusy())
        fail(failureFromCode(QStringLiteral("inference.cancelled"), {}));
}

} // namespace app
