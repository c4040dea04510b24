// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/download/part_file.h"
#include "app/download/sha256.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace app::download;
using Kind = FileFault::Kind;

class PartFileTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void aFileGetsItsNameWhenItIsWhole()
    {
        auto part = PartFile::open(folder() / "deeper" / "still", "a.gguf");
        QVERIFY(part.has_value());
        QVERIFY(part->reserve(11));
        QCOMPARE(part->size().value(), 11U);
        QVERIFY(part->write(6, bytes("world")));
        QVERIFY(part->write(0, bytes("hello ")));
        QVERIFY(!QFile::exists(path("deeper/still/a.gguf")));
        QVERIFY(part->publish());
        QCOMPARE(content("deeper/still/a.gguf"), QByteArray("hello world"));
        QVERIFY(!QFile::exists(path("deeper/still/a.gguf.part")));
        QCOMPARE(part->path(), folder() / "deeper" / "still" / "a.gguf");
    }

    void anotherFileIsNeverReplaced()
    {
        write("there", "mine");
        QCOMPARE(PartFile::open(folder(), "there").error().kind, Kind::Exists);
        // One that comes in between.
        auto part = PartFile::open(folder(), "late");
        QVERIFY(part && part->write(0, bytes("new")));
        write("late", "mine");
        QCOMPARE(part->publish().error().kind, Kind::Exists);
        QCOMPARE(content("late"), QByteArray("mine"));
        QCOMPARE(content("late.part"), QByteArray("new"));
    }

    void oneWritesAtATime()
    {
        auto one = PartFile::open(folder(), "x");
        QVERIFY(one.has_value());
        QCOMPARE(PartFile::open(folder(), "x").error().kind, Kind::InUse);
        one->remove();
        auto two = PartFile::open(folder(), "x");
        QVERIFY(two.has_value());
    }

    void linksAreNotFollowed()
    {
        write("victim", "precious");
        QVERIFY(QFile::link(path("victim"), path("x.part")));
        QVERIFY(!PartFile::open(folder(), "x"));
        QCOMPARE(content("victim"), QByteArray("precious"));
    }

    void aNameIsNoPath()
    {
        for (const char *name : {"", "..", "../x", "a/b", ".x"})
            QCOMPARE(PartFile::open(folder(), name).error().kind, Kind::BadName);
    }

    void aFolderThatCannotBeMadeIsSaidSo()
    {
        write("file", "x");
        QCOMPARE(PartFile::open(folder() / "file", "x").error().kind, Kind::NoFolder);
    }

    void roomIsLookedForFirst()
    {
        auto part = PartFile::open(folder(), "x");
        const auto reserved = part->reserve(std::uint64_t{1} << 60U);
        QVERIFY(!reserved && reserved.error().kind == Kind::NoSpace);
        QVERIFY(reserved.error().freeBytes > 0 && reserved.error().neededBytes == std::uint64_t{1} << 60U);
        QCOMPARE(part->size().value(), 0U);
    }

    void whatIsThereStaysWhenRoomIsTaken()
    {
        {
            auto part = PartFile::open(folder(), "x");
            QVERIFY(part->write(0, bytes("12345")));
        }
        auto part = PartFile::open(folder(), "x");
        QVERIFY(part->reserve(10));
        std::array<std::byte, 5> read{};
        QVERIFY(part->read(0, read));
        QVERIFY(std::ranges::equal(read, bytes("12345")));
        QVERIFY(!part->read(8, read));
        QVERIFY(part->reserve(3));
        QCOMPARE(part->size().value(), 3U);
    }

    void aHashGoesOnFromACopy()
    {
        Sha256 hash;
        hash.add(bytes("ab"));
        Sha256 copy = hash;
        QCOMPARE(hexOf(hash.digest()), hexOf(copy.digest()));
        hash.add(bytes("c"));
        QCOMPARE(hexOf(hash.digest()), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QVERIFY(copy.digest() != hash.digest());
        QCOMPARE(digestFrom(hexOf(hash.digest())), std::optional(hash.digest()));
        QVERIFY(!digestFrom("ba78") && !digestFrom(std::string(64, 'g')));
    }

private:
    [[nodiscard]] std::filesystem::path folder() const { return m_folder->path().toStdString(); }
    [[nodiscard]] QString path(const char *name) const { return m_folder->filePath(QString::fromLatin1(name)); }
    static std::span<const std::byte> bytes(std::string_view text) { return std::as_bytes(std::span(text)); }
    void write(const char *name, const QByteArray &text) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    }
    [[nodiscard]] QByteArray content(const char *name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(PartFileTest)
#include "part_file_test.moc"
