// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The part of Runtime that does arithmetic, looks members up and slices.
#include "inference/template/builtins.h"
#include "inference/template/runtime.h"
#include "inference/unicode/unicode.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace inference::templates {

namespace {

std::optional<std::int64_t> checkedPower(std::int64_t base, std::int64_t exponent)
{
    std::int64_t result = 1;
    while (exponent > 0) {
        if ((exponent & 1) != 0 && __builtin_mul_overflow(result, base, &result))
            return std::nullopt;
        exponent >>= 1;
        if (exponent > 0 && __builtin_mul_overflow(base, base, &base))
            return std::nullopt;
    }
    return result;
}

} // namespace

Value Runtime::integerArithmetic(std::string_view op, std::int64_t left, std::int64_t right)
{
    std::int64_t result = 0;
    bool overflows = false;
    if (op == "+") {
        overflows = __builtin_add_overflow(left, right, &result);
    } else if (op == "-") {
        overflows = __builtin_sub_overflow(left, right, &result);
    } else if (op == "*") {
        overflows = __builtin_mul_overflow(left, right, &result);
    } else if (op == "**") {
        if (right < 0)
            return floatArithmetic(op, static_cast<double>(left), static_cast<double>(right));
        const auto power = checkedPower(left, right);
        overflows = !power;
        result = power.value_or(0);
    } else if (right == 0) {
        fail("division by zero");
    } else if (op == "/") {
        return static_cast<double>(left) / static_cast<double>(right);
    } else if (left == std::numeric_limits<std::int64_t>::min() && right == -1) {
        overflows = op == "//";
    } else {
        // Python rounds down, C++ towards zero.
        const std::int64_t remainder = left % right;
        const bool adjusts = remainder != 0 && ((remainder < 0) != (right < 0));
        result = op == "//" ? left / right - (adjusts ? 1 : 0) : remainder + (adjusts ? right : 0);
    }
    if (overflows)
        fail("a number is too large");
    return result;
}

Value Runtime::floatArithmetic(std::string_view op, double left, double right)
{
    if (op == "+")
        return left + right;
    if (op == "-")
        return left - right;
    if (op == "*")
        return left * right;
    if (op == "**")
        return std::pow(left, right);
    if (right == 0)
        fail("division by zero");
    if (op == "/")
        return left / right;
    const double quotient = std::floor(left / right);
    if (op == "//")
        return quotient;
    const double remainder = std::fmod(left, right);
    return remainder != 0 && ((remainder < 0) != (right < 0)) ? remainder + right : remainder;
}

Value Runtime::repeated(const Value &value, std::int64_t count)
{
    const auto times = static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0));
    if (const Text *text = textOf(value)) {
        if (!text->empty() && times > m_budget.outputBytes / text->size())
            chargeText(std::numeric_limits<std::uint64_t>::max());
        chargeText(text->size() * times);
        // Runs of different origin multiply too.
        charge(text->runs().size() * times);
        Text out;
        out.reserve(text->size() * times);
        for (std::uint64_t i = 0; !text->empty() && i < times; ++i)
            out.append(*text);
        return string(std::move(out));
    }
    const List &list = *std::get<List *>(value);
    std::vector<Value> items;
    if (!list.items.empty()) {
        charge(std::min(times, m_budget.steps)); // the product below cannot overflow any more
        charge(list.items.size() * times);
        for (std::uint64_t i = 0; i < times; ++i)
            items.insert(items.end(), list.items.begin(), list.items.end());
    }
    return list.isTuple ? tuple(std::move(items)) : this->list(std::move(items));
}

Value Runtime::arithmetic(std::string_view op, const Value &left, const Value &right)
{
    if (const auto a = integerOf(left), b = integerOf(right); a && b)
        return integerArithmetic(op, *a, *b);
    if (const auto a = numberOf(left), b = numberOf(right); a && b)
        return floatArithmetic(op, *a, *b);
    for (const Value *value : {&left, &right}) {
        if (const auto *missing = std::get_if<Undefined>(value))
            failUndefined(*missing);
    }
    fail("\"" + std::string(op) + "\" cannot be applied to values of types " + std::string(typeName(left)) + " and " +
         std::string(typeName(right)));
}

Value Runtime::binary(std::string_view op, const Value &left, const Value &right)
{
    charge(1);
    if (op == "~") {
        Text out = toText(left);
        out.append(toText(right));
        return string(std::move(out));
    }
    const auto isSequence = [](const Value &value) {
        return textOf(value) != nullptr || std::holds_alternative<List *>(value);
    };
    if (op == "*" && isSequence(left) && integerOf(right))
        return repeated(left, *integerOf(right));
    if (op == "*" && isSequence(right) && integerOf(left))
        return repeated(right, *integerOf(left));
    if (op == "+") {
        const Text *a = textOf(left);
        const Text *b = textOf(right);
        if (a != nullptr && b != nullptr) {
            chargeText(a->size() + b->size());
            Text out = *a;
            out.append(*b);
            return string(std::move(out));
        }
        const auto *first = std::get_if<List *>(&left);
        const auto *second = std::get_if<List *>(&right);
        if (first != nullptr && second != nullptr && (*first)->isTuple == (*second)->isTuple) {
            charge((*first)->items.size() + (*second)->items.size());
            std::vector<Value> items = (*first)->items;
            items.insert(items.end(), (*second)->items.begin(), (*second)->items.end());
            return (*first)->isTuple ? tuple(std::move(items)) : list(std::move(items));
        }
    }
    return arithmetic(op, left, right);
}

Value Runtime::negated(const Value &value)
{
    if (const auto *number = std::get_if<double>(&value))
        return -*number;
    return arithmetic("-", std::int64_t{0}, value);
}

Value Runtime::loopMember(Loop &loop, const std::string &name)
{
    const auto index = static_cast<std::int64_t>(loop.index);
    const auto size = static_cast<std::int64_t>(loop.items->size());
    if (name == "index")
        return index + 1;
    if (name == "index0")
        return index;
    if (name == "first")
        return index == 0;
    if (name == "last")
        return index + 1 == size;
    if (name == "length")
        return size;
    if (name == "revindex")
        return size - index;
    if (name == "revindex0")
        return size - index - 1;
    if (name == "depth")
        return std::int64_t{1}; // counts recursive loops only
    if (name == "depth0")
        return std::int64_t{0};
    if (name == "previtem" && index > 0)
        return (*loop.items)[loop.index - 1];
    if (name == "nextitem" && index + 1 < size)
        return (*loop.items)[loop.index + 1];
    return undefined(name);
}

std::optional<Value> Runtime::member(const Value &value, const std::string &name)
{
    if (hasMethod(value, name))
        return m_heap.make(Method{value, name});
    if (const auto *space = std::get_if<Namespace *>(&value)) {
        const auto found = (*space)->members.find(name);
        if (found != (*space)->members.end())
            return found->second;
    }
    if (const auto *loop = std::get_if<Loop *>(&value))
        return loopMember(**loop, name);
    if (const auto *macro = std::get_if<Macro *>(&value); macro != nullptr && name == "name")
        return undefined(name);
    return std::nullopt;
}

std::optional<Value> Runtime::item(const Value &value, const Value &key)
{
    if (const auto *dict = std::get_if<Dict *>(&value)) {
        const auto hashKey = dictKey(key);
        const Value *found = hashKey ? (*dict)->find(*hashKey) : nullptr;
        return found != nullptr ? std::optional(*found) : std::nullopt;
    }
    const auto index = integerOf(key);
    if (!index)
        return std::nullopt;
    const auto place = [&](std::int64_t size) -> std::optional<std::size_t> {
        const std::int64_t position = *index < 0 ? *index + size : *index;
        return position >= 0 && position < size ? std::optional(static_cast<std::size_t>(position)) : std::nullopt;
    };
    if (const auto *list = std::get_if<List *>(&value)) {
        const auto position = place(static_cast<std::int64_t>((*list)->items.size()));
        return position ? std::optional((*list)->items[*position]) : std::nullopt;
    }
    if (const Text *text = textOf(value)) {
        const auto position = place(length(value));
        if (!position)
            return std::nullopt;
        std::size_t start = 0;
        for (std::size_t i = 0; i < *position; ++i)
            start += unicode::decodeAt(text->bytes(), start).length;
        return string(text->slice(start, start + unicode::decodeAt(text->bytes(), start).length));
    }
    return std::nullopt;
}

Value Runtime::attribute(const Value &value, const std::string &name)
{
    charge(1);
    if (const auto *missing = std::get_if<Undefined>(&value))
        failUndefined(*missing);
    if (!name.starts_with("__")) { // what the sandbox hides
        if (auto found = member(value, name))
            return *std::move(found);
        if (const auto *dict = std::get_if<Dict *>(&value)) {
            if (const Value *found = (*dict)->find("s" + name))
                return *found;
        }
    }
    return undefined(name);
}

Value Runtime::subscript(const Value &value, const Value &key)
{
    charge(1);
    if (const auto *missing = std::get_if<Undefined>(&value))
        failUndefined(*missing);
    if (auto found = item(value, key))
        return *std::move(found);
    if (const Text *text = textOf(key)) {
        if (!text->bytes().starts_with("__")) {
            if (auto found = member(value, text->bytes()))
                return *std::move(found);
        }
        return undefined(text->origin() == Origin::Template ? text->bytes() : "item");
    }
    return undefined("item");
}

Value Runtime::attributePath(const Value &value, const Value &path)
{
    if (const auto index = integerOf(path))
        return subscript(value, *index);
    const std::string &names = textArgument(path, "an attribute").bytes();
    Value current = value;
    std::size_t start = 0;
    while (start <= names.size()) {
        const std::size_t end = std::min(names.find('.', start), names.size());
        const std::string name = names.substr(start, end - start);
        std::int64_t index = 0;
        const auto parsed = std::from_chars(name.data(), name.data() + name.size(), index);
        if (!name.empty() && parsed.ec == std::errc{} && parsed.ptr == name.data() + name.size())
            current = subscript(current, index);
        else
            current = subscript(current, string(name, Origin::Template));
        start = end + 1;
    }
    return current;
}

Value Runtime::slice(const Value &value, const Value &start, const Value &stop, const Value &step)
{
    charge(1);
    if (const auto *missing = std::get_if<Undefined>(&value))
        failUndefined(*missing);
    const Text *text = textOf(value);
    const auto *list = std::get_if<List *>(&value);
    if (text == nullptr && list == nullptr)
        return undefined("slice");
    const std::int64_t size = length(value);
    const auto bound = [&](const Value &given, std::int64_t fallback, std::int64_t low, std::int64_t high) {
        if (isNone(given))
            return fallback;
        const std::int64_t wanted = integerArgument(given, "a slice's bound");
        return std::clamp(wanted < 0 ? wanted + size : wanted, low, high);
    };
    const std::int64_t stride = isNone(step) ? 1 : integerArgument(step, "a slice's step");
    if (stride == 0)
        fail("a slice's step is zero");
    const std::int64_t from = stride > 0 ? bound(start, 0, 0, size) : bound(start, size - 1, -1, size - 1);
    const std::int64_t to = stride > 0 ? bound(stop, size, 0, size) : bound(stop, -1, -1, size - 1);
    std::vector<std::size_t> picked;
    // A step beyond the length picks one item at most; clamping it keeps the sum below from overflowing.
    const std::int64_t hop = std::clamp(stride, -size - 1, size + 1);
    for (std::int64_t i = from; stride > 0 ? i < to : i > to; i += hop)
        picked.push_back(static_cast<std::size_t>(i));
    charge(picked.size());
    if (list != nullptr) {
        std::vector<Value> items;
        items.reserve(picked.size());
        for (const std::size_t i : picked)
            items.push_back((*list)->items[i]);
        return (*list)->isTuple ? tuple(std::move(items)) : this->list(std::move(items));
    }
    std::vector<std::size_t> starts;
    starts.reserve(static_cast<std::size_t>(size) + 1);
    for (std::size_t i = 0; i < text->size(); i += unicode::decodeAt(text->bytes(), i).length)
        starts.push_back(i);
    starts.push_back(text->size());
    if (stride == 1 && !picked.empty())
        return string(text->slice(starts[picked.front()], starts[picked.back() + 1]));
    Text out;
    for (const std::size_t i : picked)
        out.append(text->slice(starts[i], starts[i + 1]));
    return string(std::move(out));
}

} // namespace inference::templates
