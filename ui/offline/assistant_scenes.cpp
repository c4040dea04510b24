// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/offline/assistant_scenes.h"

#include "app/assistant_service.h"
#include "app/chat_service.h"
#include "app/collection_service.h"
#include "app/compare_service.h"
#include "app/conversation_service.h"
#include "app/model_service.h"
#include "ui/offline/offline_desk.h"
#include "ui/offline/window_driver.h"

#include <memory>

namespace ui {

namespace {

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

/// What the scenes do; shared by them, since they outlive the call that makes them.
class Assisting {
public:
    Assisting(OfflineDesk &desk, WindowDriver &driver)
        : m_desk(desk)
        , m_driver(driver)
    {
    }

    bool one() { return m_driver.click(text("Assistants")) && m_driver.waitFor(text("New assistant")); }
    bool gallery()
    {
        if (assistants().assistants().size() == 1 && !fill())
            return false;
        return one() && m_driver.waitFor(text("Patient teacher"));
    }
    bool edit(const char *name)
    {
        return gallery() && m_driver.click(text(name)) &&
               m_driver.waitUntil([this] { return m_driver.named(text("assistantForm")) != nullptr; });
    }
    bool editEnd()
    {
        if (!edit("Lease helper"))
            return false;
        QQuickItem *form = m_driver.named(text("assistantForm"));
        const auto toEnd = [form] {
            return form != nullptr &&
                   form->setProperty("contentY", form->property("contentHeight").toReal() - form->height());
        };
        return toEnd() && m_driver.click(text("More settings")) &&
               m_driver.waitUntil([form] { return form->property("contentHeight").toReal() > 1000; }) && toEnd();
    }
    bool removed()
    {
        return edit("House style") && m_driver.click(text("Remove this assistant")) &&
               m_driver.waitFor(text("House style was removed"));
    }
    bool chip()
    {
        return gallery() && newChat() && m_driver.click(m_driver.named(text("assistantChip"))) &&
               m_driver.waitFor(text("All assistants"));
    }
    bool at()
    {
        if (!gallery() || !newChat())
            return false;
        m_driver.click(m_driver.named(text("composerText")));
        m_driver.type(text("@"));
        return m_driver.waitFor(text("Patient teacher"));
    }
    bool compare(const char *question)
    {
        if (!newChat())
            return false;
        m_driver.press(Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        if (!m_driver.waitUntil([this] { return m_driver.named(text("compareQuestion")) != nullptr; }))
            return false;
        m_driver.click(m_driver.named(text("compareQuestion")));
        m_driver.type(text(question));
        m_compared = true;
        return true;
    }
    bool comparing()
    {
        bool held = false;
        const auto connection = QObject::connect(&m_desk.player(), &OfflinePlayer::held, [&] { held = true; });
        m_desk.player().holdAfter(120);
        const bool asked = compare("What is a mortgage?") && m_driver.click(text("Ask both")) &&
                           m_driver.waitUntil([&] { return held; });
        QObject::disconnect(connection);
        return asked;
    }
    bool compared()
    {
        m_desk.player().setPace(0, 100'000);
        return compare("What is a mortgage?") && m_driver.click(text("Ask both")) && m_driver.waitUntil([this] {
            return comparison().left().state == app::CompareState::Done &&
                   comparison().right().state == app::CompareState::Done;
        });
    }
    bool same()
    {
        if (!compare("What is a mortgage?"))
            return false;
        comparison().chooseModel(1, comparison().left().modelId);
        return m_driver.waitFor(text("Both sides are the same"));
    }
    void leave()
    {
        m_desk.player().setPace(16, 4);
        m_desk.player().resume();
        comparison().stopAll();
        (void)m_driver.waitUntil([this] { return !comparison().isRunning(); });
        // The next scenes find the list of conversations as it was.
        if (m_compared && chat().conversation().isValid())
            m_desk.composition().conversations().trash(chat().conversation());
        m_compared = false;
        m_driver.press(Qt::Key_Escape);
        (void)newChat();
        if (QQuickItem *area = m_driver.named(text("composerText")); area != nullptr)
            area->setProperty("text", QString());
    }

private:
    [[nodiscard]] app::AssistantService &assistants() const { return m_desk.composition().assistants(); }
    [[nodiscard]] app::CompareService &comparison() const { return m_desk.composition().compare(); }
    [[nodiscard]] app::ChatService &chat() const { return m_desk.composition().chat(); }
    bool newChat()
    {
        m_driver.press(Qt::Key_N, Qt::ControlModifier);
        return m_driver.waitUntil([this] { return !chat().conversation().isValid(); });
    }
    bool fill()
    {
        const app::CollectionService &collections = m_desk.composition().collections();
        const app::ModelService &models = m_desk.composition().models();
        const app::ModelCard *llama = models.find(text("llama-3.2-3b-instruct-q4_k_m"));
        app::AssistantValue helper{.name = text("Lease helper"),
                                   .tint = 1,
                                   .instructions =
                                       text("You answer from the lease and the inspection. Name the clause. "
                                            "Where the papers say nothing, say so."),
                                   .modelPath = llama != nullptr ? llama->path : QString(),
                                   .adapters = {{.name = text("Plain German"), .path = text("/adapters/german.gguf")},
                                                {.name = text("Short sentences"),
                                                 .path = text("/adapters/short.gguf"),
                                                 .scale = 0.6,
                                                 .enabled = false}},
                                   .collections = {collections.uuid(collections.named(text("House")))}};
        helper.sampling.temperature = 0.2F;
        assistants().create(helper);
        assistants().create(
            {.name = text("Patient teacher"),
             .tint = 2,
             .instructions = text("You explain one thing at a time, with an example from the kitchen.")});
        assistants().create({.name = text("House style"), .tint = 4, .letter = text("§")});
        return m_driver.waitUntil([this] { return assistants().assistants().size() == 4; });
    }

    OfflineDesk &m_desk;
    WindowDriver &m_driver;
    bool m_compared = false; ///< in a new conversation
};

} // namespace

std::vector<Scene> assistantScenes(OfflineDesk &desk, WindowDriver &driver)
{
    const auto does = std::make_shared<Assisting>(desk, driver);
    const auto leave = [does] { does->leave(); };
    return {
        {"assistants-one", [does] { return does->one(); }, leave},
        {"assistants-gallery", [does] { return does->gallery(); }, leave},
        {"assistants-editor", [does] { return does->edit("Lease helper"); }, leave},
        {"assistants-settings", [does] { return does->editEnd(); }, leave},
        {"assistants-chip", [does] { return does->chip(); }, leave},
        {"assistants-at", [does] { return does->at(); }, leave},
        {"assistants-removed", [does] { return does->removed(); }, leave},
        {"compare-empty", [does] { return does->compare("What is a mortgage?"); }, leave},
        {"compare-same", [does] { return does->same(); }, leave},
        {"compare-running", [does] { return does->comparing(); }, leave},
        {"compare-done", [does] { return does->compared(); }, leave},
    };
}

} // namespace ui
