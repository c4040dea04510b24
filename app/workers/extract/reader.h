// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What every reader of carrel-extract is: a function from the bytes of a file to its text. Readers run in the jail:
// they open nothing, start nothing, and see one file.
#pragma once

#include "app/extraction/document.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace app::extraction {

using Bytes = std::span<const std::byte>;

/// What one extraction may still use: one object for a file and all its attachments. Each function takes what it is
/// asked for, or takes nothing and says false when that is more than is left.
class Budget {
public:
    explicit Budget(const Limits &limits)
        : m_text(limits.textBytes)
        , m_unpacked(limits.unpackedBytes)
        , m_pages(limits.pages)
        , m_entries(limits.archiveEntries)
    {
    }

    bool takeText(std::uint64_t bytes) { return take(m_text, bytes); }         ///< as it goes into Page::text
    bool takeUnpacked(std::uint64_t bytes) { return take(m_unpacked, bytes); } ///< inflated or decoded, before it is
    bool takePage() { return take(m_pages, std::uint32_t{1}); }
    bool takeEntry() { return take(m_entries, std::uint32_t{1}); } ///< of an archive, or a part of a mail
    [[nodiscard]] std::uint64_t textLeft() const { return m_text; }
    [[nodiscard]] std::uint64_t unpackedLeft() const { return m_unpacked; }

private:
    template <class Count>
    static bool take(Count &left, Count wanted)
    {
        if (wanted > left)
            return false;
        left -= wanted;
        return true;
    }

    std::uint64_t m_text;
    std::uint64_t m_unpacked;
    std::uint32_t m_pages;
    std::uint32_t m_entries;
};

/// A file inside the file, unpacked. Valid during the call alone.
struct Attachment {
    std::string_view name;      ///< as the file says it: any bytes
    std::string_view mediaType; ///< as the file says it, or empty; a hint
    Bytes bytes;
};

/// What a reader is told beside the bytes, and whom it tells.
struct Context {
    std::string extension = {};               ///< of the file's name, lower case, without the dot; a hint
    std::optional<std::string> password = {}; ///< nothing: none was given
    Limits limits = {};
    std::string recognition = {}; ///< languages for pages that are pictures ("eng+deu"); empty: they are not read
    std::uint32_t depth = 0;      ///< 0: the file itself; 1: its attachments
    Budget *budget = nullptr;     ///< never null when a reader is called

    /// Takes an attachment through the same gate as the file: its format is found by its content, its reader called one
    /// level deeper, its pages put behind the pages of whoever attached it as a Part of their own. What is too deep,
    /// unsupported or broken becomes a Part with that state. A reader only unpacks (within takeUnpacked) and calls.
    std::function<void(const Attachment &)> attach = [](const Attachment &) {};
    /// Names an attachment that could not even be unpacked, and why (one technical sentence).
    std::function<void(std::string_view name, State state, std::string reason)> skip = [](std::string_view, State,
                                                                                          std::string) {};
    /// How far the reader has come, in pages or whatever it counts. Call often: it costs little.
    std::function<void(std::uint32_t done, std::uint32_t total)> progress = [](std::uint32_t, std::uint32_t) {};
};

/// A reader. Pure: the same bytes and context give the same answer. It fills format, state, reason and the document
/// but for `parts`, which whoever called it makes. It may throw std::bad_alloc (becomes TooLarge) and nothing else.
///
/// The states: Read; Partial when a page or a part of it could not be read; Encrypted and WrongPassword before anything
/// is read; Malformed when nothing could be read; TooLarge when a limit ended the reading: pages that were read until
/// then stay in the answer. A single page that is cut by a limit gets NoticeKind::CutText.
using Reader = Extraction (*)(Bytes file, const Context &context);

/// The reader of a format; null for Format::Unknown and where this build has none.
Reader readerFor(Format format);

/// The gate: finds the format, calls its reader, puts the attachments in. `name`: of the file, for its extension and
/// for Part::name. Never throws.
Extraction readFile(Bytes file, std::string_view name, const Context &context);

} // namespace app::extraction
