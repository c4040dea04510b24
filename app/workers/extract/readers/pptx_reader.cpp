// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A page for each slide, in the order of the presentation. On a slide the title comes first, then what stands higher,
// then what stands further left.
#include "app/workers/extract/readers.h"
#include "app/workers/extract/readers/inline_text.h"
#include "app/workers/extract/readers/ooxml_package.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_set>

namespace app::extraction {

namespace {

struct Shape {
    bool title = false;
    std::string placeholder;
    std::optional<std::pair<std::int64_t, std::int64_t>> place; ///< y, x of the outermost group
    std::vector<PendingBlock> blocks;
};

std::int64_t toInt64(std::string_view digits)
{
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

class SlideReader {
public:
    SlideReader(DocumentWriter &writer, const OoxmlPackage &package,
                const std::vector<OoxmlPackage::Relation> &relations)
        : m_writer(writer)
        , m_package(package)
        , m_relations(relations)
    {
    }

    // The shapes of a slide or of its notes.
    std::vector<Shape> read(XmlReader &xml)
    {
        while (xml.next()) {
            if (xml.isStart(Ns::Slides, "sld") && !isOn(xml.attribute(Ns::None, "show")))
                m_hidden = true;
            if (xml.isStart() && xml.ns() == Ns::Slides)
                shape(xml, std::nullopt);
        }
        return std::move(m_shapes);
    }

    [[nodiscard]] bool isHidden() const { return m_hidden; }

private:
    // At the Start of any element of a slide; reads shapes to their end and leaves others to the caller's walk.
    void shape(XmlReader &xml, std::optional<std::pair<std::int64_t, std::int64_t>> groupPlace)
    {
        const std::string_view name = xml.name();
        if (name == "grpSp") {
            group(xml, groupPlace);
        } else if (name == "sp" || name == "graphicFrame" || name == "cxnSp") {
            Shape shape;
            shape.place = groupPlace;
            single(xml, shape, groupPlace.has_value());
            m_shapes.push_back(std::move(shape));
        } else if (name == "pic") {
            m_writer.sawPicture();
            xml.skip();
        } else if (name == "timing" || name == "transition" || name == "extLst") {
            xml.skip();
        }
    }

    void group(XmlReader &xml, std::optional<std::pair<std::int64_t, std::int64_t>> place)
    {
        const bool given = place.has_value();
        const std::size_t home = xml.depth();
        while (xml.next() && xml.depth() >= home) {
            if (xml.isStart(Ns::Drawing, "off") && !given && !place)
                place = offset(xml);
            if (xml.isStart() && xml.ns() == Ns::Slides)
                shape(xml, place);
        }
    }

    static std::pair<std::int64_t, std::int64_t> offset(const XmlReader &xml)
    {
        return {toInt64(xml.attributeOr(Ns::None, "y", "0")), toInt64(xml.attributeOr(Ns::None, "x", "0"))};
    }

    void single(XmlReader &xml, Shape &shape, bool placed)
    {
        const std::size_t home = xml.depth();
        while (xml.next() && xml.depth() >= home) {
            if (!xml.isStart())
                continue;
            if (xml.is(Ns::Slides, "ph")) {
                shape.placeholder = xml.attributeOr(Ns::None, "type", "body");
                shape.title = shape.placeholder == "title" || shape.placeholder == "ctrTitle";
            } else if (xml.is(Ns::Drawing, "off") && !placed) {
                shape.place = offset(xml);
                placed = true;
            } else if (xml.is(Ns::Drawing, "p")) {
                shape.blocks.push_back(paragraph(xml, shape));
            } else if (xml.is(Ns::Drawing, "tbl")) {
                table(xml, shape);
            } else if (xml.is(Ns::Drawing, "blip")) {
                m_writer.sawPicture();
            } else if (xml.ns() == Ns::Other && xml.name() == "relIds") {
                diagram(std::string(xml.attributeOr(Ns::Relation, "dm", "")), shape);
            } else if (xml.is(Ns::Chart, "chart")) {
                chart(std::string(xml.attributeOr(Ns::Relation, "id", "")), shape);
            }
        }
    }

    PendingBlock paragraph(XmlReader &xml, const Shape &shape)
    {
        PendingBlock block;
        InlineText line(m_writer.textLeft());
        int level = -1;
        bool bullet = false;
        bool numbered = false;
        const std::size_t home = xml.depth();
        while (xml.next() && xml.depth() >= home) {
            if (!xml.isStart() || xml.ns() != Ns::Drawing)
                continue;
            if (xml.name() == "t") {
                line.add(xml.textInside());
            } else if (xml.name() == "br") {
                line.addLineBreak();
            } else if (xml.name() == "tab") {
                line.addTab();
            } else if (xml.name() == "pPr") {
                level = std::clamp(toInt(xml.attributeOr(Ns::None, "lvl", "0"), 0), 0, 8);
            } else if (xml.name() == "buChar" || xml.name() == "buBlip") {
                bullet = true;
            } else if (xml.name() == "buAutoNum") {
                numbered = true;
            } else if (xml.name() == "fld" && (xml.attributeOr(Ns::None, "type", "") == "slidenum" ||
                                               xml.attributeOr(Ns::None, "type", "").starts_with("datetime"))) {
                xml.skip();
            }
        }
        block.text = line.take();
        if (shape.title) {
            block.kind = BlockKind::Heading;
            block.level = 1;
        } else if (bullet || numbered || level > 0) {
            block.kind = BlockKind::ListItem;
            block.level = static_cast<std::uint8_t>(std::max(level, 0) + 1);
        }
        return block;
    }

    void table(XmlReader &xml, Shape &shape)
    {
        bool header = false;
        const std::size_t home = xml.depth();
        while (xml.next() && xml.depth() >= home) {
            if (xml.isStart(Ns::Drawing, "tblPr"))
                header = isOn(xml.attribute(Ns::None, "firstRow"), false);
            if (!xml.isStart(Ns::Drawing, "tr"))
                continue;
            PendingBlock block{.kind = BlockKind::TableRow, .header = header};
            header = false;
            const std::size_t row = xml.depth();
            bool first = true;
            while (xml.next() && xml.depth() >= row) {
                if (!xml.isStart(Ns::Drawing, "tc"))
                    continue;
                if (!first)
                    block.text += '\t';
                first = false;
                block.text += cell(xml);
            }
            shape.blocks.push_back(std::move(block));
        }
    }

    std::string cell(XmlReader &xml)
    {
        std::string text;
        const std::size_t home = xml.depth();
        while (xml.next() && xml.depth() >= home)
            if (xml.isStart(Ns::Drawing, "p"))
                text += paragraph(xml, {}).text + ' ';
        return cellText(text);
    }

    // The texts of a diagram stand in a part of their own.
    void diagram(std::string_view id, Shape &shape)
    {
        auto part = m_package.xml(partOf(m_relations, id));
        if (!part)
            return;
        XmlReader &xml = **part;
        while (xml.next()) {
            if (!xml.isStart(Ns::Drawing, "p"))
                continue;
            PendingBlock block = paragraph(xml, {});
            block.kind = BlockKind::ListItem;
            block.level = 1;
            shape.blocks.push_back(std::move(block));
        }
    }

    // A chart is a table: the names of its categories, then a row for each series.
    void chart(std::string_view id, Shape &shape)
    {
        auto part = m_package.xml(partOf(m_relations, id));
        if (!part)
            return;
        XmlReader &xml = **part;
        bool first = true;
        while (xml.next()) {
            if (xml.isStart(Ns::Drawing, "p")) {
                shape.blocks.push_back(paragraph(xml, {}));
            } else if (xml.isStart(Ns::Chart, "ser")) {
                series(xml, shape, first);
                first = false;
            }
        }
    }

    void series(XmlReader &xml, Shape &shape, bool first)
    {
        std::string name;
        std::string categories;
        std::string values;
        std::string *into = nullptr;
        const std::size_t home = xml.depth();
        while (xml.next() && xml.depth() >= home) {
            if (!xml.isStart() || xml.ns() != Ns::Chart)
                continue;
            if (xml.name() == "tx") {
                into = &name;
            } else if (xml.name() == "cat" || xml.name() == "xVal") {
                into = &categories;
            } else if (xml.name() == "val" || xml.name() == "yVal") {
                into = &values;
            } else if (xml.name() == "v" && into != nullptr) {
                const std::string value = cellText(xml.textInside());
                *into += into == &name ? value : '\t' + value;
            }
        }
        if (first && !categories.empty())
            shape.blocks.push_back({.kind = BlockKind::TableRow, .text = categories, .header = true});
        shape.blocks.push_back({.kind = BlockKind::TableRow, .text = name + values});
    }

    DocumentWriter &m_writer;
    const OoxmlPackage &m_package;
    const std::vector<OoxmlPackage::Relation> &m_relations;
    std::vector<Shape> m_shapes;
    bool m_hidden = false;
};

// Title, then placeholders whose place the layout says, then the others as they stand.
bool comesBefore(const Shape &a, const Shape &b)
{
    if (a.title != b.title)
        return a.title;
    if (a.place.has_value() != b.place.has_value())
        return !a.place.has_value();
    return a.place && *a.place < *b.place;
}

bool isRunning(const Shape &shape)
{
    return shape.placeholder == "dt" || shape.placeholder == "ftr" || shape.placeholder == "hdr" ||
           shape.placeholder == "sldNum" || shape.placeholder == "sldImg";
}

void writeNotes(const OoxmlPackage &package, const std::string &part, DocumentWriter &writer)
{
    auto xml = package.xml(part);
    if (!xml)
        return;
    const std::vector<OoxmlPackage::Relation> none;
    SlideReader reader(writer, package, none);
    for (const Shape &shape : reader.read(**xml))
        if (shape.placeholder == "body")
            for (const PendingBlock &block : shape.blocks)
                writer.add(block);
}

std::optional<Fault> writeSlide(const OoxmlPackage &package, const std::string &part, DocumentWriter &writer)
{
    writer.beginPage();
    auto xml = package.xml(part);
    if (!xml) {
        writer.note(NoticeKind::UnreadablePage);
        return xml.error();
    }
    const auto relations = package.relations(part);
    SlideReader reader(writer, package, relations);
    std::vector<Shape> shapes = reader.read(**xml);
    std::ranges::stable_sort(shapes, comesBefore);
    if (reader.isHidden())
        writer.note(NoticeKind::HiddenText, "a slide that is not shown");
    for (const Shape &shape : shapes) {
        for (PendingBlock block : shape.blocks) {
            if (isRunning(shape))
                block.kind = BlockKind::RunningHead;
            writer.add(block);
        }
    }
    const std::string notes = partOfType(relations, "notesSlide");
    if (!notes.empty())
        writeNotes(package, notes, writer);
    if ((*xml)->fault())
        writer.note(NoticeKind::UnreadablePage);
    return (*xml)->fault();
}

} // namespace

Extraction readPptx(Bytes file, const Context &context)
{
    const auto package = OoxmlPackage::open(file, context, "ppt/presentation.xml");
    if (!package)
        return notRead(Format::Pptx, package.error());
    auto presentation = package->xml(package->mainPart());
    if (!presentation)
        return notRead(Format::Pptx, presentation.error());

    DocumentWriter writer(context, Format::Pptx);
    writer.document().numbered = true;
    package->readProperties(writer.document());
    const auto relations = package->relations(package->mainPart());
    XmlReader &xml = **presentation;
    // A slide that is named again is not there again: a small file could be endless.
    std::unordered_set<std::string> written;
    while (xml.next() && !writer.isFull()) {
        if (!xml.isStart(Ns::Slides, "sldId"))
            continue;
        const std::string part = partOf(relations, xml.attributeOr(Ns::Relation, "id", ""));
        if (!written.insert(part).second)
            continue;
        const auto fault = writeSlide(*package, part, writer);
        if (fault)
            writer.missed(*fault);
    }
    return writer.finish(xml.fault());
}

} // namespace app::extraction
