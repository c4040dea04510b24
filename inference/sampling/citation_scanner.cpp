// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/sampling/citation_scanner.h"

#include <algorithm>

namespace inference {

namespace {

constexpr std::uint32_t kMostListed = 8; // a list without end would never close
constexpr std::uint32_t kFenceLength = 3;
constexpr std::uint8_t kMostIndent = 3;

bool isDigit(char byte)
{
    return byte >= '0' && byte <= '9';
}

bool isBlank(char byte)
{
    return byte == ' ' || byte == '\t';
}

} // namespace

bool CitationScanner::push(std::string_view bytes)
{
    bool accepted = true;
    for (const char byte : bytes) {
        accepted = push(byte) && accepted;
    }
    return accepted;
}

bool CitationScanner::push(char byte)
{
    if (m_region == Region::Fence) {
        fenceByte(byte);
        return true;
    }
    if (m_region == Region::Span) {
        return spanByte(byte);
    }
    return textByte(byte);
}

void CitationScanner::loseTrack()
{
    m_certain = false;
    m_spans = false;
    m_region = Region::Text;
    m_run = 0;
}

bool CitationScanner::textByte(char byte)
{
    const bool accepted = tailByte(byte);
    if (m_run > 0 && byte != m_runOf && endRun()) {
        return spanByte(byte);
    }
    if (byte == '\n') {
        endLine();
        return accepted;
    }
    // The line that opens a fence of backticks has no others, escaped or not.
    if (m_region == Region::FenceInfo && byte == '`' && m_fence == '`') {
        loseTrack();
    }
    if ((byte == '`' && !m_escaped) || byte == '~') {
        if (m_region == Region::Text) {
            if (m_run == 0) {
                m_runOf = byte;
                m_runBegins = m_lineStart;
            }
            ++m_run;
        }
    } else if (byte == '\r') {
        loseTrack(); // a line end or none, depending on what follows
    } else if (byte == '<') {
        m_spans = false; // may begin an address or HTML, in which backticks mean nothing
        if (m_blank) {
            loseTrack();
        }
    }
    m_escaped = byte == '\\' && !m_escaped;
    m_lineStart = false;
    m_blank = m_blank && isBlank(byte);
    return accepted;
}

bool CitationScanner::endRun()
{
    const std::uint32_t length = m_run;
    m_run = 0;
    if (length >= kFenceLength) {
        if (!m_runBegins) {
            loseTrack(); // perhaps a fence inside a list or a quotation
        } else if (m_certain) {
            m_region = Region::FenceInfo;
            m_fence = m_runOf;
            m_opened = length;
        }
        return false;
    }
    if (m_runOf != '`' || !m_spans) {
        return false;
    }
    m_region = Region::Span;
    m_opened = length;
    m_tail = Tail::None;
    m_bracket = false;
    m_dirty = false;
    return true;
}

void CitationScanner::endLine()
{
    if (m_region == Region::FenceInfo) {
        m_region = Region::Fence;
        m_fenceLine = FenceLine::Indent;
        m_indent = 0;
    } else if (m_blank) {
        m_spans = m_certain; // a paragraph is over, and with it every span
    }
    m_lineStart = true;
    m_blank = true;
    m_escaped = false;
}

bool CitationScanner::tailByte(char byte)
{
    if (inList()) {
        if (idByte(byte)) {
            return true;
        }
        m_tail = byte == '[' ? Tail::Open : Tail::None;
        return false;
    }
    if (m_tail == Tail::Open) {
        if (isBlank(byte)) {
            return true;
        }
        m_tail = Tail::None;
        if (isDigit(byte)) {
            m_listed = 0;
            m_tail = Tail::Separator;
            m_spaced = false;
            if (idByte(byte)) {
                return true;
            }
            m_tail = Tail::None;
            return false;
        }
    }
    if (byte == '[') {
        m_tail = Tail::Open;
    }
    return true;
}

bool CitationScanner::idByte(char byte)
{
    if (isDigit(byte)) {
        const auto digit = static_cast<std::uint32_t>(byte - '0');
        const bool begins = m_tail == Tail::Separator;
        const std::uint64_t id = (begins ? 0 : std::uint64_t{m_id} * 10) + digit;
        if (id == 0 || id > m_ids) {
            return false;
        }
        m_id = static_cast<std::uint32_t>(id);
        m_tail = Tail::Id;
        m_listed = static_cast<std::uint8_t>(m_listed + (begins ? 1 : 0));
        return true;
    }
    if (m_tail == Tail::Separator) {
        const bool first = byte == ' ' && !m_spaced;
        m_spaced = true;
        return first;
    }
    if (byte == ']') {
        m_tail = Tail::None;
        return true;
    }
    if ((byte == ',' || byte == ';') && m_listed < std::min(kMostListed, m_ids)) {
        m_tail = Tail::Separator;
        m_spaced = false;
        return true;
    }
    return false;
}

bool CitationScanner::spanByte(char byte)
{
    if (byte == '`') {
        ++m_run;
        m_bracket = false;
        return true;
    }
    if (m_run == m_opened) {
        m_region = Region::Text;
        m_run = 0;
        m_lineStart = false;
        m_blank = false;
        m_escaped = false;
        return textByte(byte);
    }
    m_run = 0;
    // The end of a line may end the paragraph, and a bar the cell of a table.
    if (byte == '\n' || byte == '\r' || byte == '|') {
        const bool accepted = !m_dirty;
        m_region = Region::Text;
        m_spans = false;
        m_escaped = false;
        textByte(byte);
        return accepted;
    }
    m_dirty = m_dirty || (m_bracket && isDigit(byte));
    m_bracket = byte == '[' || (m_bracket && isBlank(byte));
    return true;
}

void CitationScanner::fenceByte(char byte)
{
    if (byte == '\n') {
        endFenceLine();
        return;
    }
    if (byte == '\r') {
        loseTrack();
        return;
    }
    switch (m_fenceLine) {
    case FenceLine::Indent:
        if (byte == m_fence) {
            m_fenceLine = FenceLine::Run;
            m_run = 1;
        } else if (byte != ' ' || ++m_indent > kMostIndent) {
            m_fenceLine = FenceLine::Other;
        }
        break;
    case FenceLine::Run:
        if (byte == m_fence) {
            ++m_run;
        } else {
            m_fenceLine = byte == ' ' && m_run >= m_opened ? FenceLine::Trail : FenceLine::Other;
            // Readers of Markdown do not agree on whether a tab may follow.
            if (byte == '\t' && m_run >= m_opened) {
                loseTrack();
            }
        }
        break;
    case FenceLine::Trail:
        if (byte == '\t') {
            loseTrack();
        } else if (byte != ' ') {
            m_fenceLine = FenceLine::Other;
        }
        break;
    case FenceLine::Other:
        break;
    }
}

void CitationScanner::endFenceLine()
{
    const bool closes = m_fenceLine == FenceLine::Trail || (m_fenceLine == FenceLine::Run && m_run >= m_opened);
    m_fenceLine = FenceLine::Indent;
    m_indent = 0;
    m_run = 0;
    if (closes) {
        m_region = Region::Text;
        m_tail = Tail::None;
        m_spans = m_certain;
        m_lineStart = true;
        m_blank = true;
        m_escaped = false;
    }
}

} // namespace inference
