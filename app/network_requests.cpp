// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/network_requests.h"

#include <utility>

namespace app {

namespace {

using namespace download;

constexpr int kMostRedirects = 8;

FetchProblem problemFrom(const WorkerFailure &failure)
{
    switch (failure.kind) {
    case WorkerFailure::Kind::NotStarted:
        return {.fault = FetchFault::NoWorker, .detail = failure.detail};
    case WorkerFailure::Kind::Stopped:
    case WorkerFailure::Kind::Refused:
        return {.fault = FetchFault::Stopped};
    case WorkerFailure::Kind::Crashed:
    case WorkerFailure::Kind::Silent:
    case WorkerFailure::Kind::Nonsense:
        break;
    }
    return {.fault = FetchFault::WorkerDied, .detail = failure.detail};
}

FetchFault faultOf(Ending ending)
{
    switch (ending) {
    case Ending::Resolve:
        return FetchFault::Unresolved;
    case Ending::Connect:
        return FetchFault::Unreachable;
    case Ending::Tls:
        return FetchFault::Untrusted;
    case Ending::Proxy:
        return FetchFault::Proxy;
    case Ending::Slow:
        return FetchFault::TooSlow;
    case Ending::Cut:
        return FetchFault::CutOff;
    case Ending::TooLong:
        return FetchFault::TooLong;
    case Ending::Done:
    case Ending::NotTaken:
    case Ending::Garbled:
    case Ending::Other:
        break;
    }
    return FetchFault::Garbled;
}

FetchFault faultOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Redirect:
        return FetchFault::ManyRedirects;
    case Verdict::Changed:
        return FetchFault::Changing;
    case Verdict::Ignored:
    case Verdict::Unsatisfiable:
        return FetchFault::NoResume;
    case Verdict::WrongRange:
        return FetchFault::WrongRange;
    case Verdict::WrongSize:
        return FetchFault::WrongSize;
    case Verdict::NoSize:
        return FetchFault::NoSize;
    case Verdict::Encoded:
        return FetchFault::Encoded;
    case Verdict::NeedsAccess:
        return FetchFault::NeedsAccess;
    case Verdict::NotThere:
        return FetchFault::NotThere;
    case Verdict::Busy:
        return FetchFault::Busy;
    case Verdict::ServerError:
        return FetchFault::ServerError;
    case Verdict::Take:
    case Verdict::Odd:
        break;
    }
    return FetchFault::Garbled;
}

} // namespace

NetworkRequests::NetworkRequests(RequestPorts ports, RequestRules rules, std::string purpose)
    : m_ports(std::move(ports))
    , m_rules(std::move(rules))
    , m_purpose(std::move(purpose))
{
}

std::expected<FetchWorker *, FetchProblem> NetworkRequests::worker()
{
    if (!m_rules.proxy.empty() && !parseProxy(m_rules.proxy))
        return std::unexpected(FetchProblem{.fault = FetchFault::BadProxy});
    if (!m_worker) {
        auto started = FetchWorker::start(
            m_rules.broker,
            {.loopback = m_rules.reach == Reach::Loopback, .proxy = m_rules.proxy, .authorities = m_rules.authorities});
        if (!started)
            return std::unexpected(FetchProblem{.fault = FetchFault::NoWorker, .detail = started.error().detail});
        m_worker.emplace(std::move(*started));
    }
    return &*m_worker;
}

std::expected<Fetched, FetchProblem> NetworkRequests::get(const Order &wanted, const FetchWorker::Begin &begin,
                                                          const FetchWorker::Take &take, const std::stop_token &stop)
{
    Order order = wanted;
    order.connectSeconds = m_rules.connectSeconds;
    order.slowSeconds = m_rules.slowSeconds;
    auto address = parseAddress(order.url, m_rules.reach);
    if (!address)
        return std::unexpected(FetchProblem{.fault = FetchFault::BadAddress});
    for (int redirects = 0;; ++redirects) {
        // The switch may have been thrown since the last one.
        if (m_ports.offline())
            return std::unexpected(FetchProblem{.fault = FetchFault::Offline});
        const auto ready = worker();
        if (!ready)
            return std::unexpected(ready.error());
        m_host = address->host;
        // Another host never sees the token, and nobody does over a connection that others can read.
        order.token = address->secure() || m_rules.reach == Reach::Loopback ? m_ports.token(address->host) : "";
        const std::int64_t row = m_ports.begin(withoutQuery(order.url), m_purpose);
        if (row == 0)
            return std::unexpected(FetchProblem{.fault = FetchFault::NotKept});
        auto fetched = (*ready)->carryOut(order, begin, take, m_ports.speed, stop);
        if (!fetched) {
            m_worker.reset();
            const FetchProblem problem = problemFrom(fetched.error());
            m_ports.end(row, {.end = {.ending = Ending::Other, .detail = codeOf(problem.fault).toStdString()}});
            return std::unexpected(problem);
        }
        m_ports.end(row, *fetched);
        if (!fetched->response || fetched->verdict != Verdict::Redirect)
            return std::move(*fetched);
        if (redirects == kMostRedirects)
            return std::unexpected(FetchProblem{.fault = FetchFault::ManyRedirects});
        const auto next = parseAddress(fetched->response->location, m_rules.reach);
        if (!next || !mayFollow(*address, *next))
            return std::unexpected(FetchProblem{.fault = FetchFault::InsecureRedirect});
        order.url = fetched->response->location;
        address = next;
    }
}

std::optional<FetchProblem> problemOf(const Fetched &fetched)
{
    if (fetched.end.ending == Ending::Done && fetched.verdict == Verdict::Take)
        return {};
    if (!fetched.response)
        return FetchProblem{.fault = faultOf(fetched.end.ending), .detail = fetched.end.detail};
    const std::string status = "HTTP " + std::to_string(fetched.response->status);
    if (fetched.verdict != Verdict::Take)
        return FetchProblem{.fault = faultOf(fetched.verdict), .detail = status};
    return FetchProblem{.fault = faultOf(fetched.end.ending), .detail = fetched.end.detail};
}

bool mayPass(FetchFault fault)
{
    switch (fault) {
    case FetchFault::WorkerDied:
    case FetchFault::Unresolved:
    case FetchFault::Unreachable:
    case FetchFault::TooSlow:
    case FetchFault::CutOff:
    case FetchFault::Busy:
    case FetchFault::ServerError:
    case FetchFault::Garbled:
        return true;
    default:
        return false;
    }
}

std::string withoutQuery(const std::string &url)
{
    return url.substr(0, url.find('?'));
}

} // namespace app
