// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/download/fetch_protocol.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace app::download {

using nlohmann::json;

namespace {

constexpr std::array<std::string_view, 11> kEndings = {"done", "not_taken", "resolve",  "connect", "tls",  "proxy",
                                                       "slow", "cut",       "too_long", "garbled", "other"};
constexpr std::size_t kLongestText = 8192;
constexpr std::size_t kLongestAuthorities = std::size_t{128} << 10U;

std::string line(const char *name, json object)
{
    return json{{name, std::move(object)}}.dump(-1, ' ', true, json::error_handler_t::replace) + '\n';
}

// Reads the members of one object; what is missing, too much or of another kind makes it unsound.
class Fields {
public:
    explicit Fields(const json &object)
        : m_object(object)
        , m_sound(object.is_object())
    {
    }
    template <class Number>
    void number(const char *name, Number &value)
    {
        const json *field = find(name);
        if (field == nullptr || !field->is_number_unsigned() ||
            field->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<Number>::max()))
            m_sound = false;
        else
            value = static_cast<Number>(field->get<std::uint64_t>());
    }
    template <class Number>
    void optionalNumber(const char *name, std::optional<Number> &value)
    {
        if (m_sound && m_object.contains(name)) {
            value.emplace();
            number(name, *value);
        }
    }
    void flag(const char *name, bool &value)
    {
        const json *field = find(name);
        if (field == nullptr || !field->is_boolean())
            m_sound = false;
        else
            value = field->get<bool>();
    }
    void text(const char *name, std::string &value, std::size_t longest = kLongestText)
    {
        const json *field = find(name);
        if (field == nullptr || !field->is_string() || field->get_ref<const std::string &>().size() > longest ||
            field->get_ref<const std::string &>().find('\0') != std::string::npos)
            m_sound = false;
        else
            value = field->get<std::string>();
    }
    const json *find(const char *name)
    {
        if (!m_sound || !m_object.contains(name))
            return nullptr;
        ++m_seen;
        return &m_object[name];
    }
    void require(bool condition) { m_sound = m_sound && condition; }
    [[nodiscard]] bool sound() const { return m_sound && m_seen == m_object.size(); }

private:
    const json &m_object;
    bool m_sound;
    std::size_t m_seen = 0;
};

template <class T>
std::optional<T> soundOnly(const Fields &fields, T value)
{
    return fields.sound() ? std::optional<T>(std::move(value)) : std::nullopt;
}

std::optional<Setup> setupFrom(const json &object)
{
    Fields fields(object);
    Setup setup;
    fields.flag("loopback", setup.loopback);
    fields.text("proxy", setup.proxy);
    fields.text("authorities", setup.authorities, kLongestAuthorities);
    return soundOnly(fields, std::move(setup));
}

std::optional<Order> orderFrom(const json &object)
{
    Fields fields(object);
    Order order;
    fields.number("number", order.number);
    fields.text("url", order.url);
    fields.number("from", order.from);
    fields.number("to", order.to);
    fields.number("total", order.total);
    fields.number("most", order.most);
    fields.text("validator", order.validator);
    fields.text("token", order.token);
    fields.number("speed", order.speed);
    fields.number("connect_seconds", order.connectSeconds);
    fields.number("slow_seconds", order.slowSeconds);
    fields.number("slow_bytes", order.slowBytes);
    return soundOnly(fields, std::move(order));
}

std::optional<Hello> helloFrom(const json &object)
{
    Fields fields(object);
    Hello hello;
    fields.number("landlock", hello.landlock);
    return soundOnly(fields, hello);
}

std::optional<ContentRange> rangeFrom(const json &object)
{
    Fields fields(object);
    ContentRange range;
    fields.number("first", range.first);
    fields.number("last", range.last);
    fields.number("total", range.total);
    fields.require(range.first <= range.last && (range.total == 0 || range.last < range.total));
    return soundOnly(fields, range);
}

std::optional<Response> responseFrom(const json &object)
{
    Fields fields(object);
    Response response;
    fields.number("number", response.number);
    fields.number("status", response.status);
    fields.optionalNumber("length", response.length);
    // Nothing to look into where something else is unsound already.
    if (const json *range = fields.find("range"); range != nullptr) {
        response.range = rangeFrom(*range);
        fields.require(response.range.has_value());
    }
    fields.flag("bad_range", response.badRange);
    fields.text("entity_tag", response.entityTag);
    fields.text("modified", response.modified);
    fields.text("location", response.location);
    fields.text("encoding", response.encoding);
    fields.number("retry_after", response.retryAfter);
    fields.require(response.status >= 100 && response.status <= 999);
    return soundOnly(fields, std::move(response));
}

std::optional<End> endFrom(const json &object)
{
    Fields fields(object);
    End end;
    std::string ending;
    fields.number("number", end.number);
    fields.text("ending", ending);
    fields.text("detail", end.detail);
    fields.number("sent", end.sent);
    fields.number("received", end.received);
    fields.number("delivered", end.delivered);
    const auto found = std::ranges::find(kEndings, ending);
    fields.require(found != kEndings.end());
    if (!fields.sound())
        return {};
    end.ending = static_cast<Ending>(std::distance(kEndings.begin(), found));
    return end;
}

// The one member of an object, else nothing.
struct Named {
    std::string name;
    json value;
};

std::optional<Named> namedFrom(std::string_view text)
{
    constexpr int kDeepest = 3;
    if (text.size() > kLongestLine)
        return {};
    const auto shallow = [](int depth, json::parse_event_t, json &) { return depth <= kDeepest; };
    json object = json::parse(text, shallow, false);
    if (!object.is_object() || object.size() != 1)
        return {};
    return Named{object.begin().key(), std::move(object.begin().value())};
}

template <class Variant, class T>
std::optional<Variant> widened(std::optional<T> value)
{
    if (!value)
        return {};
    return Variant(std::move(*value));
}

struct EventLine {
    std::string operator()(const Hello &hello) const { return line("hello", {{"landlock", hello.landlock}}); }
    std::string operator()(const Response &response) const
    {
        json object{{"number", response.number},      {"status", response.status},
                    {"bad_range", response.badRange}, {"entity_tag", response.entityTag},
                    {"modified", response.modified},  {"location", response.location},
                    {"encoding", response.encoding},  {"retry_after", response.retryAfter}};
        if (response.length)
            object["length"] = *response.length;
        if (response.range) {
            object["range"] = {
                {"first", response.range->first}, {"last", response.range->last}, {"total", response.range->total}};
        }
        return line("response", std::move(object));
    }
    std::string operator()(const End &end) const
    {
        return line("end", {{"number", end.number},
                            {"ending", kEndings.at(static_cast<std::size_t>(end.ending))},
                            {"detail", end.detail},
                            {"sent", end.sent},
                            {"received", end.received},
                            {"delivered", end.delivered}});
    }
};

} // namespace

std::string lineOf(const Setup &setup)
{
    return line("setup", {{"loopback", setup.loopback}, {"proxy", setup.proxy}, {"authorities", setup.authorities}});
}

std::string lineOf(const Order &order)
{
    return line("order", {{"number", order.number},
                          {"url", order.url},
                          {"from", order.from},
                          {"to", order.to},
                          {"total", order.total},
                          {"most", order.most},
                          {"validator", order.validator},
                          {"token", order.token},
                          {"speed", order.speed},
                          {"connect_seconds", order.connectSeconds},
                          {"slow_seconds", order.slowSeconds},
                          {"slow_bytes", order.slowBytes}});
}

std::string speedLine(std::uint64_t bytesPerSecond)
{
    return line("speed", bytesPerSecond);
}

std::string lineOf(const Event &event)
{
    return std::visit(EventLine{}, event);
}

std::optional<Command> parseCommand(std::string_view text)
{
    const auto named = namedFrom(text);
    if (!named)
        return {};
    if (named->name == "setup")
        return widened<Command>(setupFrom(named->value));
    if (named->name == "order")
        return widened<Command>(orderFrom(named->value));
    if (named->name == "speed" && named->value.is_number_unsigned())
        return Command(named->value.get<std::uint64_t>());
    return {};
}

std::optional<Event> parseEvent(std::string_view text)
{
    const auto named = namedFrom(text);
    if (!named)
        return {};
    if (named->name == "hello")
        return widened<Event>(helloFrom(named->value));
    if (named->name == "response")
        return widened<Event>(responseFrom(named->value));
    if (named->name == "end")
        return widened<Event>(endFrom(named->value));
    return {};
}

void EventDecoder::push(std::string_view bytes)
{
    while (!bytes.empty() && !broken()) {
        const std::size_t newline = bytes.find('\n');
        const std::size_t size = std::min(newline, bytes.size());
        if (m_line.size() + size > kLongestLine) {
            m_reason = "a line is too long";
            break;
        }
        m_line += bytes.substr(0, size);
        if (newline == std::string_view::npos)
            return;
        bytes.remove_prefix(newline + 1);
        accept(m_line);
        m_line.clear();
    }
    if (broken()) {
        m_events.clear();
        m_line.clear();
    }
}

void EventDecoder::accept(std::string_view text)
{
    auto event = parseEvent(text);
    if (!event) {
        m_reason = "a line is not of the protocol";
        return;
    }
    if (std::holds_alternative<Hello>(*event)) {
        if (m_state != State::Hello) {
            m_reason = "a second hello";
            return;
        }
        m_state = State::Idle;
    } else if (const auto *response = std::get_if<Response>(&*event)) {
        if (m_state != State::Response || response->number != m_number) {
            m_reason = "a response that nobody asked for";
            return;
        }
        m_state = State::End;
    } else {
        if ((m_state != State::Response && m_state != State::End) || std::get<End>(*event).number != m_number) {
            m_reason = "an end that nobody asked for";
            return;
        }
        m_state = State::Idle;
    }
    m_events.push_back(std::move(*event));
}

std::optional<Event> EventDecoder::take()
{
    if (m_events.empty())
        return {};
    Event event = std::move(m_events.front());
    m_events.erase(m_events.begin());
    return event;
}

void EventDecoder::expect(std::uint32_t number)
{
    if (m_state == State::Idle) {
        m_state = State::Response;
        m_number = number;
    }
}

} // namespace app::download
