// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Values of a running template. Strings are shared and immutable; containers live in the run's Heap until it ends, so
// that a template may tie them into knots without leaking.
#pragma once

#include "inference/template/text.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace inference::templates {

struct List;
struct Dict;
struct Namespace;
struct Loop;
struct Macro;
struct Method;
struct Function;

/// A name or member that is not there. Prints as nothing, is false, iterates over nothing; anything else fails.
struct Undefined {
    std::shared_ptr<const std::string> name; ///< for messages; may be null
};

struct None {};

using SharedText = std::shared_ptr<const Text>;

using Value = std::variant<Undefined, None, bool, std::int64_t, double, SharedText, List *, Dict *, Namespace *, Loop *,
                           Macro *, Method *, Function *>;

struct List {
    std::vector<Value> items;
    bool isTuple = false;
};

/// Keeps insertion order, as Python does. Keys are strings, numbers, booleans and none.
struct Dict {
    struct Entry {
        Value key;
        Value value;
    };
    std::vector<Entry> entries;

    [[nodiscard]] const Value *find(const std::string &hashKey) const;
    void set(const std::string &hashKey, Value key, Value value);
    void erase(const std::string &hashKey);

private:
    std::unordered_map<std::string, std::size_t> m_index;
};

/// What equal keys have in common (1, 1.0 and true are one key); nothing when the value cannot be a key.
std::optional<std::string> dictKey(const Value &value);

struct Namespace {
    std::unordered_map<std::string, Value> members;
};

/// The variable `loop`.
struct Loop {
    const std::vector<Value> *items = nullptr;     ///< owned by a List of the heap
    std::size_t index = 0;                         ///< from 0
    std::optional<std::vector<Value>> lastChanged; ///< arguments of the previous changed()
};

struct Statement;
struct Scope;

struct Macro {
    const Statement *definition = nullptr; ///< owned by the template
    Scope *scope = nullptr;                ///< where it was defined
};

/// A member function of a value, not yet called.
struct Method {
    Value self;
    std::string name;
};

/// A function of the environment.
struct Function {
    std::string name;
};

/// Variables of a block; names not found are looked for in the parent.
struct Scope {
    Scope *parent = nullptr;
    std::vector<std::pair<std::string_view, Value>> variables; ///< names are owned by the template
    bool captured = false;                                     ///< a macro refers to it: must not be reused

    [[nodiscard]] const Value *find(std::string_view name) const;
    void set(std::string_view name, Value value);
};

/// Owns everything that values point to.
class Heap {
public:
    template <class T>
    T *make(T object = {})
    {
        return &std::get<std::deque<T>>(m_objects).emplace_back(std::move(object));
    }

private:
    std::tuple<std::deque<List>, std::deque<Dict>, std::deque<Namespace>, std::deque<Loop>, std::deque<Macro>,
               std::deque<Method>, std::deque<Function>, std::deque<Scope>>
        m_objects;
};

/// "str", "int", "list" …: how messages name a value's type.
std::string_view typeName(const Value &value);

inline bool isUndefined(const Value &value)
{
    return std::holds_alternative<Undefined>(value);
}
inline bool isNone(const Value &value)
{
    return std::holds_alternative<None>(value);
}
/// The text of a string value, else null.
inline const Text *textOf(const Value &value)
{
    const auto *string = std::get_if<SharedText>(&value);
    return string != nullptr ? string->get() : nullptr;
}
/// Integers and booleans as an integer.
std::optional<std::int64_t> integerOf(const Value &value);
/// Integers, booleans and floats as a float.
std::optional<double> numberOf(const Value &value);

bool isTrue(const Value &value);

} // namespace inference::templates
