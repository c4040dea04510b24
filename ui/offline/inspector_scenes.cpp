// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/offline/inspector_scenes.h"

#include "app/chat_service.h"
#include "app/model_service.h"
#include "ui/offline/offline_desk.h"
#include "ui/offline/window_driver.h"

#include <QDir>
#include <QFile>

namespace ui {

namespace {

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

/// What the scenes do; shared by them, since they outlive the call that makes them.
class Inspecting {
public:
    Inspecting(OfflineDesk &desk, WindowDriver &driver)
        : m_desk(desk)
        , m_driver(driver)
    {
    }

    bool open()
    {
        m_driver.press(Qt::Key_L, Qt::ControlModifier);
        return m_driver.click(text("Look inside this model")) && m_driver.waitFor(text("general.architecture"));
    }
    bool openKey()
    {
        return open() && m_driver.click(text("tokenizer.ggml.tokens")) && m_driver.waitUntil([this] {
            QQuickItem *value = m_driver.named(text("headerValue"));
            return value != nullptr && value->property("text").toString().contains(text("<|endoftext|>"));
        });
    }
    bool tensors() { return open() && m_driver.click(text("Tensors")) && m_driver.click(text("Size")); }
    bool tokens()
    {
        return open() && m_driver.click(text("Tokenizer")) && m_driver.waitFor(text("Token Type, number"));
    }
    bool prompt(const char *which, const char *shown)
    {
        return open() && m_driver.click(text("What is sent")) && m_driver.click(text(which)) &&
               m_driver.waitFor(text(shown));
    }
    bool chat()
    {
        return m_driver.click(text("Tax letter, plain words")) &&
               m_driver.waitUntil([this] { return !m_desk.composition().chat().transcript().isEmpty(); }) &&
               prompt("This chat's last question", "You, ");
    }
    bool broken()
    {
        // A file whose header ends early: what it says of itself is a sentence.
        const QString path = m_desk.documentFolder() + text("/broken.gguf");
        QDir().mkpath(m_desk.documentFolder());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write("GGUF\3\0\0\0", 8) != 8)
            return false;
        file.close();
        return QMetaObject::invokeMethod(m_driver.window(), "inspect", Q_ARG(QString, path)) &&
               m_driver.waitFor(text("Copy details"));
    }
    void leave() { m_driver.click(text("Back")); }

private:
    OfflineDesk &m_desk;
    WindowDriver &m_driver;
};

} // namespace

std::vector<Scene> inspectorScenes(OfflineDesk &desk, WindowDriver &driver)
{
    const auto does = std::make_shared<Inspecting>(desk, driver);
    const auto leave = [does] { does->leave(); };
    return {
        {"inspector-header", [does] { return does->open(); }, leave},
        {"inspector-array", [does] { return does->openKey(); }, leave},
        {"inspector-tensors", [does] { return does->tensors(); }, leave},
        {"inspector-tokens", [does] { return does->tokens(); }, leave},
        {"inspector-sample", [does] { return does->prompt("A sample", "Instructions"); }, leave},
        {"inspector-chat", [does] { return does->chat(); }, leave},
        {"inspector-template", [does] { return does->prompt("The template itself", "{% for message"); }, leave},
        {"inspector-broken", [does] { return does->broken(); }, leave},
    };
}

} // namespace ui
