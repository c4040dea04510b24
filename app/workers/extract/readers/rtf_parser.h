// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The syntax of RTF: groups, control words, bytes.
#pragma once

#include "app/workers/extract/readers/fault.h"

#include <optional>
#include <string_view>

namespace app::extraction {

/// What a parser of RTF calls.
class RtfHandler {
public:
    RtfHandler() = default;
    RtfHandler(const RtfHandler &) = delete;
    RtfHandler &operator=(const RtfHandler &) = delete;
    virtual ~RtfHandler() = default;

    virtual void openGroup() = 0;
    virtual void closeGroup() = 0;
    /// `\word` or `\wordN`; `ignorable`: after `\*`, so that the group is to be skipped where the word is unknown.
    virtual void word(std::string_view name, std::optional<int> number, bool ignorable) = 0;
    /// A byte of text in the encoding that is in force.
    virtual void byte(char value) = 0;
    /// `\uN`, a unit of UTF-16; the characters that stand for it have been left out.
    virtual void unicode(unsigned unit) = 0;
    virtual bool isFull() = 0; ///< nothing more is wanted
};

/// Reads until the outermost group closes. A fault: groups nested deeper than Limits::markupDepth, or a file that ends
/// before its groups do.
std::optional<Fault> parseRtf(std::string_view text, const Limits &limits, RtfHandler &handler);

} // namespace app::extraction
