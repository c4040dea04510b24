// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/assistants/assistant_draft.h"

#include "app/model_library.h"
#include "app/settings.h"
#include "app/store_thread.h"
#include "tests/support/tiny_adapter.h"
#include "tests/support/tiny_model.h"
#include "ui/assistants/assistant_words.h"
#include "ui/shell/english_plurals.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace ui;
using Setting = AssistantDraft::Setting;

namespace {

/// The assistants of a database in a temporary folder.
struct Services {
    Services()
    {
        (void)store.open({.path = folder.filePath(QStringLiteral("carrel.db")).toStdString()});
        assistants->load();
        if (!QTest::qWaitFor([this] { return assistants->defaultId().isValid(); }))
            qFatal("the assistants were not read");
    }
    QTemporaryDir folder;
    app::StoreThread store;
    std::unique_ptr<app::AssistantService> assistants = std::make_unique<app::AssistantService>(store);
};

} // namespace

class AssistantDraftTest : public QObject {
    Q_OBJECT
private:
    EnglishPlurals m_plurals;
private Q_SLOTS:
    void initTestCase() { QCoreApplication::installTranslator(&m_plurals); }
    void changesAreKeptByThemselves();
    void whatIsTypedLastIsKeptWhenTheEditorGoes();
    void aNameIsNeverLost();
    void anotherModelGoesWithoutTheAdapters();
    void scalesStayInTheirRange_data();
    void scalesStayInTheirRange();
    void settingsAreGivenAndLeft();
    void aPictureHasOneLetter_data();
    void aPictureHasOneLetter();
    void usesAreNamed();
    void aBlankNameKeepsTheRest();
    void whatIsAgainstAnAdapterIsSaid();
};

void AssistantDraftTest::changesAreKeptByThemselves()
{
    Services services;
    AssistantDraft draft;
    draft.setService(services.assistants.get());
    draft.setAssistant(services.assistants->defaultId());
    QVERIFY(draft.isDefault());
    draft.setInstructions(QStringLiteral("Be brief."));
    draft.setTint(5);
    QTRY_COMPARE(services.assistants->assistants().constFirst().instructions, QStringLiteral("Be brief."));
    QCOMPARE(services.assistants->assistants().constFirst().tint, 5);
}

void AssistantDraftTest::whatIsTypedLastIsKeptWhenTheEditorGoes()
{
    Services services;
    {
        AssistantDraft draft;
        draft.setService(services.assistants.get());
        draft.setAssistant(services.assistants->defaultId());
        draft.setInstructions(QStringLiteral("The last word."));
    }
    QTRY_COMPARE(services.assistants->assistants().constFirst().instructions, QStringLiteral("The last word."));
}

void AssistantDraftTest::aNameIsNeverLost()
{
    Services services;
    const QString name = services.assistants->assistants().constFirst().name;
    QVERIFY(!name.isEmpty());
    AssistantDraft draft;
    draft.setService(services.assistants.get());
    draft.setAssistant(services.assistants->defaultId());
    draft.setName(QString());
    draft.flush();
    QSignalSpy changed(services.assistants.get(), &app::AssistantService::assistantsChanged);
    services.assistants->load();
    QVERIFY(changed.wait());
    QCOMPARE(services.assistants->assistants().constFirst().name, name);
    draft.setName(QStringLiteral("Ada"));
    QTRY_COMPARE(services.assistants->assistants().constFirst().name, QStringLiteral("Ada"));
}

void AssistantDraftTest::anotherModelGoesWithoutTheAdapters()
{
    Services services;
    AssistantDraft draft;
    draft.setService(services.assistants.get());
    draft.setAssistant(services.assistants->defaultId());
    draft.setModelPath(QStringLiteral("/one.gguf"));
    draft.addAdapter(QStringLiteral("/adapter.gguf"));
    draft.addAdapter(QStringLiteral("/adapter.gguf"));
    QCOMPARE(draft.adapters().size(), 1);
    QCOMPARE(draft.adapters().constFirst().name, QStringLiteral("adapter"));
    draft.setModelPath(QStringLiteral("/two.gguf"));
    QVERIFY(draft.adapters().isEmpty());
}

void AssistantDraftTest::scalesStayInTheirRange_data()
{
    QTest::addColumn<double>("wanted");
    QTest::addColumn<double>("kept");
    QTest::newRow("in steps") << 0.512 << 0.5;
    QTest::newRow("too much") << 7.0 << 2.0;
    QTest::newRow("too little") << -7.0 << -2.0;
    QTest::newRow("none") << 0.01 << 0.0;
}

void AssistantDraftTest::scalesStayInTheirRange()
{
    QFETCH(double, wanted);
    QFETCH(double, kept);
    AssistantDraft draft;
    draft.addAdapter(QStringLiteral("/adapter.gguf"));
    draft.scaleAdapter(0, wanted);
    QCOMPARE(draft.adapters().constFirst().scale + 3.0, kept + 3.0);
}

void AssistantDraftTest::settingsAreGivenAndLeft()
{
    AssistantDraft draft;
    for (const Setting setting :
         {Setting::Temperature, Setting::TopP, Setting::MinP, Setting::TopK, Setting::RepeatPenalty}) {
        QVERIFY(!draft.has(setting));
        draft.set(setting, 1.0);
        QVERIFY(draft.has(setting));
        QCOMPARE(draft.value(setting), 1.0);
        draft.leave(setting);
        QVERIFY(!draft.has(setting));
    }
}

void AssistantDraftTest::aPictureHasOneLetter_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("letter");
    QTest::newRow("small") << "a" << "A";
    QTest::newRow("two") << "xy" << "X";
    QTest::newRow("two halves of one") << QString::fromUtf8("𝔘b") << QString::fromUtf8("𝔘");
    QTest::newRow("none") << " " << "";
}

void AssistantDraftTest::aPictureHasOneLetter()
{
    QFETCH(QString, typed);
    QFETCH(QString, letter);
    AssistantDraft draft;
    draft.setLetter(typed);
    QCOMPARE(draft.letter(), letter);
}

void AssistantDraftTest::usesAreNamed()
{
    const AssistantWords words;
    app::AssistantValue value{
        .adapters = {{.path = QStringLiteral("/a")}, {.path = QStringLiteral("/b"), .enabled = false}}};
    const QString dot = QStringLiteral("  ·  ");
    QCOMPARE(words.uses(value, {}), QStringLiteral("The chosen model") + dot + QStringLiteral("1 adapter"));
    value.modelPath = QStringLiteral("/models/llama.gguf");
    app::ModelCard card;
    card.id = QStringLiteral("llama");
    card.name = QStringLiteral("Llama");
    QCOMPARE(words.uses(value, card), QStringLiteral("Llama") + dot + QStringLiteral("1 adapter"));
    card.missing = true;
    QVERIFY(words.uses(value, card).startsWith(QStringLiteral("Llama is not on this computer")));
    QVERIFY(words.uses(value, {}).startsWith(QStringLiteral("llama is not on this computer")));
    QVERIFY(!words.about(value).isEmpty());
    value.instructions = QString(500, u'x');
    QVERIFY(words.about(value).size() < 200);
}

void AssistantDraftTest::aBlankNameKeepsTheRest()
{
    Services services;
    const QString name = services.assistants->assistants().constFirst().name;
    AssistantDraft draft;
    draft.setService(services.assistants.get());
    draft.setAssistant(services.assistants->defaultId());
    draft.setName(QString());
    draft.setInstructions(QStringLiteral("Be brief."));
    QTRY_COMPARE(services.assistants->assistants().constFirst().instructions, QStringLiteral("Be brief."));
    QCOMPARE(services.assistants->assistants().constFirst().name, name);
    // Whoever is about to write another name does not find the old one in the field.
    QVERIFY(draft.name().isEmpty());
}

void AssistantDraftTest::whatIsAgainstAnAdapterIsSaid()
{
    const QTemporaryDir folder;
    const auto file = [&](const char *name) { return folder.filePath(QString::fromLatin1(name)); };
    tests::writeTinyModel(file("tiny.gguf").toStdString());
    tests::writeTinyModel(file("wide.gguf").toStdString(), {.embedding = 128});
    tests::writeTinyAdapter(file("fits.gguf").toStdString());
    tests::writeTinyAdapter(file("lost.gguf").toStdString(), {.name = "Lost"});
    app::Settings settings(file("settings.ini"));
    app::ModelLibrary library(nullptr, settings, {});
    library.load();
    library.add({file("tiny.gguf"), file("wide.gguf"), file("fits.gguf"), file("lost.gguf")});
    QTRY_COMPARE(library.adapters().size(), 2);
    QTRY_VERIFY(!library.adapters().constFirst().fits.isEmpty() && !library.isComparing());

    AssistantDraft draft;
    draft.setLibrary(&library);
    draft.setModelPath(file("tiny.gguf"));
    draft.addAdapter(file("fits.gguf"));
    draft.addAdapter(file("lost.gguf"));
    draft.addAdapter(file("wide.gguf"));
    draft.addAdapter(QStringLiteral("/never/seen.gguf"));
    QCOMPARE(draft.obstacles().size(), 4);
    QVERIFY(draft.obstacles().at(0).isEmpty());
    QVERIFY(draft.obstacles().at(1).isEmpty());
    QVERIFY(draft.obstacles().at(2).contains(QStringLiteral("not an adapter")));
    QVERIFY(draft.obstacles().at(3).isEmpty());

    QSignalSpy changed(&draft, &AssistantDraft::obstaclesChanged);
    QVERIFY(QFile::remove(file("lost.gguf")));
    library.refresh();
    QTRY_VERIFY(draft.obstacles().at(1).contains(QStringLiteral("not there any more")));
    QVERIFY(changed.count() > 0);

    draft.setModelPath(file("wide.gguf"));
    draft.addAdapter(file("fits.gguf"));
    QTRY_VERIFY(draft.obstacles().constFirst().contains(QStringLiteral("another model")));
}

QTEST_MAIN(AssistantDraftTest)
#include "assistant_draft_test.moc"
