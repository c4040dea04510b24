// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/offline/model_scenes.h"

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
    bool openModel(const char *row)
    {
        if (!open() || !m_driver.waitFor(text(row)))
            return false;
        m_driver.find(text(row))->forceActiveFocus(Qt::TabFocusReason);
        m_driver.press(Qt::Key_Return);
        return m_driver.waitFor(text("The file"));
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
    };
}

} // namespace ui
