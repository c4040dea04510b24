// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/transcript_model.h"

#include "tests/app/markdown/block_text.h"
#include "ui/chat/answer_grounding.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace ui;
using app::MessageRole;
using app::MessageState;
using app::MessageValue;

class TranscriptModelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_model = std::make_unique<TranscriptModel>();
        m_tester = std::make_unique<QAbstractItemModelTester>(m_model.get(),
                                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
    }
    void cleanup()
    {
        m_tester.reset();
        m_model.reset();
    }
    void rowsOfAnAnswer_data();
    void rowsOfAnAnswer();
    void growingTextPatchesTheLastRowAlone();
    void aNewBlockInsertsRowsBelow();
    void textWaitsForItsFrame();
    void growingTextSaysNothingOfTheRecord();
    void anySplitGivesTheSameRows();
    void thoughtsComeBeforeTheAnswer();
    void theEndClosesTheLastBlock();
    void anotherBranchKeepsWhatStandsAboveIt();
    void aFailureHasItsRow();
    void findingWrapsAround();
    void codeIsCopiedWhole();
    void sourcesHaveTheirRowAndTheirMarks();
    void whatComparingGaveIsShownWhenItIsThere();
    void aRefusalMarksNothing();
    void anAnswerIsCopiedWithItsSources();
    void anotherFileOfAModelIsNamed();

private:
    static MessageValue question(qint64 id, const QString &text)
    {
        return {.id = {id}, .conversation = {1}, .parent = {id - 1}, .role = MessageRole::User, .text = text};
    }
    static MessageValue answer(qint64 id, const QString &text, MessageState state = MessageState::Complete)
    {
        return {.id = {id},
                .conversation = {1},
                .parent = {id - 1},
                .role = MessageRole::Assistant,
                .state = state,
                .text = text};
    }
    /// An answer from two sources.
    static MessageValue grounded(const QString &text, MessageState state = MessageState::Complete)
    {
        MessageValue value = answer(2, text, state);
        value.grounding.material = app::Material::Passages;
        value.grounding.documentsSearched = 2;
        for (const qint32 ordinal : {1, 2}) {
            app::CitationValue citation;
            citation.ordinal = ordinal;
            citation.documentName = QStringLiteral("lease.pdf");
            value.citations.append(citation);
        }
        return value;
    }
    static app::SentenceCheckValue check(const QString &answer, const QString &sentence, app::SentenceVerdict verdict,
                                         const QList<qint32> &cited = {})
    {
        const auto at = static_cast<qint32>(answer.indexOf(sentence));
        return {.begin = at,
                .end = at + static_cast<qint32>(sentence.size()),
                .verdict = verdict,
                .cited = cited,
                .reason = {}};
    }
    [[nodiscard]] QString marked(int row) const
    {
        return app::markdown::describe(
            m_model->index(row).data(TranscriptModel::BlockRole).value<app::markdown::Block>().content);
    }
    [[nodiscard]] AnswerGrounding grounding(int row) const
    {
        return m_model->index(row).data(TranscriptModel::GroundingRole).value<AnswerGrounding>();
    }
    [[nodiscard]] QList<int> kinds() const
    {
        QList<int> kinds;
        for (int row = 0; row < m_model->count(); ++row)
            kinds.append(m_model->index(row).data(TranscriptModel::KindRole).toInt());
        return kinds;
    }
    [[nodiscard]] QString text(int row) const
    {
        return m_model->index(row).data(TranscriptModel::BlockRole).value<app::markdown::Block>().content.text;
    }
    [[nodiscard]] bool open(int row) const { return m_model->index(row).data(TranscriptModel::OpenRole).toBool(); }

    std::unique_ptr<TranscriptModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

using Kinds = QList<int>;

void TranscriptModelTest::rowsOfAnAnswer_data()
{
    using M = TranscriptModel;
    QTest::addColumn<QString>("markdown");
    QTest::addColumn<Kinds>("blocks");
    QTest::newRow("paragraph") << QStringLiteral("One.") << Kinds{M::Text};
    QTest::newRow("two paragraphs") << QStringLiteral("One.\n\nTwo.") << Kinds{M::Text, M::Text};
    QTest::newRow("list") << QStringLiteral("- a\n- b\n") << Kinds{M::Text, M::Text};
    QTest::newRow("code") << QStringLiteral("```c\nint a;\n```\n") << Kinds{M::Code};
    QTest::newRow("table") << QStringLiteral("| a | b |\n|--|--|\n| 1 | 2 |\n") << Kinds{M::Table};
    QTest::newRow("rule") << QStringLiteral("One.\n\n---\n\nTwo.") << Kinds{M::Text, M::Break, M::Text};
    QTest::newRow("nothing") << QString() << Kinds{};
}

void TranscriptModelTest::rowsOfAnAnswer()
{
    QFETCH(QString, markdown);
    QFETCH(Kinds, blocks);
    m_model->setMessages({question(1, QStringLiteral("?")), answer(2, markdown)});
    QCOMPARE(kinds(), Kinds{TranscriptModel::Question} + Kinds{TranscriptModel::Header} + blocks +
                          Kinds{TranscriptModel::Actions});
}

void TranscriptModelTest::growingTextPatchesTheLastRowAlone()
{
    m_model->setMessages({question(1, QStringLiteral("?")), answer(2, QStringLiteral("Old.\n\nMore.")),
                          question(3, QStringLiteral("!"))});
    m_model->appendMessage(answer(4, {}, MessageState::Streaming));
    m_model->appendText({4}, {}, QStringLiteral("The first words"));
    QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
    QSignalSpy inserted(m_model.get(), &QAbstractItemModel::rowsInserted);
    QSignalSpy removed(m_model.get(), &QAbstractItemModel::rowsRemoved);
    for (int word = 0; word < 50; ++word)
        m_model->appendText({4}, {}, QStringLiteral(" and another"));
    QCOMPARE(changed.count(), 50);
    for (const auto &arguments : changed) {
        QCOMPARE(arguments.at(0).toModelIndex().row(), m_model->count() - 1);
        QCOMPARE(arguments.at(1).toModelIndex().row(), m_model->count() - 1);
        QVERIFY(arguments.at(2).value<QList<int>>().contains(TranscriptModel::BlockRole));
    }
    QCOMPARE(inserted.count(), 0);
    QCOMPARE(removed.count(), 0);
    QVERIFY(open(m_model->count() - 1));
}

void TranscriptModelTest::aNewBlockInsertsRowsBelow()
{
    m_model->setMessages({question(1, QStringLiteral("?")), answer(2, {}, MessageState::Streaming)});
    m_model->appendText({2}, {}, QStringLiteral("First."));
    const int first = m_model->count() - 1;
    QSignalSpy inserted(m_model.get(), &QAbstractItemModel::rowsInserted);
    m_model->appendText({2}, {}, QStringLiteral("\n\nSecond"));
    QCOMPARE(inserted.count(), 1);
    QCOMPARE(inserted.first().at(1).toInt(), first + 1);
    QCOMPARE(text(first), QStringLiteral("First."));
    QCOMPARE(text(first + 1), QStringLiteral("Second"));
    QVERIFY(!open(first));
    QVERIFY(open(first + 1));
}

void TranscriptModelTest::textWaitsForItsFrame()
{
    m_model->setMessages({question(1, QStringLiteral("?")), answer(2, {}, MessageState::Streaming)});
    m_model->setPace(3'600'000);
    m_model->appendText({2}, {}, QStringLiteral("One"));
    const int row = m_model->count() - 1;
    QCOMPARE(text(row), QStringLiteral("One"));
    QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
    for (int piece = 0; piece < 10; ++piece)
        m_model->appendText({2}, {}, QStringLiteral("!"));
    QCOMPARE(changed.count(), 0);
    QCOMPARE(text(row), QStringLiteral("One"));
    QCOMPARE(m_model->messageText({2}), QStringLiteral("One!!!!!!!!!!"));
    // The end of the answer waits for nothing.
    m_model->changeMessage(answer(2, {}));
    QCOMPARE(text(row), QStringLiteral("One!!!!!!!!!!"));
    QCOMPARE(kinds().constLast(), int(TranscriptModel::Actions));

    m_model->appendMessage(question(3, QStringLiteral("!")));
    m_model->appendMessage(answer(4, {}, MessageState::Streaming));
    const int before = m_model->count();
    m_model->appendText({4}, QStringLiteral("Hm"), QStringLiteral("Two"));
    m_model->appendText({4}, {}, QStringLiteral("\n\nThree"));
    QCOMPARE(m_model->count(), before);
    m_model->setPace(1);
    QCOMPARE(m_model->count(), before + 3); // the thoughts and two paragraphs
    m_model->appendText({4}, {}, QStringLiteral("\n\nFour"));
    QVERIFY(QTest::qWaitFor([&] { return m_model->count() == before + 4; }));
    QCOMPARE(text(before + 3), QStringLiteral("Four"));
}

void TranscriptModelTest::growingTextSaysNothingOfTheRecord()
{
    m_model->setMessages({question(1, QStringLiteral("?")), answer(2, {}, MessageState::Streaming)});
    QSignalSpy said(m_model.get(), &TranscriptModel::lastRecordChanged);
    for (int word = 0; word < 20; ++word)
        m_model->appendText({2}, {}, QStringLiteral("word "));
    QCOMPARE(said.count(), 0);
    MessageValue done = answer(2, {});
    done.record.generatedTokens = 20;
    m_model->changeMessage(done);
    QCOMPARE(said.count(), 1);
    QCOMPARE(m_model->lastRecord().generatedTokens, 20);
}

void TranscriptModelTest::anotherFileOfAModelIsNamed()
{
    const auto by = [](qint64 id, const char *hash) {
        MessageValue value = answer(id, QStringLiteral("Text."));
        value.record.modelName = QStringLiteral("Ada");
        value.record.modelSha256 = QString::fromLatin1(hash);
        value.record.modelModified = QDateTime(QDate(2026, 5, 3), QTime(12, 0));
        return value;
    };
    m_model->setMessages({question(1, QStringLiteral("?")), by(2, "a"), question(3, QStringLiteral("?")), by(4, "a"),
                          question(5, QStringLiteral("?")), by(6, ""), question(7, QStringLiteral("?")), by(8, "b")});
    QStringList versions;
    for (int row = 0; row < m_model->count(); ++row) {
        const QModelIndex index = m_model->index(row);
        if (index.data(TranscriptModel::KindRole).toInt() == TranscriptModel::Header)
            versions.append(index.data(TranscriptModel::VersionRole).toString());
    }
    QCOMPARE(versions.size(), 4);
    QCOMPARE(versions.first(3), (QStringList{QString(), QString(), QString()}));
    QVERIFY(versions.constLast().contains(QStringLiteral("Ada")));
    QVERIFY(versions.constLast().contains(QLocale().toString(QDate(2026, 5, 3), QLocale::ShortFormat)));
}

void TranscriptModelTest::anySplitGivesTheSameRows()
{
    const QString markdown = QStringLiteral(
        "# Head\n\nOne *two*.\n\n- a\n- b\n\n```py\nx = 1\n```\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\nEnd.");
    m_model->setMessages({question(1, QStringLiteral("?")), answer(2, markdown)});
    const Kinds wanted = kinds();
    for (qsizetype step : {1, 2, 3, 7, 50}) {
        TranscriptModel grown;
        const QAbstractItemModelTester tester(&grown, QAbstractItemModelTester::FailureReportingMode::QtTest);
        grown.setMessages({question(1, QStringLiteral("?")), answer(2, {}, MessageState::Streaming)});
        for (qsizetype at = 0; at < markdown.size(); at += step)
            grown.appendText({2}, {}, markdown.mid(at, step));
        grown.changeMessage(answer(2, markdown));
        QCOMPARE(grown.count(), int(wanted.size()));
        for (int row = 0; row < grown.count(); ++row) {
            QCOMPARE(grown.index(row).data(TranscriptModel::KindRole),
                     m_model->index(row).data(TranscriptModel::KindRole));
            QVERIFY(grown.index(row).data(TranscriptModel::BlockRole).value<app::markdown::Block>() ==
                    m_model->index(row).data(TranscriptModel::BlockRole).value<app::markdown::Block>());
        }
    }
}

void TranscriptModelTest::thoughtsComeBeforeTheAnswer()
{
    m_model->setMessages({question(1, QStringLiteral("?")), answer(2, {}, MessageState::Streaming)});
    m_model->appendText({2}, QStringLiteral("Hm"), {});
    QCOMPARE(kinds(), (Kinds{TranscriptModel::Question, TranscriptModel::Header, TranscriptModel::Thinking}));
    QVERIFY(open(2));
    m_model->appendText({2}, QStringLiteral(", yes"), QStringLiteral("Yes."));
    QCOMPARE(kinds(), (Kinds{TranscriptModel::Question, TranscriptModel::Header, TranscriptModel::Thinking,
                             TranscriptModel::Text}));
    QVERIFY(!open(2));
    QCOMPARE(m_model->index(2).data(TranscriptModel::TextRole).toString(), QStringLiteral("Hm, yes"));
}

void TranscriptModelTest::theEndClosesTheLastBlock()
{
    m_model->setMessages({question(1, QStringLiteral("?")), answer(2, {}, MessageState::Streaming)});
    m_model->appendText({2}, {}, QStringLiteral("```c\nint a;"));
    const int row = m_model->count() - 1;
    QVERIFY(open(row));
    m_model->changeMessage(answer(2, {}, MessageState::Stopped));
    QVERIFY(!open(row));
    QCOMPARE(text(row), QStringLiteral("int a;"));
    QCOMPARE(kinds().constLast(), int(TranscriptModel::Actions));
}

void TranscriptModelTest::anotherBranchKeepsWhatStandsAboveIt()
{
    m_model->setMessages({question(1, QStringLiteral("a")), answer(2, QStringLiteral("b")),
                          question(3, QStringLiteral("c")), answer(4, QStringLiteral("d"))});
    QSignalSpy reset(m_model.get(), &QAbstractItemModel::modelReset);
    QSignalSpy removed(m_model.get(), &QAbstractItemModel::rowsRemoved);
    MessageValue other = answer(5, QStringLiteral("e"));
    other.parent = {3};
    m_model->setMessages(
        {question(1, QStringLiteral("a")), answer(2, QStringLiteral("b")), question(3, QStringLiteral("c")), other});
    QCOMPARE(reset.count(), 0);
    QCOMPARE(removed.count(), 1);
    QCOMPARE(removed.first().at(1).toInt(), 5); // question, three rows of the answer, question
    QCOMPARE(m_model->messageText({5}), QStringLiteral("e"));
}

void TranscriptModelTest::aFailureHasItsRow()
{
    MessageValue failed = answer(2, QStringLiteral("Half"), MessageState::Failed);
    failed.failure = {.code = QStringLiteral("inference.device_lost"), .title = QStringLiteral("Lost")};
    m_model->setMessages({question(1, QStringLiteral("?")), failed});
    QCOMPARE(kinds(), (Kinds{TranscriptModel::Question, TranscriptModel::Header, TranscriptModel::Text,
                             TranscriptModel::Failure, TranscriptModel::Actions}));
    QCOMPARE(m_model->index(3).data(TranscriptModel::FailureRole).value<app::Failure>().title, QStringLiteral("Lost"));
}

void TranscriptModelTest::findingWrapsAround()
{
    m_model->setMessages({question(1, QStringLiteral("Where is Graz?")),
                          answer(2, QStringLiteral("In Styria.\n\nGraz is its capital."))});
    QCOMPARE(m_model->countRows(QStringLiteral("graz")), 2);
    QCOMPARE(m_model->findRow(QStringLiteral("graz"), 0, false), 0);
    QCOMPARE(m_model->findRow(QStringLiteral("graz"), 1, false), 3);
    QCOMPARE(m_model->findRow(QStringLiteral("graz"), 4, false), 0);
    QCOMPARE(m_model->findRow(QStringLiteral("graz"), -1, true), 3);
    QCOMPARE(m_model->findRow(QStringLiteral("Vienna"), 0, false), -1);
    QCOMPARE(m_model->findRow({}, 0, false), -1);
}

void TranscriptModelTest::codeIsCopiedWhole()
{
    QString code;
    for (int line = 0; line < 900; ++line)
        code += QStringLiteral("line %1\n").arg(line);
    m_model->setMessages(
        {question(1, QStringLiteral("?")), answer(2, QStringLiteral("```\n") + code + QStringLiteral("```\n"))});
    QVERIFY(kinds().count(TranscriptModel::Code) > 1);
    QCOMPARE(m_model->wholeCode(2), code.chopped(1));
    QCOMPARE(m_model->lastCode(), code.chopped(1));
    QCOMPARE(m_model->wholeCode(0), QString());
}

void TranscriptModelTest::sourcesHaveTheirRowAndTheirMarks()
{
    using M = TranscriptModel;
    m_model->setMessages(
        {question(1, QStringLiteral("?")),
         grounded(QStringLiteral("It ends in May [1] or [3].\n\nOr `[2]`."), MessageState::Streaming)});
    QCOMPARE(kinds(), (Kinds{M::Question, M::Header, M::Text, M::Text}));
    QCOMPARE(marked(2), QStringLiteral("It ends in May {n:[1]} or [3]."));
    QCOMPARE(marked(3), QStringLiteral("Or {c:[2]}."));
    // A number that arrives in pieces.
    m_model->appendText({2}, {}, QStringLiteral(" Yes ["));
    QCOMPARE(marked(3), QStringLiteral("Or {c:[2]}. Yes ["));
    m_model->appendText({2}, {}, QStringLiteral("2]."));
    QCOMPARE(marked(3), QStringLiteral("Or {c:[2]}. Yes {n:[2]}."));
    m_model->changeMessage(grounded({}));
    QCOMPARE(kinds(), (Kinds{M::Question, M::Header, M::Text, M::Text, M::Sources, M::Actions}));
    QCOMPARE(grounding(4).title, QStringLiteral("2 source(s) read"));
    QCOMPARE(grounding(4).support, QStringLiteral("Being compared with your documents…"));
    QCOMPARE(grounding(4).sources.size(), 2);
}

void TranscriptModelTest::whatComparingGaveIsShownWhenItIsThere()
{
    const QString text =
        QStringLiteral("It ends **in May** [1]. The rent is due. Cats are **not** allowed!\n\n- Dogs are.");
    MessageValue value = grounded(text);
    m_model->setMessages({question(1, QStringLiteral("?")), value});
    QCOMPARE(marked(2), QStringLiteral("It ends {b:in May} {n:[1]}. The rent is due. Cats are {b:not} allowed!"));
    const QSignalSpy changed(m_model.get(), &QAbstractItemModel::dataChanged);
    using app::SentenceVerdict;
    value.checks = {check(text, QStringLiteral("It ends **in May** [1]."), SentenceVerdict::Supported, {1}),
                    check(text, QStringLiteral("The rent is due."), SentenceVerdict::Supported, {1, 2}),
                    check(text, QStringLiteral("Cats are **not** allowed!"), SentenceVerdict::NotFound),
                    check(text, QStringLiteral("Dogs are."), SentenceVerdict::Unchecked)};
    value.grounding.checked = true;
    value.citations[0].used = true;
    value.citations[1].instructs = true;
    m_model->changeMessage(value);
    QVERIFY(!changed.isEmpty());
    QCOMPARE(marked(2),
             QStringLiteral("It ends {b:in May} {n:[1]}. The rent is due {na:[1]}{na:[2]}. {u:Cats are }{bu:not}"
                            "{u: allowed!}"));
    QCOMPARE(marked(3), QStringLiteral("Dogs are."));
    const AnswerGrounding under = grounding(4);
    QCOMPARE(under.title, QStringLiteral("1 source(s) used · 2 read"));
    QCOMPARE(under.sources.size(), 1);
    QVERIFY(under.support.startsWith(QStringLiteral("2 of 3 sentence")));
    QVERIFY(under.material.startsWith(QStringLiteral("Answered from 2 passages in ")));
    QVERIFY(under.warning.startsWith(QStringLiteral("One source holds text that reads like an instruction.")));
}

void TranscriptModelTest::aRefusalMarksNothing()
{
    MessageValue value = grounded(QStringLiteral("The documents [1] do not answer this."));
    value.grounding.refused = true;
    value.grounding.material = app::Material::Nothing;
    m_model->setMessages({question(1, QStringLiteral("?")), value});
    QCOMPARE(marked(2), QStringLiteral("The documents [1] do not answer this."));
    QVERIFY(grounding(3).refused);
    QCOMPARE(grounding(3).title, QStringLiteral("What comes nearest"));
    QVERIFY(grounding(3).support.isEmpty());
}

void TranscriptModelTest::anAnswerIsCopiedWithItsSources()
{
    MessageValue cited = answer(2, QStringLiteral("In May [1]."));
    cited.citations = {{.ordinal = 1,
                        .documentName = QStringLiteral("Lease.pdf"),
                        .text = QStringLiteral("It ends in May."),
                        .used = true}};
    m_model->setMessages({question(1, QStringLiteral("When?")), cited, answer(3, QStringLiteral("Four."))});
    QVERIFY(m_model->hasSources({2}));
    QVERIFY(!m_model->hasSources({1}) && !m_model->hasSources({3}) && !m_model->hasSources({9}));
    QCOMPARE(m_model->messageText({2}), QStringLiteral("In May [1]."));
    QCOMPARE(m_model->messageWithSources({2}), QStringLiteral("In May [1].\n\n[1] Lease.pdf: “It ends in May.”"));
    QCOMPARE(m_model->messageWithSources({9}), QString());
}

QTEST_MAIN(TranscriptModelTest)
#include "transcript_model_test.moc"
