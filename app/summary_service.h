// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/failure.h"
#include "app/inference_port.h"
#include "app/summary_reader.h"
#include "app/summary_types.h"

#include <QObject>
#include <QString>

#include <memory>

namespace app {

class ModelProvenance;
class ModelService;
struct SummaryEvent;

/// Summaries of files, folders and collections, of any length and format. One at a time; what is read of a section is
/// published at once, the text as it is written. A summary that is stopped, or was ended with the program, goes on
/// where it was when it is asked for again. Others' turns come between its steps. GUI thread.
class SummaryService : public QObject {
    Q_OBJECT
    Q_CLASSINFO("RegisterEnumClassesUnscoped", "false") // other enumerations of the services share names of values
    Q_PROPERTY(Phase phase READ phase NOTIFY phaseChanged FINAL)
    Q_PROPERTY(bool busy READ isBusy NOTIFY phaseChanged FINAL)
    Q_PROPERTY(app::SummaryRequest request READ request NOTIFY phaseChanged FINAL)
    Q_PROPERTY(QString subject READ subject NOTIFY progressChanged FINAL)
    Q_PROPERTY(qint32 sectionsDone READ sectionsDone NOTIFY progressChanged FINAL)
    Q_PROPERTY(qint32 sectionsTotal READ sectionsTotal NOTIFY progressChanged FINAL)
    Q_PROPERTY(qint32 secondsLeft READ secondsLeft NOTIFY progressChanged FINAL)
    Q_PROPERTY(QList<app::SummarySection> sections READ sections NOTIFY sectionsChanged FINAL)
    Q_PROPERTY(QString text READ text NOTIFY textChanged FINAL)
    Q_PROPERTY(QList<app::SummarySource> sources READ sources NOTIFY resultChanged FINAL)
    Q_PROPERTY(app::SummaryCoverage coverage READ coverage NOTIFY resultChanged FINAL)
    Q_PROPERTY(qint32 stepsKept READ stepsKept NOTIFY resultChanged FINAL)
    Q_PROPERTY(app::Failure failure READ failure NOTIFY phaseChanged FINAL)
public:
    enum class Phase {
        Idle,
        Reading,  ///< files are being read
        Loading,  ///< the model is being loaded
        Sections, ///< the model reads one section after the other
        Joining,  ///< points are being joined
        Writing,  ///< the summary is being written
        Done,
        Stopped,
        Failed,
    };
    Q_ENUM(Phase)

    /// All borrowed, outlive the service.
    struct Collaborators {
        InferencePort &inference;
        ModelService &models;
        ModelProvenance &provenance;
        SummarySources sources;
    };
    explicit SummaryService(const Collaborators &collaborators, QObject *parent = nullptr);
    /// Ends what is under way.
    ~SummaryService() override;

    [[nodiscard]] Phase phase() const;
    [[nodiscard]] bool isBusy() const;
    [[nodiscard]] const SummaryRequest &request() const; ///< of the running or last summary
    [[nodiscard]] QString subject() const;               ///< the file or section that is being read
    [[nodiscard]] qint32 sectionsDone() const;
    [[nodiscard]] qint32 sectionsTotal() const; ///< 0: not known yet
    [[nodiscard]] qint32 secondsLeft() const;   ///< -1: not known
    [[nodiscard]] const QList<SummarySection> &sections() const;
    [[nodiscard]] QString text() const;                        ///< as far as it is written
    [[nodiscard]] const QList<SummarySource> &sources() const; ///< once it is done
    [[nodiscard]] const SummaryCoverage &coverage() const;     ///< once it is done, stopped or failed
    [[nodiscard]] qint32 stepsKept() const;                    ///< of it that an earlier summary had made
    [[nodiscard]] SummaryResult result() const;                ///< once it is done
    [[nodiscard]] QString modelName() const;                   ///< of the model that makes it
    [[nodiscard]] const Failure &failure() const;

    /// Sampling of the next summaries, over the model's own recommendation at a low temperature. The seed is always the
    /// same unless one is given: what was made before can then be used again.
    void setSampling(const SamplingOverrides &sampling);

    /// finished() or failed() follows; failed() at once while another one runs.
    Q_INVOKABLE void summarize(const app::SummaryRequest &request);
    /// Ends the running summary within a token; failed() follows with code "inference.cancelled". What was read is
    /// kept.
    Q_INVOKABLE void stop();

Q_SIGNALS:
    void phaseChanged();
    void progressChanged();
    void sectionsChanged();
    void textChanged();
    void resultChanged();
    void sectionRead(const app::SummarySection &section);
    /// The text grew by this; a model that went round in circles can make textChanged() come without it.
    void textArrived(const QString &text);
    void finished(const app::SummaryResult &result);
    void failed(const app::Failure &failure);

private:
    void onEvent(const SummaryEvent &event);
    void setPhase(Phase phase);
    void setText(const QString &text);

    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
