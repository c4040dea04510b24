// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/model/gguf_file.h"

#include "tests/support/gguf_writer.h"
#include "tests/support/tiny_model.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <fstream>

using namespace inference;
using namespace tests;

namespace {

template <class T>
Bytes bytesOf(T value)
{
    Bytes out;
    append(out, value);
    return out;
}

template <class T>
Bytes arrayOf(std::uint32_t type, std::vector<T> values)
{
    Bytes out;
    append(out, type);
    append(out, static_cast<std::uint64_t>(values.size()));
    for (const T value : values) {
        append(out, value);
    }
    return out;
}

GgufWriter sample()
{
    GgufWriter writer;
    writer.string("name", "carrel").u32("u32", 7).i32("i32", -7).u64("u64", UINT64_MAX).f32("f32", 0.5F);
    writer.boolean("yes", true).boolean("no", false).string("empty", "");
    writer.raw("u8", 0, bytesOf(std::uint8_t{200})).raw("i8", 1, bytesOf(std::int8_t{-100}));
    writer.raw("u16", 2, bytesOf(std::uint16_t{60000})).raw("i16", 3, bytesOf(std::int16_t{-30000}));
    writer.raw("i64", 11, bytesOf(INT64_MIN)).raw("f64", 12, bytesOf(1e300));
    writer.strings("strings", std::vector<std::string>{"a", "", "Ġthe"});
    writer.i32s("i32s", std::vector{1, -2, 3}).f32s("f32s", std::vector{1.5F, -2.0F});
    writer.raw("u8s", 9, arrayOf<std::uint8_t>(0, {1, 255})).raw("i8s", 9, arrayOf<std::int8_t>(1, {1, -1}));
    writer.raw("u16s", 9, arrayOf<std::uint16_t>(2, {1, 65535})).raw("i16s", 9, arrayOf<std::int16_t>(3, {1, -1}));
    writer.raw("u32s", 9, arrayOf<std::uint32_t>(4, {1, UINT32_MAX}))
        .raw("i64s", 9, arrayOf<std::int64_t>(11, {1, INT64_MIN}));
    writer.raw("u64s", 9, arrayOf<std::uint64_t>(10, {1, UINT64_MAX})).raw("f64s", 9, arrayOf<double>(12, {0.25}));
    writer.raw("bools", 9, arrayOf<std::uint8_t>(7, {1, 0, 1})).raw("none", 9, arrayOf<std::uint32_t>(4, {}));
    return writer;
}

std::shared_ptr<const GgufFile> parsed(const Bytes &bytes, GgufScope scope = GgufScope::Whole)
{
    auto file = GgufFile::parse(bytes, scope);
    INFO((file ? "" : file.error().detail));
    REQUIRE(file.has_value());
    return *file;
}

template <class T>
std::vector<T> elements(const GgufFile &file, std::string_view key)
{
    const GgufArray *array = file.array(key);
    REQUIRE(array != nullptr);
    const auto *values = std::get_if<std::vector<T>>(&array->elements);
    REQUIRE(values != nullptr);
    return *values;
}

} // namespace

TEST_CASE("every value type is read")
{
    const Bytes bytes = sample().bytes();
    const auto file = parsed(bytes);
    CHECK(file->string("name") == "carrel");
    CHECK(file->string("empty") == "");
    CHECK(file->integer("u8") == 200);
    CHECK(file->integer("i8") == -100);
    CHECK(file->integer("u16") == 60000);
    CHECK(file->integer("i16") == -30000);
    CHECK(file->integer("u32") == 7);
    CHECK(file->integer("i32") == -7);
    CHECK(file->integer("i64") == INT64_MIN);
    CHECK(file->number("f32") == 0.5);
    CHECK(file->number("f64") == 1e300);
    CHECK(file->boolean("yes") == true);
    CHECK(file->boolean("no") == false);
    CHECK(elements<std::string_view>(*file, "strings") == std::vector<std::string_view>{"a", "", "Ġthe"});
    using Integers = std::vector<std::int64_t>;
    CHECK(elements<std::int64_t>(*file, "u8s") == Integers{1, 255});
    CHECK(elements<std::int64_t>(*file, "i8s") == Integers{1, -1});
    CHECK(elements<std::int64_t>(*file, "u16s") == Integers{1, 65535});
    CHECK(elements<std::int64_t>(*file, "i16s") == Integers{1, -1});
    CHECK(elements<std::int64_t>(*file, "u32s") == Integers{1, UINT32_MAX});
    CHECK(elements<std::int64_t>(*file, "i32s") == Integers{1, -2, 3});
    CHECK(elements<std::int64_t>(*file, "i64s") == Integers{1, INT64_MIN});
    CHECK(elements<std::uint64_t>(*file, "u64s") == std::vector<std::uint64_t>{1, UINT64_MAX});
    CHECK(elements<double>(*file, "f32s") == std::vector{1.5, -2.0});
    CHECK(elements<double>(*file, "f64s") == std::vector{0.25});
    CHECK(elements<bool>(*file, "bools") == std::vector{true, false, true});
    CHECK(elements<std::int64_t>(*file, "none").empty());
}

TEST_CASE("a typed look-up of another kind gives nothing")
{
    const Bytes bytes = sample().bytes();
    const auto file = parsed(bytes);
    CHECK_FALSE(file->integer("u64").has_value()); // does not fit
    CHECK(file->number("u64") == 0x1p64);
    CHECK(file->number("i32") == -7.0);
    CHECK_FALSE(file->integer("f32").has_value());
    CHECK_FALSE(file->integer("yes").has_value());
    CHECK_FALSE(file->number("name").has_value());
    CHECK_FALSE(file->string("u32").has_value());
    CHECK_FALSE(file->boolean("u8").has_value());
    CHECK(file->array("name") == nullptr);
    for (const std::string_view missing : {"", "nam", "name2", "zzz", "\xff"}) {
        CHECK(file->find(missing) == nullptr);
        CHECK(file->tensor(missing) == nullptr);
    }
}

TEST_CASE("metadata keeps the order of the file and every key is found")
{
    const Bytes bytes = sample().bytes();
    const auto file = parsed(bytes);
    CHECK(file->metadata().front().first == "name");
    CHECK(file->metadata().back().first == "none");
    for (const auto &[key, value] : file->metadata()) {
        CHECK(file->find(key) == &value);
    }
}

TEST_CASE("tensors lie where the header says, for every alignment and both versions")
{
    const std::uint32_t alignment = GENERATE(8U, 16U, 32U, 64U, 4096U);
    const std::uint32_t version = GENERATE(2U, 3U);
    GgufWriter writer;
    writer.overrides({.version = version}).alignment(alignment);
    const auto filled = [](std::size_t size, int value) { return Bytes(size, static_cast<std::byte>(value)); };
    writer.tensor("one", {5}, TensorType::F32, filled(20, 1));
    writer.tensor("two", {32, 3}, TensorType::Q4_0, filled(54, 2));
    writer.tensor("three", {2, 3, 4, 5}, TensorType::F16, filled(240, 3));
    writer.tensor("four", {256}, TensorType::Q6_K, filled(210, 4));
    const Bytes bytes = writer.bytes();
    const auto file = parsed(bytes);
    CHECK(file->version() == version);
    CHECK(file->alignment() == alignment);
    CHECK(file->isComplete());
    CHECK(file->fileBytes() == bytes.size());
    REQUIRE(file->tensors().size() == 4);
    const std::vector<std::string_view> names = {"one", "two", "three", "four"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const GgufTensor *tensor = file->tensor(names[i]);
        REQUIRE(tensor == &file->tensors()[i]);
        const auto data = file->data(*tensor);
        CHECK(data.size() == tensor->bytes);
        CHECK(std::ranges::all_of(data, [i](std::byte b) { return b == static_cast<std::byte>(i + 1); }));
        CHECK((data.data() - bytes.data()) % alignment == 0);
    }
    CHECK(file->tensor("three")->shape == std::array<std::uint64_t, 4>{2, 3, 4, 5});
    CHECK(file->tensor("one")->shape == std::array<std::uint64_t, 4>{5, 1, 1, 1});
    CHECK(file->tensor("one")->dimensions == 1);
}

TEST_CASE("padding after the last tensor may be missing")
{
    GgufWriter writer;
    writer.tensor("t", {5}, TensorType::F32, Bytes(20));
    Bytes bytes = writer.bytes();
    REQUIRE(bytes.size() % 32 == 0);
    bytes.resize(bytes.size() - 12);
    CHECK(parsed(bytes)->isComplete());
}

TEST_CASE("a file without tensors is complete")
{
    GgufWriter writer;
    writer.u32("a", 1);
    CHECK(parsed(writer.header())->isComplete());
}

TEST_CASE("tensors of known but unreadable types have their size")
{
    GgufWriter writer;
    writer.tensor({"iq", {256}, 21, Bytes(110), std::nullopt}).tensor("f", {8}, TensorType::F32, Bytes(32));
    const Bytes bytes = writer.bytes();
    CHECK(parsed(bytes)->tensor("iq")->bytes == 110);
}

TEST_CASE("behind a tensor of unknown size offsets need only be in order")
{
    GgufWriter writer;
    writer.tensor({"new", {256}, 99, Bytes(100), std::nullopt}).tensor("f", {8}, TensorType::F32, Bytes(32));
    const Bytes bytes = writer.bytes();
    const auto file = parsed(bytes, GgufScope::HeaderOnly);
    CHECK(file->tensor("new")->bytes == 0);
    CHECK(file->tensor("f")->offset == 128);
    CHECK_FALSE(file->isComplete());
}

TEST_CASE("a model file is mapped, and its pages may be dropped and read again")
{
    const TemporaryFolder folder;
    const TinyModelOptions options{.embedding = 256, .feedForward = 256};
    const auto path = writeTinyModel(folder.path() / "tiny.gguf", options);
    const auto file = GgufFile::open(path, GgufScope::Whole);
    REQUIRE(file.has_value());
    const Bytes expected = makeTinyModel(options);
    CHECK((*file)->fileBytes() == expected.size());
    CHECK((*file)->checkUnchanged().has_value());
    for (int pass = 0; pass < 2; ++pass) {
        for (const GgufTensor &tensor : (*file)->tensors()) {
            const auto data = (*file)->data(tensor);
            const auto same = std::ranges::search(expected, data);
            REQUIRE_FALSE(same.empty());
            (*file)->dropPages(data);
        }
    }
    (*file)->dropPages({});
    (*file)->dropPages(expected); // bytes of someone else: nothing happens
}

TEST_CASE("a file that shrinks while it is mapped is noticed, one that grows is not an error")
{
    const TemporaryFolder folder;
    const auto path = writeTinyModel(folder.path() / "tiny.gguf");
    const auto size = std::filesystem::file_size(path);
    const auto file = GgufFile::open(path, GgufScope::Whole);
    REQUIRE(file.has_value());
    std::filesystem::resize_file(path, size + 10);
    CHECK((*file)->checkUnchanged().has_value());
    std::filesystem::resize_file(path, size - 1);
    const auto unchanged = (*file)->checkUnchanged();
    REQUIRE_FALSE(unchanged.has_value());
    CHECK(unchanged.error().code == ErrorCode::FileTruncated);
    std::filesystem::remove(path); // the mapping and the descriptor outlive the name
    CHECK((*file)->tensors().size() > 1);
}

TEST_CASE("what is no readable regular file is refused without waiting")
{
    const TemporaryFolder folder;
    const auto fifo = folder.path() / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    writeFile(folder.path() / "empty", {});
    writeFile(folder.path() / "text", std::as_bytes(std::span("not a model, but some words")));
    struct Row {
        std::filesystem::path path;
        ErrorCode code;
    };
    for (const Row &row :
         {Row{folder.path() / "missing", ErrorCode::FileUnreadable}, Row{folder.path(), ErrorCode::FileUnreadable},
          Row{fifo, ErrorCode::FileUnreadable}, Row{folder.path() / "empty", ErrorCode::FileTruncated},
          Row{folder.path() / "text", ErrorCode::FileMalformed}}) {
        CAPTURE(row.path.filename().string());
        const auto file = GgufFile::open(row.path, GgufScope::HeaderOnly);
        REQUIRE_FALSE(file.has_value());
        CHECK(file.error().code == row.code);
        CHECK_FALSE(file.error().detail.contains(row.path.string())); // a path may be private
    }
}
