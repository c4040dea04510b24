// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel: the window.
#include "app/composition.h"
#include "app/guarded_start.h"
#include "app/logging.h"
#include "app/platform/broker.h"
#include "app/platform/network_ban.h"
#include "app/platform/single_instance.h"
#include "ui/shell/window.h"

#include <QCommandLineParser>
#include <QCryptographicHash>
#include <QDir>
#include <QGuiApplication>
#include <QQuickWindow>
#include <QSocketNotifier>
#include <QStandardPaths>
#include <QThreadPool>
#include <QTimer>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace {

struct Options {
    QString dataFolder;
    QString screenshot; ///< where a picture of the window goes; empty: none
    bool measureStart = false;
    bool verbose = false;
};

QString words(const char *text)
{
    return QCoreApplication::translate("main", text);
}

void say(std::FILE *stream, const QString &line)
{
    std::fputs(qPrintable(line + QLatin1Char('\n')), stream);
    std::fflush(stream);
}

// Ends the program after --help, --version or an option that does not exist.
Options readOptions(const QCoreApplication &application)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(words(QT_TRANSLATE_NOOP("main", "Private local assistants on your own machine")));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption data(QStringLiteral("data"), words(QT_TRANSLATE_NOOP("main", "Another data folder.")),
                                  QStringLiteral("folder"), app::defaultDataFolder());
    const QCommandLineOption verbose(
        QStringLiteral("verbose"),
        words(QT_TRANSLATE_NOOP("main", "Technical lines on standard error; never what you wrote.")));
    const QCommandLineOption measure(
        QStringLiteral("measure-start"),
        words(QT_TRANSLATE_NOOP("main", "Prints the milliseconds until the first picture of the window, and ends.")));
    const QCommandLineOption screenshot(
        QStringLiteral("screenshot"),
        words(QT_TRANSLATE_NOOP("main", "Writes a picture of the window to this PNG file, and ends.")),
        QStringLiteral("file"));
    const QCommandLineOption withoutBan(
        QString::fromLatin1(app::GuardedStart::withoutBanOption()),
        words(QT_TRANSLATE_NOOP("main", "Start even where the system cannot forbid Carrel the network.")));
    parser.addOptions({data, verbose, measure, screenshot, withoutBan});
    parser.process(application);
    return {.dataFolder = QDir(parser.value(data)).absolutePath(),
            .screenshot = parser.value(screenshot),
            .measureStart = parser.isSet(measure),
            .verbose = parser.isSet(verbose)};
}

// Neither needs a display.
bool wantsWordsAlone(int argc, char **argv)
{
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument(argv[i]);
        if (argument == "--help" || argument == "-h" || argument == "--help-all" || argument == "--version" ||
            argument == "-v")
            return true;
    }
    return false;
}

// Milliseconds since the kernel started this process; its clock for that ticks a hundred times a second.
double millisecondsSinceStart()
{
    std::ifstream file("/proc/self/stat");
    std::string stat;
    std::getline(file, stat);
    std::istringstream fields(stat.substr(stat.rfind(')') + 1));
    std::string field;
    for (int number = 3; number <= 22; ++number)
        fields >> field;
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    const double ticks = std::strtod(field.c_str(), nullptr);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6 -
           ticks * 1e3 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::string instancePath(const QString &dataFolder)
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    const QByteArray name = QCryptographicHash::hash(dataFolder.toUtf8(), QCryptographicHash::Sha256).toHex().first(16);
    return QString(folder + QStringLiteral("/carrel-") + QString::fromLatin1(name)).toStdString();
}

void raise(QQuickWindow *window, const std::string &token)
{
    if (window == nullptr)
        return;
    if (!token.empty())
        qputenv("XDG_ACTIVATION_TOKEN", QByteArray::fromStdString(token));
    window->setWindowStates(window->windowStates() & ~Qt::WindowMinimized);
    window->show();
    window->raise();
    window->requestActivate();
}

// Links and folders go through the broker, off the GUI thread; what cannot be opened becomes a notice.
class Opener {
public:
    Opener(app::platform::Broker *broker, ui::AppContext &context)
        : m_broker(broker)
        , m_context(context)
    {
        m_thread.setMaxThreadCount(1);
        QObject::connect(&context, &ui::AppContext::linkRequested, &context,
                         [this](const QString &target) { open(&app::platform::Broker::openLink, target); });
        QObject::connect(&context, &ui::AppContext::fileRequested, &context,
                         [this](const QString &path) { open(&app::platform::Broker::openFile, path); });
    }
    ~Opener() { m_thread.waitForDone(); }

private:
    using Open = std::expected<app::platform::Descriptor, app::platform::BrokerError> (app::platform::Broker::*)(
        const std::string &);

    void open(Open how, const QString &target)
    {
        m_thread.start([this, how, text = target.toStdString()] {
            QString failure = words(QT_TRANSLATE_NOOP(
                "main", "Carrel cannot open other programs since its helper has ended. Start Carrel again."));
            if (m_broker != nullptr) {
                const auto opened = (m_broker->*how)(text);
                failure = opened ? QString() : sentence(opened.error());
            }
            if (!failure.isEmpty())
                QMetaObject::invokeMethod(&m_context, [this, failure] { Q_EMIT m_context.noticed(failure); });
        });
    }

    static QString sentence(app::platform::BrokerError error)
    {
        using Error = app::platform::BrokerError;
        if (error == Error::NotAllowed)
            return words(
                QT_TRANSLATE_NOOP("main", "Carrel opens web and mail addresses and documents, and nothing else."));
        if (error == Error::NotInstalled)
            return words(QT_TRANSLATE_NOOP(
                "main", "This system has no xdg-open, so Carrel cannot open it. Install the package xdg-utils."));
        return words(QT_TRANSLATE_NOOP("main", "It could not be opened. Start Carrel again, then try once more."));
    }

    app::platform::Broker *m_broker;
    ui::AppContext &m_context;
    QThreadPool m_thread;
};

// Lists fill and fades end within this time on a slow machine; a picture has no other moment that could be waited for.
constexpr std::chrono::milliseconds kPictureSettles{2500};

void takePicture(QQuickWindow *window, const QString &file)
{
    if (window->grabWindow().save(file, "PNG")) {
        QCoreApplication::quit();
        return;
    }
    say(stderr, words(QT_TRANSLATE_NOOP("main", "carrel: %1 could not be written. Choose another folder.")).arg(file));
    QCoreApplication::exit(1);
}

int run(app::GuardedStart &start, const Options &options)
{
    app::platform::SingleInstance instance(instancePath(options.dataFolder));
    if (!options.measureStart && options.screenshot.isEmpty()) {
        if (instance.raiseOther(qgetenv("XDG_ACTIVATION_TOKEN").toStdString())) {
            say(stdout, words(QT_TRANSLATE_NOOP("main", "Carrel is open already; its window comes to the front.")));
            return 0;
        }
        // Without it a second start says that the data folder is in use.
        if (!instance.listen())
            qCInfo(app::lcApp) << "no socket for a second start";
    }

    app::Composition composition({.dataFolder = options.dataFolder, .broker = start.broker()});
    ui::Window window(composition);
    const Opener opener(start.broker(), window.context());
    if (!window.show()) {
        say(stderr, words(QT_TRANSLATE_NOOP("main", "carrel: the window could not be made. Install Carrel again.")));
        return 1;
    }
    if (options.measureStart) {
        QObject::connect(
            window.quickWindow(), &QQuickWindow::frameSwapped, window.quickWindow(),
            [] {
                std::printf("%.0f\n", millisecondsSinceStart());
                std::fflush(stdout);
                QCoreApplication::quit();
            },
            static_cast<Qt::ConnectionType>(Qt::QueuedConnection | Qt::SingleShotConnection));
    }
    if (!options.screenshot.isEmpty()) {
        const auto later = [&window, &options] {
            QTimer::singleShot(kPictureSettles, window.quickWindow(),
                               [&window, &options] { takePicture(window.quickWindow(), options.screenshot); });
        };
        QObject::connect(&composition, &app::Composition::opened, window.quickWindow(), later);
        QObject::connect(&composition, &app::Composition::openFailed, window.quickWindow(), later);
    }
    QSocketNotifier asked(QSocketNotifier::Read);
    if (instance.descriptor() >= 0) {
        asked.setSocket(instance.descriptor());
        QObject::connect(&asked, &QSocketNotifier::activated, &composition, [&] {
            if (const auto token = instance.accept())
                raise(window.quickWindow(), *token);
        });
        asked.setEnabled(true);
    }
    // Documents wait until the conversations are there.
    QObject::connect(&composition, &app::Composition::opened, &composition, [&composition] {
        constexpr std::chrono::milliseconds shown{800};
        QTimer::singleShot(shown, &composition, [&composition] { composition.startDocuments(); });
    });
    // Drivers, files and the database wait until the window is there.
    QTimer::singleShot(0, &composition, [&composition] { composition.start(); });
    return QGuiApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    app::GuardedStart start(argc, argv);
    ui::Window::prepare(CARREL_VERSION);
    if (wantsWordsAlone(argc, argv)) {
        const QCoreApplication application(argc, argv);
        readOptions(application);
        return 0;
    }
    const char *display = std::getenv("DISPLAY");
    // An X server on another machine is reached over the network: that one connection is made first.
    if (!app::platform::isNetworkDisplay(display != nullptr ? display : ""))
        start.banNetwork();
    const QGuiApplication application(argc, argv);
    start.banNetwork();
    const Options options = readOptions(application);
    app::installLogging(options.verbose ? app::LogLevel::Everything : app::LogLevel::Warnings);
    app::keepLog(QStandardPaths::writableLocation(QStandardPaths::GenericStateLocation) +
                 QStringLiteral("/carrel/carrel.log"));
    if (!start.mayContinue()) {
        say(stderr, QStringLiteral("carrel: ") + start.complaint());
        return 1;
    }
    return run(start, options);
}
