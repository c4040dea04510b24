// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What passes between the program and carrel-extract: frames on two pipes, each a u32 length, a u8 kind and that kind's
// fields. All integers stand in the machine's own order; a text is a u32 length and its bytes.
//
//   in   Request
//   out  Hello, then for each request either Progress…, Head, (Page | Part | Notice)…, End   or   Picture
//
// The worker trusts a request. The program takes an answer for hostile: AnswerDecoder believes nothing.
#pragma once

#include "app/extraction/document.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace app::extraction {

inline constexpr std::uint16_t kProtocolVersion = 1;
inline constexpr std::size_t kMaxRequest = std::size_t{16} << 10U;    ///< bytes of a request's frame
inline constexpr std::uint32_t kMaxFrame = std::uint32_t{400} << 20U; ///< bytes of an answer's frame
inline constexpr std::uint32_t kMaxWords = 20'000'000;                ///< of a whole answer
inline constexpr std::uint32_t kMaxBlocks = 20'000'000;               ///< of a whole answer
inline constexpr std::uint32_t kMaxNotices = 100'000;
inline constexpr std::uint32_t kMaxPixels = 40'000'000; ///< of a picture
inline constexpr std::size_t kMaxLabel = 4096;          ///< bytes of every text but a page's
inline constexpr float kMaxExtent = 1e6F;               ///< points; no page and no box is farther out

enum class Task : std::uint8_t {
    Text = 1,    ///< the whole document
    Picture = 2, ///< one page as it looks
};

struct Request {
    Task task = Task::Text;
    std::string name = {}; ///< of the file, for its extension
    std::optional<std::string> password = {};
    Limits limits = {};
    std::string recognition = {};         ///< languages for pages that are pictures ("eng+deu"); empty: none
    std::uint32_t page = 0;               ///< of a picture, from 0
    float scale = 1;                      ///< of a picture: pixels in a point
    std::uint32_t maxPixels = 16'000'000; ///< of a picture: it is made smaller to fit
    bool operator==(const Request &) const = default;
};

/// How the worker stands when it meets the first foreign byte.
struct Hello {
    std::uint16_t version = kProtocolVersion;
    std::uint8_t landlock = 0; ///< the kernel's version of it that is used; 0: it has none
    bool filtered = false;     ///< system calls are filtered
    bool operator==(const Hello &) const = default;
};

struct Progress {
    std::uint32_t done = 0;
    std::uint32_t total = 0;
    bool operator==(const Progress &) const = default;
};

/// A page as it looks, in rows from the top; four bytes a pixel: blue, green, red, 255.
struct Picture {
    State state = State::Malformed; ///< Read: there are pixels
    std::string reason = {};
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::vector<std::byte> pixels = {};
    bool operator==(const Picture &) const = default;
};

using Frame = std::vector<std::byte>;
/// Takes bytes of the answer in order; false ends it.
using Sink = std::function<bool(std::span<const std::byte>)>;

Frame encode(const Request &request);
Frame encode(const Hello &hello);
Frame encode(const Progress &progress);
Frame encode(const Picture &picture);

/// A request from its whole frame; nothing when it is not exactly one.
std::optional<Request> parseRequest(std::span<const std::byte> frame);

/// Writes an answer frame by frame. Each page is freed when it is written, so that a large document is never there
/// twice. False when the sink ended it.
bool writeExtraction(Extraction extraction, const Sink &sink);

/// Whether a text is UTF-8 without control characters but line feed and tab.
bool isCleanText(std::string_view text);

/// The rule that an answer breaks, or empty. What documents are held to, wherever they come from: document.h.
std::string_view brokenRule(const Extraction &extraction, const Limits &limits);

/// Takes one answer apart, however its bytes are cut. Nothing that it hands out breaks a rule of document.h.
class AnswerDecoder {
public:
    enum class Status : std::uint8_t {
        Going,
        Done,   ///< the answer is whole
        Broken, ///< it follows neither the protocol nor the rules; nothing after it is read
    };

    /// Hello is expected in front of the first answer of a worker alone.
    AnswerDecoder(const Request &request, bool withHello);

    Status push(std::span<const std::byte> bytes);
    [[nodiscard]] Status status() const { return m_status; }
    [[nodiscard]] Progress progress() const { return m_progress; }
    [[nodiscard]] const std::optional<Hello> &hello() const { return m_hello; }
    /// Which rule was broken; technical.
    [[nodiscard]] std::string_view reason() const { return m_reason; }

    /// The answer; only once Done, and once.
    Extraction takeExtraction();
    Picture takePicture();

private:
    std::string_view take(std::uint8_t kind, std::span<const std::byte> body);
    std::string_view takeHead(std::span<const std::byte> body);
    std::string_view takePage(std::span<const std::byte> body);
    std::string_view takePart(std::span<const std::byte> body);
    std::string_view takeNotice(std::span<const std::byte> body);
    std::string_view takeEnd(std::span<const std::byte> body);
    std::string_view takePicture(std::span<const std::byte> body);

    Limits m_limits;
    Task m_task;
    std::uint32_t m_maxPixels;
    bool m_wantsHello;
    bool m_hasHead = false;
    Status m_status = Status::Going;
    std::string_view m_reason;
    std::vector<std::byte> m_buffer; ///< the frame that is not whole yet
    std::optional<Hello> m_hello;
    Progress m_progress;
    Extraction m_extraction;
    Picture m_picture;
    std::uint64_t m_textBytes = 0;
    std::uint64_t m_words = 0;
    std::uint64_t m_blocks = 0;
};

} // namespace app::extraction
