// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What passes between carrel-fetch and the program: one JSON object a line. The body of an answer goes another way,
// into descriptor 3 of the worker, which is a pipe.
//
//   in   {"setup": {…}}        once, first
//   out  {"hello": {…}}        the jail is closed; nothing was sent to anybody before
//   in   {"order": {…}}        one request; nothing is ever sent without one, redirects are not followed
//   out  {"response": {…}}     status and what matters of the headers; left out when none came
//   out  {"end": {…}}          how the request ended, and how many bytes of its body went into the pipe
//   in   {"speed": NUMBER}     at any time: bytes a second from now on, 0: no limit
//
// The worker's lines are hostile input: whoever talks to servers may have been taken over by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace app::download {

/// How a worker is used; fixed for its life.
struct Setup {
    bool loopback = false;   ///< plain http to this machine, for tests: the product never sets it
    std::string proxy;       ///< see parseProxy(); empty: none
    std::string authorities; ///< certificates in PEM that are trusted instead of the system's, for tests
    bool operator==(const Setup &) const = default;
};

/// One request.
struct Order {
    std::uint32_t number = 0; ///< of the order, from 1
    std::string url;
    std::uint64_t from = 0;  ///< first byte wanted
    std::uint64_t to = 0;    ///< the first byte not wanted any more; 0: all
    std::uint64_t total = 0; ///< bytes of the whole file where known; 0: not known
    std::uint64_t most = 0;  ///< bytes of body at most
    std::string validator;   ///< of the bytes before `from`: sent as If-Range; empty: none
    std::string token;       ///< sent as bearer; empty: none
    std::uint64_t speed = 0; ///< bytes a second; 0: no limit
    std::uint32_t connectSeconds = 20;
    std::uint32_t slowSeconds = 30; ///< a transfer that is slower than slowBytes a second for so long is given up
    std::uint32_t slowBytes = 100;
    /// Whether a part of the file is asked for.
    [[nodiscard]] bool ranged() const { return from > 0 || to > 0; }
    bool operator==(const Order &) const = default;
};

/// The worker is held. `landlock`: as platform::Jail has it.
struct Hello {
    int landlock = 0;
    bool operator==(const Hello &) const = default;
};

/// Content-Range.
struct ContentRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;  ///< of the bytes that follow, inclusive
    std::uint64_t total = 0; ///< of the file; 0: not said
    bool operator==(const ContentRange &) const = default;
};

/// What matters of an answer's head.
struct Response {
    std::uint32_t number = 0; ///< of the order
    std::int32_t status = 0;
    std::optional<std::uint64_t> length = {}; ///< Content-Length
    std::optional<ContentRange> range = {};
    bool badRange = false;        ///< there is a Content-Range that says nothing
    std::string entityTag = {};   ///< as sent
    std::string modified = {};    ///< Last-Modified as sent
    std::string location = {};    ///< where it sends us, as an absolute address
    std::string encoding = {};    ///< Content-Encoding
    std::uint32_t retryAfter = 0; ///< seconds; 0: not said
    bool operator==(const Response &) const = default;
};

/// How a request ended.
enum class Ending {
    Done,     ///< all that was to come came
    NotTaken, ///< the answer's head was not one whose body is wanted
    Resolve,  ///< the host's name has no address
    Connect,  ///< nobody answered there
    Tls,      ///< the server could not prove who it is, or encryption failed
    Proxy,    ///< the proxy refused
    Slow,     ///< too slow for too long, or no answer at all
    Cut,      ///< the connection ended before the body did
    TooLong,  ///< more came than was to come
    Garbled,  ///< what came is no HTTP
    Other,
};

struct End {
    std::uint32_t number = 0;
    Ending ending = Ending::Other;
    std::string detail = {};     ///< technical; never an address
    std::uint64_t sent = 0;      ///< bytes of the request
    std::uint64_t received = 0;  ///< bytes of the answer, head and body, as they came
    std::uint64_t delivered = 0; ///< bytes of the body that went into the pipe
    bool operator==(const End &) const = default;
};

using Event = std::variant<Hello, Response, End>;

/// Longest line either way, in bytes.
inline constexpr std::size_t kLongestLine = std::size_t{256} << 10U;

/// One line, its newline included.
std::string lineOf(const Setup &setup);
std::string lineOf(const Order &order);
std::string speedLine(std::uint64_t bytesPerSecond);
std::string lineOf(const Event &event);

/// What the program says to the worker.
using Command = std::variant<Setup, Order, std::uint64_t>;
/// Nothing when the line is not exactly of the protocol.
std::optional<Command> parseCommand(std::string_view line);
/// The same of a worker's line.
std::optional<Event> parseEvent(std::string_view line);

/// Cuts what comes from a worker into events and keeps them in their order: hello, then for each order at most one
/// response and one end.
class EventDecoder {
public:
    /// Takes bytes as they come. What was broken once stays so.
    void push(std::string_view bytes);
    /// The next event; nothing for now, or when broken.
    std::optional<Event> take();
    /// From now on the answers to this order are expected.
    void expect(std::uint32_t number);
    [[nodiscard]] bool broken() const { return !m_reason.empty(); }
    /// Technical: which rule was broken.
    [[nodiscard]] const std::string &reason() const { return m_reason; }

private:
    enum class State { Hello, Idle, Response, End };
    void accept(std::string_view line);

    std::string m_line;
    std::vector<Event> m_events;
    std::string m_reason;
    State m_state = State::Hello;
    std::uint32_t m_number = 0;
};

} // namespace app::download
