#include "app/platform/broken_pipe.h"
// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/fetch_worker.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace app {

namespace {

using namespace download;
using Clock = std::chrono::steady_clock;
using Kind = WorkerFailure::Kind;

constexpr std::size_t kPiece = std::size_t{1} << 20U; // bytes read at once, and the depth of the pipe
constexpr std::chrono::milliseconds kLookUp{50};      // how soon a stop is seen
constexpr std::chrono::seconds kGreeting{20};
constexpr std::chrono::seconds kPatience{90}; // beyond what the order allows: looking up a name takes its time

struct Pipe {
    platform::Descriptor reading;
    platform::Descriptor writing;
};

std::optional<Pipe> makePipe()
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return {};
    Pipe pipe{platform::Descriptor(ends[0]), platform::Descriptor(ends[1])};
    // Deeper is faster; as it is will do.
    (void)::fcntl(ends[0], F_SETPIPE_SZ, static_cast<int>(kPiece));
    return pipe;
}

} // namespace

// One order while it is carried out.
struct FetchWorker::Course {
    const Order &order;
    const Begin &begin;
    const Take &take;
    Fetched fetched = {};
    bool ended = false;
    bool wanted = false;     ///< the body is taken
    std::uint64_t taken = 0; ///< bytes of it
    std::uint64_t most = 0;  ///< bytes that it may have
};

WorkerFailure FetchWorker::end(Kind kind, std::string detail)
{
    m_worker.input.reset();
    m_worker.output.reset();
    m_body.reset();
    // Closing it kills what still runs.
    m_worker.lifetime.reset();
    return {.kind = kind, .detail = std::move(detail)};
}

bool FetchWorker::write(const std::string &line)
{
    const platform::WithoutBrokenPipe guard;
    std::string_view rest = line;
    while (!rest.empty()) {
        const ssize_t written = ::write(m_worker.input.get(), rest.data(), rest.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

std::expected<FetchWorker, WorkerFailure> FetchWorker::start(platform::Broker *broker, const Setup &setup)
{
    if (broker == nullptr)
        return std::unexpected(WorkerFailure{Kind::NotStarted, "there is no broker"});
    auto pipe = makePipe();
    if (!pipe)
        return std::unexpected(WorkerFailure{Kind::NotStarted, "no pipe"});
    auto started = broker->startWorker(platform::WorkerKind::Fetch, std::move(pipe->writing));
    if (!started)
        return std::unexpected(
            WorkerFailure{Kind::NotStarted, "broker error " + std::to_string(static_cast<int>(started.error()))});
    FetchWorker worker(std::move(*started), std::move(pipe->reading));
    worker.m_buffer = std::make_unique_for_overwrite<std::byte[]>(kPiece);
    if (auto greeted = worker.greet(setup); !greeted)
        return std::unexpected(greeted.error());
    return worker;
}

std::expected<void, WorkerFailure> FetchWorker::greet(const Setup &setup)
{
    if (!write(lineOf(setup)))
        return std::unexpected(end(Kind::Crashed));
    const auto until = Clock::now() + kGreeting;
    for (;;) {
        if (const auto event = m_decoder.take()) {
            m_landlock = std::get<Hello>(*event).landlock;
            return {};
        }
        pollfd ready{.fd = m_worker.output.get(), .events = POLLIN, .revents = 0};
        if (::poll(&ready, 1, static_cast<int>(kLookUp.count())) > 0) {
            if (auto heard = hear(); !heard)
                return heard;
        } else if (Clock::now() > until) {
            return std::unexpected(end(Kind::Silent, "no hello"));
        }
    }
}

std::expected<void, WorkerFailure> FetchWorker::hear()
{
    std::array<char, 4096> bytes{};
    ssize_t size = 0;
    do {
        size = ::read(m_worker.output.get(), bytes.data(), bytes.size());
    } while (size < 0 && errno == EINTR);
    if (size <= 0)
        return std::unexpected(end(Kind::Crashed));
    m_decoder.push({bytes.data(), static_cast<std::size_t>(size)});
    if (m_decoder.broken())
        return std::unexpected(end(Kind::Nonsense, m_decoder.reason()));
    return {};
}

std::expected<std::size_t, WorkerFailure> FetchWorker::takeBody(Course &course)
{
    ssize_t size = 0;
    do {
        size = ::read(m_body.get(), m_buffer.get(), kPiece);
    } while (size < 0 && errno == EINTR);
    if (size <= 0)
        return std::unexpected(end(Kind::Crashed));
    const auto count = static_cast<std::uint64_t>(size);
    if (!course.wanted || count > course.most - course.taken)
        return std::unexpected(end(Kind::Nonsense, "more bytes than were ordered"));
    course.taken += count;
    if (!course.take(std::span(m_buffer.get(), static_cast<std::size_t>(size))))
        return std::unexpected(end(Kind::Refused));
    return static_cast<std::size_t>(size);
}

std::expected<Fetched, WorkerFailure> FetchWorker::carryOut(Order order, const Begin &begin, const Take &take,
                                                            const Speed &speed, const std::stop_token &stop)
{
    if (!m_worker.input)
        return std::unexpected(WorkerFailure{Kind::Crashed, "the worker has ended"});
    order.number = ++m_orders;
    order.speed = speed();
    std::uint64_t limit = order.speed;
    m_decoder.expect(order.number);
    if (!write(lineOf(order)))
        return std::unexpected(end(Kind::Crashed));
    Course course{.order = order, .begin = begin, .take = take};
    const auto silence =
        std::chrono::seconds(order.connectSeconds) + std::chrono::seconds(order.slowSeconds) + kPatience;
    auto heard = Clock::now();
    // After the end what is still in the pipe is read.
    while (!course.ended || course.taken < course.fetched.end.delivered) {
        if (stop.stop_requested())
            return std::unexpected(end(Kind::Stopped));
        if (Clock::now() - heard > silence)
            return std::unexpected(end(Kind::Silent, "nothing came for too long"));
        if (const std::uint64_t now = speed(); now != limit && !course.ended) {
            limit = now;
            if (!write(speedLine(limit)))
                return std::unexpected(end(Kind::Crashed));
        }
        // The body only once it is known whose it is.
        std::array<pollfd, 2> ready{
            {{.fd = course.ended ? -1 : m_worker.output.get(), .events = POLLIN, .revents = 0},
             {.fd = course.wanted || course.ended ? m_body.get() : -1, .events = POLLIN, .revents = 0}}};
        if (::poll(ready.data(), ready.size(), static_cast<int>(kLookUp.count())) <= 0)
            continue;
        heard = Clock::now();
        if (ready[0].revents != 0) {
            if (auto said = hear(); !said)
                return std::unexpected(said.error());
            while (auto event = m_decoder.take()) {
                if (auto *response = std::get_if<Response>(&*event)) {
                    course.fetched.verdict = judge(order, wantedBy(order), *response);
                    course.fetched.response = std::move(*response);
                    course.wanted = course.fetched.verdict == Verdict::Take;
                    const auto promised = promisedBytes(order, *course.fetched.response);
                    course.most =
                        order.most > 0 ? std::min(order.most, promised.value_or(order.most)) : promised.value_or(0);
                    if (course.wanted && !begin(*course.fetched.response))
                        return std::unexpected(end(Kind::Refused));
                } else if (auto *ended = std::get_if<End>(&*event)) {
                    course.ended = true;
                    course.fetched.end = std::move(*ended);
                }
            }
            if (course.ended &&
                (course.fetched.end.delivered < course.taken || course.fetched.end.delivered > course.most ||
                 (!course.wanted && course.fetched.end.delivered > 0)))
                return std::unexpected(end(Kind::Nonsense, "another number of bytes than was said"));
        }
        if (ready[1].revents != 0) {
            if (auto taken = takeBody(course); !taken)
                return std::unexpected(taken.error());
        }
    }
    // Whether all came is seen here, whatever the worker says of it.
    if (course.fetched.end.ending == Ending::Done && course.wanted && order.most == 0 && course.taken < course.most)
        course.fetched.end.ending = Ending::Cut;
    return std::move(course.fetched);
}

} // namespace app
