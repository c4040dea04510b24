// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/model_files.h"

#include <charconv>
#include <format>
#include <string_view>
#include <system_error>

namespace inference {

namespace {

constexpr std::size_t kDigits = 5;
constexpr std::string_view kOf = "-of-";
constexpr std::string_view kEnding = ".gguf";
// "-00002-of-00003.gguf"
constexpr std::size_t kTail = 1 + kDigits + kOf.size() + kDigits + kEnding.size();

std::optional<std::uint32_t> numberOf(std::string_view digits)
{
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size() ? std::optional(value) : std::nullopt;
}

std::string paddedNumber(std::uint32_t number)
{
    return std::format("{:0{}}", number, kDigits);
}

bool isThere(const std::filesystem::path &path)
{
    std::error_code error;
    return std::filesystem::is_regular_file(path, error);
}

} // namespace

std::optional<ShardName> shardName(const std::filesystem::path &path)
{
    const std::string name = path.filename().string();
    if (name.size() <= kTail || !name.ends_with(kEnding))
        return std::nullopt;
    const std::string_view tail = std::string_view(name).substr(name.size() - kTail);
    const auto number = numberOf(tail.substr(1, kDigits));
    const auto count = numberOf(tail.substr(1 + kDigits + kOf.size(), kDigits));
    if (tail[0] != '-' || tail.substr(1 + kDigits, kOf.size()) != kOf || !number || !count || *number < 1 ||
        *number > *count)
        return std::nullopt;
    return ShardName{.stem = name.substr(0, name.size() - kTail), .number = *number, .count = *count};
}

std::filesystem::path shardSibling(const std::filesystem::path &path, std::uint32_t number)
{
    const auto name = shardName(path);
    if (!name)
        return path;
    std::string sibling = name->stem + '-' + paddedNumber(number);
    sibling += kOf;
    sibling += paddedNumber(name->count);
    sibling += kEnding;
    return path.parent_path() / sibling;
}

std::string modelStem(const std::filesystem::path &path)
{
    const auto name = shardName(path);
    return name ? name->stem : path.stem().string();
}

std::vector<std::filesystem::path> modelFiles(const std::filesystem::path &path)
{
    const auto name = shardName(path);
    std::vector<std::filesystem::path> files;
    for (std::uint32_t number = 1; name && number <= name->count; ++number) {
        files.push_back(shardSibling(path, number));
        // Also the end of a name that promises a hundred thousand files.
        if (!isThere(files.back()))
            return {path};
    }
    return files.empty() ? std::vector{path} : files;
}

bool isFurtherShard(const std::filesystem::path &path)
{
    const auto name = shardName(path);
    return name && name->number > 1 && isThere(shardSibling(path, 1));
}

} // namespace inference
