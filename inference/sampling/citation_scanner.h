// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace inference {

/// Reads Markdown byte by byte as it is written and tells which bytes may come next where sources 1 to N may be cited:
/// "[2]", "[1, 3]". Outside code a bracket and digits may only go on to numbers of sources, and to the closing
/// bracket. Inside code anything goes. What is code is decided as CommonMark does where that can be known while the
/// text is being written: blocks between fences that begin their lines, and spans within one line; a span in which a
/// bracket and digits stand may not be left open, because its text would then be no code. Where it cannot be known
/// (fences in lists, spans over several lines, raw HTML) it counts as text. Links count as text.
/// A small value: copy it to try a continuation.
class CitationScanner {
public:
    /// What counts as code.
    enum class Code : std::uint8_t { Known, Nothing };
    /// `ids`: N; 0: no number may follow a bracket.
    explicit CitationScanner(std::uint32_t ids, Code code = Code::Known)
        : m_ids(ids)
        , m_certain(code == Code::Known)
        , m_spans(code == Code::Known)
    {
    }

    /// Reads a byte. False when it may not come here; it is then read as plain text.
    bool push(char byte);
    /// Reads all of it; false when one of its bytes may not come.
    bool push(std::string_view bytes);

    /// Inside the numbers of a citation: few bytes may come.
    [[nodiscard]] bool inList() const { return m_tail == Tail::Id || m_tail == Tail::Separator; }
    /// Right behind a bracket (and spaces): a digit would belong to it.
    [[nodiscard]] bool bracketIsOpen() const { return m_tail == Tail::Open || (m_region == Region::Span && m_bracket); }
    /// In a span of code that may not be left open, or right behind backticks that may close it.
    [[nodiscard]] bool mustCloseSpan() const { return m_region == Region::Span && m_dirty; }
    /// Whether the text may end here.
    [[nodiscard]] bool mayEnd() const { return !inList() && (!mustCloseSpan() || m_run == m_opened); }

private:
    enum class Region : std::uint8_t { Text, FenceInfo, Fence, Span };
    enum class Tail : std::uint8_t { None, Open, Id, Separator };
    enum class FenceLine : std::uint8_t { Indent, Run, Trail, Other };

    bool textByte(char byte);
    bool tailByte(char byte);
    bool idByte(char byte);
    bool spanByte(char byte);
    void fenceByte(char byte);
    void endFenceLine();
    /// A run of backticks or tildes is over: what it was. True when it began a span of code.
    bool endRun();
    void endLine();
    /// From here on code cannot be told from text.
    void loseTrack();

    std::uint32_t m_ids;
    std::uint32_t m_id = 0; ///< the number so far
    std::uint32_t m_run = 0;
    std::uint32_t m_opened = 0; ///< backticks or tildes that opened the span or the fence
    Region m_region = Region::Text;
    Tail m_tail = Tail::None;
    FenceLine m_fenceLine = FenceLine::Indent;
    std::uint8_t m_listed = 0; ///< numbers in this bracket
    std::uint8_t m_indent = 0;
    char m_runOf = '`';
    char m_fence = '`';
    bool m_certain;           ///< fences can be told
    bool m_spans;             ///< spans of this paragraph can be told
    bool m_lineStart = true;  ///< nothing has come on this line
    bool m_blank = true;      ///< nothing but white space has come on this line
    bool m_runBegins = false; ///< the run begins its line
    bool m_escaped = false;
    bool m_spaced = false; ///< a space has come behind the separator
    bool m_bracket = false;
    bool m_dirty = false; ///< the span holds a bracket and digits
};

} // namespace inference
