// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/template/builtins.h"

#include <algorithm>
#include <unordered_set>

namespace inference::templates {

namespace {

Value lengthFilter(Runtime &runtime, const Value &input, const Arguments &)
{
    return runtime.length(input);
}

Value firstFilter(Runtime &runtime, const Value &input, const Arguments &)
{
    const std::vector<Value> items = runtime.iterate(input);
    return items.empty() ? Runtime::undefined("first item of an empty sequence") : items.front();
}

Value lastFilter(Runtime &runtime, const Value &input, const Arguments &)
{
    const std::vector<Value> items = runtime.iterate(input);
    return items.empty() ? Runtime::undefined("last item of an empty sequence") : items.back();
}

Value listFilter(Runtime &runtime, const Value &input, const Arguments &)
{
    return runtime.list(runtime.iterate(input));
}

Value reverseFilter(Runtime &runtime, const Value &input, const Arguments &)
{
    if (textOf(input) != nullptr)
        return runtime.slice(input, None{}, None{}, std::int64_t{-1});
    std::vector<Value> items = runtime.iterate(input);
    std::ranges::reverse(items);
    return runtime.list(std::move(items));
}

Value joinFilter(Runtime &runtime, const Value &input, const Arguments &arguments)
{
    const Value *separator = arguments.find(0, "d");
    const Value *attribute = arguments.find(1, "attribute");
    const Text between = separator != nullptr ? runtime.toText(*separator) : Text();
    Text out;
    bool first = true;
    for (const Value &item : runtime.iterate(input)) {
        if (!std::exchange(first, false))
            out.append(between);
        out.append(runtime.toText(attribute != nullptr && !isNone(*attribute) ? runtime.attributePath(item, *attribute)
                                                                              : item));
        runtime.charge(1 + between.size() / 256);
        if (out.size() > runtime.budget().outputBytes)
            runtime.chargeText(out.size());
    }
    return runtime.string(std::move(out));
}

Value itemsFilter(Runtime &runtime, const Value &input, const Arguments &)
{
    if (isUndefined(input))
        return runtime.list({});
    const auto *dict = std::get_if<Dict *>(&input);
    if (dict == nullptr)
        runtime.fail("items needs a dict, not a value of type " + std::string(typeName(input)));
    std::vector<Value> pairs;
    pairs.reserve((*dict)->entries.size());
    for (const auto &[key, value] : (*dict)->entries)
        pairs.push_back(runtime.tuple({key, value}));
    return runtime.list(std::move(pairs));
}

Value defaultFilter(Runtime &runtime, const Value &input, const Arguments &arguments)
{
    const Value *fallback = arguments.find(0, "default_value");
    const Value *boolean = arguments.find(1, "boolean");
    const bool replaces = isUndefined(input) || (boolean != nullptr && isTrue(*boolean) && !isTrue(input));
    if (!replaces)
        return input;
    return fallback != nullptr ? *fallback : runtime.string(Text());
}

Arguments withoutFirst(const Arguments &arguments, std::size_t count)
{
    Arguments rest = arguments;
    rest.positional.erase(rest.positional.begin(), rest.positional.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                                 count, rest.positional.size())));
    return rest;
}

std::string nameArgument(Runtime &runtime, const Value &value, std::string_view what)
{
    return runtime.textArgument(value, what).bytes();
}

Value mapFilter(Runtime &runtime, const Value &input, const Arguments &arguments)
{
    const Value *attribute = nullptr;
    const Value *fallback = nullptr;
    for (const auto &[name, value] : arguments.named) {
        if (name == "attribute")
            attribute = &value;
        else if (name == "default")
            fallback = &value;
    }
    std::vector<Value> out;
    if (attribute != nullptr) {
        for (const Value &item : runtime.iterate(input)) {
            Value value = runtime.attributePath(item, *attribute);
            if (isUndefined(value) && fallback != nullptr)
                value = *fallback;
            out.push_back(std::move(value));
        }
        return runtime.list(std::move(out));
    }
    if (arguments.positional.empty())
        runtime.fail("map needs a filter or an attribute");
    const std::string filter = nameArgument(runtime, arguments.positional[0], "map's filter");
    const Arguments rest = withoutFirst(arguments, 1);
    for (const Value &item : runtime.iterate(input))
        out.push_back(applyFilter(runtime, filter, item, rest));
    return runtime.list(std::move(out));
}

enum class Keep { Passing, Failing };
enum class Look { AtItem, AtAttribute };

template <Keep keep, Look look>
Value selectFilter(Runtime &runtime, const Value &input, const Arguments &arguments)
{
    const std::size_t testIndex = look == Look::AtAttribute ? 1 : 0;
    if (arguments.positional.size() < testIndex)
        runtime.fail("selectattr and rejectattr need an attribute");
    const bool hasTest = arguments.positional.size() > testIndex;
    const std::string test = hasTest ? nameArgument(runtime, arguments.positional[testIndex], "a test's name") : "";
    const Arguments rest = withoutFirst(arguments, testIndex + 1);
    std::vector<Value> out;
    for (const Value &item : runtime.iterate(input)) {
        const Value subject = look == Look::AtAttribute ? runtime.attributePath(item, arguments.positional[0]) : item;
        const bool passes = hasTest ? applyTest(runtime, test, subject, rest) : isTrue(subject);
        if (passes == (keep == Keep::Passing))
            out.push_back(item);
    }
    return runtime.list(std::move(out));
}

/// Strings compare without case unless asked otherwise.
Value folded(Runtime &runtime, const Value &value, bool caseSensitive)
{
    const Text *text = textOf(value);
    return text == nullptr || caseSensitive ? value : runtime.string(lowerCased(runtime, *text));
}

struct Keyed {
    Value key;
    Value item;
};

void sortByKey(Runtime &runtime, std::vector<Keyed> &rows, bool reverse)
{
    std::ranges::stable_sort(rows, [&](const Keyed &a, const Keyed &b) {
        return reverse ? runtime.less(b.key, a.key) : runtime.less(a.key, b.key);
    });
}

Value itemsOf(Runtime &runtime, std::vector<Keyed> rows)
{
    std::vector<Value> items;
    items.reserve(rows.size());
    for (Keyed &row : rows)
        items.push_back(std::move(row.item));
    return runtime.list(std::move(items));
}

bool flag(const Arguments &arguments, std::size_t index, std::string_view name)
{
    const Value *value = arguments.find(index, name);
    return value != nullptr && isTrue(*value);
}

Value sortFilter(Runtime &runtime, const Value &input, const Arguments &arguments)
{
    const bool reverse = flag(arguments, 0, "reverse");
    const bool caseSensitive = flag(arguments, 1, "case_sensitive");
    const Value *attribute = arguments.find(2, "attribute");
    std::vector<Keyed> rows;
    for (const Value &item : runtime.iterate(input)) {
        const Value key = attribute != nullptr && !isNone(*attribute) ? runtime.attributePath(item, *attribute) : item;
        rows.push_back({folded(runtime, key, caseSensitive), item});
    }
    sortByKey(runtime, rows, reverse);
    return itemsOf(runtime, std::move(rows));
}

Value dictsortFilter(Runtime &runtime, const Value &input, const Arguments &arguments)
{
    const auto *dict = std::get_if<Dict *>(&input);
    if (dict == nullptr)
        runtime.fail("dictsort needs a dict, not a value of type " + std::string(typeName(input)));
    const bool caseSensitive = flag(arguments, 0, "case_sensitive");
    const Value *by = arguments.find(1, "by");
    const std::string field = by != nullptr ? nameArgument(runtime, *by, "dictsort's field") : "key";
    if (field != "key" && field != "value")
        runtime.fail("dictsort sorts by \"key\" or \"value\"");
    std::vector<Keyed> rows;
    rows.reserve((*dict)->entries.size());
    for (const auto &[key, value] : (*dict)->entries)
        rows.push_back({folded(runtime, field == "key" ? key : value, caseSensitive), runtime.tuple({key, value})});
    sortByKey(runtime, rows, flag(arguments, 2, "reverse"));
    return itemsOf(runtime, std::move(rows));
}

Value uniqueFilter(Runtime &runtime, const Value &input, const Arguments &arguments)
{
    const bool caseSensitive = flag(arguments, 0, "case_sensitive");
    const Value *attribute = arguments.find(1, "attribute");
    std::unordered_set<std::string> seen;
    std::vector<Value> out;
    for (const Value &item : runtime.iterate(input)) {
        const Value key = attribute != nullptr && !isNone(*attribute) ? runtime.attributePath(item, *attribute) : item;
        if (seen.insert(runtime.dictKeyOf(folded(runtime, key, caseSensitive))).second)
            out.push_back(item);
    }
    return runtime.list(std::move(out));
}

template <bool wantsLargest>
Value extremeFilter(Runtime &runtime, const Value &input, const Arguments &arguments)
{
    const bool caseSensitive = flag(arguments, 0, "case_sensitive");
    const Value *attribute = arguments.find(1, "attribute");
    std::optional<Keyed> best;
    for (const Value &item : runtime.iterate(input)) {
        const Value key = attribute != nullptr && !isNone(*attribute) ? runtime.attributePath(item, *attribute) : item;
        const Value comparable = folded(runtime, key, caseSensitive);
        if (!best || (wantsLargest ? runtime.less(best->key, comparable) : runtime.less(comparable, best->key)))
            best = Keyed{comparable, item};
    }
    return best ? best->item : Runtime::undefined("extreme of an empty sequence");
}

Value sumFilter(Runtime &runtime, const Value &input, const Arguments &arguments)
{
    const Value *attribute = arguments.find(0, "attribute");
    const Value *start = arguments.find(1, "start");
    Value sum = start != nullptr ? *start : Value(std::int64_t{0});
    for (const Value &item : runtime.iterate(input)) {
        sum = runtime.binary(
            "+", sum, attribute != nullptr && !isNone(*attribute) ? runtime.attributePath(item, *attribute) : item);
    }
    return sum;
}

Value attrFilter(Runtime &runtime, const Value &input, const Arguments &arguments)
{
    const Value *name = arguments.find(0, "name");
    if (name == nullptr)
        runtime.fail("attr needs a name");
    const Text &text = runtime.textArgument(*name, "attr's name");
    // Unlike the dot, attr never looks at a dict's items.
    const bool hidden = std::holds_alternative<Dict *>(input) && !hasMethod(input, text.bytes());
    Value found = hidden ? Runtime::undefined(text.bytes()) : runtime.attribute(input, text.bytes());
    // A message's words may stand in no error.
    if (isUndefined(found) && text.origin() != Origin::Template)
        return Runtime::undefined("item");
    return found;
}

} // namespace

std::vector<NamedFilter> sequenceFilters()
{
    return {
        {"attr", attrFilter},
        {"count", lengthFilter},
        {"d", defaultFilter},
        {"default", defaultFilter},
        {"dictsort", dictsortFilter},
        {"first", firstFilter},
        {"items", itemsFilter},
        {"join", joinFilter},
        {"last", lastFilter},
        {"length", lengthFilter},
        {"list", listFilter},
        {"map", mapFilter},
        {"max", extremeFilter<true>},
        {"min", extremeFilter<false>},
        {"reject", selectFilter<Keep::Failing, Look::AtItem>},
        {"rejectattr", selectFilter<Keep::Failing, Look::AtAttribute>},
        {"reverse", reverseFilter},
        {"select", selectFilter<Keep::Passing, Look::AtItem>},
        {"selectattr", selectFilter<Keep::Passing, Look::AtAttribute>},
        {"sort", sortFilter},
        {"sum", sumFilter},
        {"unique", uniqueFilter},
    };
}

} // namespace inference::templates
