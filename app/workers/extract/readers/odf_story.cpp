// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/odf_story.h"

#include "app/workers/extract/readers/ooxml_package.h"

#include <algorithm>

namespace app::extraction {

namespace {

constexpr int kMostColumns = 64;
constexpr int kMostRows = 100; // that a filled row of a text table is repeated

bool isAny(std::string_view name, std::initializer_list<std::string_view> names)
{
    return std::ranges::find(names, name) != names.end();
}

// Comments, what was deleted, and what is no text.
bool isLeftOut(const XmlReader &xml)
{
    switch (xml.ns()) {
    case Ns::Text:
        return isAny(xml.name(),
                     {"tracked-changes", "sequence-decls", "variable-decls", "user-field-decls", "dde-connection-decls",
                      "alphabetical-index-auto-mark-file", "ruby-text", "note-citation", "table-of-content-source",
                      "illustration-index-source", "alphabetical-index-source", "bibliography-source",
                      "user-index-source", "table-index-source", "object-index-source", "script", "hidden-text",
                      "hidden-paragraph"});
    case Ns::Office:
        return isAny(xml.name(), {"annotation", "forms", "binary-data", "event-listeners", "scripts"});
    case Ns::Svg:
        return isAny(xml.name(), {"title", "desc"});
    case Ns::Table:
        return isAny(xml.name(), {"tracked-changes", "shapes"});
    default:
        return false;
    }
}

bool isIndex(const XmlReader &xml)
{
    return xml.ns() == Ns::Text && isAny(xml.name(), {"table-of-content", "illustration-index", "table-index",
                                                      "object-index", "user-index", "alphabetical-index"});
}

} // namespace

void OdfStory::read(XmlReader &xml, const Sink &sink)
{
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home && !m_document.writer.isFull())
        if (xml.isStart())
            readElement(xml, sink);
}

void OdfStory::readElement(XmlReader &xml, const Sink &sink)
{
    if (xml.is(Ns::Text, "p") || xml.is(Ns::Text, "h")) {
        paragraph(xml, sink);
    } else if (xml.is(Ns::Text, "list")) {
        list(xml, sink);
    } else if (xml.is(Ns::Table, "table")) {
        table(xml, sink);
    } else if (xml.is(Ns::Text, "section") && xml.attributeOr(Ns::Text, "display", "true") == "none") {
        skipHidden(xml);
    } else if (isIndex(xml)) {
        ++m_indexes;
        read(xml, sink);
        --m_indexes;
    } else if (xml.is(Ns::Draw, "image")) {
        m_document.writer.sawPicture();
    } else if (isLeftOut(xml)) {
        xml.skip();
    }
}

void OdfStory::skipHidden(XmlReader &xml)
{
    if (!isBlankText(xml.textInside()))
        m_document.writer.note(NoticeKind::HiddenText, "hidden text");
}

void OdfStory::paragraph(XmlReader &xml, const Sink &sink)
{
    const std::string style(xml.attributeOr(Ns::Text, "style-name", ""));
    if (m_document.styles.isHidden(style)) {
        skipHidden(xml);
        return;
    }
    PendingBlock block;
    bool numbered = false;
    if (xml.is(Ns::Text, "h")) {
        const int level = std::max(toInt(xml.attributeOr(Ns::Text, "outline-level", "1"), 1), 1);
        block.kind = BlockKind::Heading;
        block.level = static_cast<std::uint8_t>(std::min(level, 6));
        numbered = xml.attributeOr(Ns::Text, "is-list-header", "false") != "true";
        if (numbered && m_listDepth == 0)
            m_marker = m_document.outline.next(m_document.styles.outline(), static_cast<std::size_t>(level - 1));
    } else if (m_document.styles.isTitle(style)) {
        block.kind = BlockKind::Heading;
        block.level = 1;
    } else if (m_listDepth > 0) {
        block.kind = BlockKind::ListItem;
        block.level = static_cast<std::uint8_t>(std::min<std::size_t>(m_listDepth, 255));
    }
    if (m_indexes > 0) {
        block.kind = BlockKind::RunningHead;
        block.level = 0;
    }
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home) {
        if (xml.isText()) {
            m_line.add(xml.text());
        } else if (xml.isStart()) {
            inlineElement(xml);
        }
    }
    block.text = m_line.take();
    if (!isBlankText(block.text)) {
        block.text.insert(0, m_marker);
        m_marker.clear();
        sink(std::move(block));
    }
    if (m_tables == 0)
        endTable(sink);
}

void OdfStory::inlineElement(XmlReader &xml)
{
    if (xml.ns() == Ns::Text) {
        if (xml.name() == "s") {
            m_line.add(" ");
        } else if (xml.name() == "tab") {
            m_line.addTab();
        } else if (xml.name() == "line-break") {
            m_line.addLineBreak();
        } else if (xml.name() == "span" && m_document.styles.isHidden(xml.attributeOr(Ns::Text, "style-name", ""))) {
            skipHidden(xml);
        } else if (xml.name() == "note-body") {
            OdfStory note(m_document);
            note.read(xml, [&](PendingBlock block) { m_after.push_back(std::move(block)); });
        } else if (xml.name() == "hidden-text" || xml.name() == "hidden-paragraph") {
            m_document.writer.note(NoticeKind::HiddenText, "hidden text");
            xml.skip();
        } else if (isLeftOut(xml)) {
            xml.skip();
        }
    } else if (xml.ns() == Ns::Draw && xml.name() != "a") {
        if (xml.name() == "image")
            m_document.writer.sawPicture();
        OdfStory frame(m_document);
        frame.read(xml, [&](PendingBlock block) { m_after.push_back(std::move(block)); });
    } else if (isLeftOut(xml)) {
        xml.skip();
    }
}

void OdfStory::list(XmlReader &xml, const Sink &sink)
{
    const std::string outer = m_listStyle;
    if (const auto style = xml.attribute(Ns::Text, "style-name"))
        m_listStyle = *style;
    const OdfStyles::Levels *levels = m_document.styles.list(m_listStyle);
    OdfCounters &counters = m_document.lists[m_listStyle];
    if (m_listDepth == 0 && xml.attributeOr(Ns::Text, "continue-numbering", "false") != "true" &&
        !xml.attribute(Ns::Text, "continue-list"))
        counters.restart();
    ++m_listDepth;
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home && !m_document.writer.isFull()) {
        if (!xml.isStart())
            continue;
        if (xml.is(Ns::Text, "list-item")) {
            m_marker = levels == nullptr ? std::string() : counters.next(*levels, m_listDepth - 1);
        } else if (!xml.is(Ns::Text, "list-header")) {
            readElement(xml, sink);
        }
    }
    --m_listDepth;
    m_listStyle = outer;
    m_marker.clear();
}

void OdfStory::endTable(const Sink &sink)
{
    std::vector<PendingBlock> after;
    after.swap(m_after);
    for (PendingBlock &one : after)
        sink(std::move(one));
}

void OdfStory::table(XmlReader &xml, const Sink &sink)
{
    ++m_tables;
    bool header = false;
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home && !m_document.writer.isFull()) {
        if (xml.is(Ns::Table, "table-header-rows")) {
            header = xml.isStart();
        } else if (xml.isStart(Ns::Table, "table-row")) {
            row(xml, sink, header);
        } else if (xml.isStart() && isLeftOut(xml)) {
            xml.skip();
        }
    }
    if (--m_tables == 0)
        endTable(sink);
}

void OdfStory::row(XmlReader &xml, const Sink &sink, bool header)
{
    const int repeated = std::clamp(toInt(xml.attributeOr(Ns::Table, "number-rows-repeated", "1"), 1), 1, kMostRows);
    PendingBlock block{.kind = BlockKind::TableRow, .header = header};
    std::vector<PendingBlock> only; ///< the blocks of a row with one cell
    int cells = 0;
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home) {
        if (!xml.isStart(Ns::Table, "table-cell") && !xml.isStart(Ns::Table, "covered-table-cell"))
            continue;
        const int columns =
            std::clamp(toInt(xml.attributeOr(Ns::Table, "number-columns-repeated", "1"), 1), 1, kMostColumns);
        std::vector<PendingBlock> blocks;
        const std::string outerMarker = std::exchange(m_marker, {});
        const std::size_t outerDepth = std::exchange(m_listDepth, 0);
        read(xml, [&](PendingBlock one) { blocks.push_back(std::move(one)); });
        m_marker = outerMarker;
        m_listDepth = outerDepth;
        std::string text;
        for (const PendingBlock &one : blocks)
            text += one.text + ' ';
        text = cellText(text);
        for (int i = 0; i < (text.empty() ? columns : std::min(columns, kMostColumns)); ++i, ++cells) {
            if (cells > 0)
                block.text += '\t';
            block.text += text;
        }
        only = std::move(blocks);
    }
    if (cells == 1) { // a frame around paragraphs
        for (PendingBlock &one : only)
            sink(std::move(one));
        return;
    }
    for (int i = 0; i < repeated; ++i)
        if (i == 0 || !isBlankText(block.text))
            sink(block);
}

} // namespace app::extraction
