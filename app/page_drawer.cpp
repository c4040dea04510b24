// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/page_drawer.h"

#include "app/file_hash.h"

#include <QFile>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

namespace app {

namespace {

constexpr ExtractionTimes kPageTimes{.silence = std::chrono::seconds(20), .total = std::chrono::seconds(20)};

ExtractionFailure cancelled()
{
    return {.kind = ExtractionFailure::Kind::Cancelled, .detail = {}};
}

} // namespace

PageDrawer::OpenReader pageReaders(platform::Broker *broker)
{
    return [broker](const std::string &path) -> std::expected<PageDrawer::Reader, ExtractionFailure> {
        if (broker == nullptr)
            return std::unexpected(
                ExtractionFailure{.kind = ExtractionFailure::Kind::NotStarted, .detail = "there is no broker"});
        auto opened = DocumentExtraction::open(*broker, QFile::decodeName(path.c_str()), kPageTimes);
        if (!opened)
            return std::unexpected(std::move(opened.error()));
        return
            [document = std::move(*opened)](const extraction::Request &request, const std::stop_token &stop) mutable {
                return document.picture(request, stop);
            };
    };
}

FileFate fateOf(const NotedFile &file, const std::stop_token &stop)
{
    struct stat status = {};
    if (::stat(file.path.c_str(), &status) != 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            return FileFate::Unreadable;
        std::error_code ignored;
        const std::filesystem::path folder = std::filesystem::path(file.path).parent_path();
        return std::filesystem::is_directory(folder, ignored) ? FileFate::Gone : FileFate::Offline;
    }
    if (!S_ISREG(status.st_mode) || ::access(file.path.c_str(), R_OK) != 0)
        return FileFate::Unreadable;
    if (status.st_size != file.sizeBytes)
        return FileFate::Changed;
    if (status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec == file.modifiedNs)
        return FileFate::Same;
    // Copied back from a backup, or touched: its content decides.
    const std::string hash = sha256OfFiles({file.path}, [&stop] { return stop.stop_requested(); });
    return hash == file.sha256 ? FileFate::Same : FileFate::Changed;
}

PageDrawer::PageDrawer(OpenReader open, std::chrono::milliseconds idle)
    : m_open(std::move(open))
    , m_idle(idle)
    , m_thread([this](const std::stop_token &end) { run(end); })
{
}

PageDrawer::~PageDrawer()
{
    forget();
    m_thread.request_stop();
}

void PageDrawer::look(NotedFile file, OnLooked done)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_looking || (!m_running.empty() && m_running != file.path))
            m_current.request_stop();
        m_look = Look{.file = std::move(file), .done = std::move(done)};
    }
    m_wake.notify_all();
}

void PageDrawer::draw(PageWish wish, OnDrawn done)
{
    {
        const std::scoped_lock lock(m_mutex);
        // A page of the same document is let finish: stopping it ends the reader that the next one needs.
        if (!m_running.empty() && m_running != wish.path)
            m_current.request_stop();
        m_draw = Draw{.wish = std::move(wish), .done = std::move(done)};
    }
    m_wake.notify_all();
}

void PageDrawer::forget()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_look.reset();
        m_draw.reset();
        m_forget = true;
        m_current.request_stop();
    }
    m_wake.notify_all();
}

void PageDrawer::run(const std::stop_token &end)
{
    std::unique_lock lock(m_mutex);
    const auto wanted = [this] { return m_look || m_draw || m_forget; };
    while (!end.stop_requested()) {
        if (m_reader && !m_wake.wait_for(lock, end, m_idle, wanted))
            m_forget = true;
        if (!m_reader && !m_wake.wait(lock, end, wanted))
            break;
        if (std::exchange(m_forget, false)) {
            // The worker takes its time to end.
            lock.unlock();
            m_reader.reset();
            m_path.clear();
            lock.lock();
            continue;
        }
        m_current = std::stop_source();
        const std::stop_token stop = m_current.get_token();
        if (m_look) {
            Look look = std::move(*std::exchange(m_look, std::nullopt));
            m_looking = true;
            lock.unlock();
            const FileFate fate = fateOf(look.file, stop);
            if (!stop.stop_requested())
                look.done(fate);
            lock.lock();
            m_looking = false;
        } else if (m_draw) {
            Draw draw = std::move(*std::exchange(m_draw, std::nullopt));
            m_running = draw.wish.path;
            lock.unlock();
            drawNow(std::move(draw), stop);
            lock.lock();
            m_running.clear();
        }
    }
}

void PageDrawer::drawNow(Draw draw, const std::stop_token &stop)
{
    if (!m_reader || m_path != draw.wish.path) {
        m_reader.reset();
        auto opened = m_open(draw.wish.path);
        if (!opened) {
            m_path.clear();
            draw.done(std::unexpected(std::move(opened.error())));
            return;
        }
        m_reader.emplace(std::move(*opened));
        m_path = draw.wish.path;
    }
    extraction::Request request;
    request.page = draw.wish.page;
    request.scale = draw.wish.scale;
    request.maxPixels = draw.wish.maxPixels;
    Drawn drawn = (*m_reader)(request, stop);
    // After a failure a reader answers no more.
    if (!drawn) {
        m_reader.reset();
        m_path.clear();
    }
    if (!stop.stop_requested())
        draw.done(std::move(drawn));
    else
        draw.done(std::unexpected(cancelled()));
}

} // namespace app
