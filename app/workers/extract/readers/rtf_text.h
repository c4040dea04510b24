// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workers/extract/readers/document_writer.h"
#include "app/workers/extract/readers/inline_text.h"
#include "app/workers/extract/readers/rtf_parser.h"

#include <array>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace app::extraction {

/// Makes blocks of what a parser of RTF says: destinations without text are left out, heads of pages become running
/// heads, notes and text boxes follow the paragraph that they belong to.
class RtfText final : public RtfHandler {
public:
    explicit RtfText(DocumentWriter &writer);

    void openGroup() override;
    void closeGroup() override;
    void word(std::string_view name, std::optional<int> number, bool ignorable) override;
    void byte(char value) override;
    void unicode(unsigned unit) override;
    bool isFull() override { return m_writer.isFull(); }
    void finish(); ///< at the end of the file

private:
    enum class Destination : std::uint8_t { Text, Skipped, Fonts, Styles, Info, Title, Author, ListMark };
    enum class Story : std::uint8_t { Body, Running, Note };
    static constexpr std::size_t kStories = 3;

    struct Group {
        Destination destination = Destination::Text;
        Story story = Story::Body;
        int font = -1;
        bool hidden = false;
        bool deleted = false;
    };
    struct Paragraph {
        int style = 0;
        int outline = -1;
        int level = 0;
        bool list = false;
        bool inTable = false;
        std::string mark;
    };
    struct Style {
        int outline = -1;
    };

    bool destinationWord(std::string_view name, bool ignorable);
    bool characterWord(std::string_view name, std::optional<int> number);
    bool paragraphWord(std::string_view name, std::optional<int> number);
    void tableWord(std::string_view name);
    void emit(std::string_view utf8);
    void flushBytes();
    void endParagraph(Story story);
    void endStyle();
    void addBreak(char letter);
    [[nodiscard]] std::string encoding() const;
    [[nodiscard]] int headingLevel(const Paragraph &paragraph) const;

    DocumentWriter &m_writer;
    Group m_group;
    std::vector<Group> m_outer;
    std::array<InlineText, kStories> m_lines;
    std::array<Paragraph, kStories> m_paragraphs;
    std::vector<std::string> m_cells;
    std::vector<PendingBlock> m_after;
    std::set<std::string> m_running;
    std::unordered_map<int, int> m_fonts; ///< code pages
    std::unordered_map<int, Style> m_styles;
    std::string m_bytes; ///< not decoded yet
    std::string m_styleName;
    int m_styleId = 0;
    int m_styleOutline = -1;
    int m_fontId = 0;
    int m_defaultFont = 0;
    int m_codePage = 1252;
    unsigned m_highSurrogate = 0;
    bool m_headerRow = false;
};

} // namespace app::extraction
