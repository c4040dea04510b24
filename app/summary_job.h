// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A summary, from its documents to its text: read in pieces, points joined level by level, one text written.
#pragma once

#include "app/summary_reader.h"
#include "app/summary_types.h"
#include "app/writing_model.h"

#include <expected>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

/// What a SummaryJob works with; borrowed.
struct SummaryPorts {
    SummarySources sources; ///< with the index, where steps are kept
    WritingModel *model = nullptr;
};

/// Something that happened on the way.
struct SummaryEvent {
    enum class Kind {
        Reading,  ///< a file is about to be read: `subject`
        Loading,  ///< the model is about to be loaded
        Planned,  ///< `total` sections lie ahead
        Section,  ///< the model begins to read one: `subject`, its title
        Points,   ///< what it found there: `section`
        Joining,  ///< points are being joined
        Writing,  ///< the summary is being written
        Text,     ///< `text`: all of it so far
        Coverage, ///< how much was read; comes last, also when the job was stopped or failed after it was planned
    };
    Kind kind = Kind::Reading;
    QString subject = {};
    qint32 total = 0;
    SummarySection section = {};
    QString text = {};
    SummaryCoverage coverage = {};
};

/// Every step is kept in the index as it ends, and never made again: a stop or a kill costs the step that was under
/// way. Blocks; run() once, from one thread, never the GUI's. Events come on that thread, those of text on the model's.
class SummaryJob {
public:
    using OnEvent = std::function<void(const SummaryEvent &)>;

    /// Below this context (tokens) only what fits whole is summarized.
    static constexpr std::int32_t kLeastContext = 1024;
    /// Above this (tokens) a text is read in pieces even where it fits whole: small models lose its middle, and nothing
    /// would be seen for minutes.
    static constexpr std::int32_t kMostWhole = 16384;
    /// Texts of more than this are read in pieces; notes are joined until they are below.
    static constexpr std::int32_t kMostPiece = 2000;
    static constexpr std::int32_t kMostNotes = 4000;

    SummaryJob(const SummaryPorts &ports, OnEvent onEvent = {});
    ~SummaryJob();

    /// Code "inference.cancelled" after `stop`, "app.no_text" when there is nothing to be read, "app.document_too_long"
    /// when the context is too short to read in pieces, "app.summary_empty" when the model wrote nothing of use.
    std::expected<SummaryResult, Failure> run(const SummaryRequest &request, const std::stop_token &stop);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
