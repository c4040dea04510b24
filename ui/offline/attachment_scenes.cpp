// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/offline/attachment_scenes.h"

#include "app/chat_service.h"
#include "app/collection_service.h"
#include "app/conversation_service.h"
#include "ui/offline/offline_desk.h"
#include "ui/offline/window_driver.h"

#include <QCoreApplication>
#include <QMimeData>

namespace ui {

namespace {

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

/// What the scenes do; shared by them, since they outlive the call that makes them.
class Attaching {
public:
    Attaching(OfflineDesk &desk, WindowDriver &driver)
        : m_desk(desk)
        , m_driver(driver)
    {
    }

    bool writeInNewChat(const char *words)
    {
        if (!newChat())
            return false;
        m_driver.click(m_driver.named(text("composerText")));
        m_driver.type(text(words));
        return true;
    }
    bool pick(const char *words, const char *row) { return writeInNewChat(words) && m_driver.waitFor(text(row)); }
    bool attach(const QStringList &files, const char *shown)
    {
        if (!newChat())
            return false;
        QStringList paths;
        for (const QString &file : files)
            paths += m_desk.documentFolder() + u'/' + file;
        chat().attachFiles(paths);
        return m_driver.waitFor(text(shown));
    }
    bool attachOnly()
    {
        const app::CollectionService &collections = m_desk.composition().collections();
        if (!writeInNewChat("When may either side give notice?"))
            return false;
        chat().attachCollection(collections.uuid(collections.named(text("House"))));
        chat().attachFiles({m_desk.documentFolder() + text("/Work/Budget 2026.ods")});
        return m_driver.waitFor(text("Budget 2026.ods, 4 pages")) && m_driver.waitFor(text("House, 10 files")) &&
               m_driver.click(text("Only from documents")) &&
               m_driver.waitUntil([this] { return chat().documentMode() == app::DocumentMode::Only; });
    }
    bool read()
    {
        const QString folder = m_desk.documentFolder() + text("/Mine");
        m_desk.reader().hold(text("Insurance.docx"), 7);
        return writeUnreadDocuments(folder, {text("Lease.pdf"), text("Garden.html"), text("Insurance.docx")}) &&
               attach({text("Mine/Lease.pdf"), text("Mine/Garden.html"), text("Mine/Insurance.docx")},
                      "Reading 3 of 3 files…");
    }
    bool hold(bool over)
    {
        if (!newChat())
            return false;
        m_dragged.setUrls({QUrl::fromLocalFile(m_desk.documentFolder() + text("/House"))});
        QDragEnterEvent enter(QPoint(600, 400), Qt::CopyAction, &m_dragged, Qt::LeftButton, Qt::NoModifier);
        QDragLeaveEvent leave;
        QCoreApplication::sendEvent(m_driver.window(), over ? static_cast<QEvent *>(&enter) : &leave);
        return !over || m_driver.waitFor(text("Drop files and folders here to ask about them"));
    }
    void leave()
    {
        m_desk.reader().release();
        m_driver.click(m_driver.named(text("composerText")));
        m_driver.press(Qt::Key_A, Qt::ControlModifier);
        m_driver.press(Qt::Key_Delete);
        if (chat().conversation().isValid())
            m_desk.composition().conversations().trash(chat().conversation());
        (void)newChat();
    }

private:
    [[nodiscard]] app::ChatService &chat() const { return m_desk.composition().chat(); }
    bool newChat()
    {
        m_driver.press(Qt::Key_N, Qt::ControlModifier); // a chat without a question is called like the button
        return m_driver.waitUntil([this] { return !chat().conversation().isValid() && chat().documents().isEmpty(); });
    }

    OfflineDesk &m_desk;
    WindowDriver &m_driver;
    QMimeData m_dragged;
};

} // namespace

std::vector<Scene> attachmentScenes(OfflineDesk &desk, WindowDriver &driver)
{
    const auto does = std::make_shared<Attaching>(desk, driver);
    const auto leave = [does] { does->leave(); };
    return {
        {"attach-picker", [does] { return does->pick("What does #", "House, 10 files"); }, leave},
        {"attach-picker-typed", [does] { return does->pick("What does #le", "Lease.pdf, in House"); }, leave},
        {"attach-picker-nothing",
         [does] { return does->pick("What does #xyz", "No collection or file is called so."); }, leave},
        {"attach-only", [does] { return does->attachOnly(); }, leave},
        {"attach-reading", [does] { return does->read(); }, leave},
        {"attach-locked",
         [does] {
             return does->attach({text("House/Lease.pdf"), text("House/Accounts.xlsx")},
                                 "Accounts.xlsx is locked with a password.");
         },
         leave},
        {"attach-many",
         [does] {
             return does->attach({text("House/Lease.pdf"), text("House/Inspection 2025.pdf"),
                                  text("House/Deed 1987 (scan).pdf"), text("House/Insurance.docx"),
                                  text("House/Letters 2019–2024.mbox"), text("House/Floor plan.pdf"),
                                  text("House/Garden.html"), text("Work")},
                                 "Not all can be answered from: ");
         },
         leave},
        {"attach-drop", [does] { return does->hold(true); },
         [does] {
             (void)does->hold(false);
             does->leave();
         }},
    };
}

} // namespace ui
