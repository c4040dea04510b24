// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/summary_nodes.h"

#include <optional>
#include <utility>

namespace app {

using storage::SummaryNode;
using storage::SummaryOutcome;

/// A step that is being written.
struct SummaryNodes::Draft {
    Draft(const SummaryStep &of, const ReadyModel &model, const std::vector<PlannedDocument> &documents)
        : step(&of)
        , key(keyOf(of, model))
        , attribution(sourcesOf(of, documents))
    {
    }

    static std::vector<TellingWords> sourcesOf(const SummaryStep &step, const std::vector<PlannedDocument> &documents)
    {
        std::vector<TellingWords> sources;
        for (const PassageRef &ref : step.citations.passages())
            sources.push_back(tellingWords(documents[ref.document].document.passages[ref.passage].text));
        return sources;
    }

    [[nodiscard]] std::size_t ids() const { return step->citations.passages().size(); }
    [[nodiscard]] WritingTask task() const
    {
        return {.messages = step->prompt.messages,
                .maxTokens = step->prompt.maxTokens,
                .citableIds = static_cast<std::int32_t>(ids())};
    }
    /// What may be shown of a text that is not complete.
    std::string growing(const std::string &soFar)
    {
        const std::string clean = attribution.attributed(cleanedText(soFar, ids(), false), false);
        // Of a list only what is complete: an open line may turn out to be none of it.
        return step->list ? listOfPoints(clean.substr(0, clean.rfind('\n') + 1), false) : clean;
    }

    const SummaryStep *step;
    std::string key;
    Attribution attribution;
};

SummaryNodes::SummaryNodes(IndexThread &index, WritingModel &model, const std::vector<PlannedDocument> &documents)
    : m_index(index)
    , m_writer(model)
    , m_documents(documents)
{
}

std::expected<std::optional<SummaryNode>, Failure> SummaryNodes::known(const Draft &draft)
{
    auto found =
        m_index.ask([&](IndexStores &stores) { return stores.summaries.use(draft.key, draft.step->documents); });
    if (found && *found)
        ++m_reused;
    return found;
}

std::expected<SummaryNode, Failure> SummaryNodes::finish(Draft &draft, const WrittenText &written,
                                                         const std::stop_token &stop)
{
    const SummaryStep &step = *draft.step;
    SummaryNode node{.key = draft.key, .kind = step.kind};
    const bool looped = sizeBeforeLoop(written.text, true) < written.text.size();
    node.text = cleanedText(written.text, draft.ids(), true);
    // A loop that was broken off is an end; what a limit broke off is not.
    node.cut = written.cut && !looped;
    if (step.list)
        node.text = listOfPoints(node.text, node.cut);
    // Of a text that was a loop from the start, these are its first round.
    constexpr std::int64_t leastWords = 5;
    if (looped && countWords(node.text) < leastWords)
        node.text.clear();
    node.text = draft.attribution.attributed(node.text, true);
    node.outcome = !node.text.empty() ? SummaryOutcome::Kept : looped ? SummaryOutcome::Loop : SummaryOutcome::Empty;
    // Counted from what is kept, so that the next level is the same however soon a loop was broken off.
    const auto tokens = m_writer.countTokens({node.text}, stop);
    if (!tokens)
        return std::unexpected(tokens.error());
    node.tokens = tokens->front();
    const auto kept = m_index.ask([&](IndexStores &stores) { return stores.summaries.put(node, step.documents); });
    if (!kept)
        return std::unexpected(kept.error());
    ++m_made;
    return node;
}

std::expected<SummaryNode, Failure> SummaryNodes::make(const SummaryStep &step, const OnText &onText,
                                                       const std::stop_token &stop)
{
    if (stop.stop_requested())
        return std::unexpected(failureFromCode(QStringLiteral("inference.cancelled"), {}));
    Draft draft(step, m_model, m_documents);
    auto found = known(draft);
    if (!found)
        return std::unexpected(found.error());
    if (*found) {
        if (onText)
            onText((*found)->text);
        return std::move(**found);
    }
    const auto written = m_writer.write(
        draft.task(),
        [&](const std::string &soFar) {
            if (onText)
                onText(draft.growing(soFar));
            return sizeBeforeLoop(soFar, false) == soFar.size();
        },
        stop);
    if (!written)
        return std::unexpected(written.error());
    auto node = finish(draft, *written, stop);
    if (node && onText)
        onText(node->text);
    return node;
}

std::expected<void, Failure> SummaryNodes::makeEach(const std::vector<SummaryStep> &steps, const OnNode &onNode,
                                                    const std::stop_token &stop)
{
    std::vector<Draft> drafts;
    std::vector<std::optional<MadeNode>> ready(steps.size());
    std::vector<WritingTask> tasks;
    std::vector<std::size_t> stepOfTask;
    for (const SummaryStep &step : steps) {
        if (stop.stop_requested())
            return std::unexpected(failureFromCode(QStringLiteral("inference.cancelled"), {}));
        const std::size_t index = drafts.size();
        const Draft &draft = drafts.emplace_back(step, m_model, m_documents);
        auto found = known(draft);
        if (!found)
            return std::unexpected(found.error());
        if (*found) {
            ready[index] = MadeNode{.node = std::move(**found), .reused = true};
        } else {
            tasks.push_back(draft.task());
            stepOfTask.push_back(index);
        }
    }
    std::size_t told = 0;
    const auto tellReady = [&]() -> std::expected<void, Failure> {
        for (; told < ready.size() && ready[told]; ++told) {
            if (auto done = onNode(told, std::move(*ready[told])); !done)
                return done;
        }
        return {};
    };
    if (auto done = tellReady(); !done || tasks.empty())
        return done;
    return m_writer.writeEach(
        std::move(tasks),
        [](std::size_t, const std::string &soFar) { return sizeBeforeLoop(soFar, false) == soFar.size(); },
        [&](std::size_t task, const WrittenText &written) -> std::expected<void, Failure> {
            auto node = finish(drafts[stepOfTask[task]], written, stop);
            if (!node)
                return std::unexpected(node.error());
            ready[stepOfTask[task]] = MadeNode{.node = std::move(*node)};
            return tellReady();
        },
        stop);
}

} // namespace app
