// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/summary_job.h"

#include "app/passage_builder.h"
#include "app/summary_nodes.h"
#include "app/summary_steps.h"

#include <QFile>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace app {

using storage::SummaryKind;
using storage::SummaryNode;
using storage::SummaryOutcome;

namespace {

/// A piece to be read.
struct Leaf {
    SummaryPiece piece;
    std::size_t document = 0;
    bool whole = false; ///< all of its document: read and summarized in one step
};

QStringList shownPoints(std::string_view list)
{
    QStringList shown;
    for (const std::string &point : pointsOf(list))
        shown += QString::fromStdString(point);
    return shown;
}

} // namespace

struct SummaryJob::State {
    SummaryPorts ports;
    OnEvent onEvent;
    std::stop_token stop = {};

    SummaryRequest request = {};
    SummaryStyle style = {};
    std::vector<PlannedDocument> documents = {};
    SummaryNodes nodes{*ports.sources.index, *ports.model, documents};
    std::vector<Leaf> leaves = {};
    std::vector<SummaryLeaf> reads = {}; ///< of each leaf
    QList<SummaryPlace> unread = {};
    std::int32_t frame = 0; ///< tokens of a prompt around its body
    SummaryResult result = {};

    using Done = std::expected<void, Failure>;

    void tell(const SummaryEvent &event) const
    {
        if (onEvent)
            onEvent(event);
    }

    /// Tokens that a body may have beside so many of an answer. Counts of parts do not add up exactly.
    [[nodiscard]] std::int32_t roomFor(std::int32_t maxTokens) const
    {
        constexpr std::int32_t slackShare = 32;
        return nodes.model().contextLength - frame - maxTokens - nodes.model().contextLength / slackShare;
    }
    /// No answer takes more than a quarter of the context.
    [[nodiscard]] SummaryPrompt bounded(SummaryPrompt prompt) const
    {
        prompt.maxTokens = std::min(prompt.maxTokens, nodes.model().contextLength / 4);
        return prompt;
    }

    Done prepare();
    Done count(PlannedDocument &planned);
    Done plan();
    SummaryStep stepOf(const Leaf &leaf, const SummaryStyle &wanted, const std::string *question = nullptr) const;
    [[nodiscard]] QString shownTitle(const Leaf &leaf) const;
    std::expected<std::vector<SummaryNote>, Failure> readLeaves();
    SummaryNote noteOf(const Leaf &leaf, const SummaryStep &step, MadeNode made);
    std::expected<std::vector<SummaryNote>, Failure> join(std::vector<SummaryNote> notes, std::int32_t most);
    [[nodiscard]] SummaryStep joinStep(std::span<const SummaryNote> notes) const;
    [[nodiscard]] SummaryNote joined(std::span<const SummaryNote> notes, const SummaryStep &step,
                                     SummaryNode node) const;
    std::expected<SummaryNote, Failure> summaryOf(std::size_t document, std::vector<SummaryNote> notes);
    Done writeWhole();
    Done writeFrom(std::vector<SummaryNote> notes);
    Done writeParts(const std::function<SummaryStep(const std::string *question)> &stepFor, std::string_view fallback);
    [[nodiscard]] std::int32_t finalTokens() const;
    [[nodiscard]] QList<SummarySource> sourcesOf(std::string_view text, const CitationTable &citations) const;
    Done addCoverage();
    [[nodiscard]] SummaryStyle partStyle() const;
    [[nodiscard]] std::vector<std::string> hashesOf(std::span<const SummaryNote> notes) const;
};

SummaryJob::SummaryJob(const SummaryPorts &ports, OnEvent onEvent)
    : m_state(new State{.ports = ports, .onEvent = std::move(onEvent)})
{
}

SummaryJob::~SummaryJob() = default;

/// A file among others is summarized in a few sentences, unless details are wanted.
SummaryStyle SummaryJob::State::partStyle() const
{
    SummaryStyle part = style;
    if (documents.size() > 1)
        part.length = style.length == SummaryLength::Detailed ? SummaryLength::Standard : SummaryLength::Short;
    return part;
}

std::int32_t SummaryJob::State::finalTokens() const
{
    const SummaryPrompt prompt =
        style.questions.empty() ? finalPrompt(style, {}) : answerPrompt(style, {}, style.questions.front());
    return bounded(prompt).maxTokens;
}

std::vector<std::string> SummaryJob::State::hashesOf(std::span<const SummaryNote> notes) const
{
    std::vector<std::string> hashes;
    for (const SummaryNote &note : notes) {
        const auto add = [&](std::size_t document) {
            const std::string &hash = documents[document].document.sha256;
            if (std::ranges::find(hashes, hash) == hashes.end())
                hashes.push_back(hash);
        };
        add(note.document);
        for (const PassageRef &passage : note.cited.passages)
            add(passage.document);
    }
    return hashes;
}

SummaryJob::State::Done SummaryJob::State::prepare()
{
    auto read = readForSummary(
        request, ports.sources,
        [this](const QString &path) { tell({.kind = SummaryEvent::Kind::Reading, .subject = path}); }, stop);
    if (!read)
        return std::unexpected(read.error());
    unread = std::move(read->unread);
    for (SummaryDocument &document : read->documents)
        documents.push_back({.document = std::move(document)});

    style = {.length = request.length, .language = languageName(request.language)};
    for (const QString &question : request.questions) {
        if (!question.trimmed().isEmpty())
            style.questions.push_back(question.trimmed().toStdString());
    }
    if (style.language.empty())
        style.language = languageName(QString::fromStdString(documents.front().document.language));

    tell({.kind = SummaryEvent::Kind::Loading});
    auto ready = ports.model->prepare(stop);
    if (!ready)
        return std::unexpected(ready.error());
    nodes.setModel(std::move(*ready));
    std::vector<SummaryPrompt> empty = {pointsPrompt(style, {}), mergePrompt(style, {}),
                                        finalPrompt(style, {.notes = true})};
    for (const std::string &question : style.questions)
        empty.push_back(answerPrompt(style, {.notes = true}, question));
    for (const SummaryPrompt &prompt : empty) {
        const auto tokens = ports.model->countPrompt(prompt.messages, stop);
        if (!tokens)
            return std::unexpected(tokens.error());
        frame = std::max(frame, *tokens);
    }
    for (PlannedDocument &document : documents) {
        if (const auto counted = count(document); !counted)
            return counted;
    }
    return plan();
}

/// With a section's first passage goes its heading.
SummaryJob::State::Done SummaryJob::State::count(PlannedDocument &planned)
{
    SummaryDocument &document = planned.document;
    std::vector<std::string> texts;
    texts.reserve(document.passages.size());
    std::int32_t section = -1;
    for (const storage::Passage &passage : document.passages) {
        std::string text;
        if (std::exchange(section, passage.section) != passage.section && section >= 0 &&
            std::cmp_less(section, document.sections.size()) &&
            document.sections[static_cast<std::size_t>(section)].title != passage.text)
            text = document.sections[static_cast<std::size_t>(section)].title + '\n';
        texts.push_back(text + passage.text);
    }
    auto tokens = ports.model->countTokens(std::move(texts), stop);
    if (!tokens)
        return std::unexpected(tokens.error());
    document.tokens = std::move(*tokens);
    return {};
}

SummaryJob::State::Done SummaryJob::State::plan()
{
    const bool one = documents.size() == 1;
    const bool asked = !style.questions.empty();
    const SummaryStyle part = partStyle();
    const PieceLimits limits{.most = std::min(kMostPiece, roomFor(bounded(pointsPrompt(part, {})).maxTokens))};
    const std::int32_t wholeRoom =
        std::min(kMostWhole, roomFor(one ? finalTokens() : bounded(finalPrompt(part, {})).maxTokens));
    for (std::size_t index = 0; index < documents.size(); ++index) {
        PlannedDocument &planned = documents[index];
        std::int32_t tokens = 0;
        for (const std::int32_t passage : planned.document.tokens)
            tokens += passage + kUnitFrame;
        const bool whole = tokens <= wholeRoom && (one || !asked);
        if (!whole && nodes.model().contextLength < kLeastContext) {
            const QString name = QFile::decodeName(planned.document.path.c_str());
            return std::unexpected(failureFromCode(
                QStringLiteral("app.document_too_long"),
                QStringLiteral("%1 tokens, the context holds %2").arg(tokens).arg(nodes.model().contextLength), name));
        }
        planned.units = summaryUnits(planned.document, whole ? wholeRoom : limits.most - kUnitFrame);
        if (whole) {
            leaves.push_back({.piece = {.end = planned.units.size(), .tokens = tokens, .title = planned.document.title},
                              .document = index,
                              .whole = true});
            continue;
        }
        for (SummaryPiece &piece : summaryPieces(planned.document, planned.units, limits))
            leaves.push_back({.piece = std::move(piece), .document = index});
    }
    for (const Leaf &leaf : leaves) {
        SummaryLeaf read{.document = leaf.document, .first = leaf.piece.first, .end = leaf.piece.end};
        if (leaf.whole && asked) {
            for (const std::string &question : style.questions)
                read.keys.push_back(keyOf(stepOf(leaf, style, &question), nodes.model()));
        } else {
            read.keys.push_back(keyOf(stepOf(leaf, part), nodes.model()));
        }
        reads.push_back(std::move(read));
    }
    tell({.kind = SummaryEvent::Kind::Planned, .total = static_cast<qint32>(leaves.size())});
    return {};
}

SummaryStep SummaryJob::State::stepOf(const Leaf &leaf, const SummaryStyle &wanted, const std::string *question) const
{
    const PlannedDocument &planned = documents[leaf.document];
    SummaryStep step{.kind = leaf.whole ? SummaryKind::Final : SummaryKind::Points,
                     .documents = {planned.document.sha256}};
    const std::string body = bodyOf(planned, leaf.piece.first, leaf.piece.end, leaf.document, step.citations);
    step.prompt = bounded(!leaf.whole ? pointsPrompt(wanted, body)
                          : question  ? answerPrompt(wanted, {.text = body}, *question)
                                      : finalPrompt(wanted, {.text = body}));
    step.list = !leaf.whole || (question == nullptr && wanted.length == SummaryLength::Points);
    return step;
}

/// A piece of several short sections is called by its first and its last.
QString SummaryJob::State::shownTitle(const Leaf &leaf) const
{
    const PlannedDocument &planned = documents[leaf.document];
    const auto titleAt = [&](std::size_t unit) {
        const std::int32_t section = planned.document.passages[planned.units[unit].passage].section;
        return section >= 0 && std::cmp_less(section, planned.document.sections.size())
                   ? QString::fromStdString(planned.document.sections[static_cast<std::size_t>(section)].title)
                   : QString();
    };
    if (!leaf.piece.title.empty())
        return QString::fromStdString(leaf.piece.title);
    if (!leaf.whole) {
        const QString first = titleAt(leaf.piece.first);
        const QString last = titleAt(leaf.piece.end - 1);
        if (!first.isEmpty() && !last.isEmpty())
            return first == last ? first : QStringLiteral("%1 – %2").arg(first, last);
    }
    return QString::fromStdString(planned.document.title);
}

/// A note of each leaf. So many steps at a time that their prompts take no memory to speak of.
std::expected<std::vector<SummaryNote>, Failure> SummaryJob::State::readLeaves()
{
    constexpr std::size_t atATime = 32;
    std::vector<SummaryNote> notes;
    while (notes.size() < leaves.size()) {
        const std::size_t first = notes.size();
        const auto some = std::span<const Leaf>(leaves).subspan(first, std::min(atATime, leaves.size() - first));
        std::vector<SummaryStep> steps;
        for (const Leaf &leaf : some)
            steps.push_back(stepOf(leaf, partStyle()));
        tell({.kind = SummaryEvent::Kind::Section, .subject = shownTitle(some.front())});
        const auto done = nodes.makeEach(
            steps,
            [&](std::size_t index, MadeNode made) -> Done {
                notes.push_back(noteOf(some[index], steps[index], std::move(made)));
                if (index + 1 < some.size())
                    tell({.kind = SummaryEvent::Kind::Section, .subject = shownTitle(some[index + 1])});
                return {};
            },
            stop);
        if (!done)
            return std::unexpected(done.error());
    }
    return notes;
}

/// Tells what was found in a leaf.
SummaryNote SummaryJob::State::noteOf(const Leaf &leaf, const SummaryStep &step, MadeNode made)
{
    const PlannedDocument &planned = documents[leaf.document];
    SummaryNode &node = made.node;
    const storage::Passage &first = planned.document.passages[planned.units[leaf.piece.first].passage];
    tell({.kind = SummaryEvent::Kind::Points,
          .section = {.document = QFile::decodeName(planned.document.path.c_str()),
                      .title = shownTitle(leaf),
                      .page = planned.document.numbered ? first.firstPage + 1 : 0,
                      .points = shownPoints(node.text),
                      .passages = sourcesOf(node.text, step.citations),
                      .reused = made.reused}});
    constexpr std::int32_t bytesOfToken = 3; // of a heading, at the least
    SummaryNote note{.cited = {.text = std::move(node.text), .passages = step.citations.passages()},
                     .title = leaf.whole ? planned.document.title : leaf.piece.title,
                     .document = leaf.document,
                     .chapter = leaf.piece.chapter};
    note.tokens = node.tokens + kUnitFrame + static_cast<std::int32_t>(note.title.size()) / bytesOfToken;
    return note;
}

/// Joins neighbours, those of one chapter first, until all together have at most so many tokens.
std::expected<std::vector<SummaryNote>, Failure> SummaryJob::State::join(std::vector<SummaryNote> notes,
                                                                         std::int32_t most)
{
    const std::int32_t room = std::min(kMostPiece, roomFor(bounded(mergePrompt(style, {})).maxTokens));
    while (tokensOf(notes) > most && notes.size() > 1) {
        tell({.kind = SummaryEvent::Kind::Joining});
        std::vector<std::span<const SummaryNote>> groups;
        std::vector<SummaryStep> steps;
        for (std::size_t first = 0; first < notes.size(); first += groups.back().size()) {
            const auto rest = std::span<const SummaryNote>(notes).subspan(first);
            groups.push_back(rest.first(joinable(rest, room)));
            if (groups.back().size() > 1)
                steps.push_back(joinStep(groups.back()));
        }
        const bool fewer = !steps.empty();
        std::vector<SummaryNode> made;
        const auto done = nodes.makeEach(
            steps,
            [&made](std::size_t, MadeNode one) -> Done {
                made.push_back(std::move(one.node));
                return {};
            },
            stop);
        if (!done)
            return std::unexpected(done.error());
        std::vector<SummaryNote> next;
        std::size_t step = 0;
        for (const std::span<const SummaryNote> group : groups) {
            if (group.size() == 1) {
                next.push_back(group.front());
            } else {
                next.push_back(joined(group, steps[step], std::move(made[step])));
                ++step;
            }
        }
        notes = std::move(next);
        if (!fewer)
            break;
    }
    return notes;
}

SummaryStep SummaryJob::State::joinStep(std::span<const SummaryNote> notes) const
{
    SummaryStep step{.kind = SummaryKind::Merge, .documents = hashesOf(notes), .list = true};
    step.prompt = bounded(mergePrompt(style, bodyOf(notes, step.citations)));
    return step;
}

/// What was made of the notes.
SummaryNote SummaryJob::State::joined(std::span<const SummaryNote> notes, const SummaryStep &step,
                                      SummaryNode node) const
{
    const SummaryNote &first = notes.front();
    const bool oneDocument =
        std::ranges::all_of(notes, [&](const SummaryNote &note) { return note.document == first.document; });
    const bool oneChapter = oneDocument && std::ranges::all_of(notes, [&](const SummaryNote &note) {
                                return note.chapter == first.chapter;
                            });
    const SummaryDocument &document = documents[first.document].document;
    SummaryNote made{.cited = {.text = std::move(node.text), .passages = step.citations.passages()},
                     .tokens = node.tokens + kUnitFrame,
                     .document = first.document,
                     .chapter = first.chapter};
    if (oneChapter && first.chapter > 0 && std::cmp_less(first.chapter, document.sections.size()))
        made.title = document.sections[static_cast<std::size_t>(first.chapter)].title;
    else if (oneDocument && documents.size() > 1)
        made.title = document.title;
    if (node.outcome != SummaryOutcome::Kept) {
        const SummaryNote rest = firstPointsOf(notes);
        made.cited = rest.cited;
        made.tokens = rest.tokens;
    }
    return made;
}

/// One document's, as the summary of several reads it.
std::expected<SummaryNote, Failure> SummaryJob::State::summaryOf(std::size_t document, std::vector<SummaryNote> notes)
{
    const SummaryStyle part = partStyle();
    const std::int32_t most = bounded(finalPrompt(part, {})).maxTokens;
    auto few = join(std::move(notes), std::min(kMostNotes, roomFor(most)));
    if (!few)
        return std::unexpected(few.error());
    SummaryStep step{.kind = SummaryKind::Final,
                     .documents = {documents[document].document.sha256},
                     .list = part.length == SummaryLength::Points};
    step.prompt = bounded(finalPrompt(part, {.text = bodyOf(*few, step.citations), .notes = true}));
    auto node = nodes.make(step, {}, stop);
    if (!node)
        return std::unexpected(node.error());
    SummaryNote note{.cited = {.text = std::move(node->text), .passages = step.citations.passages()},
                     .title = documents[document].document.title,
                     .tokens = node->tokens + 2 * kUnitFrame,
                     .document = document};
    return note;
}

/// The text that is shown: one step, or one for each question. What the model makes nothing of is said by `fallback`.
SummaryJob::State::Done
SummaryJob::State::writeParts(const std::function<SummaryStep(const std::string *question)> &stepFor,
                              std::string_view fallback)
{
    tell({.kind = SummaryEvent::Kind::Writing});
    CitationTable citations;
    const auto write = [&](const std::string *question) -> Done {
        QString before = result.text;
        if (question != nullptr) {
            before += (before.isEmpty() ? QStringLiteral("**") : QStringLiteral("\n\n**")) +
                      QString::fromStdString(*question) + QStringLiteral("**\n\n");
        }
        SummaryStep step = stepFor(question);
        auto node = nodes.make(
            step,
            [&](const std::string &text) {
                tell({.kind = SummaryEvent::Kind::Text, .text = before + QString::fromStdString(text)});
            },
            stop);
        if (!node)
            return std::unexpected(node.error());
        if (node->outcome != SummaryOutcome::Kept && fallback.empty() && question == nullptr)
            return std::unexpected(failureFromCode(QStringLiteral("app.summary_empty"), {}));
        const bool useFallback = node->outcome != SummaryOutcome::Kept && question == nullptr;
        result.text =
            before + (useFallback ? QString::fromUtf8(fallback.data(), static_cast<qsizetype>(fallback.size()))
                                  : QString::fromStdString(node->text));
        if (useFallback)
            tell({.kind = SummaryEvent::Kind::Text, .text = result.text});
        result.coverage.cut = result.coverage.cut || node->cut;
        citations = std::move(step.citations);
        return {};
    };
    if (style.questions.empty()) {
        if (const auto done = write(nullptr); !done)
            return done;
    }
    for (const std::string &question : style.questions) {
        if (const auto done = write(&question); !done)
            return done;
    }
    result.sources = sourcesOf(result.text.toStdString(), citations);
    return {};
}

SummaryJob::State::Done SummaryJob::State::writeWhole()
{
    tell({.kind = SummaryEvent::Kind::Section, .subject = QString::fromStdString(leaves.front().piece.title)});
    return writeParts([this](const std::string *question) { return stepOf(leaves.front(), style, question); }, {});
}

SummaryJob::State::Done SummaryJob::State::writeFrom(std::vector<SummaryNote> notes)
{
    std::erase_if(notes, [](const SummaryNote &note) { return note.cited.text.empty(); });
    if (notes.empty())
        return std::unexpected(failureFromCode(QStringLiteral("app.summary_empty"), {}));
    const auto few = join(std::move(notes), std::min(kMostNotes, roomFor(finalTokens())));
    if (!few)
        return std::unexpected(few.error());
    CitationTable citations;
    const std::string body = bodyOf(*few, citations);
    const std::vector<std::string> hashes = hashesOf(*few);
    return writeParts(
        [&](const std::string *question) {
            const FinalBody from{.text = body, .notes = true};
            return SummaryStep{.kind = SummaryKind::Final,
                               .prompt =
                                   bounded(question ? answerPrompt(style, from, *question) : finalPrompt(style, from)),
                               .citations = citations,
                               .documents = hashes,
                               .list = question == nullptr && style.length == SummaryLength::Points};
        },
        body);
}

/// The passages that the text cites.
QList<SummarySource> SummaryJob::State::sourcesOf(std::string_view text, const CitationTable &citations) const
{
    QList<SummarySource> sources;
    for (const std::size_t id : citedIds(text)) {
        if (id < 1 || id > citations.passages().size())
            continue;
        const PassageRef &ref = citations.passages()[id - 1];
        const SummaryDocument &document = documents[ref.document].document;
        const storage::Passage &passage = document.passages[ref.passage];
        sources.append({.id = static_cast<qint32>(id),
                        .document = QFile::decodeName(document.path.c_str()),
                        .documentSha256 = QString::fromStdString(document.sha256),
                        .heading = QString::fromStdString(passage.heading),
                        .page = passage.firstPage + 1,
                        .numbered = document.numbered,
                        .begin = passage.textBegin,
                        .end = passage.textEnd,
                        .text = QString::fromStdString(passage.text)});
    }
    return sources;
}

/// From what the index has of each leaf.
SummaryJob::State::Done SummaryJob::State::addCoverage()
{
    std::vector<std::vector<std::optional<SummaryOutcome>>> outcomes;
    for (const SummaryLeaf &read : reads) {
        auto some = ports.sources.index->ask([&](IndexStores &stores) { return stores.summaries.outcomes(read.keys); });
        if (!some)
            return std::unexpected(some.error());
        outcomes.push_back(std::move(*some));
    }
    const bool cut = result.coverage.cut;
    result.coverage = summaryCoverage(documents, reads, outcomes, unread);
    result.coverage.cut = cut;
    tell({.kind = SummaryEvent::Kind::Coverage, .coverage = result.coverage});
    return {};
}

std::expected<SummaryResult, Failure> SummaryJob::run(const SummaryRequest &request, const std::stop_token &stop)
{
    State &state = *m_state;
    state.request = request;
    state.stop = stop;
    if (const auto ready = state.prepare(); !ready)
        return std::unexpected(ready.error());

    const auto work = [&]() -> State::Done {
        if (state.leaves.size() == 1 && state.leaves.front().whole)
            return state.writeWhole();
        std::vector<SummaryNote> notes;
        const bool asked = !state.style.questions.empty();
        auto read = state.readLeaves();
        if (!read)
            return std::unexpected(read.error());
        for (std::size_t leaf = 0; leaf < state.leaves.size();) {
            const std::size_t document = state.leaves[leaf].document;
            const bool whole = state.leaves[leaf].whole;
            std::vector<SummaryNote> ofDocument;
            for (; leaf < state.leaves.size() && state.leaves[leaf].document == document; ++leaf) {
                if (!(*read)[leaf].cited.text.empty())
                    ofDocument.push_back(std::move((*read)[leaf]));
            }
            if (state.documents.size() > 1 && !whole && !asked && !ofDocument.empty()) {
                auto summary = state.summaryOf(document, std::move(ofDocument));
                if (!summary)
                    return std::unexpected(summary.error());
                ofDocument.clear();
                ofDocument.push_back(std::move(*summary));
            }
            std::ranges::move(ofDocument, std::back_inserter(notes));
        }
        return state.writeFrom(std::move(notes));
    };
    const State::Done done = work();
    // However it ended: what was read is kept, and is said.
    const State::Done covered = state.addCoverage();
    if (!done)
        return std::unexpected(done.error());
    if (!covered)
        return std::unexpected(covered.error());
    state.result.madeNodes = state.nodes.made();
    state.result.reusedNodes = state.nodes.reused();
    return std::move(state.result);
}

} // namespace app
