// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/model/gguf_parser.h"

#include "inference/model/checked.h"
#include "inference/quant/blocks.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <format>
#include <numeric>
#include <optional>

namespace inference {

namespace {

using namespace gguf_limits;

enum class ValueType : std::uint32_t {
    U8 = 0,
    I8 = 1,
    U16 = 2,
    I16 = 3,
    U32 = 4,
    I32 = 5,
    F32 = 6,
    Bool = 7,
    String = 8,
    Array = 9,
    U64 = 10,
    I64 = 11,
    F64 = 12,
};

constexpr std::string_view kAlignmentKey = "general.alignment";
constexpr std::string_view kTemplateKey = "tokenizer.chat_template";

/// Reads forward over the bytes. After the first failure every read gives zeros and the first error stays.
class Cursor {
public:
    explicit Cursor(std::span<const std::byte> bytes)
        : m_bytes(bytes)
    {
    }

    [[nodiscard]] bool ok() const { return !m_error; }
    [[nodiscard]] std::uint64_t position() const { return m_position; }
    [[nodiscard]] std::uint64_t remaining() const { return m_bytes.size() - m_position; }
    [[nodiscard]] Error takeError() { return std::move(*m_error); }

    void fail(ErrorCode code, std::string detail)
    {
        if (!m_error) {
            m_error = Error{code, std::move(detail)};
        }
    }
    void malformed(std::string detail) { fail(ErrorCode::FileMalformed, std::move(detail)); }

    std::span<const std::byte> take(std::uint64_t length, std::string_view what)
    {
        if (m_error) {
            return {};
        }
        if (length > remaining()) {
            fail(ErrorCode::FileTruncated,
                 std::format("{}: the file ends at byte {}, inside it", what, m_bytes.size()));
            return {};
        }
        const auto taken = m_bytes.subspan(m_position, length);
        m_position += length;
        return taken;
    }

    template <class T>
    T number(std::string_view what)
    {
        T value{};
        if (const auto taken = take(sizeof value, what); !taken.empty()) {
            std::memcpy(&value, taken.data(), sizeof value);
        }
        return value;
    }

    std::string_view text(std::uint64_t limit, std::string_view what)
    {
        const auto length = number<std::uint64_t>(what);
        if (length > limit) {
            malformed(std::format("{}: length {} exceeds {} bytes", what, length, limit));
        }
        const auto taken = take(m_error ? 0 : length, what);
        return {reinterpret_cast<const char *>(taken.data()), taken.size()};
    }

private:
    std::span<const std::byte> m_bytes;
    std::uint64_t m_position = 0;
    std::optional<Error> m_error;
};

// Names appear in messages and in logs, so they may not carry control characters.
bool isPlainName(std::string_view name)
{
    return std::ranges::none_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// Sorted instead of hashed: a file cannot choose names that make the look-up slow.
template <class NameOf>
std::vector<std::uint32_t> sortedByName(std::size_t count, NameOf nameOf)
{
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) { return nameOf(a) < nameOf(b); });
    return order;
}

template <class NameOf>
std::optional<std::string_view> duplicateName(const std::vector<std::uint32_t> &order, NameOf nameOf)
{
    const auto same =
        std::ranges::adjacent_find(order, [&](std::uint32_t a, std::uint32_t b) { return nameOf(a) == nameOf(b); });
    return same == order.end() ? std::nullopt : std::optional(nameOf(*same));
}

class Parser {
public:
    Parser(std::span<const std::byte> bytes, GgufScope scope)
        : m_cursor(bytes)
        , m_size(bytes.size())
        , m_scope(scope)
    {
    }

    Result<GgufHeader> run()
    {
        readPreamble();
        readMetadata();
        readAlignment();
        readTensorList();
        placeTensors();
        if (!m_cursor.ok()) {
            return std::unexpected(m_cursor.takeError());
        }
        return std::move(m_header);
    }

private:
    void readPreamble();
    void readMetadata();
    void readAlignment();
    void readTensorList();
    void placeTensors();
    GgufTensor readTensor();
    GgufValue readValue(ValueType type, std::string_view key);
    GgufArray readArray(std::string_view key);
    bool readBool(std::string_view key);
    template <class File, class Element>
    std::vector<Element> readNumbers(std::uint64_t count, std::string_view key);

    Cursor m_cursor;
    std::uint64_t m_size;
    GgufScope m_scope;
    GgufHeader m_header;
    std::uint64_t m_tensorCount = 0;
    std::uint64_t m_entryCount = 0;
    std::uint64_t m_arrayElements = 0;
};

void Parser::readPreamble()
{
    const auto magic = m_cursor.number<std::uint32_t>("magic");
    if (m_cursor.ok() && magic != 0x46554747U) { // "GGUF"
        return m_cursor.malformed("magic: not a GGUF file");
    }
    const auto version = m_cursor.number<std::uint32_t>("version");
    if (m_cursor.ok() && (version < 2 || version > 3)) {
        if (version == 0) {
            return m_cursor.malformed("version: 0");
        }
        if ((version & 0xFFFFU) == 0) {
            return m_cursor.fail(ErrorCode::UnsupportedFile, "version: the file is big-endian");
        }
        return m_cursor.fail(ErrorCode::UnsupportedFile, std::format("version: {} is not supported", version));
    }
    m_header.version = version;
    m_tensorCount = m_cursor.number<std::uint64_t>("tensor count");
    m_entryCount = m_cursor.number<std::uint64_t>("metadata count");
    if (m_tensorCount > kEntries) {
        m_cursor.malformed(std::format("tensor count: {} exceeds {}", m_tensorCount, kEntries));
    }
    if (m_entryCount > kEntries) {
        m_cursor.malformed(std::format("metadata count: {} exceeds {}", m_entryCount, kEntries));
    }
}

void Parser::readMetadata()
{
    for (std::uint64_t i = 0; i < m_entryCount && m_cursor.ok(); ++i) {
        const std::string_view key = m_cursor.text(kKeyBytes, "metadata key");
        if (!m_cursor.ok()) {
            return;
        }
        if (key.empty() || !isPlainName(key)) {
            return m_cursor.malformed(std::format("metadata key: number {} is empty or has control characters", i));
        }
        const auto type = m_cursor.number<std::uint32_t>(key);
        m_header.types.push_back({.value = type, .element = 0});
        m_header.metadata.emplace_back(key, readValue(static_cast<ValueType>(type), key));
    }
    const auto keyAt = [this](std::uint32_t i) { return m_header.metadata[i].first; };
    m_header.keysByName = sortedByName(m_header.metadata.size(), keyAt);
    if (const auto twice = duplicateName(m_header.keysByName, keyAt)) {
        m_cursor.malformed(std::format("duplicate key: {}", *twice));
    }
}

GgufValue Parser::readValue(ValueType type, std::string_view key)
{
    switch (type) {
    case ValueType::U8:
        return std::int64_t{m_cursor.number<std::uint8_t>(key)};
    case ValueType::I8:
        return std::int64_t{m_cursor.number<std::int8_t>(key)};
    case ValueType::U16:
        return std::int64_t{m_cursor.number<std::uint16_t>(key)};
    case ValueType::I16:
        return std::int64_t{m_cursor.number<std::int16_t>(key)};
    case ValueType::U32:
        return std::int64_t{m_cursor.number<std::uint32_t>(key)};
    case ValueType::I32:
        return std::int64_t{m_cursor.number<std::int32_t>(key)};
    case ValueType::I64:
        return m_cursor.number<std::int64_t>(key);
    case ValueType::U64:
        return m_cursor.number<std::uint64_t>(key);
    case ValueType::F32:
        return double{m_cursor.number<float>(key)};
    case ValueType::F64:
        return m_cursor.number<double>(key);
    case ValueType::Bool:
        return readBool(key);
    case ValueType::String:
        return m_cursor.text(key.starts_with(kTemplateKey) ? kTemplateBytes : kStringBytes, key);
    case ValueType::Array:
        return readArray(key);
    }
    if (m_cursor.ok()) {
        m_cursor.malformed(std::format("value type: {} of {}", static_cast<std::uint32_t>(type), key));
    }
    return std::int64_t{0};
}

bool Parser::readBool(std::string_view key)
{
    const auto value = m_cursor.number<std::uint8_t>(key);
    if (value > 1) {
        m_cursor.malformed(std::format("bool value: {} of {}", value, key));
    }
    return value == 1;
}

template <class File, class Element>
std::vector<Element> Parser::readNumbers(std::uint64_t count, std::string_view key)
{
    const auto length = checkedMultiply(count, sizeof(File));
    const auto taken = m_cursor.take(length.value_or(m_size + 1), key);
    std::vector<Element> elements;
    elements.reserve(taken.size() / sizeof(File));
    for (std::size_t at = 0; at < taken.size(); at += sizeof(File)) {
        File value{};
        std::memcpy(&value, taken.data() + at, sizeof value);
        elements.push_back(static_cast<Element>(value));
    }
    return elements;
}

GgufArray Parser::readArray(std::string_view key)
{
    const auto type = m_cursor.number<std::uint32_t>(key);
    m_header.types.back().element = type;
    const auto count = m_cursor.number<std::uint64_t>(key);
    if (count > kArrayElements - m_arrayElements) {
        m_cursor.malformed(std::format("array length: {} elements of {} exceed {} in all", count, key, kArrayElements));
        return {};
    }
    m_arrayElements += count;
    switch (static_cast<ValueType>(type)) {
    case ValueType::U8:
        return {readNumbers<std::uint8_t, std::int64_t>(count, key)};
    case ValueType::I8:
        return {readNumbers<std::int8_t, std::int64_t>(count, key)};
    case ValueType::U16:
        return {readNumbers<std::uint16_t, std::int64_t>(count, key)};
    case ValueType::I16:
        return {readNumbers<std::int16_t, std::int64_t>(count, key)};
    case ValueType::U32:
        return {readNumbers<std::uint32_t, std::int64_t>(count, key)};
    case ValueType::I32:
        return {readNumbers<std::int32_t, std::int64_t>(count, key)};
    case ValueType::I64:
        return {readNumbers<std::int64_t, std::int64_t>(count, key)};
    case ValueType::U64:
        return {readNumbers<std::uint64_t, std::uint64_t>(count, key)};
    case ValueType::F32:
        return {readNumbers<float, double>(count, key)};
    case ValueType::F64:
        return {readNumbers<double, double>(count, key)};
    case ValueType::Bool: {
        const auto taken = m_cursor.take(count, key);
        if (std::ranges::any_of(taken, [](std::byte value) { return value > std::byte{1}; })) {
            m_cursor.malformed(std::format("bool value: an element of {} is neither 0 nor 1", key));
        }
        std::vector<bool> elements(taken.size());
        std::ranges::transform(taken, elements.begin(), [](std::byte value) { return value == std::byte{1}; });
        return {std::move(elements)};
    }
    case ValueType::String: {
        // Each string takes 8 bytes at least: what cannot fit is refused before anything is reserved for it.
        const auto least = checkedMultiply(count, sizeof(std::uint64_t));
        if (!least || *least > m_cursor.remaining()) {
            m_cursor.fail(ErrorCode::FileTruncated, std::format("{}: the file ends inside it", key));
            return {};
        }
        const std::uint64_t limit = key.starts_with(kTemplateKey) ? kTemplateBytes : kStringBytes;
        std::vector<std::string_view> elements;
        elements.reserve(count);
        for (std::uint64_t i = 0; i < count && m_cursor.ok(); ++i) {
            elements.push_back(m_cursor.text(limit, key));
        }
        return {std::move(elements)};
    }
    case ValueType::Array:
        m_cursor.malformed(std::format("nested array: {}", key));
        return {};
    }
    m_cursor.malformed(std::format("array type: {} of {}", type, key));
    return {};
}

void Parser::readAlignment()
{
    if (!m_cursor.ok()) {
        return;
    }
    const auto entry =
        std::ranges::find(m_header.metadata, kAlignmentKey, &std::pair<std::string_view, GgufValue>::first);
    if (entry == m_header.metadata.end()) {
        return;
    }
    const auto *value = std::get_if<std::int64_t>(&entry->second);
    if (value == nullptr || *value < static_cast<std::int64_t>(kMinAlignment) ||
        *value > static_cast<std::int64_t>(kMaxAlignment) || !std::has_single_bit(static_cast<std::uint64_t>(*value))) {
        return m_cursor.malformed(
            std::format("alignment: not a power of two from {} to {}", kMinAlignment, kMaxAlignment));
    }
    m_header.alignment = static_cast<std::uint32_t>(*value);
}

GgufTensor Parser::readTensor()
{
    GgufTensor tensor;
    tensor.name = m_cursor.text(kTensorNameBytes, "tensor name");
    if (m_cursor.ok() && (tensor.name.empty() || !isPlainName(tensor.name))) {
        m_cursor.malformed("tensor name: empty or with control characters");
    }
    tensor.dimensions = m_cursor.number<std::uint32_t>("tensor dimensions");
    if (m_cursor.ok() && (tensor.dimensions < 1 || tensor.dimensions > 4)) {
        m_cursor.malformed(std::format("tensor dimensions: {} of {}", tensor.dimensions, tensor.name));
    }
    for (std::uint32_t i = 0; i < tensor.dimensions && m_cursor.ok(); ++i) {
        tensor.shape[i] = m_cursor.number<std::uint64_t>("tensor shape");
        if (tensor.shape[i] == 0) {
            m_cursor.malformed(std::format("tensor shape: dimension {} of {} is 0", i, tensor.name));
        }
    }
    tensor.ggmlType = m_cursor.number<std::uint32_t>("tensor type");
    tensor.offset = m_cursor.number<std::uint64_t>("tensor offset");
    if (!m_cursor.ok()) {
        return tensor;
    }
    if (isRemovedType(tensor.ggmlType)) {
        m_cursor.fail(ErrorCode::UnsupportedFile, std::format("tensor type: {} of {} was removed from the format",
                                                              ggmlTypeName(tensor.ggmlType), tensor.name));
        return tensor;
    }
    const auto weights = checkedProduct(tensor.shape[0], tensor.shape[1], tensor.shape[2], tensor.shape[3]);
    if (!weights || *weights > static_cast<std::uint64_t>(INT64_MAX)) {
        m_cursor.malformed(std::format("tensor shape: the weights of {} overflow", tensor.name));
        return tensor;
    }
    const auto layout = blockLayoutOf(tensor.ggmlType);
    if (!layout) {
        if (m_scope == GgufScope::Whole) {
            m_cursor.fail(ErrorCode::UnsupportedFile,
                          std::format("tensor type: {} of {} is not known", tensor.ggmlType, tensor.name));
        }
        return tensor;
    }
    if (tensor.shape[0] % layout->weights != 0) {
        m_cursor.malformed(std::format("tensor shape: rows of {} are not whole {} blocks", tensor.name,
                                       ggmlTypeName(tensor.ggmlType)));
        return tensor;
    }
    const auto bytes = checkedMultiply(*weights / layout->weights, layout->bytes);
    if (!bytes) {
        m_cursor.malformed(std::format("tensor size: the bytes of {} overflow", tensor.name));
        return tensor;
    }
    tensor.bytes = *bytes;
    return tensor;
}

void Parser::readTensorList()
{
    for (std::uint64_t i = 0; i < m_tensorCount && m_cursor.ok(); ++i) {
        m_header.tensors.push_back(readTensor());
    }
    const auto nameAt = [this](std::uint32_t i) { return m_header.tensors[i].name; };
    m_header.tensorsByName = sortedByName(m_header.tensors.size(), nameAt);
    if (const auto twice = duplicateName(m_header.tensorsByName, nameAt); twice && m_cursor.ok()) {
        m_cursor.malformed(std::format("duplicate tensor: {}", *twice));
    }
}

void Parser::placeTensors()
{
    if (!m_cursor.ok()) {
        return;
    }
    const auto start = checkedAlignUp(m_cursor.position(), m_header.alignment);
    if (!start) {
        return m_cursor.malformed("data section: its start overflows");
    }
    m_header.dataStart = *start;
    m_header.complete = true;
    std::uint64_t expected = 0;
    bool sizeKnown = true; // of the tensor before
    const GgufTensor *cut = nullptr;
    for (const GgufTensor &tensor : m_header.tensors) {
        const bool contiguous = sizeKnown ? tensor.offset == expected
                                          : tensor.offset >= expected && tensor.offset % m_header.alignment == 0;
        if (!contiguous) {
            return m_cursor.malformed(
                std::format("tensor offset: {} of {} where {} is due", tensor.offset, tensor.name, expected));
        }
        const auto end = checkedAdd(tensor.offset, tensor.bytes);
        const auto fileEnd = end ? checkedAdd(*end, m_header.dataStart) : std::nullopt;
        const auto next = end ? checkedAlignUp(*end, m_header.alignment) : std::nullopt;
        if (!fileEnd || !next) {
            return m_cursor.malformed(std::format("tensor size: the end of {} overflows", tensor.name));
        }
        sizeKnown = tensor.bytes != 0;
        expected = *next;
        m_header.complete = m_header.complete && sizeKnown && *fileEnd <= m_size;
        if (*fileEnd > m_size && cut == nullptr) {
            cut = &tensor;
        }
    }
    // Only now: a header that lies is malformed, however short the file is.
    if (cut != nullptr && m_scope == GgufScope::Whole) {
        m_cursor.fail(ErrorCode::FileTruncated,
                      std::format("tensor data: the file ends at byte {}, before or inside {}", m_size, cut->name));
    }
}

} // namespace

Result<GgufHeader> parseGguf(std::span<const std::byte> bytes, GgufScope scope)
{
    return Parser(bytes, scope).run();
}

} // namespace inference
