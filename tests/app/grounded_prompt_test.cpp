// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounded_prompt.h"

#include "app/grounding_convert.h"

#include <QTest>

using namespace app;

namespace {

RetrievedPassage passage(const char *document, const char *text)
{
    return {.documentSha256 = document, .documentName = document, .text = text, .pageLabel = "3", .begin = 1, .end = 9};
}

MessageValue question(const char *text)
{
    return {.role = MessageRole::User, .text = QString::fromUtf8(text)};
}

MessageValue answer(const char *text, const std::vector<RetrievedPassage> &given)
{
    MessageValue message{.role = MessageRole::Assistant, .text = QString::fromUtf8(text)};
    message.grounding.material = given.empty() ? Material::None : Material::Passages;
    for (std::size_t i = 0; i < given.size(); ++i)
        message.citations.append(citationFrom(citationOf(given[i], static_cast<std::int32_t>(i + 1))));
    return message;
}

bool has(const std::vector<inference::Message> &messages, std::size_t index, const char *text)
{
    return index < messages.size() && messages[index].content.contains(text);
}

const RetrievedPassage kLease = passage("lease.pdf", "three months");
const RetrievedPassage kRent = passage("rent.pdf", "840 euros");
const RetrievedPassage kGarden = passage("garden.pdf", "tomatoes");

} // namespace

class GroundedPromptTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sourcesStandBeforeTheQuestionAndRulesInFront()
    {
        const auto messages =
            groundedMessages({.instructions = QStringLiteral("Be brief."), .question = QStringLiteral("How long?")},
                             std::vector{kLease}, false);
        QCOMPARE(messages.size(), 2U);
        QVERIFY(messages[0].content.ends_with("Be brief."));
        QVERIFY(messages[0].content.size() > 100);
        QVERIFY(has(messages, 1, "[1] lease.pdf, page 3"));
        QVERIFY(messages[1].content.ends_with("How long?"));
        const auto only = groundedMessages({.question = QStringLiteral("q"), .mode = DocumentMode::Only}, {}, false);
        QVERIFY(only[0].content != messages[0].content);
        QCOMPARE(only[1].content, std::string("q"));
    }

    void whatWasGivenStaysWithItsQuestion()
    {
        const std::vector<RetrievedPassage> all = {kLease, kRent};
        const GroundedConversation conversation{.path = {question("How long?"), answer("Three months [1].", {kLease})},
                                                .question = QStringLiteral("Rent?")};
        const auto messages = groundedMessages(conversation, all, false);
        QCOMPARE(messages.size(), 4U);
        QVERIFY(has(messages, 1, "[1] lease.pdf") && !has(messages, 1, "rent.pdf"));
        QVERIFY(has(messages, 2, "[1]"));
        QVERIFY(has(messages, 3, "[2] rent.pdf") && !has(messages, 3, "lease.pdf"));
        const auto first = groundedMessages({.question = QStringLiteral("How long?")}, std::vector{kLease}, false);
        QCOMPARE(messages[1].content, first[1].content);
        // Without the turns in front everything goes with the question.
        const auto together = groundedMessages(conversation, all, true);
        QVERIFY(has(together, 3, "[1] lease.pdf") && has(together, 3, "[2] rent.pdf"));
        QCOMPARE(together[1].content, std::string("How long?"));
    }

    void anAnswerFromOtherSourcesLosesItsNumbers()
    {
        const GroundedConversation conversation{
            .path = {question("How long?"), answer("Three months [1]. See [1, 2].", {kLease, kRent})},
            .question = QStringLiteral("Garden?")};
        const auto messages = groundedMessages(conversation, std::vector{kGarden}, false);
        QVERIFY(!messages[2].content.contains('['));
        QVERIFY(messages[2].content.starts_with("Three months"));
        QVERIFY(has(messages, 3, "[1] garden.pdf"));
        // Changed text is another source.
        RetrievedPassage changed = kLease;
        changed.text = "four months";
        QVERIFY(has(groundedMessages(conversation, std::vector{changed, kRent}, false), 3, "four months"));
    }

    void anAnswerIsAskedForAgain()
    {
        const GroundedConversation conversation{
            .path = {question("How long?"), answer("Three months [1].", {kLease}), question("Rent?")}};
        QCOMPARE(questionOf(conversation), QStringLiteral("Rent?"));
        QCOMPARE(questionBefore(conversation), QStringLiteral("How long?"));
        const auto messages = groundedMessages(conversation, std::vector{kLease, kRent}, false);
        QCOMPARE(messages.size(), 4U);
        QVERIFY(has(messages, 3, "[2] rent.pdf"));
        QCOMPARE(earlierSources(conversation.path).size(), 1U);
        QCOMPARE(earlierSources(conversation.path)[0].text, kLease.text);
        QVERIFY(earlierSources({question("q")}).empty());
    }

    void aRefusalGivesNothingToGoOnFrom()
    {
        MessageValue refusal = answer("The documents do not answer this question.", {kLease});
        refusal.grounding.refused = true;
        const QList<MessageValue> path = {question("Volcano?"), refusal};
        QVERIFY(earlierSources(path).empty());
        const auto messages =
            groundedMessages({.path = path, .question = QStringLiteral("How long?")}, std::vector{kLease}, false);
        QCOMPARE(messages[1].content, std::string("Volcano?"));
        QVERIFY(has(messages, 3, "[1] lease.pdf"));
    }

    void thatNothingFitsIsSaid()
    {
        const auto messages = groundedMessages({.question = QStringLiteral("Volcano?"), .nothing = true}, {}, false);
        QVERIFY(has(messages, 1, "none of the documents"));
        QVERIFY(messages[1].content.ends_with("Volcano?"));
    }
};

QTEST_GUILESS_MAIN(GroundedPromptTest)
#include "grounded_prompt_test.moc"
