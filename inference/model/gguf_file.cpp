// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/model/gguf_file.h"

#include "inference/model/checked.h"
#include "inference/model/gguf_parser.h"
#include "inference/model/mapped_file.h"
#include "inference/model/sharded_gguf.h"
#include "inference/model_files.h"

#include <algorithm>
#include <format>
#include <limits>
#include <new>
#include <utility>

namespace inference {

namespace {

class ParsedGguf final : public GgufFile {
public:
    ParsedGguf(std::optional<MappedFile> file, std::span<const std::byte> bytes, GgufHeader header)
        : m_file(std::move(file))
        , m_bytes(bytes)
        , m_header(std::move(header))
    {
    }

    std::uint32_t version() const override { return m_header.version; }
    bool isComplete() const override { return m_header.complete; }
    std::uint64_t fileBytes() const override { return m_bytes.size(); }
    std::uint32_t alignment() const override { return m_header.alignment; }
    std::uint32_t shardCount() const override { return 1; }
    std::span<const std::pair<std::string_view, GgufValue>> metadata() const override { return m_header.metadata; }
    std::span<const GgufType> types() const override { return m_header.types; }
    std::span<const GgufTensor> tensors() const override { return m_header.tensors; }

    const GgufValue *find(std::string_view key) const override
    {
        const auto keyAt = [this](std::uint32_t i) { return m_header.metadata[i].first; };
        const auto found = std::ranges::lower_bound(m_header.keysByName, key, {}, keyAt);
        return found != m_header.keysByName.end() && keyAt(*found) == key ? &m_header.metadata[*found].second : nullptr;
    }

    const GgufTensor *tensor(std::string_view name) const override
    {
        const auto nameAt = [this](std::uint32_t i) { return m_header.tensors[i].name; };
        const auto found = std::ranges::lower_bound(m_header.tensorsByName, name, {}, nameAt);
        return found != m_header.tensorsByName.end() && nameAt(*found) == name ? &m_header.tensors[*found] : nullptr;
    }

    std::span<const std::byte> data(const GgufTensor &tensor) const override
    {
        const auto start = checkedAdd(m_header.dataStart, tensor.offset);
        if (!m_header.complete || !start || !liesInside(*start, tensor.bytes, m_bytes.size())) {
            return {};
        }
        return m_bytes.subspan(*start, tensor.bytes);
    }

    void dropPages(std::span<const std::byte> bytes) const override
    {
        if (m_file) {
            m_file->dropPages(bytes);
        }
    }

    Result<void> checkUnchanged() const override { return m_file ? m_file->checkSize() : Result<void>{}; }

private:
    std::optional<MappedFile> m_file; ///< nothing when the bytes are borrowed
    std::span<const std::byte> m_bytes;
    GgufHeader m_header;
};

Result<std::shared_ptr<const GgufFile>> parseInto(std::optional<MappedFile> file, std::span<const std::byte> bytes,
                                                  GgufScope scope)
try {
    auto header = parseGguf(bytes, scope);
    if (!header) {
        return std::unexpected(std::move(header.error()));
    }
    return std::make_shared<const ParsedGguf>(std::move(file), bytes, std::move(*header));
} catch (const std::bad_alloc &) {
    return failure(ErrorCode::OutOfMemory, "no memory for the header");
}

Result<std::shared_ptr<const GgufFile>> openOne(const std::filesystem::path &path, GgufScope scope)
{
    auto file = MappedFile::open(path);
    if (!file) {
        return std::unexpected(std::move(file.error()));
    }
    const auto bytes = file->bytes();
    return parseInto(std::move(*file), bytes, scope);
}

/// Brings the other files of a model of `count`, of which one is `opened`.
Result<std::shared_ptr<const GgufFile>> openShards(const std::filesystem::path &path,
                                                   const std::shared_ptr<const GgufFile> &opened, std::uint32_t count,
                                                   GgufScope scope)
{
    const auto name = shardName(path);
    if (!name || name->count != count) {
        return failure(
            ErrorCode::PartMissing,
            std::format("the file is one of {} of a model, but its name does not end in -0000N-of-{:05}.gguf, "
                        "so the others cannot be found",
                        count, count));
    }
    std::vector<std::shared_ptr<const GgufFile>> shards;
    for (std::uint32_t number = 1; number <= count; ++number) {
        if (number == name->number) {
            shards.push_back(opened);
            continue;
        }
        const std::filesystem::path sibling = shardSibling(path, number);
        auto shard = openOne(sibling, scope);
        if (!shard) {
            const bool missing = shard.error().code == ErrorCode::FileUnreadable;
            return failure(
                missing ? ErrorCode::PartMissing : shard.error().code,
                std::format("part {} of {}, {}: {}", number, count, sibling.filename().string(), shard.error().detail));
        }
        shards.push_back(std::move(*shard));
    }
    return joinShards(shards);
}

} // namespace

std::string_view ggufTypeName(std::uint32_t type)
{
    constexpr std::array<std::string_view, 13> names{"u8",   "i8",     "u16",   "i16", "u32", "i32", "f32",
                                                     "bool", "string", "array", "u64", "i64", "f64"};
    return type < names.size() ? names[type] : std::string_view();
}

Result<std::shared_ptr<const GgufFile>> GgufFile::open(const std::filesystem::path &path, GgufScope scope)
{
    auto file = openOne(path, scope);
    if (!file) {
        return file;
    }
    const auto count = shardCountOf(**file);
    if (!count) {
        return std::unexpected(count.error());
    }
    return *count == 1 ? file : openShards(path, *file, *count, scope);
}

Result<std::shared_ptr<const GgufFile>> GgufFile::parseShards(std::span<const std::span<const std::byte>> files,
                                                              GgufScope scope)
{
    std::vector<std::shared_ptr<const GgufFile>> shards;
    for (const auto bytes : files) {
        auto shard = parse(bytes, scope);
        if (!shard) {
            return shard;
        }
        shards.push_back(std::move(*shard));
    }
    return joinShards(shards);
}

Result<std::shared_ptr<const GgufFile>> GgufFile::parse(std::span<const std::byte> bytes, GgufScope scope)
{
    return parseInto(std::nullopt, bytes, scope);
}

std::optional<std::string_view> GgufFile::string(std::string_view key) const
{
    const GgufValue *value = find(key);
    const auto *text = value != nullptr ? std::get_if<std::string_view>(value) : nullptr;
    return text != nullptr ? std::optional(*text) : std::nullopt;
}

std::optional<std::int64_t> GgufFile::integer(std::string_view key) const
{
    const GgufValue *value = find(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (const auto *number = std::get_if<std::int64_t>(value)) {
        return *number;
    }
    const auto *large = std::get_if<std::uint64_t>(value);
    return large != nullptr && std::in_range<std::int64_t>(*large) ? std::optional(static_cast<std::int64_t>(*large))
                                                                   : std::nullopt;
}

std::optional<double> GgufFile::number(std::string_view key) const
{
    const GgufValue *value = find(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (const auto *real = std::get_if<double>(value)) {
        return *real;
    }
    if (const auto *large = std::get_if<std::uint64_t>(value)) {
        return static_cast<double>(*large);
    }
    const auto *integer = std::get_if<std::int64_t>(value);
    return integer != nullptr ? std::optional(static_cast<double>(*integer)) : std::nullopt;
}

std::optional<bool> GgufFile::boolean(std::string_view key) const
{
    const GgufValue *value = find(key);
    const auto *flag = value != nullptr ? std::get_if<bool>(value) : nullptr;
    return flag != nullptr ? std::optional(*flag) : std::nullopt;
}

const GgufArray *GgufFile::array(std::string_view key) const
{
    const GgufValue *value = find(key);
    return value != nullptr ? std::get_if<GgufArray>(value) : nullptr;
}

} // namespace inference
