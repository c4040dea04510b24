# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""make_samples.py [SOURCES FOLDER | --check]: writes the sample documents from their texts, or checks that they are theirs.

A source is named after the document: lease.pdf.md becomes lease.pdf. It begins with lines of properties between two lines of
`---`, then come headings (#), paragraphs, lists (-) and tables (|) as in Markdown; `<!-- page -->` begins a page, and
`<!-- attach NAME -->` the rest of a mail, which is attached. Each `#` begins a slide, a sheet or a chapter. The same texts give
the same bytes, on every machine; scans alone (`scan: yes`) are drawn by Poppler's pdftoppm, and their bytes follow its version.
"""
import base64
import io
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import zipfile
import zlib
from xml.sax.saxutils import escape

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "app/workers/extract"))
from make_warm_up import pdf_file, stream  # noqa: E402


# --- texts --------------------------------------------------------------------------------------------------------------
class Source:
    """A text and its properties. `blocks`: (kind, content) with kinds h1 to h3, p, li, table, page."""

    def __init__(self, path):
        text = path.read_text(encoding="utf-8")
        _, head, self.body = re.split(r"^---\n", text, maxsplit=2, flags=re.M)
        self.properties = dict(line.split(": ", 1) for line in head.splitlines())
        self.body, *self.attached = re.split(r"^<!-- attach (.+) -->\n", self.body.strip("\n") + "\n", flags=re.M)
        self.blocks = list(blocks(self.body))

    def get(self, name, default=""):
        return self.properties.get(name, default)

    def parts(self):
        """(title, blocks) of what each # begins."""
        parts = []
        for kind, content in self.blocks:
            if kind == "h1":
                parts.append((content, []))
            else:
                parts[-1][1].append((kind, content))
        return parts


def blocks(text):
    for chunk in re.split(r"\n{2,}", text.strip("\n")):
        if chunk == "<!-- page -->":
            yield "page", None
        elif match := re.match(r"(#{1,3}) (.*)", chunk):
            yield f"h{len(match[1])}", match[2]
        elif chunk.startswith("|"):
            rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in chunk.splitlines()]
            yield "table", [row for row in rows if not set("".join(row)) <= set("-:")]
        elif chunk.startswith("- "):
            for item in re.split(r"^- ", chunk, flags=re.M)[1:]:
                yield "li", " ".join(item.split())
        else:
            yield "p", " ".join(chunk.split())


def is_number(cell):
    return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None


# --- PDF ----------------------------------------------------------------------------------------------------------------
# Widths of Helvetica's letters from space to tilde in thousandths (Adobe's font metrics).
WIDTHS = [278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278] + [556] * 10 + [
    278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722,
    667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584]


def width(text, size):
    return sum(WIDTHS[ord(letter) - 32] if " " <= letter <= "~" else 556 for letter in text) * size / 1000


def wrapped(text, size, column):
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if width(longer, size) > column and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


class Paper:
    """Text set on pages of A4 in one or two columns, with a running head and a page number."""

    SIZES = {"h1": (17, 22, 10), "h2": (13, 18, 6), "h3": (11, 15, 4)}  # size, line, space behind
    TOP, BOTTOM, LEFT, WIDE, GUTTER = 760, 70, 72, 451, 25

    def __init__(self, source):
        self.source, self.pages = source, []
        self.columns = int(source.get("columns", "1"))
        self.wide = (self.WIDE - self.GUTTER * (self.columns - 1)) / self.columns
        self.size = float(source.get("size", "10.5"))
        self.line = self.size * 1.32
        self.new_page()
        for kind, content in source.blocks:
            getattr(self, "add_" + ("heading" if kind in self.SIZES else kind))(kind, content)

    def new_page(self):
        self.pages.append(bytearray())
        self.column, self.y, self.top = 0, self.TOP, self.TOP
        head = self.source.get("head")
        if head:
            self.draw(self.LEFT, 800, head, 8)
        number = str(len(self.pages))
        self.draw(297 - width(number, 8) / 2, 40, number, 8)

    def next_column(self):
        self.column += 1
        self.y = self.top
        if self.column == self.columns:
            self.new_page()

    def draw(self, x, y, text, size, bold=False):
        raw = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        self.pages[-1] += b"BT /F%d %g Tf %.2f %.2f Td (%s) Tj ET\n" % (2 if bold else 1, size, x, y, raw)

    def x(self):
        return self.LEFT + self.column * (self.wide + self.GUTTER)

    def need(self, height):
        if self.y - height < self.BOTTOM:
            self.next_column()

    def add_lines(self, lines, size, leading, bold=False, indent=0.0):
        for line in lines:
            self.need(leading)
            self.y -= leading
            self.draw(self.x() + indent, self.y, line, size, bold)

    def add_heading(self, kind, text):
        size, leading, behind = self.SIZES[kind]
        across = kind == "h1" and self.columns > 1 and not self.column and self.y == self.top
        lines = wrapped(text, size, self.WIDE if across else self.wide)
        self.y -= 0 if self.y == self.top else 8
        self.need(leading * len(lines) + 3 * self.line)
        self.add_lines(lines, size, leading, True)
        self.y -= behind
        if across:
            self.top = self.y

    def add_p(self, _, text):
        self.add_lines(wrapped(text, self.size, self.wide), self.size, self.line)
        self.y -= self.line * 0.6

    def add_li(self, _, text):
        self.need(self.line)
        self.draw(self.x() + 4, self.y - self.line, "\u2022", self.size)
        self.add_lines(wrapped(text, self.size, self.wide - 16), self.size, self.line, indent=16.0)
        self.y -= self.line * 0.25

    def add_page(self, _, __):
        self.new_page()

    def add_table(self, _, rows):
        size = self.size - 1
        gap = 18
        wide = [max(width(row[i], size) for row in rows) + gap for i in range(len(rows[0]))]
        if sum(wide) > self.wide:  # the widest column wraps
            widest = wide.index(max(wide))
            wide[widest] -= sum(wide) - self.wide
        for number, row in enumerate(rows):
            cells = [wrapped(cell, size, wide[i] - gap + 0.01) for i, cell in enumerate(row)]
            height = max(map(len, cells)) * self.line + 3
            self.need(height)
            x = self.x()
            for i, lines in enumerate(cells):
                right = number and re.match(r"[-\d.,% €]+$", row[i])
                for k, line in enumerate(lines):
                    shift = wide[i] - gap - width(line, size) if right else 0
                    self.draw(x + shift, self.y - self.line * (k + 1), line, size, number == 0)
                x += wide[i]
            self.y -= height
            self.pages[-1] += b"0.4 w %.2f %.2f m %.2f %.2f l S\n" % (self.x(), self.y, self.x() + sum(wide) - gap, self.y)
        self.y -= self.line * 0.7


def pdf(pages, properties, resources="", more=()):
    first = 5 + len(more)
    kids = " ".join(f"{first + 2 * i} 0 R" for i in range(len(pages)))
    text = lambda name: "<" + ("\ufeff" + properties.get(name, "")).encode("utf-16-be").hex() + ">"
    objects = [f"<< /Type /Catalog /Pages 2 0 R /Lang ({properties.get('language', 'en')}) >>".encode(),
               f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode()]
    objects += [f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()
                for name in ("Helvetica", "Helvetica-Bold")]
    objects += more
    for i, content in enumerate(pages):
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {first + 2 * i + 1} 0 R "
                       f"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> {resources} >> >>".encode())
        objects.append(stream(bytes(content)))
    objects.append(f"<< /Title {text('title')} /Author {text('author')} >>".encode())
    return pdf_file(objects, trailer=f"/Info {len(objects)} 0 R")


def scan(document):
    """The same pages as pictures in black and white, with specks of dust."""
    dust = random.Random(7)
    with tempfile.TemporaryDirectory() as work:
        source = pathlib.Path(work, "source.pdf")
        source.write_bytes(document)
        subprocess.run(["pdftoppm", "-mono", "-r", "200", source, pathlib.Path(work, "page")], check=True)
        pictures, pages = [], []
        for picture in sorted(pathlib.Path(work).glob("page*.pbm")):
            _, size, pixels = picture.read_bytes().split(b"\n", 2)
            columns, rows = map(int, size.split())
            pixels = bytearray(pixels)
            for _ in range(150):
                pixels[dust.randrange(len(pixels))] |= 1 << dust.randrange(8)
            # In a portable bitmap 1 is black.
            pictures.append(stream(zlib.compress(bytes(pixels), 9), f"/Type /XObject /Subtype /Image /Width {columns} /Height {rows} "
                                   "/ColorSpace /DeviceGray /BitsPerComponent 1 /Decode [1 0] /Filter /FlateDecode"))
            pages.append(f"q 595 0 0 842 0 0 cm /Im{len(pages)} Do Q".encode())
    names = " ".join(f"/Im{i} {5 + i} 0 R" for i in range(len(pictures)))
    return pdf(pages, {}, f"/XObject << {names} >>", pictures)


def make_pdf(source):
    document = pdf(Paper(source).pages, source.properties)
    return scan(document) if source.get("scan") else document


# --- packages -----------------------------------------------------------------------------------------------------------
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
OPEN = "http://schemas.openxmlformats.org/"
REL = OPEN + "officeDocument/2006/relationships"
CORE = "package/2006/relationships/metadata/core-properties"


def package(parts):
    """A ZIP archive, nothing compressed: its bytes then follow from its parts alone."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, (2026, 2, 7, 12, 0, 0))
            info.create_system = 3
            archive.writestr(info, data if name == "mimetype" else XML + data)
    return out.getvalue()


def relations(*targets, more=""):
    """`targets`: (last word of the type, target); the ids are r1, r2, …"""
    return f'<Relationships xmlns="{OPEN}package/2006/relationships">' + "".join(
        f'<Relationship Id="r{i}" Type="{REL}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(targets, 1)) + more + "</Relationships>"


def office_package(source, kind, main, parts, types):
    """`types`: part to the last words of its content type; `main` is among them."""
    base = f"application/vnd.openxmlformats-officedocument.{kind}."
    declared = "".join(f'<Override PartName="/{part}" ContentType="{base}{name}+xml"/>' for part, name in types.items())
    content = (f'<Types xmlns="{OPEN}package/2006/content-types">'
               '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
               '<Default Extension="xml" ContentType="application/xml"/>' + declared +
               '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
               "</Types>")
    core = ('<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(source.get("title"))}</dc:title>'
            f'<dc:creator>{escape(source.get("author"))}</dc:creator><dc:language>{source.get("language", "en")}</dc:language>'
            "</cp:coreProperties>")
    to_core = f'<Relationship Id="core" Type="{OPEN}{CORE}" Target="docProps/core.xml"/>'
    return package({"[Content_Types].xml": content, "_rels/.rels": relations(("officeDocument", main), more=to_core),
                    "docProps/core.xml": core} | parts)


# --- DOCX ---------------------------------------------------------------------------------------------------------------
W = f'xmlns:w="{OPEN}wordprocessingml/2006/main"'
DOCX_STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="Heading{i}"><w:name w:val="heading {i}"/><w:pPr><w:keepNext/><w:spacing w:before="240" '
    f'w:after="80"/><w:outlineLvl w:val="{i - 1}"/></w:pPr><w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr></w:style>'
    for i, size in ((1, 34), (2, 27), (3, 23)))


def docx_paragraph(text, properties="", run=""):
    return (f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr>"
            f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>')


def docx_block(kind, content, bold_headings):
    if kind == "page":
        return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    if kind == "li":
        return docx_paragraph(content, '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')
    if kind == "p":
        return docx_paragraph(content, '<w:spacing w:after="120"/>')
    if kind != "table":
        size = {"1": 34, "2": 27, "3": 23}[kind[1]]
        return docx_paragraph(content, "", f'<w:b/><w:sz w:val="{size}"/>') if bold_headings else docx_paragraph(
            content, f'<w:pStyle w:val="Heading{kind[1]}"/>')
    border = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="999999"/>'
                     for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    rows = "".join("<w:tr><w:trPr>" + ("" if i else "<w:tblHeader/>") + "</w:trPr>" + "".join(
        "<w:tc>" + docx_paragraph(cell, "", "" if i else "<w:b/>") + "</w:tc>" for cell in row) + "</w:tr>"
        for i, row in enumerate(content))
    return (f"<w:tbl><w:tblPr><w:tblBorders>{border}</w:tblBorders></w:tblPr><w:tblGrid>" + "<w:gridCol/>" * len(content[0]) +
            f"</w:tblGrid>{rows}</w:tbl>" + "<w:p/>")


def make_docx(source):
    body = "".join(docx_block(kind, content, source.get("headings") == "bold") for kind, content in source.blocks)
    language = source.get("language", "en")
    return office_package(source, "wordprocessingml", "word/document.xml", {
        "word/document.xml": f'<w:document {W}><w:body>{body}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>',
        "word/_rels/document.xml.rels": relations(("styles", "styles.xml"), ("numbering", "numbering.xml")),
        "word/styles.xml": f'<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/><w:lang w:val="{language}"/></w:rPr>'
                           f"</w:rPrDefault></w:docDefaults>{DOCX_STYLES}</w:styles>",
        "word/numbering.xml": f'<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>'
                              '<w:lvlText w:val="&#8226;"/><w:pPr><w:ind w:left="360" w:hanging="200"/></w:pPr></w:lvl></w:abstractNum>'
                              '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'},
        {"word/document.xml": "document.main", "word/styles.xml": "styles", "word/numbering.xml": "numbering"})


# --- XLSX ---------------------------------------------------------------------------------------------------------------
S = f'xmlns="{OPEN}spreadsheetml/2006/main"'


def tables_of(part):
    return [row for kind, content in part for row in (content if kind == "table" else [[content]])]


def xlsx_cell(cell, row, column):
    place = f"{chr(65 + column)}{row}"
    if is_number(cell):
        return f'<c r="{place}"><v>{cell}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'


def make_xlsx(source):
    parts, types, sheets, targets = {}, {"xl/workbook.xml": "sheet.main"}, "", []
    for number, (title, part) in enumerate(source.parts(), 1):
        rows = "".join(f'<row r="{i}">' + "".join(xlsx_cell(cell, i, k) for k, cell in enumerate(row) if cell) + "</row>"
                       for i, row in enumerate(tables_of(part), 1))
        name = f"worksheets/sheet{number}.xml"
        parts["xl/" + name] = f"<worksheet {S}><sheetData>{rows}</sheetData></worksheet>"
        types["xl/" + name] = "worksheet"
        targets.append(("worksheet", name))
        sheets += f'<sheet name="{escape(title)}" sheetId="{number}" r:id="r{number}"/>'
    parts["xl/workbook.xml"] = f'<workbook {S} xmlns:r="{REL}"><sheets>{sheets}</sheets></workbook>'
    parts["xl/_rels/workbook.xml.rels"] = relations(*targets)
    return office_package(source, "spreadsheetml", "xl/workbook.xml", parts, types)


# --- PPTX ---------------------------------------------------------------------------------------------------------------
P = f'xmlns:a="{OPEN}drawingml/2006/main" xmlns:r="{REL}" xmlns:p="{OPEN}presentationml/2006/main"'
GROUP = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
THEME = (f'<a:theme xmlns:a="{OPEN}drawingml/2006/main" name="Plain"><a:themeElements><a:clrScheme name="Plain">' + "".join(
    f'<a:{name}><a:srgbClr val="{colour}"/></a:{name}>' for name, colour in [
        ("dk1", "000000"), ("lt1", "FFFFFF"), ("dk2", "1F3A2D"), ("lt2", "EEF2EA"), ("accent1", "3E7B4F"), ("accent2", "8A6D3B"),
        ("accent3", "4B6C8A"), ("accent4", "A65A4B"), ("accent5", "6B5B95"), ("accent6", "777777"), ("hlink", "1155CC"),
        ("folHlink", "663399")]) + '</a:clrScheme><a:fontScheme name="Plain">' + "".join(
    f'<a:{kind}Font><a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/></a:{kind}Font>' for kind in ("major", "minor")) +
    '</a:fontScheme><a:fmtScheme name="Plain">' + "".join(f"<a:{kind}>{one * 3}</a:{kind}>" for kind, one in [
        ("fillStyleLst", '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'),
        ("lnStyleLst", '<a:ln><a:solidFill><a:schemeClr val="phClr"/></a:solidFill></a:ln>'),
        ("effectStyleLst", "<a:effectStyle><a:effectLst/></a:effectStyle>"),
        ("bgFillStyleLst", '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>')]) + "</a:fmtScheme></a:themeElements></a:theme>")


def pptx_shape(number, kind, y, height, lines):
    text = "".join(f'<a:p><a:r><a:rPr lang="en"/><a:t>{escape(line)}</a:t></a:r></a:p>' for line in lines)
    return (f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{kind} {number}"/><p:cNvSpPr/><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr>'
            f'<p:spPr><a:xfrm><a:off x="600000" y="{y}"/><a:ext cx="8000000" cy="{height}"/></a:xfrm></p:spPr>'
            f"<p:txBody><a:bodyPr/>{text}</p:txBody></p:sp>")


def pptx_table(number, rows):
    wide = 8000000 // len(rows[0])
    cells = "".join('<a:tr h="370000">' + "".join(
        f'<a:tc><a:txBody><a:bodyPr/><a:p><a:r><a:rPr lang="en"/><a:t>{escape(cell)}</a:t></a:r></a:p></a:txBody><a:tcPr/></a:tc>'
        for cell in row) + "</a:tr>" for row in rows)
    return (f'<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="{number}" name="Table"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>'
            f'<p:xfrm><a:off x="600000" y="1700000"/><a:ext cx="8000000" cy="{370000 * len(rows)}"/></p:xfrm><a:graphic>'
            f'<a:graphicData uri="{OPEN}drawingml/2006/table"><a:tbl><a:tblPr firstRow="1"/><a:tblGrid>' +
            f'<a:gridCol w="{wide}"/>' * len(rows[0]) + f"</a:tblGrid>{cells}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>")


def make_pptx(source):
    parts = {"ppt/theme/theme1.xml": THEME}
    types = {"ppt/presentation.xml": "presentation.main", "ppt/slideMasters/slideMaster1.xml": "slideMaster",
             "ppt/slideLayouts/slideLayout1.xml": "slideLayout"}
    targets, slides = [("slideMaster", "slideMasters/slideMaster1.xml")], ""
    for number, (title, part) in enumerate(source.parts(), 1):
        lines = [content for kind, content in part if kind != "table"]
        shapes = pptx_shape(2, "title", 400000, 1000000, [title])
        tables = [content for kind, content in part if kind == "table"]
        shapes += "".join(pptx_table(4 + i, rows) for i, rows in enumerate(tables))
        if lines:
            shapes += pptx_shape(3, "body", 5000000 if tables else 1700000, 1500000 if tables else 4300000, lines)
        name = f"slides/slide{number}.xml"
        parts["ppt/" + name] = f"<p:sld {P}><p:cSld><p:spTree>{GROUP}{shapes}</p:spTree></p:cSld></p:sld>"
        parts[f"ppt/slides/_rels/slide{number}.xml.rels"] = relations(("slideLayout", "../slideLayouts/slideLayout1.xml"))
        types["ppt/" + name] = "slide"
        targets.append(("slide", name))
        slides += f'<p:sldId id="{255 + number}" r:id="r{number + 1}"/>'
    colours = " ".join(f'{name}="{name if name[0] in "afh" else other}"' for name, other in [
        ("bg1", "lt1"), ("tx1", "dk1"), ("bg2", "lt2"), ("tx2", "dk2"), *[(f"accent{i}", "") for i in range(1, 7)], ("hlink", ""),
        ("folHlink", "")])
    empty = f"<p:cSld><p:spTree>{GROUP}</p:spTree></p:cSld>"
    parts |= {
        "ppt/presentation.xml": f'<p:presentation {P}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="r1"/></p:sldMasterIdLst>'
                                f'<p:sldIdLst>{slides}</p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/>'
                                "</p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(*targets),
        "ppt/slideMasters/slideMaster1.xml": f"<p:sldMaster {P}>{empty}<p:clrMap {colours}/><p:sldLayoutIdLst>"
                                             '<p:sldLayoutId id="2147483649" r:id="r1"/></p:sldLayoutIdLst></p:sldMaster>',
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": relations(("slideLayout", "../slideLayouts/slideLayout1.xml"),
                                                                  ("theme", "../theme/theme1.xml")),
        "ppt/slideLayouts/slideLayout1.xml": f"<p:sldLayout {P}>{empty}</p:sldLayout>",
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels": relations(("slideMaster", "../slideMasters/slideMaster1.xml"))}
    return office_package(source, "presentationml", "ppt/presentation.xml", parts, types)


# --- OpenDocument -------------------------------------------------------------------------------------------------------
ODF = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for short, name in [
    ("office", "office"), ("text", "text"), ("table", "table"), ("meta", "meta"), ("manifest", "manifest")]) + \
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'


def odf_package(source, kind, body):
    media = f"application/vnd.oasis.opendocument.{kind}"
    return package({
        "mimetype": media,
        "content.xml": f'<office:document-content {ODF} office:version="1.3"><office:body><office:{kind}>{body}</office:{kind}>'
                       "</office:body></office:document-content>",
        "meta.xml": f'<office:document-meta {ODF} office:version="1.3"><office:meta><dc:title>{escape(source.get("title"))}</dc:title>'
                    f'<dc:creator>{escape(source.get("author"))}</dc:creator><dc:language>{source.get("language", "en")}</dc:language>'
                    "</office:meta></office:document-meta>",
        "META-INF/manifest.xml": f'<manifest:manifest {ODF} manifest:version="1.3">' + "".join(
            f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{what}"/>'
            for path, what in [("/", media), ("content.xml", "text/xml"), ("meta.xml", "text/xml")]) + "</manifest:manifest>"})


def odf_cell(cell):
    value = f' office:value-type="float" office:value="{cell}"' if is_number(cell) else ' office:value-type="string"' if cell else ""
    return f"<table:table-cell{value}>" + (f"<text:p>{escape(cell)}</text:p>" if cell else "") + "</table:table-cell>"


def odf_table(name, rows, header):
    lines = ["<table:table-row>" + "".join(map(odf_cell, row)) + "</table:table-row>" for row in rows]
    if header:
        lines[0] = f"<table:table-header-rows>{lines[0]}</table:table-header-rows>"
    return (f'<table:table table:name="{escape(name)}"><table:table-column table:number-columns-repeated="{max(map(len, rows))}"/>'
            + "".join(lines) + "</table:table>")


def make_odt(source):
    body = ""
    for number, (kind, content) in enumerate(source.blocks):
        if kind == "table":
            body += odf_table(f"Table{number}", content, True)
        elif kind == "li":
            body += f"<text:list><text:list-item><text:p>{escape(content)}</text:p></text:list-item></text:list>"
        elif kind == "p":
            body += f"<text:p>{escape(content)}</text:p>"
        elif kind != "page":
            body += f'<text:h text:outline-level="{kind[1]}">{escape(content)}</text:h>'
    return odf_package(source, "text", body)


def make_ods(source):
    return odf_package(source, "spreadsheet", "".join(odf_table(title, tables_of(part), False) for title, part in source.parts()))


# --- what is plainer ----------------------------------------------------------------------------------------------------
def html_body(source_blocks):
    out, items = "", False
    for kind, content in source_blocks:
        if items != (kind == "li"):
            items = not items
            out += "<ul>\n" if items else "</ul>\n"
        if kind == "table":
            out += "<table>\n" + "".join("<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row) + "</tr>\n" for row, tag in zip(
                content, ["th"] + ["td"] * len(content))) + "</table>\n"
        elif kind != "page":
            out += f"<{kind}>{escape(content)}</{kind}>\n"
    return out + ("</ul>\n" if items else "")


def html_page(title, language, body, namespace=""):
    return (f'<html lang="{language}"{namespace}>\n<head><meta charset="utf-8"/><title>{escape(title)}</title></head>\n'
            f"<body>\n{body}</body>\n</html>\n")


def make_html(source):
    navigation = '<nav><a href="/">Home</a> <a href="/plots">Plots</a> <a href="/contact">Contact</a></nav>\n'
    return ("<!DOCTYPE html>\n" + html_page(source.get("title"), source.get("language", "en"), navigation + html_body(source.blocks))).encode()


def make_epub(source):
    language, title = source.get("language", "en"), source.get("title")
    xhtml = ' xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
    chapters = source.parts()
    manifest = "".join(f'<item id="c{i}" href="c{i}.xhtml" media-type="application/xhtml+xml"/>' for i in range(len(chapters)))
    spine = "".join(f'<itemref idref="c{i}"/>' for i in range(len(chapters)))
    contents = "".join(f'<li><a href="c{i}.xhtml">{escape(name)}</a></li>' for i, (name, _) in enumerate(chapters))
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
                                  '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        "book.opf": '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"><metadata '
                    f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">{escape(title)}</dc:identifier>'
                    f'<dc:title>{escape(title)}</dc:title><dc:creator>{escape(source.get("author"))}</dc:creator>'
                    f'<dc:language>{language}</dc:language><meta property="dcterms:modified">2026-02-07T12:00:00Z</meta></metadata><manifest>'
                    f'<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>{manifest}</manifest>'
                    f"<spine>{spine}</spine></package>",
        "nav.xhtml": html_page(title, language, f'<nav epub:type="toc"><ol>{contents}</ol></nav>', xhtml)}
    for i, (name, part) in enumerate(chapters):
        parts[f"c{i}.xhtml"] = html_page(name, language, html_body([("h1", name), *part]), xhtml)
    return package(parts)


def rtf_text(text):
    escaped = re.sub(r"([\\{}])", r"\\\1", text)
    return "".join(letter if letter < "\x80" else f"\\u{ord(letter)}?" for letter in escaped)


def make_rtf(source):
    out = ("{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Helvetica;}}{\\info{\\title " + rtf_text(source.get("title"))
           + "}{\\author " + rtf_text(source.get("author")) + "}}\\f0\\fs22\n")
    for kind, content in source.blocks:
        if kind == "table":
            for row in content:
                out += "\\trowd" + "".join(f"\\cellx{3000 * (i + 1)}" for i in range(len(row))) + "\\intbl "
                out += "".join(rtf_text(cell) + "\\cell " for cell in row) + "\\row\\pard\n"
        elif kind[0] == "h":
            out += f"{{\\pard\\outlinelevel{int(kind[1]) - 1}\\sb240\\sa120\\b\\fs28 {rtf_text(content)}\\par}}\n"
        elif kind != "page":
            out += f"{{\\pard\\sa120 {'- ' if kind == 'li' else ''}{rtf_text(content)}\\par}}\n"
    return (out + "}\n").encode()


def make_csv(source):
    rows = [row for kind, content in source.blocks if kind == "table" for row in content]
    quoted = lambda cell: f'"{cell}"' if "," in cell else cell
    return "".join(",".join(map(quoted, row)) + "\r\n" for row in rows).encode()


def make_eml(source):
    def part(kind, text, more=""):
        return (f"Content-Type: {kind}; charset=utf-8\r\n{more}Content-Transfer-Encoding: base64\r\n\r\n"
                + base64.encodebytes(text.encode()).decode().replace("\n", "\r\n"))
    lines = "".join(f"{name}: {source.get(name.lower())}\r\n" for name in ("From", "To", "Date", "Subject", "Message-ID"))
    parts = [part("text/plain", source.body)]
    for name, text in zip(source.attached[::2], source.attached[1::2]):
        kind = "text/csv" if name.endswith(".csv") else "text/plain"
        parts.append(part(kind, text.strip("\n") + "\n", f'Content-Disposition: attachment; filename="{name}"\r\n'))
    border = "carrel-sample-border"
    return (lines + f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{border}"\r\n\r\n'
            + "".join(f"--{border}\r\n{one}" for one in parts) + f"--{border}--\r\n").encode()


def make_md(source):
    return source.body.encode()


def make_txt(source):
    return source.body.encode(source.get("encoding", "utf-8"))


def documents(sources, scans=True):
    """(name, bytes) of each."""
    for path in sorted(sources.glob("*.*.md")):
        name = path.name.removesuffix(".md")
        try:
            source = Source(path)
            if scans or not source.get("scan"):
                yield name, globals()["make_" + name.rsplit(".", 1)[1]](source)
        except (KeyError, ValueError, IndexError, UnicodeError) as error:
            raise SystemExit(f"{path}: {error!r}") from error


def main():
    sources, folder = HERE / "source", HERE / "documents"
    if "--check" in sys.argv:
        stale = [name for name, data in documents(sources, scans=False) if (folder / name).read_bytes() != data]
        raise SystemExit(f"not made from their texts: {', '.join(stale)}. Run make_samples.py" if stale else 0)
    if len(sys.argv) > 2:
        sources, folder = map(pathlib.Path, sys.argv[1:3])
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in documents(sources):
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
