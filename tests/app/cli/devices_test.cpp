// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which device carrel-cli takes, with drivers that work, crash or hang: every command as `ask` does, and no driver in
// this program before carrel-probe has tried it.
#include "tests/app/cli/cli_home.h"
#include "tests/support/tiny_model.h"

#include <QFile>
#include <QTest>

using tests::CliHome;
using tests::CliRun;

class CliDevicesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void everyCommandTakesTheSameDevice_data();
    void everyCommandTakesTheSameDevice();
    void aCrashingDriverEndsNoCommand_data();
    void aCrashingDriverEndsNoCommand();
    void softwareIsTriedBeforeItIsUsed_data();
    void softwareIsTriedBeforeItIsUsed();
    void aBrokenDriverLeavesTheOthers_data();
    void aBrokenDriverLeavesTheOthers();
    void whatWasLeftAloneIsTriedAgainWhenAsked_data();
    void whatWasLeftAloneIsTriedAgainWhenAsked();
    void aNamedDeviceThatCannotBeUsedIsTold();

private:
    static void useDriver(const QByteArray &behaviour, const QByteArray &kind, const QByteArray &drivers = TEST_DRIVER)
    {
        qputenv("VK_DRIVER_FILES", drivers);
        qputenv("VK_TEST_DRIVER", behaviour);
        qputenv("VK_TEST_DRIVER_KIND", kind);
    }
    /// The device that a command says it ran on: its id where it gives one, else its name.
    [[nodiscard]] QString deviceOf(const CliHome &home, const QString &command, const QStringList &more) const;

    CliHome m_home; ///< of drivers that work: its kernels are compiled once
};

namespace {

void install(const CliHome &home)
{
    tests::writeTinyModel(home.models().toStdString() + "/tiny.gguf");
    QFile text(home.file(QStringLiteral("text.txt")));
    if (!text.open(QIODevice::WriteOnly) || text.write(QByteArray("The quick brown fox. ").repeated(20)) < 0)
        qFatal("the text cannot be written");
}

QJsonObject device(const CliHome &home, QLatin1StringView id, const QStringList &more = {})
{
    const CliRun run = home.run(QStringList{QStringLiteral("devices"), QStringLiteral("--json")} + more);
    if (run.status != 0)
        qFatal("devices: %s", run.err.constData());
    for (const QJsonObject &object : run.objects()) {
        if (object.value(QStringLiteral("id")) == id)
            return object;
    }
    return {};
}

} // namespace

void CliDevicesTest::initTestCase()
{
    install(m_home);
}

QString CliDevicesTest::deviceOf(const CliHome &home, const QString &command, const QStringList &more) const
{
    QStringList arguments{QStringLiteral("--data"), home.data(), command, QStringLiteral("-m"), QStringLiteral("tiny"),
                          QStringLiteral("--json")};
    arguments += more;
    if (command == QStringLiteral("bench"))
        arguments += {QStringLiteral("-p"), QStringLiteral("8"),  QStringLiteral("-n"),
                      QStringLiteral("4"),  QStringLiteral("-r"), QStringLiteral("1")};
    else if (command == QStringLiteral("perplexity"))
        arguments += {QStringLiteral("-c"), QStringLiteral("32"), QStringLiteral("--chunks"), QStringLiteral("1"),
                      home.file(QStringLiteral("text.txt"))};
    else if (command == QStringLiteral("complete"))
        arguments += {QStringLiteral("-n"), QStringLiteral("2")};
    else
        arguments += {QStringLiteral("hello")};
    const CliRun run = home.run(arguments, "Once upon");
    if (run.status != 0)
        return QStringLiteral("status %1: ").arg(run.status) + QString::fromUtf8(run.err);
    const QJsonObject object = run.object();
    const QJsonObject record = object.value(QStringLiteral("record")).toObject();
    return (record.isEmpty() ? object : record).value(QStringLiteral("device")).toString();
}

void CliDevicesTest::everyCommandTakesTheSameDevice_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QStringList>("more");
    QTest::addColumn<QString>("expected"); ///< id
    for (const char *command : {"ask", "complete", "bench", "perplexity"}) {
        const auto row = [command](const char *kind, const QStringList &more, const char *expected) {
            QTest::addRow("%s on %s %s", command, kind, qPrintable(more.join(QLatin1Char(' '))))
                << QString::fromLatin1(command) << QByteArray(kind) << more << QString::fromLatin1(expected);
        };
        const QString option = QStringLiteral("--device");
        row("discrete", {}, "vulkan:0");
        if (QLatin1StringView(command) == QLatin1StringView("ask"))
            row("discrete", {option, QStringLiteral("auto")}, "vulkan:0");
        row("discrete", {option, QStringLiteral("cpu")}, "cpu");
        // Software is for who names it.
        row("software", {}, "cpu");
        row("software", {option, QStringLiteral("vulkan")}, "vulkan:0");
    }
}

void CliDevicesTest::everyCommandTakesTheSameDevice()
{
    QFETCH(QString, command);
    QFETCH(QByteArray, kind);
    QFETCH(QStringList, more);
    QFETCH(QString, expected);
    useDriver("works", kind);
    // An answer's record holds the device's name, the others say its id.
    if (command == QStringLiteral("ask"))
        expected =
            device(m_home, expected == QStringLiteral("cpu") ? QLatin1StringView("cpu") : QLatin1StringView("vulkan:0"))
                .value(QStringLiteral("name"))
                .toString();
    QVERIFY(!expected.isEmpty());
    QCOMPARE(deviceOf(m_home, command, more), expected);
}

void CliDevicesTest::aCrashingDriverEndsNoCommand_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QByteArray>("behaviour");
    for (const char *command : {"ask", "complete", "bench", "perplexity"}) {
        for (const char *behaviour : {"crash-load", "crash-device"})
            QTest::addRow("%s, %s", command, behaviour) << QString::fromLatin1(command) << QByteArray(behaviour);
    }
}

void CliDevicesTest::aCrashingDriverEndsNoCommand()
{
    QFETCH(QString, command);
    QFETCH(QByteArray, behaviour);
    const CliHome home;
    install(home);
    useDriver(behaviour, "discrete");
    const bool whileLoaded = behaviour == "crash-load";
    const QString ran = deviceOf(home, command, {});
    const QJsonObject broken = device(home, whileLoaded ? QLatin1StringView("vulkan") : QLatin1StringView("vulkan:0"));
    // Where drivers crash while they are loaded, the list has no name for the processor.
    useDriver("works", "discrete");
    const QString processor = device(m_home, QLatin1StringView("cpu")).value(QStringLiteral("name")).toString();
    QCOMPARE(ran, command == QStringLiteral("ask") ? processor : QStringLiteral("cpu"));
    QVERIFY(broken.value(QStringLiteral("quarantined")).toBool());
    QVERIFY(!broken.value(QStringLiteral("usable")).toBool(true));
    QVERIFY(broken.value(QStringLiteral("reason")).toString().contains(QStringLiteral("crashed")));
}

void CliDevicesTest::softwareIsTriedBeforeItIsUsed_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QString>("name");
    for (const char *command : {"ask", "complete", "bench", "perplexity"}) {
        for (const char *name : {"vulkan", "vulkan:0"})
            QTest::addRow("%s on %s", command, name) << QString::fromLatin1(command) << QString::fromLatin1(name);
    }
}

// Without the check the driver's crash would end the command itself.
void CliDevicesTest::softwareIsTriedBeforeItIsUsed()
{
    QFETCH(QString, command);
    QFETCH(QString, name);
    const CliHome home;
    install(home);
    useDriver("crash-device", "software");
    const QString told = deviceOf(home, command, {QStringLiteral("--device"), name});
    QVERIFY2(told.startsWith(QStringLiteral("status 1: carrel-cli: ")) && told.contains(QStringLiteral("crashed")),
             qPrintable(told));
    QVERIFY(device(home, QLatin1StringView("vulkan:0")).value(QStringLiteral("quarantined")).toBool());
}

void CliDevicesTest::aBrokenDriverLeavesTheOthers_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QStringList>("more");
    for (const char *command : {"ask", "complete", "bench", "perplexity"}) {
        QTest::addRow("%s", command) << QString::fromLatin1(command) << QByteArray("discrete") << QStringList();
        QTest::addRow("%s --device vulkan", command)
            << QString::fromLatin1(command) << QByteArray("software")
            << QStringList{QStringLiteral("--device"), QStringLiteral("vulkan")};
    }
}

// The command's own process loads drivers as well: the broken one would end it.
void CliDevicesTest::aBrokenDriverLeavesTheOthers()
{
    QFETCH(QString, command);
    QFETCH(QByteArray, kind);
    QFETCH(QStringList, more);
    useDriver("works", kind, BROKEN_DRIVER ":" TEST_DRIVER);
    // The first command finds it, the second knows it.
    for (int start = 0; start < 2; ++start) {
        const QString ran = deviceOf(m_home, command, more);
        const QJsonObject sound = device(m_home, QLatin1StringView("vulkan:0"));
        QVERIFY(!sound.isEmpty());
        QCOMPARE(ran, command == QStringLiteral("ask") ? sound.value(QStringLiteral("name")).toString()
                                                       : QStringLiteral("vulkan:0"));
    }
    const QJsonObject broken = device(m_home, QLatin1StringView("vulkan"));
    QCOMPARE(broken.value(QStringLiteral("name")).toString(), QStringLiteral("Graphics driver broken"));
    QVERIFY(broken.value(QStringLiteral("quarantined")).toBool());
    QVERIFY(broken.value(QStringLiteral("reason")).toString().contains(QStringLiteral("The graphics driver broken ")));
}

void CliDevicesTest::whatWasLeftAloneIsTriedAgainWhenAsked_data()
{
    QTest::addColumn<QByteArray>("behaviour");
    QTest::addRow("a driver") << QByteArray("crash-load");
    QTest::addRow("a device") << QByteArray("crash-device");
}

void CliDevicesTest::whatWasLeftAloneIsTriedAgainWhenAsked()
{
    QFETCH(QByteArray, behaviour);
    const QLatin1StringView id(behaviour == "crash-load" ? "vulkan" : "vulkan:0");
    const QStringList retry{QStringLiteral("--retry")};
    const CliHome home;
    useDriver(behaviour, "discrete");
    QVERIFY(device(home, id).value(QStringLiteral("quarantined")).toBool());
    // It still crashes.
    QVERIFY(device(home, id, retry).value(QStringLiteral("quarantined")).toBool());
    useDriver("works", "discrete");
    QVERIFY(device(home, id).value(QStringLiteral("quarantined")).toBool());
    const QJsonObject again = device(home, QLatin1StringView("vulkan:0"), retry);
    QVERIFY2(again.value(QStringLiteral("usable")).toBool(),
             qPrintable(again.value(QStringLiteral("reason")).toString()));
    QVERIFY(!again.value(QStringLiteral("quarantined")).toBool(true));
}

void CliDevicesTest::aNamedDeviceThatCannotBeUsedIsTold()
{
    const CliHome home;
    install(home);
    useDriver("crash-load", "discrete");
    for (const char *command : {"ask", "complete", "bench", "perplexity"}) {
        for (const char *name : {"vulkan", "vulkan:0"}) {
            const QString told =
                deviceOf(home, QString::fromLatin1(command), {QStringLiteral("--device"), QString::fromLatin1(name)});
            QVERIFY2(told.startsWith(QStringLiteral("status 1: carrel-cli: ")) &&
                         told.contains(QStringLiteral("crashed")),
                     qPrintable(told));
        }
    }
    useDriver("works", "discrete");
    const QString absent =
        deviceOf(m_home, QStringLiteral("complete"), {QStringLiteral("--device"), QStringLiteral("vulkan:7")});
    QVERIFY2(absent.startsWith(QStringLiteral("status 1: carrel-cli: ")) && absent.contains(QStringLiteral("vulkan:7")),
             qPrintable(absent));
}

QTEST_GUILESS_MAIN(CliDevicesTest)
#include "devices_test.moc"
