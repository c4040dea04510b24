// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/docx_story.h"

#include "app/workers/extract/readers/ooxml_package.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace app::extraction {

namespace {

constexpr int kMostColumns = 64; // that one cell may span
constexpr int kLargest = 3276;   // half points, as Word has it

bool isAny(std::string_view name, std::initializer_list<std::string_view> names)
{
    return std::ranges::find(names, name) != names.end();
}

// Properties as they were before a change, settings of containers, and what was deleted or moved away.
bool isLeftOut(std::string_view name)
{
    return isAny(name, {"del", "moveFrom", "instrText", "delInstrText", "delText", "rPrChange", "pPrChange", "sectPr",
                        "sdtPr", "sdtEndPr", "tblPrEx", "annotationRef", "rt"});
}

std::string utf8(char32_t point)
{
    std::string text;
    if (point < 0x80) {
        text += static_cast<char>(point);
    } else if (point < 0x800) {
        text += static_cast<char>(0xC0U | (point >> 6U));
        text += static_cast<char>(0x80U | (point & 0x3FU));
    } else {
        text += static_cast<char>(0xE0U | (point >> 12U));
        text += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
        text += static_cast<char>(0x80U | (point & 0x3FU));
    }
    return text;
}

std::string joined(const std::vector<PendingBlock> &blocks)
{
    std::string text;
    for (const PendingBlock &block : blocks) {
        if (!text.empty())
            text += ' ';
        text += block.text;
    }
    return cellText(text);
}

} // namespace

bool WordStory::isShown() const
{
    return std::ranges::find(m_fields, false) == m_fields.end();
}

void WordStory::read(XmlReader &xml, const Sink &sink)
{
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home && !m_document.writer.isFull()) {
        if (!xml.isStart() || xml.ns() != Ns::Word)
            continue;
        if (xml.name() == "p") {
            paragraph(xml, sink);
        } else if (xml.name() == "tbl") {
            table(xml, sink);
        } else if (xml.name() == "altChunk") {
            m_document.writer.note(NoticeKind::SkippedPart, "a part in a foreign format");
        } else if (isLeftOut(xml.name())) {
            xml.skip();
        }
    }
    if (m_joined)
        endParagraph(sink);
}

void WordStory::paragraph(XmlReader &xml, const Sink &sink)
{
    if (!m_joined) {
        m_paragraph = {};
        m_looked = false;
    }
    m_paragraph.markDeleted = false;
    beginRun();
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home)
        if (xml.isStart())
            inParagraph(xml);
    m_joined = m_paragraph.markDeleted;
    if (!m_joined)
        endParagraph(sink);
}

void WordStory::inParagraph(XmlReader &xml)
{
    const std::string_view name = xml.name();
    if (xml.ns() == Ns::Math && name == "t") {
        addText(xml.textInside());
    } else if ((xml.ns() == Ns::Drawing && name == "blip") || (xml.ns() == Ns::Vml && name == "imagedata")) {
        m_document.writer.sawPicture();
    }
    if (xml.ns() != Ns::Word)
        return;
    if (name == "pPr") {
        paragraphProperties(xml);
    } else if (name == "r") {
        beginRun();
    } else if (name == "rPr") {
        runProperties(xml);
    } else if (name == "t") {
        addText(xml.textInside());
    } else if (name == "tab" || name == "ptab") {
        if (isShown() && !m_runHidden)
            m_line.addTab();
    } else if (name == "br" || name == "cr") {
        if (isShown() && !m_runHidden)
            m_line.addLineBreak();
    } else if (name == "noBreakHyphen") {
        addText("-");
    } else if (name == "sym") {
        addSymbol(xml.attributeOr(Ns::Word, "char", ""));
    } else if (name == "fldChar") {
        fieldMark(xml.attributeOr(Ns::Word, "fldCharType", ""));
    } else if (name == "footnoteReference") {
        refer(m_document.footnotes, xml.attributeOr(Ns::Word, "id", ""));
    } else if (name == "endnoteReference") {
        refer(m_document.endnotes, xml.attributeOr(Ns::Word, "id", ""));
    } else if (name == "txbxContent") {
        WordStory box(m_document);
        box.read(xml, [&](PendingBlock block) { m_after.push_back(std::move(block)); });
    } else if (isLeftOut(name)) {
        xml.skip();
    }
}

void WordStory::paragraphProperties(XmlReader &xml)
{
    const std::size_t home = xml.depth();
    Paragraph read;
    while (xml.next() && xml.depth() >= home) {
        if (!xml.isStart() || xml.ns() != Ns::Word)
            continue;
        const std::string_view name = xml.name();
        const std::string_view value = xml.attributeOr(Ns::Word, "val", "");
        if (name == "pStyle") {
            read.style = value;
        } else if (name == "outlineLvl") {
            read.outline = toInt(value, -1);
        } else if (name == "numId") {
            read.listId = toInt(value, -1);
        } else if (name == "ilvl") {
            read.listLevel = toInt(value, -1);
        } else if (name == "del" || name == "moveFrom") {
            read.markDeleted = true;
        } else if (isLeftOut(name)) {
            xml.skip();
        }
    }
    if (m_joined) {
        m_paragraph.markDeleted = read.markDeleted;
    } else {
        m_paragraph = read;
    }
}

void WordStory::beginRun()
{
    m_runHidden = false;
    m_runLook = m_document.styles.look(m_paragraph.style);
}

void WordStory::runProperties(XmlReader &xml)
{
    constexpr int kInvisible = 2; // half points
    bool hidden = m_document.styles.isHidden(m_paragraph.style);
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home) {
        if (!xml.isStart() || xml.ns() != Ns::Word)
            continue;
        const auto value = xml.attribute(Ns::Word, "val");
        if (xml.name() == "vanish" || xml.name() == "webHidden") {
            hidden = isOn(value);
        } else if (xml.name() == "rStyle") {
            hidden = hidden || m_document.styles.isHidden(value.value_or(""));
            m_runLook.bold = m_runLook.bold || m_document.styles.isBold(value.value_or(""));
        } else if (xml.name() == "sz") {
            hidden = hidden || toInt(value.value_or(""), 100) <= kInvisible;
            m_runLook.halfPoints = std::clamp(toInt(value.value_or(""), m_runLook.halfPoints), 0, kLargest);
        } else if (xml.name() == "b") {
            m_runLook.bold = isOn(value);
        } else if (isLeftOut(xml.name())) {
            xml.skip();
        }
    }
    m_runHidden = hidden;
}

void WordStory::fieldMark(std::string_view kind)
{
    constexpr std::size_t kDeepest = 256;
    if (kind == "begin" && m_fields.size() < kDeepest) {
        m_fields.push_back(false);
    } else if (kind == "separate" && !m_fields.empty()) {
        m_fields.back() = true;
    } else if (kind == "end" && !m_fields.empty()) {
        m_fields.pop_back();
    }
}

void WordStory::addText(std::string_view text)
{
    if (!isShown())
        return;
    if (!m_runHidden) {
        m_line.add(text);
        if (!isBlankText(text)) {
            m_look.halfPoints = m_looked ? std::min(m_look.halfPoints, m_runLook.halfPoints) : m_runLook.halfPoints;
            m_look.bold = (!m_looked || m_look.bold) && m_runLook.bold;
            m_looked = true;
        }
    } else if (!isBlankText(text)) {
        m_document.writer.note(NoticeKind::HiddenText, "hidden text");
    }
}

void WordStory::addSymbol(std::string_view hex)
{
    std::uint32_t point = 0;
    std::from_chars(hex.data(), hex.data() + hex.size(), point, 16);
    // The private use area is a place in a font of pictures.
    if (point >= 0x20 && point < 0xD800)
        addText(utf8(point));
}

void WordStory::refer(const std::unordered_map<std::string, std::vector<PendingBlock>> &notes, std::string_view id)
{
    const auto found = notes.find(std::string(id));
    if (found != notes.end() && isShown())
        m_after.insert(m_after.end(), found->second.begin(), found->second.end());
}

void WordStory::endParagraph(const Sink &sink)
{
    m_joined = false;
    PendingBlock block{.text = m_line.take(), .look = m_looked ? m_look : TextLook{}};
    const WordStyle *style = m_document.styles.listStyle(m_paragraph.style);
    int listId = m_paragraph.listId;
    int listLevel = m_paragraph.listLevel;
    if (listId < 0 && style != nullptr)
        listId = style->listId;
    if (listLevel < 0)
        listLevel = style == nullptr ? 0 : style->listLevel;
    listLevel = std::clamp(listLevel, 0, 8);

    const int heading = m_paragraph.outline >= 0 ? (m_paragraph.outline < 9 ? std::min(m_paragraph.outline + 1, 6) : 0)
                                                 : m_document.styles.headingLevel(m_paragraph.style);
    if (!isBlankText(block.text)) {
        if (listId > 0)
            block.text.insert(0, m_document.numbering.next(listId, listLevel));
        if (m_document.styles.isContents(m_paragraph.style)) {
            block.kind = BlockKind::RunningHead;
        } else if (heading > 0) {
            block.kind = BlockKind::Heading;
            block.level = static_cast<std::uint8_t>(heading);
        } else if (listId > 0) {
            block.kind = BlockKind::ListItem;
            block.level = static_cast<std::uint8_t>(listLevel + 1);
        }
        sink(std::move(block));
    }
    if (m_tables == 0) {
        std::vector<PendingBlock> after;
        after.swap(m_after);
        for (PendingBlock &one : after)
            sink(std::move(one));
    }
}

void WordStory::table(XmlReader &xml, const Sink &sink)
{
    ++m_tables;
    int columns = 0;
    bool headedByLook = false;
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home && !m_document.writer.isFull()) {
        if (!xml.isStart() || xml.ns() != Ns::Word)
            continue;
        if (xml.name() == "gridCol") {
            ++columns;
        } else if (xml.name() == "tblLook") {
            headedByLook = isOn(xml.attribute(Ns::Word, "firstRow"), false);
        } else if (xml.name() == "tr") {
            row(xml, sink, columns == 1, headedByLook);
            headedByLook = false;
        } else if (isLeftOut(xml.name())) {
            xml.skip();
        }
    }
    if (--m_tables > 0)
        return;
    std::vector<PendingBlock> after;
    after.swap(m_after);
    for (PendingBlock &one : after)
        sink(std::move(one));
}

void WordStory::row(XmlReader &xml, const Sink &sink, bool singleColumn, bool headedByLook)
{
    std::vector<Cell> cells;
    bool header = false;
    bool deleted = false;
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home) {
        if (!xml.isStart() || xml.ns() != Ns::Word)
            continue;
        if (xml.name() == "tblHeader") {
            header = isOn(xml.attribute(Ns::Word, "val"));
        } else if (xml.name() == "del") {
            deleted = true;
        } else if (xml.name() == "tc") {
            cells.push_back(cell(xml));
        } else if (isLeftOut(xml.name())) {
            xml.skip();
        }
    }
    if (deleted)
        return;
    // A table of one column is a frame around paragraphs.
    if (singleColumn && cells.size() == 1) {
        for (PendingBlock &block : cells.front().blocks)
            sink(std::move(block));
        return;
    }
    PendingBlock block{.kind = BlockKind::TableRow};
    bool allNamed = !cells.empty();
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string text = joined(cells[i].blocks);
        allNamed = allNamed && !text.empty();
        block.text += text;
        if (i + 1 < cells.size())
            block.text.append(static_cast<std::size_t>(cells[i].columns), '\t');
    }
    block.header = header || (headedByLook && allNamed);
    sink(std::move(block));
}

WordStory::Cell WordStory::cell(XmlReader &xml)
{
    Cell cell;
    const auto collect = [&](PendingBlock block) { cell.blocks.push_back(std::move(block)); };
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home) {
        if (!xml.isStart() || xml.ns() != Ns::Word)
            continue;
        if (xml.name() == "gridSpan") {
            cell.columns = std::clamp(toInt(xml.attributeOr(Ns::Word, "val", "1"), 1), 1, kMostColumns);
        } else if (xml.name() == "p") {
            paragraph(xml, collect);
        } else if (xml.name() == "tbl") {
            table(xml, collect);
        } else if (isLeftOut(xml.name())) {
            xml.skip();
        }
    }
    if (m_joined)
        endParagraph(collect);
    return cell;
}

} // namespace app::extraction
