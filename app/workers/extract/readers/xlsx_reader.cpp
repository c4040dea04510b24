// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A page for each sheet that is shown; cells as they are shown.
#include "app/workers/extract/readers.h"
#include "app/workers/extract/readers/number_format.h"
#include "app/workers/extract/readers/ooxml_package.h"
#include "app/workers/extract/readers/sheet_writer.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>

namespace app::extraction {

namespace {

constexpr std::uint32_t kLastColumn = 16'384;
constexpr std::size_t kMostStyles = 100'000;

// Characters that XML cannot hold are written as _x000D_.
std::string unescaped(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::uint32_t value = 0;
        if (text[i] == '_' && i + 6 < text.size() && text[i + 1] == 'x' && text[i + 6] == '_') {
            const auto [end, error] = std::from_chars(text.data() + i + 2, text.data() + i + 6, value, 16);
            if (error == std::errc() && end == text.data() + i + 6 && value < 0x80) {
                plain += static_cast<char>(value);
                i += 6;
                continue;
            }
        }
        plain += text[i];
    }
    return plain;
}

// The text of a shared or an inline string: its runs, without how they are to be pronounced.
std::string richText(XmlReader &xml)
{
    std::string text;
    const std::size_t home = xml.depth();
    while (xml.next() && xml.depth() >= home) {
        if (xml.isStart(Ns::Sheet, "t")) {
            text += xml.textInside();
        } else if (xml.isStart(Ns::Sheet, "rPh")) {
            xml.skip();
        }
    }
    return unescaped(text);
}

// Strings behind each other in one piece of memory: a workbook may have millions.
class SharedStrings {
public:
    void read(XmlReader &xml)
    {
        while (xml.next()) {
            if (!xml.isStart(Ns::Sheet, "si"))
                continue;
            m_text += richText(xml);
            m_ends.push_back(m_text.size());
        }
    }

    [[nodiscard]] std::string_view at(std::size_t index) const
    {
        if (index >= m_ends.size())
            return {};
        const std::size_t begin = index == 0 ? 0 : m_ends[index - 1];
        return std::string_view(m_text).substr(begin, m_ends[index] - begin);
    }

private:
    std::string m_text;
    std::vector<std::size_t> m_ends;
};

class CellFormats {
public:
    void read(XmlReader &xml)
    {
        bool inCells = false;
        while (xml.next()) {
            if (xml.is(Ns::Sheet, "cellXfs")) {
                inCells = xml.isStart();
            } else if (xml.isStart(Ns::Sheet, "numFmt")) {
                m_codes[toInt(xml.attributeOr(Ns::None, "numFmtId", ""), -1)] =
                    xml.attributeOr(Ns::None, "formatCode", "");
            } else if (inCells && xml.isStart(Ns::Sheet, "xf") && m_formats.size() < kMostStyles) {
                m_formats.push_back(toInt(xml.attributeOr(Ns::None, "numFmtId", "0"), 0));
            }
        }
    }

    [[nodiscard]] std::string_view code(int style) const
    {
        if (style < 0 || static_cast<std::size_t>(style) >= m_formats.size())
            return {};
        const int id = m_formats[static_cast<std::size_t>(style)];
        const auto found = m_codes.find(id);
        return found == m_codes.end() ? builtinNumberFormat(id) : std::string_view(found->second);
    }

private:
    std::unordered_map<int, std::string> m_codes;
    std::vector<int> m_formats;
};

struct Workbook {
    SharedStrings strings;
    CellFormats formats;
    bool from1904 = false;
};

// The column of "BC12" from 0; `otherwise` where there is none.
std::uint32_t columnOf(std::string_view reference, std::uint32_t otherwise)
{
    std::uint32_t column = 0;
    for (const char letter : reference) {
        if (letter < 'A' || letter > 'Z')
            break;
        column = column * 26 + static_cast<std::uint32_t>(letter - 'A') + 1;
        if (column > kLastColumn)
            return otherwise;
    }
    return column == 0 ? otherwise : column - 1;
}

class SheetReader {
public:
    SheetReader(const Workbook &workbook, DocumentWriter &writer)
        : m_workbook(workbook)
        , m_writer(writer)
        , m_sheet(writer)
    {
    }

    void read(XmlReader &xml)
    {
        while (xml.next() && !m_writer.isFull()) {
            if (xml.isStart(Ns::Sheet, "row")) {
                row(xml);
            } else if (xml.isStart(Ns::Sheet, "drawing") || xml.isStart(Ns::Sheet, "picture")) {
                m_writer.sawPicture();
            }
        }
        m_sheet.finish();
    }

private:
    void row(XmlReader &xml)
    {
        std::vector<SheetCell> cells;
        std::uint32_t next = 0;
        std::uint64_t size = 0;
        const std::size_t home = xml.depth();
        while (xml.next() && xml.depth() >= home) {
            if (!xml.isStart(Ns::Sheet, "c"))
                continue;
            SheetCell read = cell(xml, next);
            next = read.column + 1;
            size += read.text.size();
            // A string that is shared may come in every cell.
            if (!read.text.empty() && size <= m_writer.textLeft() + 1)
                cells.push_back(std::move(read));
        }
        std::ranges::stable_sort(cells, {}, &SheetCell::column);
        m_sheet.add(std::move(cells));
    }

    SheetCell cell(XmlReader &xml, std::uint32_t next)
    {
        SheetCell cell{.column = columnOf(xml.attributeOr(Ns::None, "r", ""), next)};
        const std::string type(xml.attributeOr(Ns::None, "t", "n"));
        const int style = toInt(xml.attributeOr(Ns::None, "s", "0"), 0);
        std::string value;
        std::string formula;
        const std::size_t home = xml.depth();
        while (xml.next() && xml.depth() >= home) {
            if (xml.isStart(Ns::Sheet, "v")) {
                value = xml.textInside();
            } else if (xml.isStart(Ns::Sheet, "f")) {
                formula = xml.textInside();
            } else if (xml.isStart(Ns::Sheet, "is")) {
                cell.text = richText(xml);
            }
        }
        if (value.empty() && !formula.empty() && type != "str") {
            cell.text = '=' + formula; // never calculated
        } else if (!value.empty()) {
            show(cell, type, value, style);
        }
        return cell;
    }

    void show(SheetCell &cell, std::string_view type, const std::string &value, int style) const
    {
        if (type == "s") {
            cell.text = m_workbook.strings.at(static_cast<std::size_t>(std::max(toInt(value, -1), -1)));
        } else if (type == "str" || type == "inlineStr") {
            cell.text = unescaped(value);
        } else if (type == "b") {
            cell.text = value == "1" || value == "true" ? "TRUE" : "FALSE";
            cell.number = true;
        } else if (type == "e" || type == "d") {
            cell.text = value;
            cell.number = true;
        } else {
            double number = 0;
            const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
            cell.text =
                error == std::errc() ? formatCell(number, m_workbook.formats.code(style), m_workbook.from1904) : value;
            cell.number = true;
        }
    }

    const Workbook &m_workbook;
    DocumentWriter &m_writer;
    SheetWriter m_sheet;
};

void readShared(const OoxmlPackage &package, const std::vector<OoxmlPackage::Relation> &relations, Workbook &workbook,
                DocumentWriter &writer)
{
    if (auto xml = package.xml(partOfType(relations, "styles")))
        workbook.formats.read(**xml);
    const std::string part = partOfType(relations, "sharedStrings");
    if (part.empty())
        return;
    auto xml = package.xml(part);
    if (xml)
        workbook.strings.read(**xml);
    if (!xml || (*xml)->fault())
        writer.missed(xml ? *(*xml)->fault() : xml.error());
}

} // namespace

Extraction readXlsx(Bytes file, const Context &context)
{
    const auto package = OoxmlPackage::open(file, context, "xl/workbook.xml");
    if (!package)
        return notRead(Format::Xlsx, package.error());
    auto main = package->xml(package->mainPart());
    if (!main)
        return notRead(Format::Xlsx, main.error());

    DocumentWriter writer(context, Format::Xlsx);
    writer.document().numbered = true;
    package->readProperties(writer.document());
    const auto relations = package->relations(package->mainPart());
    Workbook workbook;
    readShared(*package, relations, workbook, writer);
    XmlReader &xml = **main;
    while (xml.next() && !writer.isFull()) {
        if (xml.isStart(Ns::Sheet, "workbookPr"))
            workbook.from1904 = isOn(xml.attribute(Ns::None, "date1904"), false);
        if (!xml.isStart(Ns::Sheet, "sheet"))
            continue;
        const std::string name(xml.attributeOr(Ns::None, "name", ""));
        if (xml.attributeOr(Ns::None, "state", "visible") != "visible") {
            writer.note(NoticeKind::HiddenText, "hidden sheet: " + name);
            continue;
        }
        const std::string part = partOf(relations, xml.attributeOr(Ns::Relation, "id", ""));
        writer.beginPage(name);
        auto sheet = package->xml(part);
        if (sheet)
            SheetReader(workbook, writer).read(**sheet);
        if (!sheet || (*sheet)->fault()) {
            writer.note(NoticeKind::UnreadablePage);
            writer.missed(sheet ? *(*sheet)->fault() : sheet.error());
        }
    }
    return writer.finish(xml.fault());
}

} // namespace app::extraction
