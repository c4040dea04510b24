// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/summary_service.h"

#include "app/engine_writer.h"
#include "app/model_service.h"
#include "app/summary_job.h"
#include "app/thread_guard.h"

#include <QElapsedTimer>

#include <thread>

namespace app {

namespace {

/// Little is left to chance: a summary should keep to its text.
SamplingOverrides calm(const SamplingOverrides &sampling)
{
    constexpr float temperature = 0.2F;
    return merged(sampling, {.temperature = temperature});
}

} // namespace

struct SummaryService::State {
    State(const Collaborators &collaborators)
        : models(collaborators.models)
        , writer(collaborators.inference, collaborators.models, collaborators.provenance)
        , sources(collaborators.sources)
    {
        writer.setSampling(calm({}));
    }

    ModelService &models;
    EngineWriter writer;
    SummarySources sources;
    QString modelName;
    Phase phase = Phase::Idle;
    SummaryRequest request;
    QString subject;
    qint32 sectionsTotal = 0;
    qint32 made = 0; ///< sections that the model read just now
    QElapsedTimer reading;
    QList<SummarySection> sections;
    QString text;
    SummaryResult result;
    Failure failure;
    quint64 serial = 0; ///< of the run whose events count
    std::jthread worker;
};

SummaryService::SummaryService(const Collaborators &collaborators, QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(collaborators))
{
}

SummaryService::~SummaryService()
{
    // Before the writer goes, whose calls the thread may be waiting in.
    if (m_state->worker.joinable()) {
        m_state->worker.request_stop();
        m_state->worker.join();
    }
}

SummaryService::Phase SummaryService::phase() const
{
    return m_state->phase;
}

bool SummaryService::isBusy() const
{
    switch (m_state->phase) {
    case Phase::Idle:
    case Phase::Done:
    case Phase::Stopped:
    case Phase::Failed:
        return false;
    default:
        return true;
    }
}

const SummaryRequest &SummaryService::request() const
{
    return m_state->request;
}

QString SummaryService::subject() const
{
    return m_state->subject;
}

qint32 SummaryService::sectionsDone() const
{
    return static_cast<qint32>(m_state->sections.size());
}

qint32 SummaryService::sectionsTotal() const
{
    return m_state->sectionsTotal;
}

qint32 SummaryService::secondsLeft() const
{
    if (m_state->phase != Phase::Sections || m_state->made == 0)
        return -1;
    // Joining and writing take about as long as a few sections.
    constexpr qint64 rest = 2;
    const qint64 left = m_state->sectionsTotal - sectionsDone() + rest;
    constexpr qint64 msOfSecond = 1000;
    return static_cast<qint32>(m_state->reading.elapsed() * left / m_state->made / msOfSecond);
}

const QList<SummarySection> &SummaryService::sections() const
{
    return m_state->sections;
}

QString SummaryService::text() const
{
    return m_state->text;
}

const QList<SummarySource> &SummaryService::sources() const
{
    return m_state->result.sources;
}

const SummaryCoverage &SummaryService::coverage() const
{
    return m_state->result.coverage;
}

qint32 SummaryService::stepsKept() const
{
    return m_state->result.reusedNodes;
}

SummaryResult SummaryService::result() const
{
    return m_state->result;
}

QString SummaryService::modelName() const
{
    return m_state->modelName;
}

const Failure &SummaryService::failure() const
{
    return m_state->failure;
}

void SummaryService::setSampling(const SamplingOverrides &sampling)
{
    m_state->writer.setSampling(calm(sampling));
}

void SummaryService::setPhase(Phase phase)
{
    if (m_state->phase == phase)
        return;
    m_state->phase = phase;
    Q_EMIT phaseChanged();
}

void SummaryService::setText(const QString &text)
{
    if (m_state->text == text)
        return;
    const QString before = std::exchange(m_state->text, text);
    Q_EMIT textChanged();
    if (text.startsWith(before))
        Q_EMIT textArrived(text.sliced(before.size()));
}

void SummaryService::summarize(const SummaryRequest &request)
{
    expectThread(this);
    if (isBusy()) {
        Q_EMIT failed(busyFailure());
        return;
    }
    m_state->request = request;
    m_state->subject.clear();
    m_state->sectionsTotal = 0;
    m_state->made = 0;
    m_state->sections.clear();
    m_state->text.clear();
    m_state->result = {};
    const ModelCard *card = m_state->models.find(m_state->models.chosenId());
    m_state->modelName = card != nullptr ? card->name : QString();
    m_state->failure = {};
    setPhase(Phase::Reading);
    Q_EMIT progressChanged();
    Q_EMIT sectionsChanged();
    Q_EMIT textChanged();
    Q_EMIT resultChanged();

    const quint64 serial = ++m_state->serial;
    // The run before is over; its thread is at its end.
    m_state->worker = std::jthread([this, request, serial](const std::stop_token &stop) {
        const SummaryPorts ports{.sources = m_state->sources, .model = &m_state->writer};
        SummaryJob job(ports, [this, serial](const SummaryEvent &event) {
            QMetaObject::invokeMethod(
                this,
                [this, serial, event] {
                    if (serial == m_state->serial)
                        onEvent(event);
                },
                Qt::QueuedConnection);
        });
        const auto result = job.run(request, stop);
        QMetaObject::invokeMethod(
            this,
            [this, serial, result] {
                if (serial != m_state->serial)
                    return;
                if (result) {
                    setText(result->text);
                    m_state->result = *result;
                    Q_EMIT resultChanged();
                    setPhase(Phase::Done);
                    Q_EMIT finished(*result);
                } else {
                    m_state->failure = result.error();
                    const bool stopped = result.error().code == QLatin1StringView("inference.cancelled");
                    setPhase(stopped ? Phase::Stopped : Phase::Failed);
                    Q_EMIT failed(result.error());
                }
            },
            Qt::QueuedConnection);
    });
}

void SummaryService::onEvent(const SummaryEvent &event)
{
    using Kind = SummaryEvent::Kind;
    switch (event.kind) {
    case Kind::Reading:
        m_state->subject = event.subject;
        Q_EMIT progressChanged();
        break;
    case Kind::Loading:
        setPhase(Phase::Loading);
        break;
    case Kind::Planned:
        m_state->sectionsTotal = event.total;
        m_state->reading.start();
        setPhase(Phase::Sections);
        Q_EMIT progressChanged();
        break;
    case Kind::Section:
        m_state->subject = event.subject;
        setPhase(Phase::Sections);
        Q_EMIT progressChanged();
        break;
    case Kind::Points:
        m_state->sections.append(event.section);
        m_state->made += event.section.reused ? 0 : 1;
        Q_EMIT sectionsChanged();
        Q_EMIT progressChanged();
        Q_EMIT sectionRead(event.section);
        break;
    case Kind::Joining:
        setPhase(Phase::Joining);
        break;
    case Kind::Writing:
        setPhase(Phase::Writing);
        break;
    case Kind::Text:
        setText(event.text);
        break;
    case Kind::Coverage:
        m_state->result.coverage = event.coverage;
        Q_EMIT resultChanged();
        break;
    }
}

void SummaryService::stop()
{
    expectThread(this);
    if (isBusy())
        m_state->worker.request_stop();
}

} // namespace app
