// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A worker that does what its document says in the first line: what a real one might do once a document has taken it
// over.
#include "tests/app/support/extraction_sample.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

using namespace app::extraction;

namespace {

void say(std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const ssize_t size = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (size <= 0)
            ::_exit(5);
        bytes = bytes.subspan(static_cast<std::size_t>(size));
    }
}

std::string firstLine()
{
    std::string line(64, '\0');
    const ssize_t size = ::pread(3, line.data(), line.size(), 0);
    line.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return line.substr(0, line.find('\n'));
}

bool nextRequest()
{
    std::byte header[5];
    if (::read(STDIN_FILENO, header, sizeof header) != sizeof header)
        return false;
    std::uint32_t length = 0;
    std::memcpy(&length, header, sizeof length);
    std::string rest(length, '\0');
    return ::read(STDIN_FILENO, rest.data(), length) == static_cast<ssize_t>(length);
}

[[noreturn]] void hang()
{
    for (;;)
        ::pause();
}

void misbehave(std::string_view what)
{
    if (what == "crash")
        std::raise(SIGSEGV);
    if (what == "abort")
        std::abort();
    if (what == "exit")
        ::_exit(7);
    if (what == "hang")
        hang();
    if (what == "nonsense")
        say(std::as_bytes(std::span(std::string_view("I am no frame, and never shall be one."))));
    if (what == "other version")
        say(encode(Hello{.version = 77}));
    if (what == "half and crash") {
        const auto bytes = tests::answerBytes(tests::sampleExtraction());
        say(std::span(bytes).first(bytes.size() / 2));
        std::raise(SIGSEGV);
    }
    if (what == "half and hang") {
        const auto bytes = tests::answerBytes(tests::sampleExtraction());
        say(std::span(bytes).first(bytes.size() / 2));
        hang();
    }
    if (what == "broken rule") {
        Extraction extraction = tests::sampleExtraction();
        extraction.document.pages[0].words[1].end = 4'000'000'000;
        say(tests::answerBytes(extraction));
    }
    if (what == "too much") {
        say(encode(Hello{}));
        Extraction extraction;
        extraction.document.pages.resize(3000);
        writeExtraction(extraction, [](std::span<const std::byte> frame) {
            say(frame);
            return true;
        });
    }
    if (what == "progress for ever") {
        say(encode(Hello{}));
        for (;;) {
            say(encode(Progress{.done = 1, .total = 2}));
            ::usleep(1000);
        }
    }
    if (what == "two answers") {
        // In one go, so that both are there when the first is read.
        auto both = tests::answerBytes(tests::sampleExtraction());
        const auto second = tests::answerBytes(tests::sampleExtraction(), false);
        both.insert(both.end(), second.begin(), second.end());
        say(both);
    }
}

} // namespace

int main()
{
    const std::string what = firstLine();
    bool first = true;
    while (nextRequest()) {
        misbehave(what);
        say(tests::answerBytes(tests::sampleExtraction(), first));
        first = false;
    }
    return 0;
}
