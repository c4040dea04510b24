// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Documents in the composer, in the whole window over real services with a scripted reader.
#include "app/chat_service.h"
#include "app/collection_service.h"
#include "app/conversation_service.h"
#include "app/ingest_service.h"
#include "app/model_service.h"
#include "app/settings.h"
#include "tests/ui/warnings_fail.h"
#include "ui/chat/attachment_list_model.h"
#include "ui/chat/document_choice_model.h"
#include "ui/offline/offline_desk.h"
#include "ui/offline/window_driver.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QLocale>
#include <QMimeData>
#include <QPointer>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace ui;

namespace {

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

} // namespace

class ComposerDocumentsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { testing::countWarnings(); }
    void cleanup();

    void aNumberSignOffersCollectionsAndFiles();
    void whatIsChosenByKeyboardBecomesAChip();
    void tabAndTheMouseChooseToo();
    void escapeClosesAndWhatIsTypedGoesOn();
    void aSentenceWithANumberSignIsSent();
    void whatIsWrittenStaysWhenANewChatGetsItsDocuments();
    void chipsAreTakenAwayByKeyboard();
    void chipsAreTakenAwayByMouse();
    void onlyFromDocumentsIsKeptWithTheChat();
    void readingIsSeenAndCancelled();
    void pausedReadingGoesOn();
    void whatCannotBeReadIsSaid();
    void aLockedFileAsksForItsPassword();
    void droppedFilesBelongToTheChat();
    void droppedModelsStillGoToTheModels();
    void pastedFilesAreAttachedAndPastedTextIsText();
    void whatIsNoFileIsSaid();
    void filesAreChosenInADialog();
    void theListsFollowTheServices();

private:
    void open()
    {
        m_desk = std::make_unique<OfflineDesk>(OfflineDeskOptions{.dataFolder = {}, .talks = false, .documents = true});
        QVERIFY(m_desk->start());
        m_driver = std::make_unique<WindowDriver>(m_desk->window().quickWindow());
        QVERIFY(QTest::qWaitForWindowActive(m_desk->window().quickWindow()));
    }
    [[nodiscard]] app::ChatService &chat() const { return m_desk->composition().chat(); }
    [[nodiscard]] app::IngestService &ingest() const { return m_desk->composition().ingest(); }
    [[nodiscard]] QString written() const { return m_driver->named(text("composerText"))->property("text").toString(); }
    [[nodiscard]] QString file(const char *name) const { return m_desk->documentFolder() + u'/' + text(name); }
    [[nodiscard]] bool isAbout(const QStringList &names) const
    {
        return m_driver->waitUntil([&] {
            QStringList found;
            for (const app::DocumentValue &document : chat().documents())
                found += document.name;
            return found == names;
        });
    }
    [[nodiscard]] bool offers(int rows) const
    {
        return m_driver->waitUntil([&] {
            const QQuickItem *list = m_driver->named(text("documentChoices"));
            return list != nullptr && list->property("count").toInt() == rows;
        });
    }
    [[nodiscard]] bool isGone(const char *name) const
    {
        return m_driver->waitUntil([&] { return m_driver->find(text(name)) == nullptr; });
    }
    [[nodiscard]] bool hasFocus(const char *name) const
    {
        return m_driver->waitUntil([&] {
            const QQuickItem *item = m_driver->find(text(name));
            return item != nullptr && item->hasActiveFocus();
        });
    }
    /// Lines are laid out a frame after their chips were made.
    [[nodiscard]] bool clickWhereItStays(const char *name) const
    {
        if (!m_driver->waitFor(text(name)))
            return false;
        (void)m_driver->picture();
        return m_driver->click(text(name));
    }
    void drop(const QList<QUrl> &urls, bool looks = false)
    {
        QMimeData data;
        data.setUrls(urls);
        QQuickWindow *window = m_desk->window().quickWindow();
        QDragEnterEvent enter(QPoint(600, 400), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(window, &enter);
        if (looks)
            QVERIFY(m_driver->waitFor(text("Drop files and folders here to ask about them")));
        QDropEvent dropped(QPointF(600, 400), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(window, &dropped);
    }

    std::unique_ptr<OfflineDesk> m_desk;
    std::unique_ptr<WindowDriver> m_driver;
};

void ComposerDocumentsTest::cleanup()
{
    if (QTest::currentTestFailed() && m_driver)
        m_driver->picture().save(QString::fromLatin1(QTest::currentTestFunction()) + QStringLiteral("-failed.png"));
    m_driver.reset();
    m_desk.reset();
    QCOMPARE(testing::warnings.exchange(0), 0);
}

void ComposerDocumentsTest::aNumberSignOffersCollectionsAndFiles()
{
    open();
    m_driver->type(text("What does #"));
    QVERIFY(m_driver->waitFor(text("House, 10 files")));
    QVERIFY(m_driver->waitFor(text("Work, 3 files")));
    QVERIFY(m_driver->waitFor(text("Lease.pdf, in House")));
    m_driver->type(text("le"));
    // Letters 2019–2024.mbox and Lease.pdf.
    QVERIFY(offers(2));
    m_driver->type(text("as"));
    QVERIFY(offers(1));
    m_driver->type(text("xyz"));
    QVERIFY(m_driver->waitFor(text("No collection or file is called so.")));
}

void ComposerDocumentsTest::whatIsChosenByKeyboardBecomesAChip()
{
    open();
    m_driver->type(text("What does #"));
    QVERIFY(m_driver->waitFor(text("House, 10 files")));
    m_driver->press(Qt::Key_Down);
    m_driver->press(Qt::Key_Down);
    m_driver->press(Qt::Key_Up);
    m_driver->press(Qt::Key_Return);
    QVERIFY(isAbout({text("Work")}));
    QVERIFY(m_driver->waitFor(text("Work, 3 files · 41 pages")));
    QCOMPARE(written(), text("What does "));
    QVERIFY(!chat().isBusy());
    m_driver->type(text("say? #work"));
    QVERIFY(m_driver->waitFor(text("Work, 3 files · 41 pages · 41 passages, attached")));
}

void ComposerDocumentsTest::tabAndTheMouseChooseToo()
{
    open();
    m_driver->type(text("#lease"));
    QVERIFY(offers(1));
    m_driver->press(Qt::Key_Tab);
    QVERIFY(isAbout({text("Lease.pdf")}));
    QVERIFY(m_driver->waitFor(text("Lease.pdf, 14 pages")));
    QVERIFY(m_driver->named(text("composerText"))->hasActiveFocus());
    m_driver->type(text("#hou"));
    QVERIFY(m_driver->click(text("House, 10 files")));
    QVERIFY(isAbout({text("Lease.pdf"), text("House")}));
    QCOMPARE(written(), QString());
    QVERIFY(m_driver->named(text("composerText"))->hasActiveFocus());
}

void ComposerDocumentsTest::escapeClosesAndWhatIsTypedGoesOn()
{
    open();
    m_driver->type(text("#lea"));
    QVERIFY(offers(1));
    m_driver->press(Qt::Key_Escape);
    QVERIFY(isGone("Lease.pdf, in House"));
    m_driver->type(text("se"));
    QVERIFY(isGone("Lease.pdf, in House"));
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitUntil([&] { return chat().transcript().size() == 2 && !chat().isBusy(); }));
    QCOMPARE(chat().transcript().constFirst().text, text("#lease"));
    QVERIFY(chat().documents().isEmpty());
    // Another one opens again.
    m_driver->type(text("#lea"));
    QVERIFY(offers(1));
}

void ComposerDocumentsTest::aSentenceWithANumberSignIsSent()
{
    open();
    for (const char *question : {"# Title", "What is C#", "Is #zzz open and mended?"}) {
        const qsizetype before = chat().transcript().size();
        m_driver->type(text(question));
        m_driver->press(Qt::Key_Return);
        QVERIFY(m_driver->waitUntil([&] { return chat().transcript().size() == before + 2 && !chat().isBusy(); }));
        QCOMPARE(chat().transcript().at(before).text, text(question));
    }
}

void ComposerDocumentsTest::whatIsWrittenStaysWhenANewChatGetsItsDocuments()
{
    open();
    m_driver->type(text("When does it end? #lease"));
    QVERIFY(offers(1));
    m_driver->press(Qt::Key_Return);
    QVERIFY(isAbout({text("Lease.pdf")}));
    QVERIFY(chat().conversation().isValid());
    QCOMPARE(written(), text("When does it end? "));
    const app::ConversationId id = chat().conversation();
    m_driver->press(Qt::Key_N, Qt::ControlModifier);
    QVERIFY(m_driver->waitUntil([&] { return !chat().conversation().isValid(); }));
    QVERIFY(m_driver->waitUntil([&] { return written().isEmpty(); }));
    chat().open(id);
    QVERIFY(m_driver->waitUntil([&] { return written() == text("When does it end? "); }));
}

void ComposerDocumentsTest::chipsAreTakenAwayByKeyboard()
{
    open();
    chat().attachFiles({file("House/Lease.pdf"), file("House/Insurance.docx"), file("Work/Budget 2026.ods")});
    QVERIFY(m_driver->waitFor(text("Take away Budget 2026.ods")));
    QVERIFY(m_driver->waitUntil([&] {
        if (m_driver->find(text("Take away Lease.pdf"))->hasActiveFocus())
            return true;
        m_driver->press(Qt::Key_Tab); // over what else stands in the line
        return false;
    }));
    m_driver->press(Qt::Key_Right);
    QVERIFY(hasFocus("Take away Insurance.docx"));
    m_driver->press(Qt::Key_Delete);
    QVERIFY(isAbout({text("Lease.pdf"), text("Budget 2026.ods")}));
    QVERIFY(hasFocus("Take away Budget 2026.ods"));
    m_driver->press(Qt::Key_Return);
    QVERIFY(isAbout({text("Lease.pdf")}));
    QVERIFY(hasFocus("Take away Lease.pdf"));
    m_driver->press(Qt::Key_Space);
    QVERIFY(isAbout({}));
    QVERIFY(m_driver->named(text("composerText"))->hasActiveFocus());
    QVERIFY(QFile::exists(file("House/Lease.pdf")));
}

void ComposerDocumentsTest::chipsAreTakenAwayByMouse()
{
    open();
    chat().attachCollection(
        m_desk->composition().collections().uuid(m_desk->composition().collections().named(text("House"))));
    QVERIFY(clickWhereItStays("Take away House"));
    QVERIFY(isAbout({}));
    QVERIFY(isGone("Take away House"));
    QVERIFY(m_driver->named(text("composerText"))->hasActiveFocus());
}

void ComposerDocumentsTest::onlyFromDocumentsIsKeptWithTheChat()
{
    open();
    QVERIFY(m_driver->find(text("Only from documents")) == nullptr);
    chat().attachFiles({file("House/Lease.pdf")});
    QVERIFY(clickWhereItStays("Only from documents"));
    QVERIFY(m_driver->waitUntil([&] { return chat().documentMode() == app::DocumentMode::Only; }));
    const app::ConversationId id = chat().conversation();
    m_driver->press(Qt::Key_N, Qt::ControlModifier);
    QVERIFY(isGone("Only from documents"));
    chat().open(id);
    QVERIFY(m_driver->waitUntil([&] {
        const QQuickItem *only = m_driver->named(text("Only from documents"));
        return only != nullptr && only->property("checked").toBool();
    }));
    m_driver->named(text("Only from documents"))->forceActiveFocus(Qt::TabFocusReason);
    m_driver->press(Qt::Key_Space);
    QVERIFY(m_driver->waitUntil([&] { return chat().documentMode() == app::DocumentMode::First; }));
}

void ComposerDocumentsTest::readingIsSeenAndCancelled()
{
    open();
    m_desk->reader().hold(text("Insurance.docx"), 7);
    QVERIFY(writeUnreadDocuments(m_desk->documentFolder() + text("/Mine"),
                                 {text("Lease.pdf"), text("Insurance.docx"), text("Garden.html")}));
    chat().attachFiles({file("Mine/Lease.pdf"), file("Mine/Insurance.docx"), file("Mine/Garden.html")});
    QVERIFY(m_driver->waitFor(text("Reading 2 of 3 files…")));
    m_driver->type(text("When does it end?"));
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitUntil([&] { return chat().state() == app::TurnState::Retrieving; }));
    QVERIFY(clickWhereItStays("Stop reading, and take away what is not read"));
    QVERIFY(isAbout({text("Lease.pdf")}));
    QVERIFY(isGone("Reading "));
    QVERIFY(m_driver->waitUntil([&] { return chat().transcript().size() == 2 && !chat().isBusy(); }));
}

void ComposerDocumentsTest::pausedReadingGoesOn()
{
    open();
    ingest().pause();
    QVERIFY(writeUnreadDocuments(m_desk->documentFolder() + text("/Mine"), {text("Lease.pdf")}));
    chat().attachFiles({file("Mine/Lease.pdf")});
    QVERIFY(m_driver->waitFor(text("Reading is paused, 1 file left")));
    QVERIFY(clickWhereItStays("Go on"));
    QVERIFY(m_driver->waitFor(text("Lease.pdf, 14 pages")));
    QVERIFY(isGone("Reading "));
}

void ComposerDocumentsTest::whatCannotBeReadIsSaid()
{
    open();
    chat().attachFiles({file("House/Deed 1987 (scan).pdf")});
    const QString sentence = text("Deed 1987 (scan).pdf holds pictures of pages, and no text that could be read.");
    QVERIFY(m_driver->waitFor(sentence));
    QVERIFY(m_driver->find(text("Deed 1987 (scan).pdf, ") + sentence) != nullptr);
    chat().attachFiles({file("House/Holiday.mov"), file("House/nowhere.pdf")});
    const QStringList unread{text("Deed 1987 (scan).pdf"), text("Holiday.mov"), text("nowhere.pdf")};
    QVERIFY(m_driver->waitFor(text("Not all can be answered from: ") + QLocale().createSeparatedList(unread)));
    for (const char *name : {"Take away Deed 1987 (scan).pdf", "Take away Holiday.mov"}) {
        QVERIFY(clickWhereItStays(name));
        QVERIFY(isGone(name));
    }
    QVERIFY(m_driver->waitFor(text("nowhere.pdf is not there, or may not be opened")));
}

void ComposerDocumentsTest::aLockedFileAsksForItsPassword()
{
    open();
    chat().attachFiles({file("House/Accounts.xlsx")});
    QVERIFY(m_driver->waitFor(text("Accounts.xlsx is locked with a password.")));
    QVERIFY(m_driver->click(text("Password…")));
    QVERIFY(m_driver->waitUntil([&] {
        const QQuickItem *field = m_desk->window().quickWindow()->activeFocusItem();
        return field != nullptr && field->property("echoMode").isValid();
    }));
    m_driver->type(text("wrong"));
    m_driver->press(Qt::Key_Return);
    QVERIFY(m_driver->waitFor(text("The password does not open Accounts.xlsx.")));
}

void ComposerDocumentsTest::droppedFilesBelongToTheChat()
{
    open();
    drop({QUrl::fromLocalFile(file("Work/Budget 2026.ods")), QUrl::fromLocalFile(file("House"))}, true);
    QVERIFY(isAbout({text("Budget 2026.ods"), text("House")}));
    QVERIFY(isGone("Drop files and folders here"));
    QVERIFY(m_driver->waitFor(text("House, House: 5 of 10 files could not be read whole.")));
    QCOMPARE(m_desk->composition().collections().collections().size(), 2);
}

void ComposerDocumentsTest::droppedModelsStillGoToTheModels()
{
    open();
    QSignalSpy failed(&m_desk->composition().models(), &app::ModelService::failed);
    const QString model = m_desk->documentFolder() + text("/model.GGUF");
    QFile broken(model);
    QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("no model") > 0);
    broken.close();
    drop({QUrl::fromLocalFile(model), QUrl::fromLocalFile(file("House/Lease.pdf"))});
    QVERIFY(m_driver->waitUntil([&] { return failed.count() == 1; }));
    QVERIFY(isAbout({text("Lease.pdf")}));
}

void ComposerDocumentsTest::pastedFilesAreAttachedAndPastedTextIsText()
{
    open();
    auto *files = new QMimeData;
    files->setUrls({QUrl::fromLocalFile(file("House/Lease.pdf"))});
    files->setText(file("House/Lease.pdf"));
    QGuiApplication::clipboard()->setMimeData(files);
    m_driver->press(Qt::Key_V, Qt::ControlModifier);
    QVERIFY(isAbout({text("Lease.pdf")}));
    QCOMPARE(written(), QString());
    QGuiApplication::clipboard()->setText(text("words"));
    m_driver->press(Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(written(), text("words"));
    auto *link = new QMimeData;
    link->setUrls({QUrl(text("https://example.org/lease.pdf"))});
    link->setText(text(" https://example.org/lease.pdf"));
    QGuiApplication::clipboard()->setMimeData(link);
    m_driver->press(Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(written(), text("words https://example.org/lease.pdf"));
    QCOMPARE(chat().documents().size(), 1);
}

void ComposerDocumentsTest::whatIsNoFileIsSaid()
{
    open();
    drop({QUrl(text("https://example.org/lease.pdf"))});
    QVERIFY(m_driver->waitFor(text("Only files of this computer can be given to Carrel.")));
    QVERIFY(chat().documents().isEmpty());
}

void ComposerDocumentsTest::filesAreChosenInADialog()
{
    open();
    QVERIFY(m_driver->click(text("Attach files")));
    QPointer<QObject> dialog;
    QVERIFY(m_driver->waitUntil([&] {
        const QList<QObject *> all = m_driver->named(text("composer"))->findChildren<QObject *>();
        const auto found =
            std::ranges::find_if(all, [](const QObject *object) { return object->inherits("QQuickFileDialog"); });
        dialog = found != all.end() ? *found : nullptr;
        return dialog != nullptr && dialog->property("visible").toBool();
    }));
    QCOMPARE(dialog->property("title").toString(), text("Attach files"));
    QVERIFY(QMetaObject::invokeMethod(dialog, "reject"));
    QVERIFY(m_driver->waitUntil([&] { return dialog.isNull(); }));
    QVERIFY(chat().documents().isEmpty());
    // What it gives when it is accepted.
    QVERIFY(QMetaObject::invokeMethod(m_driver->named(text("composer")), "filesGiven",
                                      Q_ARG(QList<QUrl>, {QUrl::fromLocalFile(file("House/Lease.pdf"))})));
    QVERIFY(isAbout({text("Lease.pdf")}));
}

void ComposerDocumentsTest::theListsFollowTheServices()
{
    open();
    AttachmentListModel attachments;
    const QAbstractItemModelTester attachmentsTester(&attachments);
    attachments.setMaterial(&m_desk->composition().material());
    attachments.setChat(&chat());
    attachments.setIngest(&ingest());
    QVERIFY(!attachments.isReading());
    QVERIFY(attachments.trouble().isEmpty());
    chat().attachFiles({file("House/Lease.pdf"), file("House/Accounts.xlsx"), file("House/Garden.html")});
    QTRY_COMPARE(attachments.count(), 3);
    QTRY_COMPARE(attachments.locked().name, text("Accounts.xlsx"));
    QCOMPARE(attachments.data(attachments.index(1), AttachmentListModel::IconRole).toString(), text("lock"));
    QVERIFY(attachments.data(attachments.index(1), AttachmentListModel::TroubledRole).toBool());
    attachments.remove(1);
    QTRY_COMPARE(attachments.count(), 2);
    QVERIFY(attachments.locked().path.isEmpty());
    attachments.remove(7);
    chat().open({});
    QTRY_COMPARE(attachments.count(), 0);

    DocumentChoiceModel choices;
    const QAbstractItemModelTester choicesTester(&choices);
    choices.setFinder(&m_desk->composition().documentFinder());
    choices.setChat(&chat());
    choices.setIngest(&ingest());
    choices.setQuery(text("house"));
    QCOMPARE(choices.count(), 0);
    choices.setActive(true);
    QTRY_VERIFY(choices.isSettled());
    QCOMPARE(choices.count(), 1);
    QVERIFY(!choices.data(choices.index(0), DocumentChoiceModel::AttachedRole).toBool());
    choices.attach(0);
    QTRY_VERIFY(choices.data(choices.index(0), DocumentChoiceModel::AttachedRole).toBool());
    choices.setActive(false);
    QCOMPARE(choices.count(), 0);
}

int main(int argc, char **argv)
{
    ui::Window::prepare("test");
    const QGuiApplication application(argc, argv);
    ComposerDocumentsTest test;
    QTEST_SET_MAIN_SOURCE_PATH
    return QTest::qExec(&test, argc, argv);
}

#include "composer_documents_test.moc"
