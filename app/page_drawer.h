// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pages of documents as pictures, and whether a file is still what was read.
#pragma once

#include "app/document_extraction.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace app {

/// A file as the index noted it.
struct NotedFile {
    std::string path; ///< the file system's bytes
    std::string sha256;
    std::int64_t sizeBytes = 0;
    std::int64_t modifiedNs = 0;
};

/// What became of a file since it was noted.
enum class FileFate {
    Same,       ///< by size and time, or by its content
    Changed,    ///< another content stands there
    Gone,       ///< its folder is there, the file is not
    Offline,    ///< its folder is not there either: a drive that is not connected
    Unreadable, ///< it may not be read
};

/// A page to be drawn.
struct PageWish {
    std::string path;
    std::uint32_t page = 0; ///< from 0
    float scale = 1;        ///< pixels in a point
    std::uint32_t maxPixels = 8'000'000;
};

/// One thread that looks at files and has pages drawn. It keeps the reader of the document shown last, so that its
/// next page comes soon, and lets go of it when nothing was asked for a while. A newer wish takes the place of an older
/// one that waits, and stops one that runs for another document.
///
/// Safe from any thread. Answers come on the thread of this object, each at most once, none after it is destroyed.
class PageDrawer {
public:
    using Drawn = std::expected<extraction::Picture, ExtractionFailure>;
    /// Draws pages of one document; blocks.
    using Reader = std::move_only_function<Drawn(const extraction::Request &request, const std::stop_token &stop)>;
    using OpenReader = std::function<std::expected<Reader, ExtractionFailure>(const std::string &path)>;
    using OnDrawn = std::move_only_function<void(Drawn drawn)>;
    using OnLooked = std::move_only_function<void(FileFate fate)>;

    explicit PageDrawer(OpenReader open, std::chrono::milliseconds idle = std::chrono::seconds(20));
    ~PageDrawer();
    PageDrawer(const PageDrawer &) = delete;
    PageDrawer &operator=(const PageDrawer &) = delete;

    /// Compares a file with what was noted of it; reads it whole when its time or size differs.
    void look(NotedFile file, OnLooked done);
    void draw(PageWish wish, OnDrawn done);
    /// Nothing that was asked for is wanted any more; the reader goes.
    void forget();

private:
    struct Look {
        NotedFile file;
        OnLooked done;
    };
    struct Draw {
        PageWish wish;
        OnDrawn done;
    };
    void run(const std::stop_token &end);
    void drawNow(Draw draw, const std::stop_token &stop);

    const OpenReader m_open;
    const std::chrono::milliseconds m_idle;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    // Under the mutex.
    std::optional<Look> m_look;
    std::optional<Draw> m_draw;
    bool m_forget = false;
    bool m_looking = false;
    std::string m_running;      ///< path of the document that is being drawn
    std::stop_source m_current; ///< stops what runs
    // Touched on the thread alone.
    std::string m_path; ///< of the document that m_reader holds
    std::optional<Reader> m_reader;
    std::jthread m_thread; ///< last: it uses the others
};

/// Readers that are workers of this program. `broker` is borrowed; null: every page fails.
PageDrawer::OpenReader pageReaders(platform::Broker *broker);

/// What became of a file; reads it when it may have changed. Blocks.
FileFate fateOf(const NotedFile &file, const std::stop_token &stop);

} // namespace app
