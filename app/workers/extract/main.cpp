// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-extract: reads one untrusted document, descriptor 3, in a jail that it closes before the first byte of it.
// Standard input and output carry the frames of extraction_protocol.h: requests in, answers out, until the input ends.
#include "app/extraction/extraction_protocol.h"
#include "app/platform/jail.h"
#include "app/workers/extract/format_sniff.h"
#include "app/workers/extract/reader.h"
#include "app/workers/extract/readers/pdf_document.h"
#include "app/workers/extract/warm_up.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <vector>

namespace {

using namespace app::extraction;

constexpr int kDocument = 3;
constexpr std::chrono::milliseconds kProgressEvery{100};

bool readAll(std::span<std::byte> bytes)
{
    while (!bytes.empty()) {
        const ssize_t size = ::read(STDIN_FILENO, bytes.data(), bytes.size());
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return false;
        bytes = bytes.subspan(static_cast<std::size_t>(size));
    }
    return true;
}

bool writeAll(std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const ssize_t size = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return false;
        bytes = bytes.subspan(static_cast<std::size_t>(size));
    }
    return true;
}

// Nothing at the end of the input, or when it holds no request.
std::optional<Request> readRequest()
{
    std::vector<std::byte> frame(sizeof(std::uint32_t) + 1);
    if (!readAll(frame))
        return {};
    std::uint32_t length = 0;
    std::memcpy(&length, frame.data(), sizeof length);
    if (length > kMaxRequest)
        return {};
    const std::size_t header = frame.size();
    frame.resize(header + length);
    if (!readAll(std::span(frame).subspan(header)))
        return {};
    return parseRequest(frame);
}

std::uint64_t fileSize()
{
    struct stat status{};
    return ::fstat(kDocument, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0
               ? static_cast<std::uint64_t>(status.st_size)
               : 0;
}

// How long a file of this size may keep a processor busy: dense text takes well under a second for each megabyte, and
// recognition about two for a page, of which a megabyte holds fifty at most. What hangs is ended by whoever asked, who
// sees that nothing comes.
std::uint64_t secondsFor(std::uint64_t bytes, bool recognition)
{
    constexpr std::uint64_t kLeast = 60;
    constexpr std::uint64_t kMost = std::uint64_t{6} * 3600;
    const std::uint64_t megabytes = bytes >> 20U;
    return std::min(kLeast + megabytes * (recognition ? 120 : 4) + (recognition ? 240 : 0), kMost);
}

class Progressing {
public:
    void operator()(std::uint32_t done, std::uint32_t total)
    {
        const auto now = std::chrono::steady_clock::now();
        if (now - m_last < kProgressEvery)
            return;
        m_last = now;
        writeAll(encode(Progress{.done = done, .total = total}));
    }

private:
    std::chrono::steady_clock::time_point m_last = std::chrono::steady_clock::now();
};

bool answerText(Bytes file, const Request &request)
{
    Context context{.password = request.password, .limits = request.limits, .recognition = request.recognition};
    Progressing progress;
    context.progress = std::ref(progress);
    return writeExtraction(readFile(file, request.name, context), writeAll);
}

Picture drawPage(Bytes file, const Request &request)
{
    if (const Sniffed sniffed = sniffFormat(file, {}); sniffed.format != Format::Pdf)
        return {.state = State::Unsupported, .reason = "only pages of PDF files are drawn"};
    const auto pdf = PdfDocument::open(file, request.password);
    if (!pdf)
        return {.state = pdf.error().state, .reason = pdf.error().reason};
    return pdf->picture(request.page, request.scale, request.maxPixels);
}

bool answer(Bytes file, const Request &request)
{
    if (request.task == Task::Text)
        return answerText(file, request);
    try {
        return writeAll(encode(drawPage(file, request)));
    } catch (const std::exception &) {
        return writeAll(encode(Picture{.state = State::TooLarge, .reason = "drawing it takes too much memory"}));
    }
}

int work()
{
    std::optional<Request> request = readRequest();
    if (!request)
        return 2;
    // Text is read in the background; a page is drawn for somebody who waits.
    constexpr int background = 10;
    if (request->task == Task::Text)
        (void)::setpriority(PRIO_PROCESS, 0, background);
    silencePoppler();
    if (!needsNoWarmUp(request->name) && !warmUp()) {
        std::fputs("carrel-extract: Poppler does not read the built-in document\n", stderr);
        return 1;
    }
    const std::uint64_t size = fileSize();
    constexpr std::uint64_t kWorkingMemory = std::uint64_t{1} << 30U;
    const auto jail = app::platform::enterJail({.readable = readablePaths(),
                                                .memoryBytes = kWorkingMemory + size,
                                                .cpuSeconds = secondsFor(size, !request->recognition.empty())});
    if (!jail) {
        std::fprintf(stderr, "carrel-extract: no jail: %s: %s\n", jail.error().step, std::strerror(jail.error().error));
        return 1;
    }
    if (!writeAll(encode(Hello{.landlock = static_cast<std::uint8_t>(jail->landlock), .filtered = true})))
        return 1;

    Bytes file;
    if (size > 0) {
        void *mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, kDocument, 0);
        if (mapped == MAP_FAILED)
            return 1;
        file = {static_cast<const std::byte *>(mapped), size};
    }
    while (request) {
        if (!answer(file, *request))
            return 1;
        request = readRequest();
    }
    return 0;
}

} // namespace

int main(int, char **argv)
{
    // Tesseract's threads would be refused in the jail, and its library counts them when it is loaded.
    if (std::getenv("OMP_THREAD_LIMIT") == nullptr) {
        ::setenv("OMP_THREAD_LIMIT", "1", 1);
        ::execv("/proc/self/exe", argv);
        return 1;
    }
    ::signal(SIGPIPE, SIG_IGN);
    int status = 1;
    try {
        status = work();
    } catch (const std::exception &) {
        status = 1;
    }
    // The answer is out; what the libraries would tidy up goes with the process.
    ::_exit(status);
}
