// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/turn_grounding.h"

#include "app/answer_check.h"
#include "app/chat_turn.h"
#include "app/grounding_convert.h"
#include "app/list_answer.h"
#include "app/retrieval_service.h"
#include "app/store_convert.h"
#include "app/store_thread.h"

#include <algorithm>

namespace app {

namespace {

/// More would have to be read anew for each question, for what passages rarely add.
constexpr std::int64_t kMostTokensOfPassages = 2'400;
constexpr std::size_t kNearest = 5;
/// Of the threshold below which documents do not answer: passages that share hardly a word with the question only
/// mislead. Far below it, because a model that is given too much does less harm than one that guesses beside the
/// answer.
constexpr double kHopeless = 0.2;
/// The index counts with the tokenizer of its embedder; the model's may need more.
constexpr double kShrink = 0.7;

} // namespace

TurnGrounding::TurnGrounding(StoreThread &store, RetrievalService *retrieval, const TurnRequest &request,
                             QObject *parent)
    : QObject(parent)
    , m_store(store)
    , m_retrieval(retrieval)
    , m_conversation(request.conversation)
    , m_prompt{.instructions = request.assistant.instructions, .path = request.path, .question = request.text}
    , m_askModel(request.askModel)
{
}

TurnGrounding::~TurnGrounding()
{
    m_stop.request_stop();
}

void TurnGrounding::prepare()
{
    if (!m_conversation.isValid() || m_retrieval == nullptr) {
        Q_EMIT ready();
        return;
    }
    m_store.run([id = m_conversation](Stores &stores) { return readDocuments(stores, id); })
        .then(this, [this](const storage::Result<ConversationDocuments> &documents) {
            if (m_stop.stop_requested())
                return;
            if (!documents) {
                Q_EMIT failed(failureFrom(documents.error()));
                return;
            }
            m_documents = *documents;
            m_prompt.mode = m_documents.mode;
            if (isAbout() && !m_askModel) {
                const std::vector<std::string> names = m_documents.names();
                m_topic = storage::collectionQuestion(questionOf(m_prompt).toStdString(),
                                                      {.names = names, .first = questionBefore(m_prompt).isEmpty()});
            }
            Q_EMIT ready();
        });
}

void TurnGrounding::list()
{
    m_retrieval
        ->list({.collections = m_documents.collections(),
                .files = m_documents.files(),
                .handedTo = m_documents.own(),
                .handed = m_documents.handed()},
               m_stop.get_token())
        .then(this, [this](const std::expected<FileListing, Failure> &listing) {
            if (m_stop.stop_requested())
                return;
            if (!listing) {
                Q_EMIT failed(listing.error());
                return;
            }
            const storage::CollectionFacts facts = storage::collectionFacts(listing->files);
            m_grounding = {.mode = m_documents.mode,
                           .material = Material::Index,
                           .documentsTotal = static_cast<qint32>(facts.files),
                           .documentsSearched = static_cast<qint32>(facts.searchable)};
            Q_EMIT answered(listAnswer(*m_topic, *listing));
        });
}

std::vector<inference::Message> TurnGrounding::messages(bool together) const
{
    return groundedMessages(m_prompt, m_given, together);
}

void TurnGrounding::stop()
{
    m_stop.request_stop();
}

void TurnGrounding::retrieve(qint32 context, qint32 taken, qint32 reserve)
{
    m_room = std::max(0, context - taken - reserve);
    m_wholeRoom = std::min<qint64>(m_room, context / 2);
    m_limits.tokens = std::min<std::int64_t>(m_wholeRoom, kMostTokensOfPassages);
    m_earlier = earlierSources(m_prompt.path);
    // A document that was taken away is not spoken of any more.
    const std::vector<std::string> collections = m_documents.collections();
    const std::vector<storage::NamedFile> files = m_documents.files();
    const auto isHere = [&](const RetrievedPassage &passage) {
        return std::ranges::find(collections, passage.collectionUuid) != collections.end() ||
               std::ranges::find(files, passage.collectionUuid, &storage::NamedFile::collectionUuid) != files.end();
    };
    if (!std::ranges::all_of(m_earlier, isHere))
        m_earlier.clear();
    search();
}

void TurnGrounding::takeDocuments(const ConversationDocuments &documents)
{
    m_documents.documents = documents.documents; // the mode stays as it was when the question was sent
    if (disconnect(m_awaiting))
        search();
    else
        m_isOther = true;
}

void TurnGrounding::search()
{
    if (m_stop.stop_requested())
        return;
    m_isOther = false;
    m_progress = m_retrieval->progress();
    m_lookedUp = lookedUp(questionOf(m_prompt).toStdString(), questionBefore(m_prompt).toStdString());
    m_retrieval
        ->retrieve({.question = m_lookedUp,
                    .collections = m_documents.collections(),
                    .files = m_documents.files(),
                    .wholeTokens = m_wholeRoom,
                    .awaited = m_documents.own(),
                    .awaitedFiles = m_documents.handed()},
                   m_stop.get_token())
        .then(this, [this](const RetrievalAnswer &answer) { onRetrieved(answer); });
}

void TurnGrounding::onRetrieved(const RetrievalAnswer &answer)
{
    if (m_stop.stop_requested())
        return;
    if (!answer) {
        Q_EMIT failed(answer.error());
        return;
    }
    if (answer->awaited > 0 && m_retrieval->isReading()) {
        if (m_isOther || m_retrieval->progress() != m_progress)
            search();
        else
            m_awaiting = connect(m_retrieval, &RetrievalService::progressed, this, &TurnGrounding::search,
                                 Qt::SingleShotConnection);
        return;
    }
    m_found = *answer;
    m_grounding = {.mode = m_documents.mode,
                   .material = Material::Nothing,
                   .documentsTotal = m_found.documentsTotal,
                   .documentsSearched = m_found.documentsSearched,
                   .documentsWaiting = m_found.documentsWaiting,
                   .wordsOnly = m_found.wordsOnly};
    const Answerable verdict = answerability(m_found, m_lookedUp);
    if (!verdict.answerable && m_documents.mode == DocumentMode::Only) {
        m_grounding.refused = true;
        m_given = m_found.hits;
        m_given.resize(std::min(m_given.size(), kNearest));
        Q_EMIT answered(m_found.documentsSearched > 0 ? tr("The documents do not answer this question.")
                                                      : tr("None of the documents has been read yet, so there is "
                                                           "nothing to answer from."));
        return;
    }
    // What the conversation goes on about stays, also where the question by itself names nothing.
    if (verdict.score < verdict.threshold * kHopeless)
        m_found.hits.clear();
    pack();
    Q_EMIT found();
}

void TurnGrounding::pack()
{
    m_given = packEvidence(m_found, m_limits, m_earlier);
    m_grounding.material = m_given.empty() ? Material::Nothing : m_found.whole ? Material::Whole : Material::Passages;
    m_prompt.whole = m_found.whole;
    m_prompt.nothing = m_given.empty();
}

void TurnGrounding::shrink()
{
    if (m_found.whole) {
        m_wholeRoom = 0;
        search();
        return;
    }
    // What the answer before was given would be in the way now.
    if (!m_earlier.empty()) {
        m_earlier.clear();
    } else {
        m_limits.tokens = static_cast<std::int64_t>(static_cast<double>(m_limits.tokens) * kShrink);
    }
    pack();
    Q_EMIT found();
}

void TurnGrounding::keep(MessageId answer)
{
    std::vector<storage::Citation> citations;
    citations.reserve(m_given.size());
    for (std::size_t i = 0; i < m_given.size(); ++i)
        citations.push_back(citationOf(m_given[i], static_cast<std::int32_t>(i + 1)));
    m_store
        .run([id = toStore(answer), grounding = groundingRow(m_grounding), citations](Stores &stores) {
            return stores.grounding.put(id, grounding, citations);
        })
        .then(this, [this](const storage::Result<void> &written) {
            if (!written)
                Q_EMIT failed(failureFrom(written.error()));
            else
                Q_EMIT kept();
        });
}

void TurnGrounding::show(MessageValue &answer) const
{
    answer.grounding = m_grounding;
    answer.citations.clear();
    for (std::size_t i = 0; i < m_given.size(); ++i)
        answer.citations.append(citationFrom(citationOf(m_given[i], static_cast<std::int32_t>(i + 1))));
}

void TurnGrounding::check(const MessageValue &answer)
{
    if (!isToBeChecked(answer))
        return;
    m_checking = true;
    checkAndKeep({.markdown = answer.text.toStdString(),
                  .question = questionOf(m_prompt).toStdString(),
                  .given = m_given,
                  .whole = m_prompt.whole},
                 answer.id, m_store, *m_retrieval, this, [this](const AnswerFindings &findings) {
                     m_checking = false;
                     Q_EMIT checked(findings);
                 });
}

} // namespace app
