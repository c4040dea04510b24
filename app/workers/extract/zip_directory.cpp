// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Layout of the records: PKWARE's application note, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14
// to 4.3.16 (its end).
#include "app/workers/extract/zip_directory.h"

#include <algorithm>
#include <cstring>

namespace app::extraction {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMaxNames = 4096;
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kMaxComment = 65535;
constexpr std::size_t kCentralSize = 46;
constexpr std::size_t kLocalSize = 30;
constexpr std::size_t kLocatorSize = 20;
constexpr std::size_t kEnd64Size = 56;

template <class Value>
Value numberAt(Bytes file, std::uint64_t at)
{
    Value value{};
    std::memcpy(&value, file.data() + at, sizeof value);
    return value;
}

bool fits(Bytes file, std::uint64_t at, std::uint64_t size)
{
    return at <= file.size() && size <= file.size() - at;
}

std::string_view textAt(Bytes file, std::uint64_t at, std::uint64_t size)
{
    return {reinterpret_cast<const char *>(file.data()) + at, size};
}

// Where the central directory starts.
std::optional<std::uint64_t> directoryStart(Bytes file)
{
    const std::size_t tail = std::min(file.size(), kEndSize + kMaxComment);
    const std::size_t found = textAt(file, file.size() - tail, tail).rfind("PK\x05\x06"sv);
    if (found == std::string_view::npos)
        return {};
    const std::uint64_t end = file.size() - tail + found;
    if (!fits(file, end, kEndSize))
        return {};
    constexpr std::uint32_t kIn64 = 0xFFFFFFFF;
    const auto start = numberAt<std::uint32_t>(file, end + 16);
    if (start != kIn64)
        return start;
    if (end < kLocatorSize || textAt(file, end - kLocatorSize, 4) != "PK\x06\x07"sv)
        return {};
    const auto end64 = numberAt<std::uint64_t>(file, end - kLocatorSize + 8);
    if (!fits(file, end64, kEnd64Size) || textAt(file, end64, 4) != "PK\x06\x06"sv)
        return {};
    return numberAt<std::uint64_t>(file, end64 + 48);
}

std::string nameAt(Bytes file, std::uint64_t at, std::uint64_t size)
{
    std::string name(textAt(file, at, size));
    for (char &letter : name) {
        if (letter == '\\')
            letter = '/';
        else if (letter >= 'A' && letter <= 'Z')
            letter = static_cast<char>(letter - 'A' + 'a');
    }
    return name;
}

std::string mediaTypeOf(Bytes file)
{
    constexpr std::string_view kName = "mimetype";
    constexpr std::uint16_t kStored = 0;
    constexpr std::uint32_t kLongest = 128;
    if (!fits(file, 0, kLocalSize + kName.size()) || numberAt<std::uint16_t>(file, 8) != kStored ||
        numberAt<std::uint16_t>(file, 26) != kName.size() || textAt(file, kLocalSize, kName.size()) != kName)
        return {};
    const std::uint64_t at = kLocalSize + kName.size() + numberAt<std::uint16_t>(file, 28);
    const auto size = numberAt<std::uint32_t>(file, 18);
    if (size > kLongest || !fits(file, at, size))
        return {};
    std::string type(textAt(file, at, size));
    while (!type.empty() && (type.back() == '\n' || type.back() == '\r' || type.back() == ' '))
        type.pop_back();
    return type;
}

} // namespace

std::optional<ZipDirectory> readZipDirectory(Bytes file)
{
    const auto start = directoryStart(file);
    if (!start)
        return {};
    ZipDirectory directory{.mediaType = mediaTypeOf(file)};
    for (std::uint64_t at = *start; directory.names.size() < kMaxNames;) {
        if (!fits(file, at, kCentralSize) || textAt(file, at, 4) != "PK\x01\x02"sv)
            break;
        const std::uint64_t name = numberAt<std::uint16_t>(file, at + 28);
        const std::uint64_t rest =
            std::uint64_t{numberAt<std::uint16_t>(file, at + 30)} + numberAt<std::uint16_t>(file, at + 32);
        if (!fits(file, at + kCentralSize, name))
            break;
        directory.names.push_back(nameAt(file, at + kCentralSize, name));
        at += kCentralSize + name + rest;
    }
    return directory;
}

} // namespace app::extraction
