// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/get_desk.h"

#include "app/catalogue/hub_address.h"
#include "tests/app/support/fake_hub.h"

#include <QSignalSpy>
#include <QTest>

using namespace app;

namespace {

const QString kRepository = QStringLiteral("a/b");
const QByteArray kHash = QByteArray(64, 'b');

struct Fixture {
    Fixture()
        : devices(settings, [](const auto &...) { return std::vector<DeviceValue>(); })
        , catalogue({.devices = devices, .settings = settings, .port = &hub}, {})
    {
        desk.setCatalogue(&catalogue);
        desk.setDevices(&devices);
        desk.setSettings(&settings);
        hub.files[catalogue::recordAddress(kRepository)] = R"({"cardData": {"license": "mit"}})";
        hub.files[catalogue::treeAddress(kRepository, {})] =
            R"([{"type": "file", "path": "m.gguf", "size": 120, "lfs": {"oid": ")" + kHash + R"(", "size": 120}}])";
    }

    /// Another file by now at the source of a model that is called M.
    static ModelUpdate changed()
    {
        ModelUpdate update;
        update.modelId = QStringLiteral("m");
        update.state = ModelUpdate::State::Changed;
        update.requests.append({.title = QStringLiteral("M"),
                                .url = catalogue::fileAddress(kRepository, {}, QStringLiteral("m.gguf")),
                                .fileName = QStringLiteral("m-bbbbbbbb.gguf"),
                                .bytes = 120,
                                .sha256 = QString::fromLatin1(kHash),
                                .sha256Source = QStringLiteral("hub"),
                                .catalogueId = {},
                                .licenceId = QStringLiteral("apache-2.0"),
                                .licenceText = {}});
        return update;
    }

    Settings settings{QString()};
    tests::FakeHub hub;
    DeviceService devices;
    CatalogueService catalogue;
    ui::GetDesk desk;
};

} // namespace

class GetDeskTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aNewerFileIsShownWithTheLicenceOfNow();
    void aNewerFileThatIsGoneAgainFails();
    void aSourceThatDoesNotAnswerFails();
    void whatWasLeftIsNotTaken();
};

void GetDeskTest::aNewerFileIsShownWithTheLicenceOfNow()
{
    Fixture f;
    f.desk.askNewer(Fixture::changed());
    QCOMPARE(f.desk.phase(), ui::GetDesk::Asking);
    QCOMPARE(f.desk.title(), QStringLiteral("M"));
    QTRY_COMPARE(f.desk.phase(), ui::GetDesk::Ready);
    QCOMPARE(f.desk.licence().id, QStringLiteral("mit"));
    QCOMPARE(f.desk.title(), QStringLiteral("M"));
    // Nothing of it shows where addresses are pasted.
    QVERIFY(f.desk.found().isEmpty());
    QVERIFY(!f.desk.isLooking());
}

void GetDeskTest::aNewerFileThatIsGoneAgainFails()
{
    Fixture f;
    f.hub.files[catalogue::treeAddress(kRepository, {})] =
        R"([{"type": "file", "path": "other.gguf", "size": 120, "lfs": {"oid": ")" + kHash + R"(", "size": 120}}])";
    f.desk.askNewer(Fixture::changed());
    QTRY_COMPARE(f.desk.phase(), ui::GetDesk::Failed);
    QVERIFY(!f.desk.failure().isEmpty());
}

void GetDeskTest::aSourceThatDoesNotAnswerFails()
{
    Fixture f;
    f.hub.failures[catalogue::recordAddress(kRepository)] = QStringLiteral("download.offline");
    f.desk.askNewer(Fixture::changed());
    QTRY_COMPARE(f.desk.phase(), ui::GetDesk::Failed);
    QCOMPARE(f.desk.failure().code, QStringLiteral("download.offline"));
    QVERIFY(f.desk.lookFailure().isEmpty());
}

void GetDeskTest::whatWasLeftIsNotTaken()
{
    Fixture f;
    f.desk.askNewer(Fixture::changed());
    f.desk.leave();
    QSignalSpy answered(&f.catalogue, &CatalogueService::lookedUp);
    QVERIFY(answered.wait());
    QCOMPARE(f.desk.phase(), ui::GetDesk::Idle);
}

QTEST_GUILESS_MAIN(GetDeskTest)
#include "get_desk_test.moc"
