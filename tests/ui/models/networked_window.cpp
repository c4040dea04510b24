// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The window as carrel starts it, with broker, ban and the real carrel-fetch, used by hands of its own: to be traced,
// or killed at any moment. Only the authority of certificates differs, whose file TEST_AUTHORITIES names.
//
//   networked_window DATA_FOLDER get | wait | address | refused MODEL
//
// get: gets MODEL from the catalogue as a person does; wait: is started again and waits for it; address: MODEL is the
// address of a file, which is got, and then got again. In the end MODEL is on this computer. refused: MODEL of the
// catalogue is asked for, and that is refused with a sentence that names the switch Offline. Status 0 says so. With
// PICTURES, a folder, pictures are taken on the way.
#include "app/composition.h"
#include "app/download_service.h"
#include "app/guarded_start.h"
#include "app/model_library.h"
#include "ui/offline/window_driver.h"
#include "ui/shell/window.h"

#include <QFile>
#include <QGuiApplication>
#include <QTest>

#include <cstdio>

namespace {

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

/// Somebody in front of the window. Each step is false when what it wants did not come.
class Hands {
public:
    Hands(app::Composition &composition, QQuickWindow *window, QString model)
        : m_composition(composition)
        , m_driver(window)
        , m_model(std::move(model))
    {
    }

    [[nodiscard]] bool get()
    {
        return step("the catalogue", catalogue()) && step("the model", search()) &&
               step("nothing is asked before the button", m_composition.downloads().downloads().isEmpty()) &&
               step("the terms", m_driver.click(text("Get ") + m_model) && seen(text("Commercial use"))) && download();
    }

    [[nodiscard]] bool address()
    {
        const QString address = std::exchange(m_model, m_model.sliced(m_model.lastIndexOf(u'/') + 1));
        return step("the catalogue", catalogue()) && step("the address", lookUp(address)) &&
               step("a licence that nobody knows", seen(text("Licence unknown"))) && download() &&
               step("the address again", catalogue() && lookUp(address)) &&
               step("it is here already", seen(text("This very file is on this computer already")));
    }

    [[nodiscard]] bool refused()
    {
        return step("the catalogue", catalogue()) && step("the model", search()) &&
               step("the button", m_driver.click(text("Get ") + m_model)) &&
               step("the reason", seen(text("Carrel is offline. The switch Offline is on"))) && picture("refused") &&
               step("the settings", m_driver.click(text("Open settings")) && seen(text("What was sent")) &&
                                        m_driver.find(text("No request was ever sent")) != nullptr);
    }

    /// The download that is under way comes to its end.
    [[nodiscard]] bool here()
    {
        return step("the end", QTest::qWaitFor([this] { return inLibrary(); }, 60'000)) &&
               step("the downloads", m_driver.click(m_driver.named(text("Models"))) &&
                                         m_driver.click(m_driver.named(text("Downloads"))) &&
                                         seen(text("Chat with ") + m_model)) &&
               picture("done") &&
               step("on this computer", m_driver.click(m_driver.named(text("On this computer"))) &&
                                            m_driver.waitUntil([this] { return listed("modelList") == 1; })) &&
               picture("here");
    }

private:
    static bool step(const char *what, bool done)
    {
        std::fprintf(stderr, "networked_window: %s: %s\n", what, done ? "yes" : "no");
        return done;
    }
    [[nodiscard]] bool catalogue()
    {
        return m_driver.click(m_driver.named(text("Models"))) && m_driver.click(m_driver.named(text("Get models"))) &&
               m_driver.waitUntil([this] { return listed("catalogueList") > 60; });
    }
    [[nodiscard]] bool lookUp(const QString &address)
    {
        if (!m_driver.click(m_driver.named(text("Search models, or paste an address"))))
            return false;
        m_driver.type(address);
        m_driver.press(Qt::Key_Return);
        return true;
    }
    [[nodiscard]] bool download()
    {
        return step("the terms are read", m_driver.waitUntil([this] {
                   const QQuickItem *button = m_driver.named(text("Download"));
                   return button != nullptr && button->isEnabled();
               })) &&
               picture("terms") && step("the button", m_driver.click(m_driver.named(text("Download")))) &&
               step("progress", QTest::qWaitFor([this] { return arriving(); }, 30'000)) && picture("running") && here();
    }
    [[nodiscard]] bool search()
    {
        if (!m_driver.click(m_driver.named(text("Search models, or paste an address"))))
            return false;
        m_driver.type(m_model);
        return m_driver.waitUntil([this] { return listed("catalogueList") == 1; });
    }
    [[nodiscard]] bool seen(const QString &name) const
    {
        return QTest::qWaitFor([&] { return m_driver.find(name) != nullptr; }, 30'000);
    }
    [[nodiscard]] int listed(const char *list) const
    {
        const QQuickItem *item = m_driver.named(text(list));
        return item != nullptr ? item->property("count").toInt() : -1;
    }
    /// The card says so: "…, 1.2 of 2.4 MB …".
    [[nodiscard]] bool arriving() const
    {
        QQuickItem *card = m_driver.find(m_model + text(", "));
        const QString name = card != nullptr ? ui::accessibleName(card) : QString();
        return name.contains(text(" of ")) && name.contains(text("/s"));
    }
    [[nodiscard]] bool inLibrary() const
    {
        const QList<app::ModelCard> &models = m_composition.library().models();
        return models.size() == 1 && !models.first().missing;
    }
    [[nodiscard]] bool picture(const char *name)
    {
        const QString folder = qEnvironmentVariable("PICTURES");
        return folder.isEmpty() || m_driver.picture().save(folder + u'/' + text(name) + text(".png"));
    }

    app::Composition &m_composition;
    ui::WindowDriver m_driver;
    QString m_model;
};

} // namespace

int main(int argc, char **argv)
{
    app::GuardedStart start(argc, argv);
    ui::Window::prepare(CARREL_VERSION);
    start.banNetwork();
    const QGuiApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    QFile authorities(qEnvironmentVariable("TEST_AUTHORITIES"));
    if (arguments.size() != 4 || !start.mayContinue() || !authorities.open(QIODevice::ReadOnly))
        return 2;

    app::CompositionOptions options{.dataFolder = arguments[1], .broker = start.broker()};
    options.modelFolders = QStringList();
    options.downloads = std::make_shared<app::DownloadOptions>();
    options.downloads->authorities = QString::fromLatin1(authorities.readAll());
    options.downloads->checkpointBytes = 65536;
    options.downloads->retryMs = 10;
    app::Composition composition(std::move(options));
    ui::Window window(composition);
    QObject::connect(&composition, &app::Composition::opened, &composition, &app::Composition::startDocuments);
    if (!window.show() || !QTest::qWaitForWindowExposed(window.quickWindow()))
        return 2;
    composition.start();
    Hands hands(composition, window.quickWindow(), arguments[3]);
    const QString what = arguments[2];
    const bool done = what == text("get")       ? hands.get()
                      : what == text("address") ? hands.address()
                      : what == text("refused") ? hands.refused()
                                                : hands.here();
    return done ? 0 : 1;
}
