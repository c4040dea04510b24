// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/answer_check.h"

#include "app/document_types.h"
#include "app/grounded_prompt.h"
#include "app/grounding/refusal.h"
#include "app/grounding/sentence_checks.h"
#include "app/store_convert.h"
#include "app/store_thread.h"
#include "app/text_embedder.h"

#include <set>

namespace app {

namespace {

std::string nameOf(grounding::FindingKind kind)
{
    switch (kind) {
    case grounding::FindingKind::QuoteDiffers:
        return "quote_differs";
    case grounding::FindingKind::NumberMissing:
        return "number_missing";
    case grounding::FindingKind::DateMissing:
        return "date_missing";
    case grounding::FindingKind::NameMissing:
        return "name_missing";
    case grounding::FindingKind::LittleInCommon:
        return "little_in_common";
    case grounding::FindingKind::NoSource:
        return "no_source";
    case grounding::FindingKind::InvalidId:
        return "invalid_id";
    }
    return {};
}

std::string nameOf(grounding::Unchecked reason)
{
    switch (reason) {
    case grounding::Unchecked::None:
        return {};
    case grounding::Unchecked::Heading:
        return "heading";
    case grounding::Unchecked::Code:
        return "code";
    case grounding::Unchecked::Question:
        return "question";
    case grounding::Unchecked::Meta:
        return "meta";
    case grounding::Unchecked::Short:
        return "short";
    }
    return {};
}

SentenceVerdict verdictFrom(grounding::Verdict verdict)
{
    switch (verdict) {
    case grounding::Verdict::Supported:
        return SentenceVerdict::Supported;
    case grounding::Verdict::NotFound:
        return SentenceVerdict::NotFound;
    case grounding::Verdict::NotChecked:
        break;
    }
    return SentenceVerdict::Unchecked;
}

/// What speaks against a sentence, else why it was not looked up: codes with commas between.
std::string reasonOf(const grounding::SentenceCheck &check)
{
    std::string reason = nameOf(check.reason);
    for (const grounding::Finding &finding : check.findings) {
        const std::string name = nameOf(finding.kind);
        if (!reason.contains(name))
            reason += (reason.empty() ? "" : ",") + name;
    }
    return reason;
}

} // namespace

Answerable answerability(const Retrieved &found, std::string_view question)
{
    std::vector<grounding::FoundPassage> passages;
    for (const RetrievedPassage &hit : found.hits) {
        grounding::FoundPassage passage{.text = hit.documentName + '\n' + hit.heading + '\n' + hit.text,
                                        .similarity = hit.similarity};
        if (hit.rerankScore)
            passage.reranker = static_cast<double>(*hit.rerankScore);
        passages.push_back(std::move(passage));
    }
    const grounding::RetrievalEvidence evidence = grounding::retrievalEvidence(question, passages);
    const grounding::RefusalParameters parameters = grounding::RefusalParameters::standard();
    const grounding::Answerability verdict = grounding::judge(evidence, parameters);
    return {verdict.answerable, verdict.score, parameters.threshold};
}

AnswerFindings checkAnswer(const AnswerToCheck &answer, TextEmbedder *embedder)
{
    const std::vector<grounding::Source> sources = sourcesOf(answer.given, 0, answer.whole);
    grounding::SentenceVectors vectors;
    if (embedder != nullptr) {
        vectors = [embedder](const std::vector<std::string> &texts) {
            auto embedded = embedder->embedPassages(texts, {});
            return embedded ? std::move(*embedded) : std::vector<std::vector<float>>();
        };
    }
    AnswerFindings findings;
    std::set<std::int32_t> used;
    for (const grounding::SentenceCheck &check : grounding::checkSentences(
             {.markdown = answer.markdown, .question = answer.question, .sources = sources}, vectors)) {
        storage::SentenceCheck row{.startByte = static_cast<std::int64_t>(check.span.begin),
                                   .endByte = static_cast<std::int64_t>(check.span.end),
                                   .verdict = verdictName(verdictFrom(check.verdict)).toStdString(),
                                   .reason = reasonOf(check)};
        for (const auto &ids : {check.cited, check.attributed}) {
            for (const std::uint32_t id : ids) {
                row.cited.push_back(static_cast<std::int32_t>(id));
                used.insert(static_cast<std::int32_t>(id));
            }
        }
        findings.sentences.push_back(std::move(row));
    }
    findings.used.assign(used.begin(), used.end());
    return findings;
}

void checkAndKeep(const AnswerToCheck &answer, MessageId id, StoreThread &store, RetrievalService &retrieval,
                  QObject *context, const std::function<void(const AnswerFindings &)> &done)
{
    retrieval.withEmbedder([answer](TextEmbedder *embedder) { return checkAnswer(answer, embedder); })
        .then(context, [id, &store, context, done](const AnswerFindings &findings) {
            store
                .run([row = toStore(id), findings](Stores &stores) {
                    return stores.grounding.putChecks(row, findings.sentences, findings.used);
                })
                .then(context, [findings, done](const storage::Result<void> &) { done(findings); });
        });
}

} // namespace app
