// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The steps of a summary, made by the model and kept in the index, never made twice.
#pragma once

#include "app/failure.h"
#include "app/index_thread.h"
#include "app/summary_steps.h"
#include "app/writing_model.h"
#include "storage/summary_store.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

/// A step's result.
struct MadeNode {
    storage::SummaryNode node;
    bool reused = false; ///< the index had it
};

/// Makes nodes of steps. Everything is borrowed; `documents` are those that the steps' citations stand for. One thread,
/// never the GUI's: calls block.
class SummaryNodes {
public:
    SummaryNodes(IndexThread &index, WritingModel &model, const std::vector<PlannedDocument> &documents);

    /// Of what is made from here on.
    void setModel(ReadyModel model) { m_model = std::move(model); }
    [[nodiscard]] const ReadyModel &model() const { return m_model; }

    using OnText = std::function<void(const std::string &text)>;
    /// The node of one step. `onText`, where given, gets the text as it grows and once it is complete.
    std::expected<storage::SummaryNode, Failure> make(const SummaryStep &step, const OnText &onText,
                                                      const std::stop_token &stop);

    using OnNode = std::function<std::expected<void, Failure>(std::size_t step, MadeNode made)>;
    /// The nodes of several steps, none of which needs another's: written together where the model's device can. Each
    /// is kept as soon as it is made; `onNode` gets them in the order of the steps.
    std::expected<void, Failure> makeEach(const std::vector<SummaryStep> &steps, const OnNode &onNode,
                                          const std::stop_token &stop);

    [[nodiscard]] std::int32_t made() const { return m_made; }     ///< nodes that the model wrote
    [[nodiscard]] std::int32_t reused() const { return m_reused; } ///< nodes that were there

private:
    struct Draft;
    std::expected<std::optional<storage::SummaryNode>, Failure> known(const Draft &draft);
    std::expected<storage::SummaryNode, Failure> finish(Draft &draft, const WrittenText &written,
                                                        const std::stop_token &stop);

    IndexThread &m_index;
    WritingModel &m_writer;
    const std::vector<PlannedDocument> &m_documents;
    ReadyModel m_model;
    std::int32_t m_made = 0;
    std::int32_t m_reused = 0;
};

} // namespace app
