// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library_helpers.h"

#include "app/model_card.h"

#include <QTest>

using namespace app;

namespace {

ModelCard card(const char *path, ModelUse use, const char *failure = "")
{
    ModelCard made;
    made.path = QString::fromLatin1(path);
    made.name = made.path.section(QLatin1Char('/'), -1);
    made.purpose = use;
    made.fileBytes = 7;
    if (*failure != '\0')
        made.failure = failureFromCode(QString::fromLatin1(failure), {}, made.name);
    made.missing = made.failure.code == QStringLiteral("app.model_missing");
    return made;
}

} // namespace

class LibraryHelpersTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatWorksBesideTheAnswerIsOffered();
    void noneIsOfferedTwice();
};

void LibraryHelpersTest::whatWorksBesideTheAnswerIsOffered()
{
    LibraryHelpers helpers;
    QVERIFY(helpers.embedders().isEmpty() && helpers.reranker().isEmpty());
    helpers.take({card("/m/chat.gguf", ModelUse::Chat), card("/m/embed.gguf", ModelUse::Embedding),
                  card("/m/usual.gguf", ModelUse::Embedding, "inference.wrong_purpose"),
                  card("/m/gone.gguf", ModelUse::Embedding, "app.model_missing"),
                  card("/m/cut.gguf", ModelUse::Embedding, "inference.file_truncated"),
                  card("/m/cut-rank.gguf", ModelUse::Reranking, "inference.file_truncated"),
                  card("/m/rank.gguf", ModelUse::Reranking, "inference.wrong_purpose"),
                  card("/m/other-rank.gguf", ModelUse::Reranking)});
    const QList<EmbedderChoice> embedders = helpers.embedders();
    QCOMPARE(embedders.size(), 2);
    QCOMPARE(embedders[0].path, QStringLiteral("/m/embed.gguf"));
    QCOMPARE(embedders[0].bytes, 7);
    QCOMPARE(embedders[1].path, QStringLiteral("/m/usual.gguf"));
    QCOMPARE(helpers.reranker(), QStringLiteral("/m/rank.gguf"));
    helpers.take({});
    QVERIFY(helpers.embedders().isEmpty() && helpers.reranker().isEmpty());
}

void LibraryHelpersTest::noneIsOfferedTwice()
{
    const EmbedderChoice one{.path = QStringLiteral("/a.gguf"), .name = QStringLiteral("A")};
    const EmbedderChoice two{.path = QStringLiteral("/b.gguf"), .name = QStringLiteral("B")};
    QCOMPARE(joined({one}, {two, one}), (QList<EmbedderChoice>{one, two}));
    QCOMPARE(joined({}, {two}), QList<EmbedderChoice>{two});
    QCOMPARE(joined({one}, {}), QList<EmbedderChoice>{one});
}

QTEST_GUILESS_MAIN(LibraryHelpersTest)
#include "library_helpers_test.moc"
