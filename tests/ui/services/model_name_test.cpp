// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/services/model_name.h"

#include "app/model_service.h"

#include <QTest>

using namespace ui;

class ModelNameTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void names_data();
    void names();
    void aCardWithoutAStatedName();
};

void ModelNameTest::names_data()
{
    const auto text = [](const char *words) { return QString::fromUtf8(words); };
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("stated");
    QTest::addColumn<QString>("architecture");
    QTest::addColumn<QString>("name");
    const auto row = [&](const char *tag, const char *file, const char *stated, const char *architecture,
                         const char *name) {
        QTest::newRow(tag) << text("/models/") + text(file) << text(stated) << text(architecture) << text(name);
    };
    row("a training run", "SmolLM2-135M-Instruct.Q4_1.gguf", "Smollm2 135M 8k Lc100K Mix1 Ep2", "llama",
        "SmolLM2 135M Instruct");
    row("doubled by the converter", "Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf",
        "Models Meta Llama Meta Llama 3.1 8B Instruct", "llama", "Meta Llama 3.1 8B Instruct");
    row("both agree", "Llama-3.2-3B-Instruct-Q4_K_M.gguf", "Llama 3.2 3B Instruct", "llama", "Llama 3.2 3B Instruct");
    row("the file tells the version", "Mistral-7B-Instruct-v0.3.Q4_K_M.gguf", "Mistral 7B Instruct", "llama",
        "Mistral 7B Instruct v0.3");
    row("small letters", "gemma-3-270m-it-q4_k_m.gguf", "Gemma 3 270m", "gemma3", "Gemma 3 270M it");
    row("known spelling", "tinyllama-1.1b-chat-v1.0.Q5_K_S.gguf", "", "llama", "TinyLlama 1.1B Chat v1.0");
    row("experts", "mixtral-8x7b-instruct-v0.1.Q4_K_M.gguf", "", "llama", "Mixtral 8x7B Instruct v0.1");
    row("shard", "Qwen2.5-7B-Instruct-Q8_0-00001-of-00002.gguf", "Qwen2.5 7B Instruct", "qwen2", "Qwen2.5 7B Instruct");
    row("several marks of storage", "gpt-oss-20b-UD-Q4_K_XL.gguf", "Gpt-Oss-20B", "gpt-oss", "GPT Oss 20B");
    row("16 bits", "OLMo-2-0425-1B-Instruct-BF16.gguf", "Olmo 2 0425 1B Instruct", "olmo2", "OLMo 2 0425 1B Instruct");
    row("the architecture agrees", "Qwen3-8B-Q4_K_M.gguf", "Final checkpoint", "qwen3", "Qwen3 8B");
    row("a blob", "sha256-74701a8c35f6c8d9a4b91f3f3497643001d63e0c7a84e085bed452548fa88d45", "Llama 3.2 3B Instruct",
        "llama", "Llama 3.2 3B Instruct");
    row("the user's own name", "work.gguf", "Qwen2.5 7B Instruct", "qwen2", "Qwen2.5 7B Instruct");
    row("another model's size", "letters-7b-instruct.gguf", "Qwen2.5 7B Instruct", "qwen2", "Qwen2.5 7B Instruct");
    row("no size in the file's name", "mistral-nemo.gguf", "Mistral Nemo Instruct 2407", "llama",
        "Mistral Nemo Instruct 2407");
    row("only a file", "work.gguf", "", "llama", "Work");
    row("nothing but storage", "q4_0.gguf", "", "llama", "q4 0");
    row("control characters", "x.gguf", "Evil\x1b[31m\n name", "llama", "Evil [31m name");
    QTest::newRow("too long") << text("x.gguf") << QStringLiteral("n").repeated(500) << text("llama")
                              << QStringLiteral("n").repeated(79) + QChar(0x2026);
    QTest::newRow("nothing") << QString() << QString() << QString() << QString();
}

void ModelNameTest::names()
{
    QFETCH(QString, file);
    QFETCH(QString, stated);
    QFETCH(QString, architecture);
    QTEST(modelName(file, stated, architecture), "name");
}

void ModelNameTest::aCardWithoutAStatedName()
{
    app::ModelCard card;
    card.path = QStringLiteral("/models/notes-of-2024.Q4_0.gguf");
    card.name = QStringLiteral("notes-of-2024.Q4_0"); // as the service fills it in
    QCOMPARE(modelName(card), QStringLiteral("Notes of 2024"));
    card.name = QStringLiteral("Qwen2.5 7B");
    QCOMPARE(modelName(card), QStringLiteral("Qwen2.5 7B"));
}

QTEST_GUILESS_MAIN(ModelNameTest)
#include "model_name_test.moc"
