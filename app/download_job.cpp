// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/download_job.h"

#include "app/download/address.h"
#include "app/download/answer_rules.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace app {

namespace {

using namespace download;
using Clock = std::chrono::steady_clock;
using storage::DownloadCheckpoint;
using storage::DownloadStep;

constexpr std::size_t kPiece = std::size_t{256} << 10U; // stays in the cache between reading and hashing
constexpr std::chrono::milliseconds kKeepEvery{500};
constexpr std::uint64_t kProgress = 64U << 10U; // fewer bytes than these are none
constexpr int kMostRestarts = 2;

std::unexpected<FetchProblem> problem(FetchFault fault, std::string detail = {})
{
    return std::unexpected(FetchProblem{.fault = fault, .detail = std::move(detail)});
}

// Somebody who is not there at all is hardly there a minute later.
int attemptsFor(FetchFault fault, int most)
{
    constexpr int kFew = 3;
    const bool absent = fault == FetchFault::Unresolved || fault == FetchFault::Unreachable;
    return absent ? std::min(most, kFew) : most;
}

std::string hostOf(const std::string &url, Reach reach)
{
    const auto address = parseAddress(url, reach);
    return address ? address->host : std::string();
}

} // namespace

DownloadJob::DownloadJob(storage::Download record, std::vector<DownloadCheckpoint> checkpoints, DownloadPorts ports,
                         DownloadJobOptions options)
    : m_record(std::move(record))
    , m_checkpoints(std::move(checkpoints))
    , m_ports(std::move(ports))
    , m_options(std::move(options))
    , m_requests(m_ports.requests, m_options.rules, m_record.purpose.empty() ? "download" : m_record.purpose)
{
}

std::string DownloadJob::url() const
{
    const auto index = static_cast<std::size_t>(m_record.source);
    return index == 0 || index > m_record.mirrors.size() ? m_record.address : m_record.mirrors[index - 1];
}

void DownloadJob::report(DownloadState state, bool always)
{
    const auto now = Clock::now();
    if (!always && now - m_reportedAt < m_options.progress)
        return;
    m_reportedAt = now;
    const std::uint64_t kept = m_checkpoints.empty() ? 0 : static_cast<std::uint64_t>(m_checkpoints.back().endByte);
    m_ports.report({.state = state,
                    .bytes = m_total,
                    .received = std::max(m_position, kept),
                    .verified = state == DownloadState::Verifying ? m_position : kept,
                    .host = m_requests.host().empty() ? hostOf(url(), m_options.rules.reach) : m_requests.host(),
                    .problem = m_last});
}

DownloadJob::Outcome DownloadJob::run(const std::stop_token &stop)
{
    m_record.errorCode.clear();
    m_record.errorDetail.clear();
    Outcome outcome = sweep(stop);
    if (m_part)
        keepHashes(true);
    if (!outcome && outcome.error().fault == FetchFault::Stopped)
        return outcome;
    m_record.step = outcome ? DownloadStep::Done : DownloadStep::Failed;
    if (outcome && m_options.hold)
        m_record.step = DownloadStep::Waiting; // for the files that belong to it
    if (!outcome) {
        m_record.errorCode = codeOf(outcome.error().fault).toStdString();
        m_record.errorDetail = outcome.error().detail;
        // Room is not held for what may never come.
        if (m_part && m_checkpoints.empty())
            m_part->remove();
    }
    if (!m_ports.update(m_record) && outcome)
        return problem(FetchFault::NotKept);
    return outcome;
}

DownloadJob::Outcome DownloadJob::sweep(const std::stop_token &stop)
{
    if (!parseAddress(url(), m_options.rules.reach))
        return problem(FetchFault::BadAddress);
    m_total = static_cast<std::uint64_t>(
        std::max<std::int64_t>(m_record.totalBytes > 0 ? m_record.totalBytes : m_record.expectedBytes, 0));
    report(m_checkpoints.empty() ? DownloadState::Connecting : DownloadState::Verifying);
    auto part = PartFile::open(m_record.folder, m_record.fileName);
    if (!part) {
        // A kill may have come between the final name and the note of it.
        return part.error().kind == FileFault::Kind::Exists ? adopt(stop)
                                                            : Outcome(std::unexpected(problemFrom(part.error())));
    }
    m_part.emplace(std::move(*part));
    if (const auto size = m_part->size(); !size || *size == 0)
        m_checkpoints.clear();
    if (m_total > 0) {
        if (const auto reserved = m_part->reserve(m_total); !reserved)
            return std::unexpected(problemFrom(reserved.error()));
    }
    for (;;) {
        std::size_t next = 0;
        Outcome outcome;
        while (outcome && (m_total == 0 || m_position < m_total))
            outcome = checkOrFetch(next, stop);
        if (outcome)
            outcome = finish(stop);
        if (outcome)
            return {};
        if (outcome.error().fault != FetchFault::Changing || m_restarts++ == kMostRestarts)
            return outcome;
        if (Outcome again = startAgain(); !again)
            return again;
    }
}

// One step: up to the next kept hash, or to the end.
DownloadJob::Outcome DownloadJob::checkOrFetch(std::size_t &next, const std::stop_token &stop)
{
    while (next < m_checkpoints.size() && static_cast<std::uint64_t>(m_checkpoints[next].endByte) <= m_position)
        ++next;
    if (next == m_checkpoints.size())
        return fetch(m_total, stop);
    const DownloadCheckpoint wanted = m_checkpoints[next];
    const auto end = static_cast<std::uint64_t>(wanted.endByte);
    if (m_total > 0 && end > m_total)
        return problem(FetchFault::Changing);
    const auto sound = check(end, wanted.sha256, stop);
    if (!sound)
        return std::unexpected(sound.error());
    if (*sound)
        return {};
    if (Outcome fetched = fetch(end, stop); !fetched)
        return fetched;
    // What was fetched anew has to be what was there before it was damaged, else the file is another one by now.
    return m_hash.digest() == wanted.sha256 ? Outcome{} : problem(FetchFault::Changing);
}

// Whether what lies on the disk up to `end` has the hash that was kept of it; then it counts.
std::expected<bool, FetchProblem> DownloadJob::check(std::uint64_t end, const Digest &wanted,
                                                     const std::stop_token &stop)
{
    std::vector<std::byte> bytes(kPiece);
    Sha256 hash = m_hash;
    for (std::uint64_t at = m_position; at < end;) {
        if (stop.stop_requested())
            return problem(FetchFault::Stopped);
        const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, end - at));
        // A file that is too short or cannot be read there is fetched again there.
        if (!m_part->read(at, std::span(bytes).first(size)))
            return false;
        hash.add(std::span(bytes).first(size));
        at += size;
    }
    if (hash.digest() != wanted)
        return false;
    m_hash = std::move(hash);
    m_position = end;
    report(DownloadState::Verifying, false);
    return true;
}

// Brings what is missing before `goal` (0: the end, wherever that is), from one address after the other.
DownloadJob::Outcome DownloadJob::fetch(std::uint64_t goal, const std::stop_token &stop)
{
    int attempts = 0;
    for (;;) {
        const std::uint64_t before = m_position;
        report(DownloadState::Connecting);
        const Outcome outcome = attempt(goal, stop);
        keepHashes(false);
        if (goal == 0)
            goal = m_total;
        if (outcome && goal > 0 && m_position >= goal)
            return {};
        // A server may give less than was asked for, but not next to nothing again and again.
        const FetchProblem why = outcome ? FetchProblem{.fault = FetchFault::CutOff} : outcome.error();
        if (outcome && m_position - before >= kProgress)
            continue;
        if (why.fault == FetchFault::Stopped || why.fault == FetchFault::Changing || m_problem)
            return std::unexpected(why);
        m_last = why;
        if (m_position - before >= kProgress)
            attempts = 0;
        if (mayPass(why.fault) && ++attempts < attemptsFor(why.fault, m_options.attempts)) {
            if (Outcome waited = wait(attempts, stop); !waited)
                return waited;
            continue;
        }
        // What is our own fault is so at any address.
        if (why.fault == FetchFault::Offline || why.fault == FetchFault::NoWorker || why.fault == FetchFault::NotKept ||
            why.fault == FetchFault::BadProxy || !nextSource())
            return std::unexpected(why);
        attempts = 0;
        // Without a hash of the whole nobody can tell whether two addresses have the same file.
        if (m_record.expectedSha256.empty() && m_position > 0)
            return problem(FetchFault::Changing, "another address");
    }
}

DownloadJob::Outcome DownloadJob::attempt(std::uint64_t goal, const std::stop_token &stop)
{
    m_retryAfter = 0;
    const bool part = m_position > 0 || goal < m_total;
    // Nobody could tell whether the rest is of the same file.
    if (m_position > 0 && m_record.validator.empty() && m_record.expectedSha256.empty())
        return problem(FetchFault::NoResume, "no entity tag, no date, no SHA-256");
    const Order order{.url = url(),
                      .from = m_position,
                      .to = goal < m_total ? goal : 0,
                      .total = m_total,
                      .validator = part ? m_record.validator : std::string()};
    auto fetched = m_requests.get(
        order, [this](const Response &response) { return begin(response); },
        [this](std::span<const std::byte> bytes) { return take(bytes); }, stop);
    if (m_problem)
        return std::unexpected(*m_problem);
    if (!fetched)
        return std::unexpected(fetched.error());
    if (fetched->response)
        m_retryAfter = fetched->response->retryAfter;
    if (const auto why = problemOf(*fetched))
        return std::unexpected(*why);
    return {};
}

// What the file is, when that is heard for the first time. False: there is no room for it.
bool DownloadJob::begin(const Response &response)
{
    m_last.reset();
    const std::string validator = validatorOf(response);
    const std::uint64_t total = m_total > 0 ? m_total : totalBytes(response);
    if (m_record.totalBytes == 0 || m_record.validator.empty()) {
        m_record.totalBytes = static_cast<std::int64_t>(total);
        m_record.validator = validator;
        if (!m_ports.update(m_record)) {
            m_problem = FetchProblem{.fault = FetchFault::NotKept};
            return false;
        }
    }
    if (m_total == 0) {
        m_total = total;
        if (const auto reserved = m_part->reserve(m_total); !reserved) {
            m_problem = problemFrom(reserved.error());
            return false;
        }
    }
    report(DownloadState::Running);
    return true;
}

bool DownloadJob::take(std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        // Hashes are kept of the same places every time.
        const std::uint64_t border = (m_position / m_options.checkpointBytes + 1) * m_options.checkpointBytes;
        const auto piece =
            bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), border - m_position)));
        if (const auto written = m_part->write(m_position, piece); !written) {
            m_problem = problemFrom(written.error());
            return false;
        }
        m_hash.add(piece);
        m_position += piece.size();
        bytes = bytes.subspan(piece.size());
        if (m_position == border)
            keepHashes(false);
    }
    report(DownloadState::Running, false);
    return true;
}

// Notes the hash of what is there, where it is further than what was noted before, and keeps what was noted: now and
// then, or at once when `all`.
void DownloadJob::keepHashes(bool all)
{
    const auto position = static_cast<std::int64_t>(m_position);
    if (position > 0 && (m_checkpoints.empty() || m_checkpoints.back().endByte < position)) {
        const DownloadCheckpoint checkpoint{.endByte = position, .sha256 = m_hash.digest()};
        m_checkpoints.push_back(checkpoint);
        m_unkept.push_back(checkpoint);
    }
    const auto now = Clock::now();
    if (m_unkept.empty() || (!all && now - m_keptAt < kKeepEvery))
        return;
    m_keptAt = now;
    m_ports.keep(std::exchange(m_unkept, {}), all);
}

// The file is another one than before: nothing of it counts.
DownloadJob::Outcome DownloadJob::startAgain()
{
    m_checkpoints.clear();
    m_unkept.clear();
    m_ports.forget();
    m_hash = Sha256();
    m_position = 0;
    m_record.validator.clear();
    m_record.totalBytes = 0;
    m_total = static_cast<std::uint64_t>(std::max<std::int64_t>(m_record.expectedBytes, 0));
    if (!m_ports.update(m_record))
        return problem(FetchFault::NotKept);
    if (const auto cleared = m_part->clear(); !cleared)
        return std::unexpected(problemFrom(cleared.error()));
    if (const auto reserved = m_part->reserve(m_total); !reserved)
        return std::unexpected(problemFrom(reserved.error()));
    return {};
}

DownloadJob::Outcome DownloadJob::wait(int attempt, const std::stop_token &stop)
{
    keepHashes(true);
    report(DownloadState::Connecting);
    const double chance = std::uniform_real_distribution(0.0, 1.0)(m_chance);
    const auto time = waitBefore(static_cast<std::uint32_t>(attempt), m_retryAfter, chance, m_options.retry);
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, time, [] { return false; });
    return stop.stop_requested() ? problem(FetchFault::Stopped) : Outcome{};
}

bool DownloadJob::nextSource()
{
    if (static_cast<std::size_t>(m_record.source) >= m_record.mirrors.size())
        return false;
    ++m_record.source;
    m_record.validator.clear();
    m_ports.update(m_record);
    return true;
}

// Every byte is there.
DownloadJob::Outcome DownloadJob::finish(const std::stop_token &stop)
{
    report(DownloadState::Verifying);
    const Digest digest = m_hash.digest();
    if (!m_record.expectedSha256.empty() && digestFrom(m_record.expectedSha256) != digest) {
        if (nextSource()) {
            m_restarts = 0;
            return problem(FetchFault::Changing, "another SHA-256");
        }
        return throwAway(FetchFault::WrongHash);
    }
    if (stop.stop_requested())
        return problem(FetchFault::Stopped);
    if (const std::string reason = m_ports.inspect(m_part->path().string(), m_record.fileName); !reason.empty())
        return throwAway(FetchFault::NotAModel, reason);
    // So that a kill from here on finds the finished file to be the one that was meant.
    keepHashes(true);
    if (!m_options.hold) {
        if (const auto published = m_part->publish(); !published)
            return std::unexpected(problemFrom(published.error()));
    }
    m_record.sha256 = hexOf(digest);
    m_record.totalBytes = static_cast<std::int64_t>(m_total);
    return {};
}

DownloadJob::Outcome DownloadJob::throwAway(FetchFault fault, std::string detail)
{
    m_checkpoints.clear();
    m_unkept.clear();
    m_position = 0;
    m_ports.forget();
    m_record.validator.clear();
    m_record.totalBytes = 0;
    m_record.source = 0;
    m_part->remove();
    m_part.reset();
    return problem(fault, std::move(detail));
}

// A file that has the final name already is taken for the one that was meant when its hash says so.
DownloadJob::Outcome DownloadJob::adopt(const std::stop_token &stop)
{
    std::optional<Digest> wanted = digestFrom(m_record.expectedSha256);
    if (!wanted && !m_checkpoints.empty() && m_checkpoints.back().endByte == m_record.totalBytes)
        wanted = m_checkpoints.back().sha256;
    const std::filesystem::path path = std::filesystem::path(m_record.folder) / m_record.fileName;
    const platform::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!wanted || !file)
        return problem(FetchFault::Exists);
    Sha256 hash;
    std::vector<std::byte> bytes(kPiece);
    for (;;) {
        if (stop.stop_requested())
            return problem(FetchFault::Stopped);
        const ssize_t size = ::read(file.get(), bytes.data(), bytes.size());
        if (size < 0)
            return problem(FetchFault::Exists);
        if (size == 0)
            break;
        hash.add(std::span(bytes).first(static_cast<std::size_t>(size)));
        m_position += static_cast<std::uint64_t>(size);
        report(DownloadState::Verifying, false);
    }
    const Digest digest = hash.digest();
    if (digest != *wanted)
        return problem(FetchFault::Exists);
    m_total = m_position;
    m_record.totalBytes = static_cast<std::int64_t>(m_position);
    m_record.sha256 = hexOf(digest);
    return {};
}

} // namespace app
