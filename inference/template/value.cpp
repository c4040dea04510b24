// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/template/value.h"

#include <array>
#include <cmath>
#include <ranges>

namespace inference::templates {

const Value *Dict::find(const std::string &hashKey) const
{
    const auto found = m_index.find(hashKey);
    return found == m_index.end() ? nullptr : &entries[found->second].value;
}

void Dict::set(const std::string &hashKey, Value key, Value value)
{
    const auto [it, fresh] = m_index.try_emplace(hashKey, entries.size());
    if (fresh)
        entries.push_back({std::move(key), std::move(value)});
    else
        entries[it->second].value = std::move(value);
}

void Dict::erase(const std::string &hashKey)
{
    const auto found = m_index.find(hashKey);
    if (found == m_index.end())
        return;
    const std::size_t place = found->second;
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(place));
    m_index.erase(found);
    for (auto &[key, index] : m_index) {
        if (index > place)
            --index;
    }
}

std::optional<std::string> dictKey(const Value &value)
{
    if (const Text *text = textOf(value))
        return "s" + text->bytes();
    if (const auto integer = integerOf(value))
        return "i" + std::to_string(*integer);
    if (const auto *number = std::get_if<double>(&value)) {
        if (*number == std::floor(*number) && std::fabs(*number) < 9.0e15)
            return "i" + std::to_string(static_cast<std::int64_t>(*number));
        return "f" + std::to_string(*number);
    }
    if (isNone(value))
        return "n";
    return std::nullopt;
}

const Value *Scope::find(std::string_view name) const
{
    for (const Scope *scope = this; scope != nullptr; scope = scope->parent) {
        for (const auto &[variable, value] : scope->variables) {
            if (variable == name)
                return &value;
        }
    }
    return nullptr;
}

void Scope::set(std::string_view name, Value value)
{
    for (auto &[variable, current] : variables) {
        if (variable == name) {
            current = std::move(value);
            return;
        }
    }
    variables.emplace_back(name, std::move(value));
}

std::string_view typeName(const Value &value)
{
    constexpr std::array<std::string_view, 13> names{"undefined", "none",   "bool",    "int",       "float",
                                                     "str",       "list",   "dict",    "namespace", "loop",
                                                     "macro",     "method", "function"};
    static_assert(names.size() == std::variant_size_v<Value>);
    if (const auto *list = std::get_if<List *>(&value); list != nullptr && (*list)->isTuple)
        return "tuple";
    return names[value.index()];
}

std::optional<std::int64_t> integerOf(const Value &value)
{
    if (const auto *integer = std::get_if<std::int64_t>(&value))
        return *integer;
    if (const auto *boolean = std::get_if<bool>(&value))
        return *boolean ? 1 : 0;
    return std::nullopt;
}

std::optional<double> numberOf(const Value &value)
{
    if (const auto *number = std::get_if<double>(&value))
        return *number;
    if (const auto integer = integerOf(value))
        return static_cast<double>(*integer);
    return std::nullopt;
}

bool isTrue(const Value &value)
{
    if (const Text *text = textOf(value))
        return !text->empty();
    if (const auto *list = std::get_if<List *>(&value))
        return !(*list)->items.empty();
    if (const auto *dict = std::get_if<Dict *>(&value))
        return !(*dict)->entries.empty();
    if (const auto number = numberOf(value))
        return *number != 0.0;
    return !isUndefined(value) && !isNone(value);
}

} // namespace inference::templates
