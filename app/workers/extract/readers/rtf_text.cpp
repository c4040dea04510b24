// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/rtf_text.h"

#include "app/workers/extract/readers/charset.h"

#include <algorithm>
#include <utility>

namespace app::extraction {

namespace {

constexpr std::size_t kMostStyles = 10'000;
constexpr std::size_t kLongestName = 4096;

bool isAny(std::string_view name, std::initializer_list<std::string_view> names)
{
    return std::ranges::find(names, name) != names.end();
}

int codePageOfCharset(int charset)
{
    constexpr auto kPages = std::to_array<std::pair<int, int>>({{0, 1252},
                                                                {77, 10000},
                                                                {128, 932},
                                                                {129, 949},
                                                                {130, 1361},
                                                                {134, 936},
                                                                {136, 950},
                                                                {161, 1253},
                                                                {162, 1254},
                                                                {163, 1258},
                                                                {177, 1255},
                                                                {178, 1256},
                                                                {186, 1257},
                                                                {204, 1251},
                                                                {222, 874},
                                                                {238, 1250},
                                                                {254, 437},
                                                                {255, 850}});
    const auto found = std::ranges::find(kPages, charset, &std::pair<int, int>::first);
    return found == kPages.end() ? 0 : found->second;
}

std::string utf8(char32_t point)
{
    std::string text;
    if (point < 0x80) {
        text += static_cast<char>(point);
    } else if (point < 0x800) {
        text += static_cast<char>(0xC0U | (point >> 6U));
        text += static_cast<char>(0x80U | (point & 0x3FU));
    } else if (point < 0x10000) {
        text += static_cast<char>(0xE0U | (point >> 12U));
        text += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
        text += static_cast<char>(0x80U | (point & 0x3FU));
    } else {
        text += static_cast<char>(0xF0U | (point >> 18U));
        text += static_cast<char>(0x80U | ((point >> 12U) & 0x3FU));
        text += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
        text += static_cast<char>(0x80U | (point & 0x3FU));
    }
    return text;
}

bool hasLetterOrDigit(std::string_view text)
{
    return std::ranges::any_of(text, [](char letter) {
        return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
    });
}

} // namespace

RtfText::RtfText(DocumentWriter &writer)
    : m_writer(writer)
    , m_lines{InlineText(writer.textLeft()), InlineText(writer.textLeft()), InlineText(writer.textLeft())}
{
}

void RtfText::openGroup()
{
    flushBytes();
    m_outer.push_back(m_group);
}

void RtfText::closeGroup()
{
    flushBytes();
    if (m_outer.empty())
        return;
    const Group inner = std::exchange(m_group, m_outer.back());
    m_outer.pop_back();
    if (inner.destination == Destination::Styles)
        endStyle();
    if (inner.story != m_group.story)
        endParagraph(inner.story);
}

void RtfText::finish()
{
    flushBytes();
    m_group = {};
    if (!m_cells.empty())
        tableWord("row");
    endParagraph(Story::Body);
}

std::string RtfText::encoding() const
{
    const auto font = m_fonts.find(m_group.font < 0 ? m_defaultFont : m_group.font);
    return codePageName(font == m_fonts.end() || font->second == 0 ? m_codePage : font->second);
}

void RtfText::byte(char value)
{
    m_highSurrogate = 0;
    m_bytes += value;
}

void RtfText::flushBytes()
{
    if (m_bytes.empty())
        return;
    const std::string bytes = std::exchange(m_bytes, {});
    if (m_group.destination == Destination::Skipped || m_group.destination == Destination::Fonts ||
        m_group.destination == Destination::Info)
        return;
    const bool ascii =
        std::ranges::all_of(bytes, [](char letter) { return static_cast<unsigned char>(letter) < 0x80; });
    emit(ascii ? bytes : decodeAs(bytes, encoding()));
}

void RtfText::unicode(unsigned unit)
{
    flushBytes();
    if (unit >= 0xD800 && unit < 0xDC00) {
        m_highSurrogate = unit;
        return;
    }
    char32_t point = unit;
    if (unit >= 0xDC00 && unit < 0xE000)
        point = m_highSurrogate == 0 ? 0xFFFD : 0x10000 + ((m_highSurrogate - 0xD800) << 10U) + (unit - 0xDC00);
    m_highSurrogate = 0;
    // The private use area is a place in a font of pictures.
    if (point < 0xE000 || point > 0xF8FF)
        emit(utf8(point));
}

void RtfText::emit(std::string_view text)
{
    switch (m_group.destination) {
    case Destination::Skipped:
    case Destination::Fonts:
    case Destination::Info:
        return;
    case Destination::Styles:
        m_styleName += text.substr(0, kLongestName - std::min(kLongestName, m_styleName.size()));
        return;
    case Destination::Title:
        m_writer.document().title += text.substr(0, kLongestName);
        return;
    case Destination::Author:
        m_writer.document().author += text.substr(0, kLongestName);
        return;
    case Destination::ListMark: {
        std::string &mark = m_paragraphs[std::to_underlying(m_group.story)].mark;
        mark += text.substr(0, 100 - std::min<std::size_t>(100, mark.size()));
        return;
    }
    case Destination::Text:
        break;
    }
    if (m_group.deleted)
        return;
    if (m_group.hidden) {
        if (!isBlankText(text))
            m_writer.note(NoticeKind::HiddenText, "hidden text");
        return;
    }
    m_lines[std::to_underlying(m_group.story)].add(text);
}

void RtfText::addBreak(char letter)
{
    if (m_group.destination != Destination::Text || m_group.hidden || m_group.deleted)
        return;
    InlineText &line = m_lines[std::to_underlying(m_group.story)];
    if (m_paragraphs[std::to_underlying(m_group.story)].inTable) {
        line.add(" ");
    } else if (letter == '\t') {
        line.addTab();
    } else {
        line.addLineBreak();
    }
}

int RtfText::headingLevel(const Paragraph &paragraph) const
{
    int outline = paragraph.outline;
    if (const auto style = m_styles.find(paragraph.style); outline < 0 && style != m_styles.end())
        outline = style->second.outline;
    return outline >= 0 && outline < 9 ? std::min(outline + 1, 6) : 0;
}

void RtfText::endParagraph(Story story)
{
    Paragraph &paragraph = m_paragraphs[std::to_underlying(story)];
    InlineText &line = m_lines[std::to_underlying(story)];
    if (paragraph.inTable && story == Story::Body) {
        line.add(" ");
        return;
    }
    PendingBlock block{.text = line.take()};
    const std::string mark = cellText(std::exchange(paragraph.mark, {}));
    if (isBlankText(block.text))
        return;
    if (story == Story::Running) {
        block.text = cellText(block.text);
        if (m_running.insert(block.text).second)
            m_writer.add(BlockKind::RunningHead, block.text);
        return;
    }
    if (hasLetterOrDigit(mark))
        block.text.insert(0, mark + ' ');
    if (const int level = headingLevel(paragraph); level > 0) {
        block.kind = BlockKind::Heading;
        block.level = static_cast<std::uint8_t>(level);
    } else if (paragraph.list || !mark.empty()) {
        block.kind = BlockKind::ListItem;
        block.level = static_cast<std::uint8_t>(std::clamp(paragraph.level, 0, 8) + 1);
    }
    if (story == Story::Note) {
        m_after.push_back(std::move(block));
        return;
    }
    m_writer.add(block);
    for (const PendingBlock &one : m_after)
        m_writer.add(one);
    m_after.clear();
}

void RtfText::endStyle()
{
    std::string name = std::exchange(m_styleName, {});
    std::ranges::transform(name, name.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter | 0x20) : letter;
    });
    int outline = std::exchange(m_styleOutline, -1);
    if (outline < 0 && name.starts_with("heading ") && name.size() > 8 && name[8] >= '1' && name[8] <= '9')
        outline = name[8] - '1';
    if (outline < 0 && name.starts_with("title"))
        outline = 0;
    if (m_styles.size() < kMostStyles)
        m_styles[m_styleId].outline = outline;
    m_styleId = 0;
}

bool RtfText::destinationWord(std::string_view name, bool ignorable)
{
    const bool shown = m_group.destination == Destination::Text;
    if (name == "fonttbl") {
        m_group.destination = Destination::Fonts;
    } else if (name == "stylesheet") {
        m_group.destination = Destination::Styles;
    } else if (name == "info") {
        m_group.destination = Destination::Info;
    } else if (m_group.destination == Destination::Info && (name == "title" || name == "author")) {
        m_group.destination = name == "title" ? Destination::Title : Destination::Author;
    } else if (shown &&
               isAny(name, {"header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"})) {
        m_group.story = Story::Running;
    } else if (shown && isAny(name, {"footnote", "shptxt"})) {
        m_group.story = Story::Note;
    } else if (shown && isAny(name, {"listtext", "pntext"})) {
        m_group.destination = Destination::ListMark;
        m_paragraphs[std::to_underlying(m_group.story)].list = true;
        m_paragraphs[std::to_underlying(m_group.story)].mark.clear();
    } else if (isAny(name, {"pict", "shppict", "nonshppict"})) {
        m_writer.sawPicture();
        m_group.destination = Destination::Skipped;
    } else if (isAny(name, {"colortbl",
                            "filetbl",
                            "fldinst",
                            "datafield",
                            "shprslt",
                            "sp",
                            "xe",
                            "tc",
                            "rxe",
                            "txe",
                            "generator",
                            "listtable",
                            "listoverridetable",
                            "rsidtbl",
                            "themedata",
                            "template",
                            "upr",
                            "annotation",
                            "atnid",
                            "atnauthor",
                            "operator",
                            "comment",
                            "keywords",
                            "subject",
                            "doccomm",
                            "objdata",
                            "objclass",
                            "bkmkstart",
                            "bkmkend",
                            "private",
                            "revtbl"})) {
        m_group.destination = Destination::Skipped;
    } else if (name == "ud" && m_group.destination == Destination::Skipped && m_outer.size() >= 2) {
        // The form in Unicode of what was just skipped: read as what surrounds the pair.
        m_group.destination = m_outer[m_outer.size() - 2].destination;
    } else if (ignorable && name != "shpinst" && m_group.destination != Destination::Styles) {
        m_group.destination = Destination::Skipped;
    } else {
        return ignorable;
    }
    return true;
}

bool RtfText::characterWord(std::string_view name, std::optional<int> number)
{
    constexpr auto kCharacters =
        std::to_array<std::pair<std::string_view, std::string_view>>({{"emdash", "\xE2\x80\x94"},
                                                                      {"endash", "\xE2\x80\x93"},
                                                                      {"bullet", "\xE2\x80\xA2"},
                                                                      {"lquote", "\xE2\x80\x98"},
                                                                      {"rquote", "\xE2\x80\x99"},
                                                                      {"ldblquote", "\xE2\x80\x9C"},
                                                                      {"rdblquote", "\xE2\x80\x9D"},
                                                                      {"nbsp", " "},
                                                                      {"emspace", " "},
                                                                      {"enspace", " "},
                                                                      {"qmspace", " "}});
    if (const auto found = std::ranges::find(kCharacters, name, &std::pair<std::string_view, std::string_view>::first);
        found != kCharacters.end()) {
        emit(found->second);
    } else if (name == "tab") {
        m_group.destination == Destination::ListMark ? emit(" ") : addBreak('\t');
    } else if (name == "line") {
        addBreak('\n');
    } else if (name == "f") {
        m_group.font = number.value_or(0);
        m_fontId = m_group.font;
    } else if (name == "fcharset" && m_group.destination == Destination::Fonts) {
        if (m_fonts.size() < kMostStyles)
            m_fonts[m_fontId] = codePageOfCharset(number.value_or(0));
    } else if (name == "plain") {
        m_group.hidden = false;
        m_group.deleted = false;
        m_group.font = -1;
    } else if (name == "v") {
        m_group.hidden = number.value_or(1) != 0;
    } else if (name == "deleted") {
        m_group.deleted = number.value_or(1) != 0;
    } else if (name == "ansicpg") {
        m_codePage = number.value_or(1252);
    } else if (name == "mac") {
        m_codePage = 10000;
    } else if (name == "pc") {
        m_codePage = 437;
    } else if (name == "pca") {
        m_codePage = 850;
    } else if (name == "deff") {
        m_defaultFont = number.value_or(0);
    } else {
        return false;
    }
    return true;
}

bool RtfText::paragraphWord(std::string_view name, std::optional<int> number)
{
    Paragraph &paragraph = m_paragraphs[std::to_underlying(m_group.story)];
    if (m_group.destination == Destination::Styles) {
        if (name == "s") {
            m_styleId = number.value_or(0);
        } else if (name == "outlinelevel") {
            m_styleOutline = number.value_or(-1);
        }
        return true;
    }
    if (m_group.destination != Destination::Text)
        return false;
    if (name == "pard") {
        std::string mark = std::move(paragraph.mark);
        paragraph = {};
        paragraph.mark = std::move(mark);
    } else if (name == "s") {
        paragraph.style = number.value_or(0);
    } else if (name == "outlinelevel") {
        paragraph.outline = number.value_or(-1);
    } else if (name == "ls") {
        paragraph.list = number.value_or(0) > 0;
    } else if (name == "ilvl") {
        paragraph.level = number.value_or(0);
    } else if (name == "intbl") {
        paragraph.inTable = true;
    } else if (name == "par" || name == "sect" || name == "page" || name == "column") {
        endParagraph(m_group.story);
    } else {
        return false;
    }
    return true;
}

void RtfText::tableWord(std::string_view name)
{
    constexpr std::size_t kMostCells = 10'000;
    if (m_group.destination != Destination::Text || m_group.story != Story::Body)
        return;
    InlineText &line = m_lines[std::to_underlying(Story::Body)];
    if (name == "trowd") {
        m_headerRow = false;
    } else if (name == "trhdr") {
        m_headerRow = true;
    } else if (name == "cell" && m_cells.size() < kMostCells) {
        m_cells.push_back(cellText(line.take()));
    } else if (name == "nestcell" || name == "nestrow") {
        line.add(" ");
    } else if (name == "row") {
        std::string text;
        for (std::size_t i = 0; i < m_cells.size(); ++i)
            text += (i > 0 ? "\t" : "") + m_cells[i];
        m_cells.clear();
        m_writer.add(BlockKind::TableRow, text, 0, m_headerRow);
        for (const PendingBlock &one : m_after)
            m_writer.add(one);
        m_after.clear();
        m_paragraphs[std::to_underlying(Story::Body)].inTable = false;
    }
}

void RtfText::word(std::string_view name, std::optional<int> number, bool ignorable)
{
    flushBytes();
    if (!destinationWord(name, ignorable) && !characterWord(name, number) && !paragraphWord(name, number))
        tableWord(name);
}

} // namespace app::extraction
