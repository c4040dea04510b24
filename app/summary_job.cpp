// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/summary_job.h"

#include "app/passage_builder.h"
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
    ReadyModel model = {};
    std::vector<PlannedDocument> documents = {};
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
        return model.contextLength - frame - maxTokens - model.contextLength / slackShare;
    }
    /// No answer takes more than a quarter of the context.
    [[nodiscard]] SummaryPrompt bounded(SummaryPrompt prompt) const
    {
        prompt.maxTokens = std::min(prompt.maxTokens, model.contextLength / 4);
        return prompt;
    }

    Done prepare();
    Done count(PlannedDocument &planned);
    Done plan();
    SummaryStep stepOf(const Leaf &leaf, const SummaryStyle &wanted, const std::string *question = nullptr) const;
    std::expected<SummaryNode, Failure> nodeOf(const SummaryStep &step, bool shown, const QString &before);
    [[nodiscard]] QString shownTitle(const Leaf &leaf) const;
    std::expected<SummaryNote, Failure> read(const Leaf &leaf);
    std::expected<std::vector<SummaryNote>, Failure> join(std::vector<SummaryNote> notes, std::int32_t most);
    std::expected<SummaryNote, Failure> joined(std::span<const SummaryNote> notes);
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
    model = std::move(*ready);
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
        if (!whole && model.contextLength < kLeastContext) {
            const QString name = QFile::decodeName(planned.document.path.c_str());
            return std::unexpected(failureFromCode(
                QStringLiteral("app.document_too_long"),
                QStringLiteral("%1 tokens, the context holds %2").arg(tokens).arg(model.contextLength), name));
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
                read.keys.push_back(keyOf(stepOf(leaf, style, &question), model));
        } else {
            read.keys.push_back(keyOf(stepOf(leaf, part), model));
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

/// `shown`: the text is the summary, told as it grows, behind `before`.
std::expected<SummaryNode, Failure> SummaryJob::State::nodeOf(const SummaryStep &step, bool shown,
                                                              const QString &before)
{
    const auto tellText = [&](const std::string &text) {
        tell({.kind = SummaryEvent::Kind::Text, .text = before + QString::fromStdString(text)});
    };
    if (stop.stop_requested())
        return std::unexpected(failureFromCode(QStringLiteral("inference.cancelled"), {}));
    SummaryNode node{.key = keyOf(step, model), .kind = step.kind};
    auto known =
        ports.sources.index->ask([&](IndexStores &stores) { return stores.summaries.use(node.key, step.documents); });
    if (!known)
        return std::unexpected(known.error());
    if (*known) {
        ++result.reusedNodes;
        if (shown)
            tellText((*known)->text);
        return std::move(**known);
    }

    const std::size_t ids = step.citations.passages().size();
    std::vector<TellingWords> sources;
    for (const PassageRef &ref : step.citations.passages())
        sources.push_back(tellingWords(documents[ref.document].document.passages[ref.passage].text));
    Attribution attribution(std::move(sources));
    const auto growing = [&](const std::string &soFar) {
        const std::string clean = attribution.attributed(cleanedText(soFar, ids, false), false);
        // Of a list only what is complete: an open line may turn out to be none of it.
        return step.list ? listOfPoints(clean.substr(0, clean.rfind('\n') + 1), false) : clean;
    };
    auto written = ports.model->write(
        {.messages = step.prompt.messages,
         .maxTokens = step.prompt.maxTokens,
         .citableIds = static_cast<std::int32_t>(ids)},
        [&](const std::string &soFar) {
            if (shown)
                tellText(growing(soFar));
            return sizeBeforeLoop(soFar, false) == soFar.size();
        },
        stop);
    if (!written)
        return std::unexpected(written.error());
    const bool looped = sizeBeforeLoop(written->text, true) < written->text.size();
    node.text = cleanedText(written->text, ids, true);
    // A loop that was broken off is an end; what a limit broke off is not.
    node.cut = written->cut && !looped;
    if (step.list)
        node.text = listOfPoints(node.text, node.cut);
    // Of a text that was a loop from the start, these are its first round.
    constexpr std::int64_t leastWords = 5;
    if (looped && countWords(node.text) < leastWords)
        node.text.clear();
    node.text = attribution.attributed(node.text, true);
    node.outcome = !node.text.empty() ? SummaryOutcome::Kept : looped ? SummaryOutcome::Loop : SummaryOutcome::Empty;
    // Counted from what is kept, so that the next level is the same however soon a loop was broken off.
    const auto tokens = ports.model->countTokens({node.text}, stop);
    if (!tokens)
        return std::unexpected(tokens.error());
    node.tokens = tokens->front();
    const auto kept =
        ports.sources.index->ask([&](IndexStores &stores) { return stores.summaries.put(node, step.documents); });
    if (!kept)
        return std::unexpected(kept.error());
    ++result.madeNodes;
    if (shown)
        tellText(node.text);
    return node;
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

std::expected<SummaryNote, Failure> SummaryJob::State::read(const Leaf &leaf)
{
    const PlannedDocument &planned = documents[leaf.document];
    const QString path = QFile::decodeName(planned.document.path.c_str());
    const QString title = shownTitle(leaf);
    tell({.kind = SummaryEvent::Kind::Section, .subject = title});
    const SummaryStep step = stepOf(leaf, partStyle());
    const qint32 reused = result.reusedNodes;
    auto node = nodeOf(step, false, {});
    if (!node)
        return std::unexpected(node.error());
    const storage::Passage &first = planned.document.passages[planned.units[leaf.piece.first].passage];
    tell({.kind = SummaryEvent::Kind::Points,
          .section = {.document = path,
                      .title = title,
                      .page = planned.document.numbered ? first.firstPage + 1 : 0,
                      .points = shownPoints(node->text),
                      .passages = sourcesOf(node->text, step.citations),
                      .reused = result.reusedNodes > reused}});
    constexpr std::int32_t bytesOfToken = 3; // of a heading, at the least
    SummaryNote note{.cited = {.text = std::move(node->text), .passages = step.citations.passages()},
                     .title = leaf.whole ? planned.document.title : leaf.piece.title,
                     .document = leaf.document,
                     .chapter = leaf.piece.chapter};
    note.tokens = node->tokens + kUnitFrame + static_cast<std::int32_t>(note.title.size()) / bytesOfToken;
    return note;
}

/// Joins neighbours, those of one chapter first, until all together have at most so many tokens.
std::expected<std::vector<SummaryNote>, Failure> SummaryJob::State::join(std::vector<SummaryNote> notes,
                                                                         std::int32_t most)
{
    const std::int32_t room = std::min(kMostPiece, roomFor(bounded(mergePrompt(style, {})).maxTokens));
    while (tokensOf(notes) > most && notes.size() > 1) {
        tell({.kind = SummaryEvent::Kind::Joining});
        std::vector<SummaryNote> next;
        bool fewer = false;
        for (std::size_t first = 0; first < notes.size();) {
            const std::size_t end = first + joinable(std::span(notes).subspan(first), room);
            if (end == first + 1) {
                next.push_back(std::move(notes[first]));
            } else {
                auto one = joined(std::span(notes).subspan(first, end - first));
                if (!one)
                    return std::unexpected(one.error());
                next.push_back(std::move(*one));
                fewer = true;
            }
            first = end;
        }
        notes = std::move(next);
        if (!fewer)
            break;
    }
    return notes;
}

std::expected<SummaryNote, Failure> SummaryJob::State::joined(std::span<const SummaryNote> notes)
{
    SummaryStep step{.kind = SummaryKind::Merge, .documents = hashesOf(notes), .list = true};
    step.prompt = bounded(mergePrompt(style, bodyOf(notes, step.citations)));
    auto node = nodeOf(step, false, {});
    if (!node)
        return std::unexpected(node.error());
    const SummaryNote &first = notes.front();
    const bool oneDocument =
        std::ranges::all_of(notes, [&](const SummaryNote &note) { return note.document == first.document; });
    const bool oneChapter = oneDocument && std::ranges::all_of(notes, [&](const SummaryNote &note) {
                                return note.chapter == first.chapter;
                            });
    const SummaryDocument &document = documents[first.document].document;
    SummaryNote made{.cited = {.text = std::move(node->text), .passages = step.citations.passages()},
                     .tokens = node->tokens + kUnitFrame,
                     .document = first.document,
                     .chapter = first.chapter};
    if (oneChapter && first.chapter > 0 && std::cmp_less(first.chapter, document.sections.size()))
        made.title = document.sections[static_cast<std::size_t>(first.chapter)].title;
    else if (oneDocument && documents.size() > 1)
        made.title = document.title;
    if (node->outcome != SummaryOutcome::Kept) {
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
    auto node = nodeOf(step, false, {});
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
        auto node = nodeOf(step, true, before);
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
        for (std::size_t leaf = 0; leaf < state.leaves.size();) {
            const std::size_t document = state.leaves[leaf].document;
            const bool whole = state.leaves[leaf].whole;
            std::vector<SummaryNote> ofDocument;
            for (; leaf < state.leaves.size() && state.leaves[leaf].document == document; ++leaf) {
                auto note = state.read(state.leaves[leaf]);
                if (!note)
                    return std::unexpected(note.error());
                if (!note->cited.text.empty())
                    ofDocument.push_back(std::move(*note));
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
    return std::move(state.result);
}

} // namespace app
