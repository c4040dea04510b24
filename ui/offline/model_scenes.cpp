// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/offline/model_scenes.h"

#include "app/catalogue/hub_address.h"
#include "app/model_library.h"
#include "app/settings.h"
#include "ui/offline/offline_desk.h"
#include "ui/offline/sample_models.h"
#include "ui/offline/window_driver.h"

#include <QFile>
#include <QGuiApplication>

#include <memory>

namespace ui {

namespace {

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

/// What the scenes do; shared by them, since they outlive the call that makes them.
class Visiting {
public:
    Visiting(OfflineDesk &desk, WindowDriver &driver)
        : m_desk(desk)
        , m_driver(driver)
    {
    }

    bool open() { return m_driver.click(m_driver.named(text("Models"))) && m_driver.waitFor(text("Add a file")); }
    bool openPart(const char *part) { return open() && m_driver.click(m_driver.named(text(part))); }
    bool openModel(const char *row)
    {
        if (!open() || !m_driver.waitFor(text(row)))
            return false;
        m_driver.find(text(row))->forceActiveFocus(Qt::TabFocusReason);
        m_driver.press(Qt::Key_Return);
        return m_driver.waitFor(text("The file"));
    }
    bool catalogue()
    {
        return openPart("Get models") && m_driver.waitUntil([this] {
            // What was looked for before stays there.
            if (QQuickItem *field = m_driver.named(text("Search models, or paste an address")))
                field->setProperty("text", QString());
            const QQuickItem *list = m_driver.named(text("catalogueList"));
            return list != nullptr && list->property("count").toInt() > 60;
        });
    }
    bool search(const char *words)
    {
        if (!catalogue() || !m_driver.click(m_driver.named(text("Search models, or paste an address"))))
            return false;
        m_driver.type(text(words));
        return true;
    }
    bool guard(const char *model)
    {
        return search(model) && m_driver.click(text("Get ") + text(model)) &&
               m_driver.waitUntil([this] { return m_driver.named(text("licenceGuard")) != nullptr; });
    }
    bool lookUp(const char *repository, const char *shown)
    {
        return search(repository) && m_driver.click(text("Look it up")) && m_driver.waitFor(text(shown));
    }
    bool loseOne()
    {
        // A model of the user's own whose file goes.
        SampleModel model = sampleModels()[2];
        model.fileName = text("Hermes-3-Llama-3.1-8B.Q4_K_M.gguf");
        model.name = text("Hermes 3 Llama 3.1 8B");
        const QString folder = m_desk.documentFolder();
        if (!writeSampleModel(folder, model))
            return false;
        app::ModelLibrary &library = m_desk.composition().library();
        library.add({folder + u'/' + model.fileName});
        if (!open() || !m_driver.waitFor(text("Hermes 3 Llama 3.1 8B")))
            return false;
        QFile::remove(folder + u'/' + model.fileName);
        library.refresh();
        return m_driver.waitFor(text("Find the file of Hermes 3"));
    }
    /// A model whose file is another at its source by now.
    bool newer()
    {
        SampleModel model = sampleModels()[2];
        model.fileName = text("Qwen3-8B-Q4_K_M.gguf");
        model.name = text("Qwen3 8B");
        const QString path = m_desk.documentFolder() + u'/' + model.fileName;
        if (!writeSampleModel(m_desk.documentFolder(), model))
            return false;
        m_desk.composition().library().addFrom(
            {.path = path,
             .source = app::catalogue::fileAddress(text("Qwen/Qwen3-8B-GGUF"), {}, model.fileName),
             .evenUnsound = false});
        if (!openModel("Qwen3 8B, Fits") || !m_driver.click(text("Ask now")) || !m_driver.waitFor(text("Get it…")))
            return false;
        m_driver.find(text("Get it…"))->forceActiveFocus(Qt::TabFocusReason);
        return true;
    }
    void forgetNewer()
    {
        app::ModelLibrary &library = m_desk.composition().library();
        for (const app::ModelCard &card : library.models()) {
            if (card.name == text("Qwen3 8B"))
                return library.forget(QString(card.id));
        }
    }
    bool privacy()
    {
        return m_driver.click(m_driver.named(text("networkFoot"))) && m_driver.waitFor(text("What was sent"));
    }
    void escape()
    {
        m_driver.press(Qt::Key_Escape);
        (void)m_driver.picture(); // what was open may still fade out and take clicks
    }
    [[nodiscard]] app::Settings &settings() const { return m_desk.composition().settings(); }
    [[nodiscard]] WindowDriver &driver() { return m_driver; }

private:
    OfflineDesk &m_desk;
    WindowDriver &m_driver;
};

} // namespace

std::vector<Scene> modelScenes(OfflineDesk &desk, WindowDriver &driver)
{
    const auto does = std::make_shared<Visiting>(desk, driver);
    const auto escape = [does] { does->escape(); };
    return {
        {"models-here", [does] { return does->open(); }},
        {"models-details", [does] { return does->openModel("Llama 3.1 8B Instruct, Fits"); }, escape},
        {"models-details-unfit", [does] { return does->openModel("Llama 3.3 70B Instruct, Won't fit"); }, escape},
        {"models-get", [does] { return does->catalogue(); }},
        {"models-get-filtered", [does] { return does->search("qwen"); }, escape},
        {"models-get-nothing",
         [does] { return does->search("zzz") && does->driver().waitFor(text("No model of the catalogue")); }, escape},
        {"models-entry",
         [does] {
             if (!does->search("Qwen3 8B"))
                 return false;
             does->driver().press(Qt::Key_Down);
             does->driver().press(Qt::Key_Return);
             return does->driver().waitFor(text("All files"));
         },
         escape},
        {"models-guard", [does] { return does->guard("Llama 3.2 1B Instruct"); }, escape},
        {"models-guard-gated", [does] { return does->guard("Gemma 3 4B Instruct"); }, escape},
        {"models-guard-unknown", [does] { return does->guard("TinyLlama 1.1B Chat v1.0"); }, escape},
        {"models-guard-free", [does] { return does->guard("Qwen3 8B"); }, escape},
        {"models-guard-warning",
         [does] {
             does->settings().setModelUse(app::licence::Use::Commercial);
             return does->guard("Qwen2.5 3B Instruct");
         },
         [does] {
             does->escape();
             does->settings().setModelUse(app::licence::Use::Personal);
         }},
        {"models-address", [does] { return does->lookUp("Qwen/Qwen3-8B-GGUF", "Get Qwen3-8B-Q4_K_M.gguf"); }, escape},
        {"models-address-failed", [does] { return does->lookUp("nobody/nothing", "Ask again"); }, escape},
        {"models-newer", [does] { return does->newer(); }, escape},
        {"models-newer-guard",
         [does] {
             return does->openModel("Qwen3 8B, Fits") && does->driver().click(text("Get it…")) &&
                    does->driver().waitUntil([does] { return does->driver().named(text("licenceGuard")) != nullptr; });
         },
         [does] {
             does->escape();
             does->escape();
             does->forgetNewer();
         }},
        {"models-offline",
         [does] {
             does->settings().setOffline(true);
             return does->catalogue() && does->driver().waitFor(text("Allow downloads"));
         },
         [does] { does->settings().setOffline(false); }},
        {"models-downloads",
         [does] { return does->openPart("Downloads") && does->driver().waitFor(text("Fetch anew")); }},
        {"models-downloads-delete",
         [does] {
             return does->openPart("Downloads") && does->driver().click(text("Cancel Gemma 3 4B")) &&
                    does->driver().waitFor(text("Delete what is there"));
         },
         escape},
        {"models-foreign",
         [does] {
             return does->open() &&
                    QMetaObject::invokeMethod(does->driver().named(text("modelList")), "positionViewAtEnd") &&
                    does->driver().click(text("Find models of other programs")) &&
                    does->driver().waitFor(text("bartowski/Llama"));
         },
         escape},
        {"models-missing", [does] { return does->loseOne(); }},
        {"models-remove",
         [does] {
             return does->openModel("Hermes 3 Llama 3.1 8B") && does->driver().click(text("Remove…")) &&
                    does->driver().waitFor(text("Off the list"));
         },
         [does] {
             does->escape();
             does->escape();
         }},
        {"models-rtl",
         [does] {
             QGuiApplication::setLayoutDirection(Qt::RightToLeft);
             return does->openModel("Llama 3.1 8B Instruct, Fits");
         },
         [does] {
             QGuiApplication::setLayoutDirection(Qt::LayoutDirectionAuto);
             does->escape();
         }},
        {"models-large",
         [does] {
             // At this size the rooms' buttons are in a drawer.
             const bool opened = does->open();
             does->settings().setUiScalePercent(150);
             return opened;
         },
         [does] { does->settings().setUiScalePercent(100); }},
        {"models-get-large",
         [does] {
             const bool opened = does->catalogue();
             does->settings().setUiScalePercent(150);
             return opened;
         },
         [does] { does->settings().setUiScalePercent(100); }},
        {"network-ledger", [does] { return does->privacy(); }},
        {"network-offline",
         [does] {
             does->settings().setOffline(true);
             return does->privacy();
         },
         [does] { does->settings().setOffline(false); }},
    };
}

} // namespace ui
