// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/failure.h"
#include "app/inference_port.h"

#include <QObject>
#include <QString>

#include <memory>

namespace app {

class ModelService;

/// How much of a document a summary rests on. Computed, never claimed.
struct SummaryCoverage {
    Q_GADGET
    Q_PROPERTY(qint32 sectionsTotal MEMBER sectionsTotal)
    Q_PROPERTY(qint32 sectionsRead MEMBER sectionsRead)
    Q_PROPERTY(qint32 tokensTotal MEMBER tokensTotal)
    Q_PROPERTY(qint32 tokensRead MEMBER tokensRead)
    Q_PROPERTY(bool cut MEMBER cut)
public:
    qint32 sectionsTotal = 0;
    qint32 sectionsRead = 0;
    qint32 tokensTotal = 0; ///< of the document's text
    qint32 tokensRead = 0;
    bool cut = false; ///< the model wrote on until SummaryService::kLongestSummary
    bool operator==(const SummaryCoverage &) const = default;

    /// "Read the whole file: 1,204 of 1,204 tokens.", and whether the summary was cut.
    [[nodiscard]] QString sentence() const;
};

/// Summarizes a document of plain text that fits into the context whole; one that does not fit is refused, never read
/// in part. One summary at a time. GUI thread.
class SummaryService : public QObject {
    Q_OBJECT
    Q_PROPERTY(bool busy READ isBusy NOTIFY busyChanged FINAL)
public:
    /// Tokens. A few sentences are asked for; small models can go round in circles instead.
    static constexpr qint32 kLongestSummary = 512;

    SummaryService(InferencePort &inference, ModelService &models, QObject *parent = nullptr);
    ~SummaryService() override;

    [[nodiscard]] bool isBusy() const;
    /// Sampling of the next summaries; the model's own recommendation otherwise.
    void setSampling(const SamplingOverrides &sampling);

    /// Reads the file on a worker thread; textArrived() and then finished() or failed() follow.
    Q_INVOKABLE void summarize(const QString &path);
    /// Ends the running summary; failed() follows with code "inference.cancelled".
    Q_INVOKABLE void stop();

Q_SIGNALS:
    void busyChanged();
    void textArrived(const QString &text);
    void finished(const QString &summary, const app::SummaryCoverage &coverage);
    void failed(const app::Failure &failure);

private:
    void onText(const QString &text);
    void onMeasured(const PromptFit &fit);
    void fail(const Failure &failure);
    void start();

    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
