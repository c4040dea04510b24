// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/template/builtins.h"
#include "inference/template/json.h"
#include "inference/unicode/unicode.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace inference::templates {

namespace {

using unicode::decodeAt;
using unicode::Decoded;

/// Python's str.isspace().
bool isPythonSpace(char32_t codePoint)
{
    return unicode::categoryOf(codePoint) == unicode::Category::Whitespace || (codePoint >= 0x1C && codePoint <= 0x1F);
}

/// Greek capital sigma at the end of a word has a small form of its own.
bool isFinalSigma(const std::string &bytes, std::size_t position, std::size_t next)
{
    const auto isIgnored = [](char32_t c) {
        return unicode::categoryOf(c) == unicode::Category::Mark || c == U'\'' || c == U'.' || c == U':' || c == 0xAD;
    };
    bool casedBefore = false;
    for (std::size_t i = position; i > 0 && !casedBefore;) {
        do
            --i;
        while (i > 0 && (static_cast<unsigned char>(bytes[i]) & 0xC0U) == 0x80U);
        const char32_t c = decodeAt(bytes, i).codePoint;
        if (isIgnored(c))
            continue;
        casedBefore = unicode::isCased(c);
        break;
    }
    for (std::size_t i = next; casedBefore && i < bytes.size();) {
        const Decoded c = decodeAt(bytes, i);
        if (!isIgnored(c.codePoint))
            return !unicode::isCased(c.codePoint);
        i += c.length;
    }
    return casedBefore;
}

enum class Case { Upper, Lower, Title };

void appendCased(Text &out, const Text &text, std::size_t position, const Decoded &c, Case wanted)
{
    std::string mapped;
    if (wanted == Case::Upper)
        unicode::appendUpper(mapped, c.codePoint);
    else if (wanted == Case::Title)
        unicode::appendTitle(mapped, c.codePoint);
    else if (c.codePoint == 0x3A3 && isFinalSigma(text.bytes(), position, position + c.length))
        unicode::append(mapped, 0x3C2);
    else
        unicode::appendLower(mapped, c.codePoint);
    out.append(mapped, text.originAt(position));
}

/// `choose(code point)` tells the case of each character in turn.
template <class Choose>
Text withCase(Runtime &runtime, const Text &text, Choose choose)
{
    runtime.chargeText(3 * text.size()); // a mapping can triple the length
    runtime.charge(text.size() / 16);
    Text out;
    for (std::size_t i = 0; i < text.size();) {
        const Decoded c = decodeAt(text.bytes(), i);
        appendCased(out, text, i, c, choose(c.codePoint));
        i += c.length;
    }
    return out;
}

Value upperFilter(Runtime &runtime, const Value &input, const Arguments &)
{
    return runtime.string(upperCased(runtime, runtime.toText(input)));
}

Value lowerFilter(Runtime &runtime, const Value &input, const Arguments &)
{
    return runtime.string(lowerCased(runtime, runtime.toText(input)));
}

Value capitalizeFilter(Runtime &runtime, const Value &input, const Arguments &)
{
    return runtime.string(capitalized(runtime, runtime.toText(input)));
}

Value titleFilter(Runtime &runtime, const Value &input, const Arguments &)
{
    bool wordStarts = true;
    return runtime.string(withCase(runtime, runtime.toText(input), [&](char32_t c) {
        const bool starts = wordStarts;
        wordStarts = isPythonSpace(c) || std::u32string_view(U"-({[<").contains(c);
        return starts ? Case::Upper : Case::Lower;
    }));
}

Value trimFilter(Runtime &runtime, const Value &input, const Arguments &arguments)
{
    const Value *chars = arguments.find(0, "chars");
    const Text *set = chars != nullptr && !isNone(*chars) ? &runtime.textArgument(*chars, "trim's set") : nullptr;
    return runtime.string(stripped(runtime, runtime.toText(input), set, Side::Both));
}

Value replaceFilter(Runtime &runtime, const Value &input, const Arguments &arguments)
{
    const Value *from = arguments.find(0, "old");
    const Value *to = arguments.find(1, "new");
    const Value *count = arguments.find(2, "count");
    if (from == nullptr || to == nullptr)
        runtime.fail("replace needs two arguments");
    const std::int64_t most =
        count != nullptr && !isNone(*count) ? runtime.integerArgument(*count, "replace's count") : -1;
    return runtime.string(replaced(runtime, runtime.toText(input), runtime.toText(*from), runtime.toText(*to), most));
}

/// The ends of lines as Python's str.splitlines() knows them.
bool isLineEnd(char32_t c)
{
    return (c >= 0x0A && c <= 0x0D) || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

std::vector<Text> linesOf(const Text &text)
{
    std::vector<Text> lines;
    std::size_t start = 0;
    for (std::size_t i = 0; i < text.size();) {
        const Decoded c = decodeAt(text.bytes(), i);
        std::size_t next = i + c.length;
        if (isLineEnd(c.codePoint)) {
            lines.push_back(text.slice(start, i));
            if (c.codePoint == U'\r' && next < text.size() && text.bytes()[next] == '\n')
                ++next;
            start = next;
        }
        i = next;
    }
    lines.push_back(text.slice(start, text.size()));
    return lines;
}

Value indentFilter(Runtime &runtime, const Value &input, const Arguments &arguments)
{
    const Value *width = arguments.find(0, "width");
    const Value *first = arguments.find(1, "first");
    const Value *blank = arguments.find(2, "blank");
    Text indent(std::string(4, ' '), Origin::Template);
    if (width != nullptr && textOf(*width) != nullptr) {
        indent = *textOf(*width);
    } else if (width != nullptr) {
        const std::int64_t spaces = std::max<std::int64_t>(runtime.integerArgument(*width, "indent's width"), 0);
        runtime.chargeText(static_cast<std::uint64_t>(spaces));
        indent = Text(std::string(static_cast<std::size_t>(spaces), ' '), Origin::Template);
    }
    const bool indentsBlank = blank != nullptr && isTrue(*blank);
    const std::vector<Text> lines = linesOf(runtime.toText(input));
    runtime.charge(lines.size());
    Text out;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i > 0)
            out.append("\n", Origin::Template);
        const bool indents = i == 0 ? first != nullptr && isTrue(*first) : indentsBlank || !lines[i].empty();
        if (indents)
            out.append(indent);
        out.append(lines[i]);
        runtime.chargeText(out.size() > runtime.budget().outputBytes ? out.size() : indent.size() + lines[i].size());
    }
    return runtime.string(std::move(out));
}

Value stringFilter(Runtime &runtime, const Value &input, const Arguments &)
{
    return runtime.string(runtime.toText(input));
}

Value safeFilter(Runtime &runtime, const Value &input, const Arguments &)
{
    return runtime.string(runtime.toText(input));
}

Value tojsonFilter(Runtime &runtime, const Value &input, const Arguments &arguments)
{
    JsonStyle style;
    const Value *indent = arguments.find(1, "indent");
    const Value *ascii = arguments.find(0, "ensure_ascii");
    const Value *separators = arguments.find(2, "separators");
    const Value *sorts = arguments.find(3, "sort_keys");
    // Jinja's own tojson takes the indent first; templates that pass a number mean that.
    if (indent == nullptr && ascii != nullptr && std::holds_alternative<std::int64_t>(*ascii))
        std::swap(indent, ascii);
    style.asciiOnly = ascii != nullptr && isTrue(*ascii);
    style.sortsKeys = sorts != nullptr && isTrue(*sorts);
    if (indent != nullptr && !isNone(*indent)) {
        if (const Text *text = textOf(*indent)) {
            style.indent = text->bytes();
        } else {
            const std::int64_t spaces =
                std::clamp<std::int64_t>(runtime.integerArgument(*indent, "tojson's indent"), 0, 64);
            style.indent = std::string(static_cast<std::size_t>(spaces), ' ');
        }
        style.itemSeparator = ",";
    }
    if (separators != nullptr && !isNone(*separators)) {
        const std::vector<Value> pair = runtime.iterate(*separators);
        if (pair.size() != 2)
            runtime.fail("tojson's separators must be two");
        style.itemSeparator = runtime.textArgument(pair[0], "a separator").bytes();
        style.keySeparator = runtime.textArgument(pair[1], "a separator").bytes();
    }
    return writeJson(runtime, input, style);
}

std::string withoutUnderscores(std::string text)
{
    std::erase(text, '_');
    return text;
}

std::optional<double> parsedFloat(const std::string &text)
{
    const std::string digits = withoutUnderscores(text);
    const char *begin = digits.data() + (digits.starts_with('+') ? 1 : 0);
    const char *end = digits.data() + digits.size();
    double value = 0;
    const auto result = std::from_chars(begin, end, value);
    if (result.ptr != end || begin == end)
        return std::nullopt;
    return value;
}

std::optional<std::int64_t> truncated(double value)
{
    if (!(std::fabs(value) < 9.2e18))
        return std::nullopt;
    return static_cast<std::int64_t>(value);
}

Value intFilter(Runtime &runtime, const Value &input, const Arguments &arguments)
{
    const Value *fallback = arguments.find(0, "default");
    const Value *baseArgument = arguments.find(1, "base");
    Value otherwise = fallback != nullptr ? *fallback : Value(std::int64_t{0});
    if (const auto *missing = std::get_if<Undefined>(&input))
        runtime.failUndefined(*missing);
    if (const auto integer = integerOf(input))
        return *integer;
    if (const auto number = numberOf(input)) {
        const auto integer = truncated(*number);
        return integer ? Value(*integer) : otherwise;
    }
    const Text *text = textOf(input);
    if (text == nullptr)
        return otherwise;
    const std::int64_t base = baseArgument != nullptr ? runtime.integerArgument(*baseArgument, "int's base") : 10;
    if (base != 10 && base != 2 && base != 8 && base != 16)
        runtime.fail("int's base must be 2, 8, 10 or 16");
    std::string digits = withoutUnderscores(stripped(runtime, *text, nullptr, Side::Both).bytes());
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+'))
        digits.erase(0, 1);
    const std::string_view prefix = base == 16 ? "0x" : base == 8 ? "0o" : base == 2 ? "0b" : "";
    if (!prefix.empty() && digits.size() > 2 && digits[0] == '0' && (digits[1] | 0x20) == prefix[1])
        digits.erase(0, 2);
    if (!digits.empty() && digits[0] != '-') {
        digits.insert(0, negative ? "-" : "");
        std::int64_t value = 0;
        const auto result =
            std::from_chars(digits.data(), digits.data() + digits.size(), value, static_cast<int>(base));
        if (result.ec == std::errc{} && result.ptr == digits.data() + digits.size())
            return value;
    }
    const auto number = parsedFloat(digits);
    const auto integer = number ? truncated(*number) : std::nullopt;
    return integer ? Value(*integer) : otherwise;
}

Value floatFilter(Runtime &runtime, const Value &input, const Arguments &arguments)
{
    const Value *fallback = arguments.find(0, "default");
    if (const auto *missing = std::get_if<Undefined>(&input))
        runtime.failUndefined(*missing);
    if (const auto number = numberOf(input))
        return *number;
    if (const Text *text = textOf(input)) {
        if (const auto number = parsedFloat(stripped(runtime, *text, nullptr, Side::Both).bytes()))
            return *number;
    }
    return fallback != nullptr ? *fallback : Value(0.0);
}

Value absFilter(Runtime &runtime, const Value &input, const Arguments &)
{
    if (!numberOf(input))
        runtime.fail("abs needs a number");
    return *numberOf(input) < 0 ? runtime.negated(input) : integerOf(input) ? Value(*integerOf(input)) : input;
}

} // namespace

Text upperCased(Runtime &runtime, const Text &text)
{
    return withCase(runtime, text, [](char32_t) { return Case::Upper; });
}

Text lowerCased(Runtime &runtime, const Text &text)
{
    return withCase(runtime, text, [](char32_t) { return Case::Lower; });
}

Text capitalized(Runtime &runtime, const Text &text)
{
    bool first = true;
    return withCase(runtime, text, [&](char32_t) { return std::exchange(first, false) ? Case::Title : Case::Lower; });
}

Text stripped(Runtime &runtime, const Text &text, const Text *set, Side side)
{
    runtime.chargeText(text.size());
    std::u32string chars;
    for (std::size_t i = 0; set != nullptr && i < set->size();) {
        const Decoded c = decodeAt(set->bytes(), i);
        chars.push_back(c.codePoint);
        i += c.length;
    }
    const auto drops = [&](char32_t c) {
        if (set == nullptr)
            return isPythonSpace(c);
        runtime.charge(1 + chars.size() / 64);
        return chars.contains(c);
    };
    std::size_t from = 0;
    std::size_t to = text.size();
    while (side != Side::Right && from < to) {
        const Decoded c = decodeAt(text.bytes(), from);
        if (!drops(c.codePoint))
            break;
        from += c.length;
    }
    while (side != Side::Left && to > from) {
        std::size_t last = to - 1;
        while (last > from && (static_cast<unsigned char>(text.bytes()[last]) & 0xC0U) == 0x80U)
            --last;
        if (!drops(decodeAt(text.bytes(), last).codePoint))
            break;
        to = last;
    }
    return text.slice(from, to);
}

Text replaced(Runtime &runtime, const Text &text, const Text &from, const Text &to, std::int64_t most)
{
    Text out;
    std::size_t position = 0;
    std::uint64_t left = most < 0 ? std::numeric_limits<std::uint64_t>::max() : static_cast<std::uint64_t>(most);
    runtime.chargeText(text.size());
    const auto put = [&](const Text &piece) {
        out.append(piece);
        runtime.charge(1);
        if (out.size() > runtime.budget().outputBytes)
            runtime.chargeText(out.size());
    };
    for (; left > 0; --left) {
        if (from.empty()) {
            put(to);
            if (position >= text.size())
                return out;
            const std::size_t next = position + decodeAt(text.bytes(), position).length;
            put(text.slice(position, next));
            position = next;
            continue;
        }
        const std::size_t found = text.bytes().find(from.bytes(), position);
        if (found == std::string::npos)
            break;
        put(text.slice(position, found));
        put(to);
        position = found + from.size();
    }
    put(text.slice(position, text.size()));
    return out;
}

std::vector<NamedFilter> textFilters()
{
    return {
        {"abs", absFilter},         {"capitalize", capitalizeFilter},
        {"float", floatFilter},     {"indent", indentFilter},
        {"int", intFilter},         {"lower", lowerFilter},
        {"replace", replaceFilter}, {"safe", safeFilter},
        {"string", stringFilter},   {"title", titleFilter},
        {"tojson", tojsonFilter},   {"trim", trimFilter},
        {"upper", upperFilter},
    };
}

} // namespace inference::templates
