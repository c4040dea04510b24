// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/store_p.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <random>

namespace storage::detail {

namespace {

constexpr std::array<std::string_view, 4> kRoles = {"system", "user", "assistant", "tool"};
constexpr std::array<std::string_view, 5> kStates = {"complete", "streaming", "interrupted", "stopped", "failed"};

template <class Enum, std::size_t N>
std::optional<Enum> valueFrom(std::string_view text, const std::array<std::string_view, N> &names)
{
    const auto found = std::ranges::find(names, text);
    if (found == names.end()) {
        return std::nullopt;
    }
    return static_cast<Enum>(found - names.begin());
}

} // namespace

std::string makeUuid(TimestampMs now)
{
    std::random_device random;
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < 6; ++i) {
        bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(now) >> (40 - 8 * i));
    }
    for (std::size_t i = 6; i < 16; ++i) {
        bytes[i] = static_cast<std::uint8_t>(random());
    }
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x70);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);

    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            text += '-';
        }
        text += hex[bytes[i] >> 4];
        text += hex[bytes[i] & 15];
    }
    return text;
}

bool isUuid(std::string_view text)
{
    if (text.size() != 36) {
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            return false;
        }
    }
    return true;
}

Result<void> changeRow(sqlite::Connection &db, std::string_view what, std::string_view sql,
                       sqlite::Parameters parameters)
{
    STORAGE_TRY(db.run(sql, parameters));
    if (db.changes() == 0) {
        return failure(ErrorCode::NotFound, "no such " + std::string(what));
    }
    return {};
}

std::vector<std::byte> packed(std::span<const std::int32_t> values)
{
    std::vector<std::byte> bytes;
    bytes.reserve(values.size() * 4);
    for (const std::int32_t value : values) {
        for (int shift = 0; shift < 32; shift += 8) {
            bytes.push_back(static_cast<std::byte>(static_cast<std::uint32_t>(value) >> shift));
        }
    }
    return bytes;
}

std::vector<std::int32_t> unpacked(sqlite::Blob bytes)
{
    std::vector<std::int32_t> values(bytes.size() / 4);
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::uint32_t value = 0;
        for (std::size_t byte = 0; byte < 4; ++byte) {
            value |= std::to_integer<std::uint32_t>(bytes[i * 4 + byte]) << (8 * byte);
        }
        values[i] = static_cast<std::int32_t>(value);
    }
    return values;
}

std::string adaptersToJson(const std::vector<AdapterUse> &adapters)
{
    auto list = nlohmann::json::array();
    for (const AdapterUse &adapter : adapters) {
        list.push_back({{"sha256", adapter.sha256}, {"name", adapter.name}, {"scale", adapter.scale}});
        if (!adapter.path.empty())
            list.back()["path"] = adapter.path;
        if (!adapter.enabled)
            list.back()["enabled"] = false;
    }
    return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<AdapterUse> adaptersFromJson(std::string_view json)
{
    std::vector<AdapterUse> adapters;
    const auto list = nlohmann::json::parse(json, nullptr, false);
    if (!list.is_array()) {
        return adapters;
    }
    for (const auto &entry : list) {
        const auto sha256 = entry.is_object() ? entry.find("sha256") : entry.end();
        const auto adapterName = entry.is_object() ? entry.find("name") : entry.end();
        const auto scale = entry.is_object() ? entry.find("scale") : entry.end();
        if (entry.is_object() && sha256 != entry.end() && sha256->is_string() && adapterName != entry.end() &&
            adapterName->is_string() && scale != entry.end() && scale->is_number()) {
            const auto path = entry.find("path");
            const auto enabled = entry.find("enabled");
            adapters.push_back(
                {.sha256 = sha256->get<std::string>(),
                 .name = adapterName->get<std::string>(),
                 .scale = scale->get<double>(),
                 .path = path != entry.end() && path->is_string() ? path->get<std::string>() : std::string(),
                 .enabled = enabled == entry.end() || !enabled->is_boolean() || enabled->get<bool>()});
        }
    }
    return adapters;
}

bool isJson(std::string_view text)
{
    return nlohmann::json::accept(text);
}

std::string_view toText(Role role)
{
    return kRoles[static_cast<std::size_t>(role)];
}

std::string_view toText(MessageState state)
{
    return kStates[static_cast<std::size_t>(state)];
}

std::optional<Role> roleFrom(std::string_view text)
{
    return valueFrom<Role>(text, kRoles);
}

std::optional<MessageState> stateFrom(std::string_view text)
{
    return valueFrom<MessageState>(text, kStates);
}

} // namespace storage::detail
