// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/template/json.h"

#include "inference/unicode/unicode.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace inference::templates {

namespace {

class Writer {
public:
    Writer(Runtime &runtime, const JsonStyle &style)
        : m_runtime(runtime)
        , m_style(style)
    {
    }

    void write(const Value &value, std::size_t level)
    {
        const Runtime::Depth depth(m_runtime);
        m_runtime.charge(1);
        if (const Text *text = textOf(value))
            writeString(*text);
        else if (isNone(value))
            m_out += "null";
        else if (const auto *boolean = std::get_if<bool>(&value))
            m_out += *boolean ? "true" : "false";
        else if (const auto *integer = std::get_if<std::int64_t>(&value))
            m_out += std::to_string(*integer);
        else if (const auto *number = std::get_if<double>(&value))
            writeFloat(*number);
        else if (const auto *list = std::get_if<List *>(&value))
            writeList(**list, level);
        else if (const auto *dict = std::get_if<Dict *>(&value))
            writeDict(**dict, level);
        else if (const auto *missing = std::get_if<Undefined>(&value))
            m_runtime.fail("tojson: '" + (missing->name ? *missing->name : std::string("value")) + "' is undefined");
        else
            m_runtime.fail("tojson cannot write a value of type " + std::string(typeName(value)));
        if (m_out.size() > m_runtime.budget().outputBytes)
            m_runtime.chargeText(m_out.size());
    }

    Value result() { return m_runtime.string(std::move(m_out), m_origin); }

private:
    void newline(std::size_t level)
    {
        if (!m_style.indent)
            return;
        m_runtime.chargeText(level * m_style.indent->size());
        m_out.push_back('\n');
        for (std::size_t i = 0; i < level; ++i)
            m_out += *m_style.indent;
    }

    void writeList(const List &list, std::size_t level)
    {
        if (list.items.empty()) {
            m_out += "[]";
            return;
        }
        m_out.push_back('[');
        bool first = true;
        for (const Value &item : list.items) {
            if (!std::exchange(first, false))
                m_out += m_style.itemSeparator;
            newline(level + 1);
            write(item, level + 1);
        }
        newline(level);
        m_out.push_back(']');
    }

    void writeDict(const Dict &dict, std::size_t level)
    {
        if (dict.entries.empty()) {
            m_out += "{}";
            return;
        }
        std::vector<const Dict::Entry *> entries;
        entries.reserve(dict.entries.size());
        for (const auto &entry : dict.entries)
            entries.push_back(&entry);
        if (m_style.sortsKeys)
            std::ranges::stable_sort(entries,
                                     [&](const auto *a, const auto *b) { return m_runtime.less(a->key, b->key); });
        m_out.push_back('{');
        bool first = true;
        for (const Dict::Entry *entry : entries) {
            if (!std::exchange(first, false))
                m_out += m_style.itemSeparator;
            newline(level + 1);
            writeKey(entry->key);
            m_out += m_style.keySeparator;
            write(entry->value, level + 1);
        }
        newline(level);
        m_out.push_back('}');
    }

    void writeKey(const Value &key)
    {
        if (textOf(key) != nullptr) {
            write(key, 0);
            return;
        }
        m_out.push_back('"');
        write(key, 0);
        m_out.push_back('"');
    }

    void writeFloat(double value)
    {
        if (std::isnan(value))
            m_out += "NaN";
        else if (std::isinf(value))
            m_out += value < 0 ? "-Infinity" : "Infinity";
        else
            m_out += pythonFloat(value);
    }

    void writeString(const Text &text)
    {
        m_runtime.chargeText(text.size());
        if (text.origin() == Origin::Message)
            m_origin = Origin::Message;
        m_out.push_back('"');
        for (std::size_t i = 0; i < text.size();) {
            const unicode::Decoded c = unicode::decodeAt(text.bytes(), i);
            const std::string_view simple = "\"\\\n\r\t\b\f";
            const std::size_t special = c.codePoint < 0x80 ? simple.find(static_cast<char>(c.codePoint)) : simple.npos;
            if (special != simple.npos) {
                m_out.push_back('\\');
                m_out.push_back("\"\\nrtbf"[special]);
            } else if (c.codePoint < 0x20 || (m_style.asciiOnly && c.codePoint > 0x7E)) {
                writeEscape(static_cast<std::uint32_t>(c.codePoint));
            } else {
                m_out.append(text.bytes(), i, c.length);
            }
            i += c.length;
        }
        m_out.push_back('"');
    }

    void writeEscape(std::uint32_t codePoint)
    {
        if (codePoint >= 0x10000) {
            writeEscape(0xD800 + ((codePoint - 0x10000) >> 10U));
            writeEscape(0xDC00 + ((codePoint - 0x10000) & 0x3FFU));
            return;
        }
        m_out += "\\u";
        for (const unsigned shift : {12U, 8U, 4U, 0U})
            m_out.push_back("0123456789abcdef"[(codePoint >> shift) & 15U]);
    }

    Runtime &m_runtime;
    const JsonStyle &m_style;
    std::string m_out;
    Origin m_origin = Origin::Template;
};

class Reader {
public:
    Reader(Runtime &runtime, std::string_view json, Origin origin)
        : m_runtime(runtime)
        , m_json(json)
        , m_origin(origin)
    {
    }

    Value read()
    {
        Value value = readValue();
        skipSpace();
        if (m_position != m_json.size())
            fail();
        return value;
    }

private:
    [[noreturn]] void fail() const
    {
        m_runtime.fail("the JSON given to the template is not valid at byte " + std::to_string(m_position));
    }

    void skipSpace()
    {
        while (m_position < m_json.size() && std::string_view(" \t\r\n").contains(m_json[m_position]))
            ++m_position;
    }

    bool take(std::string_view text)
    {
        if (!m_json.substr(m_position).starts_with(text))
            return false;
        m_position += text.size();
        return true;
    }

    bool takeToken(std::string_view text)
    {
        skipSpace();
        return take(text);
    }

    Value readValue()
    {
        const Runtime::Depth depth(m_runtime);
        m_runtime.charge(1);
        skipSpace();
        if (take("null"))
            return None{};
        if (take("true"))
            return true;
        if (take("false"))
            return false;
        if (take("\""))
            return readString();
        if (take("["))
            return readList();
        if (take("{"))
            return readDict();
        return readNumber();
    }

    Value readList()
    {
        std::vector<Value> items;
        if (takeToken("]"))
            return m_runtime.list({});
        do
            items.push_back(readValue());
        while (takeToken(","));
        if (!takeToken("]"))
            fail();
        return m_runtime.list(std::move(items));
    }

    Value readDict()
    {
        auto *dict = m_runtime.heap().make(Dict{});
        if (takeToken("}"))
            return dict;
        do {
            if (!takeToken("\""))
                fail();
            const Value key = readString();
            if (!takeToken(":"))
                fail();
            Value value = readValue();
            dict->set(m_runtime.dictKeyOf(key), key, std::move(value));
        } while (takeToken(","));
        if (!takeToken("}"))
            fail();
        return dict;
    }

    Value readNumber()
    {
        const std::size_t end = std::min(m_json.find_first_not_of("+-0123456789.eE", m_position), m_json.size());
        const std::string_view digits = m_json.substr(m_position, end - m_position);
        const char *const first = digits.data(); // not terminated: from_chars takes both ends
        const char *const last = first + digits.size();
        if (digits.empty() || digits.starts_with('+'))
            fail();
        std::int64_t integer = 0;
        if (const auto parsed = std::from_chars(first, last, integer); parsed.ec == std::errc{} && parsed.ptr == last) {
            m_position = end;
            return integer;
        }
        double number = 0;
        if (const auto parsed = std::from_chars(first, last, number); parsed.ec != std::errc{} || parsed.ptr != last)
            fail();
        m_position = end;
        return number;
    }

    std::uint32_t readHex()
    {
        std::uint32_t value = 0;
        const std::string_view digits = m_json.substr(m_position, 4);
        const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (digits.size() != 4 || parsed.ptr != digits.data() + 4)
            fail();
        m_position += 4;
        return value;
    }

    void readEscape(std::string &out)
    {
        if (m_position >= m_json.size())
            fail();
        const char c = m_json[m_position++];
        constexpr std::string_view simple = "\"\\/bfnrt";
        if (const std::size_t found = simple.find(c); found != simple.npos) {
            out.push_back("\"\\/\b\f\n\r\t"[found]);
            return;
        }
        if (c != 'u')
            fail();
        std::uint32_t value = readHex();
        if (value >= 0xD800 && value < 0xDC00 && take("\\u")) {
            const std::uint32_t low = readHex();
            if (low < 0xDC00 || low > 0xDFFF)
                fail();
            value = 0x10000 + ((value - 0xD800) << 10U) + (low - 0xDC00);
        }
        unicode::append(out, static_cast<char32_t>(value));
    }

    Value readString()
    {
        std::string out;
        for (;;) {
            if (m_position >= m_json.size())
                fail();
            const char c = m_json[m_position++];
            if (c == '"')
                return m_runtime.string(unicode::sanitized(out), m_origin);
            if (c == '\\')
                readEscape(out);
            else
                out.push_back(c);
        }
    }

    Runtime &m_runtime;
    std::string_view m_json;
    Origin m_origin;
    std::size_t m_position = 0;
};

} // namespace

Value writeJson(Runtime &runtime, const Value &value, const JsonStyle &style)
{
    Writer writer(runtime, style);
    writer.write(value, 0);
    return writer.result();
}

Value readJson(Runtime &runtime, std::string_view json, Origin origin)
{
    return Reader(runtime, json, origin).read();
}

} // namespace inference::templates
