// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A page for each sheet that is shown. What is repeated without content is not written out: a sheet may say that its
// last row comes a million times.
#include "app/workers/extract/readers.h"
#include "app/workers/extract/readers/inline_text.h"
#include "app/workers/extract/readers/odf_package.h"
#include "app/workers/extract/readers/odf_styles.h"
#include "app/workers/extract/readers/ooxml_package.h"
#include "app/workers/extract/readers/sheet_writer.h"

#include <algorithm>

namespace app::extraction {

namespace {

constexpr int kMostRows = 1000;   // that a filled row is repeated
constexpr int kMostColumns = 256; // that a filled cell is repeated
constexpr std::uint32_t kLastColumn = 16'384;

class SheetReader {
public:
    SheetReader(DocumentWriter &writer, OdfStyles &styles)
        : m_writer(writer)
        , m_sheet(writer)
        , m_styles(styles)
    {
    }

    // At the Start of a table: reads to its End.
    void read(XmlReader &xml)
    {
        const std::size_t home = xml.depth();
        while (xml.next() && xml.depth() >= home && !m_writer.isFull()) {
            if (!xml.isStart())
                continue;
            if (xml.is(Ns::Table, "table-row")) {
                row(xml);
            } else if (xml.is(Ns::Table, "shapes")) {
                m_writer.sawPicture();
                xml.skip();
            }
        }
        m_sheet.finish();
    }

private:
    void row(XmlReader &xml)
    {
        const int repeated =
            std::clamp(toInt(xml.attributeOr(Ns::Table, "number-rows-repeated", "1"), 1), 1, kMostRows);
        std::vector<SheetCell> cells;
        std::uint32_t column = 0;
        std::uint64_t size = 0;
        const std::size_t home = xml.depth();
        while (xml.next() && xml.depth() >= home) {
            const bool covered = xml.isStart(Ns::Table, "covered-table-cell");
            if (!covered && !xml.isStart(Ns::Table, "table-cell"))
                continue;
            const int columns = std::max(toInt(xml.attributeOr(Ns::Table, "number-columns-repeated", "1"), 1), 1);
            SheetCell read = cell(xml);
            if (!isBlankText(read.text) && !covered) {
                for (int i = 0; i < std::min(columns, kMostColumns); ++i) {
                    size += read.text.size();
                    if (size > m_writer.textLeft() + 1)
                        break;
                    read.column = column + static_cast<std::uint32_t>(i);
                    cells.push_back(read);
                }
            }
            column = std::min(column + static_cast<std::uint32_t>(std::min(columns, 1'000'000)), kLastColumn);
        }
        if (cells.empty())
            return;
        for (int i = 0; i < repeated && !m_writer.isFull(); ++i)
            m_sheet.add(cells);
    }

    SheetCell cell(XmlReader &xml)
    {
        SheetCell cell;
        const std::string type(xml.attributeOr(Ns::Office, "value-type", "string"));
        cell.number = type != "string";
        const std::string_view attribute = type == "date"      ? "date-value"
                                           : type == "time"    ? "time-value"
                                           : type == "boolean" ? "boolean-value"
                                           : type == "string"  ? "string-value"
                                                               : "value";
        const std::string value(xml.attributeOr(Ns::Office, attribute, ""));
        const std::size_t home = xml.depth();
        InlineText line(m_writer.textLeft());
        while (xml.next() && xml.depth() >= home) {
            if (xml.isText()) {
                line.add(xml.text());
            } else if (xml.isStart() && (xml.is(Ns::Text, "s") || xml.is(Ns::Text, "p") || xml.is(Ns::Text, "tab") ||
                                         xml.is(Ns::Text, "line-break"))) {
                line.add(" ");
            } else if (xml.isStart() &&
                       (xml.is(Ns::Office, "annotation") || xml.ns() == Ns::Draw ||
                        (xml.is(Ns::Text, "span") && m_styles.isHidden(xml.attributeOr(Ns::Text, "style-name", ""))))) {
                xml.skip();
            }
        }
        cell.text = line.take();
        if (cell.text.empty())
            cell.text = value;
        return cell;
    }

    DocumentWriter &m_writer;
    SheetWriter m_sheet;
    OdfStyles &m_styles;
};

} // namespace

Extraction readOds(Bytes file, const Context &context)
{
    const auto package = OdfPackage::open(file, context);
    if (!package)
        return notRead(Format::Ods, package.error());
    auto content = package->xml("content.xml");
    if (!content)
        return notRead(Format::Ods, content.error());

    DocumentWriter writer(context, Format::Ods);
    writer.document().numbered = true;
    package->readProperties(writer.document());
    OdfStyles styles;
    XmlReader &xml = **content;
    bool spreadsheet = false;
    while (xml.next() && !writer.isFull()) {
        if (!xml.isStart() || styles.take(xml))
            continue;
        if (xml.is(Ns::Office, "spreadsheet")) {
            spreadsheet = true;
        } else if (xml.is(Ns::Table, "tracked-changes") || xml.is(Ns::Office, "master-styles")) {
            xml.skip();
        } else if (spreadsheet && xml.is(Ns::Table, "table")) {
            const std::string name(xml.attributeOr(Ns::Table, "name", ""));
            if (styles.isHidden(xml.attributeOr(Ns::Table, "style-name", ""))) {
                writer.note(NoticeKind::HiddenText, "hidden sheet: " + name);
                xml.skip();
                continue;
            }
            writer.beginPage(name);
            SheetReader(writer, styles).read(xml);
        }
    }
    std::optional<Fault> fault = xml.fault();
    if (!fault && !spreadsheet)
        fault = Fault{State::Malformed, "the content holds no spreadsheet"};
    return writer.finish(fault);
}

} // namespace app::extraction
