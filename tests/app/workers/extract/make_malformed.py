# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""make_malformed.py FOLDER COUNT SEED SOURCES...: writes COUNT broken and hostile documents of every format.

Half of them are good documents from the folders SOURCES, damaged; the other half is made to break a reader: bombs, loops,
depths, sizes that lie. The same seed gives the same documents. Some have names that nobody would choose.
"""
import io
import os
import pathlib
import random
import re
import struct
import sys
import zipfile
import zlib

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "app/workers/extract"))
from make_warm_up import pdf_file, stream  # noqa: E402

CRAFTED = []


def crafted(ending, count=1):
    """Registers a maker of hostile documents; `count`: how often it is dealt."""
    def register(maker):
        CRAFTED.extend([(maker.__name__, ending, maker)] * count)
        return maker
    return register


# --- damage -------------------------------------------------------------------------------------------------------------
def truncated(r, data):
    return data[:r.randrange(len(data) + 1)]


def flipped(r, data):
    data = bytearray(data)
    for _ in range(r.choice([1, 3, 10, 100])):
        data[r.randrange(len(data))] ^= 1 << r.randrange(8)
    return bytes(data)


def holed(r, data):
    at = r.randrange(len(data))
    return data[:at] + data[at + r.randint(1, 2000):]


def zeroed(r, data):
    at = r.randrange(len(data))
    size = min(len(data) - at, r.randint(1, 5000))
    return data[:at] + bytes(size) + data[at + size:]


def doubled(r, data):
    at = r.randrange(len(data))
    return data[:at] + data[r.randrange(len(data)):][:4000] + data[at:]


def glued(r, data):
    return data + data if r.random() < 0.5 else r.randbytes(r.randint(1, 3000)) + data


def lying(r, data):
    return re.sub(rb"\d", lambda digit: str(r.randrange(10)).encode() if r.random() < 0.03 else digit[0], data)


def transcoded(r, data):
    text = data.decode(r.choice(["utf-8", "latin-1", "utf-16-le"]), errors="replace")
    return text.encode(r.choice(["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-7", "cp037", "shift_jis"]), errors="replace")


DAMAGES = [truncated, flipped, holed, zeroed, doubled, glued, lying, transcoded]
ENDINGS = ["pdf", "docx", "odt", "pptx", "odp", "xlsx", "ods", "csv", "epub", "html", "md", "txt", "rtf", "eml", "mbox", "py", "xml", ""]


# --- archives -----------------------------------------------------------------------------------------------------------
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def packed(parts, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, method)
    return out.getvalue()


def relation(kind, target):
    return ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{REL}/{kind}" Target="{target}"/></Relationships>')


def word(body, head="", more=None):
    return packed({"[Content_Types].xml": TYPES, "_rels/.rels": relation("officeDocument", "word/document.xml"),
                   "word/document.xml": f"{head}<w:document {W}><w:body>{body}</w:body></w:document>"} | (more or {}))


def paragraph(text):
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def odf(kind, body, head=""):
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    return packed({"mimetype": f"application/vnd.oasis.opendocument.{kind}",
                   "content.xml": f'{head}<office:document-content xmlns:office="{space}office:1.0" xmlns:text="{space}text:1.0" '
                                  f'xmlns:table="{space}table:1.0" xmlns:draw="{space}drawing:1.0"><office:body><office:{kind}>{body}'
                                  f"</office:{kind}></office:body></office:document-content>",
                   "META-INF/manifest.xml": "<manifest/>"})


def sheet(rows, shared=""):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return packed({
        "[Content_Types].xml": TYPES, "_rels/.rels": relation("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{space}" xmlns:r="{REL}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relation("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{space}">{shared}</sst>'})


def book(manifest, spine, parts):
    return packed({"mimetype": "application/epub+zip",
                   "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
                                             '<rootfile full-path="b.opf"/></rootfiles></container>',
                   "b.opf": f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{manifest}</manifest><spine>{spine}</spine></package>'}
                  | parts)


def laughs(levels=9):
    return "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(
        f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, levels + 1)) + "]>"


@crafted("docx", 2)
def zip_bomb(r):
    return word(paragraph(" " * r.choice([5_000_000, 60_000_000]) + "boom"))


@crafted("docx")
def zip_of_pictures(_):
    return word(paragraph("text"), more={f"word/media/{i}.png": b"\0" * 3_000_000 for i in range(20)})


@crafted("docx", 2)
def zip_sizes_that_lie(r):
    """Sizes in the central directory and in the local headers, each for itself."""
    data = bytearray(word(paragraph("lies")))
    for match in re.finditer(rb"PK\x01\x02|PK\x03\x04", bytes(data)):
        offset = match.start() + (20 if match[0] == b"PK\x01\x02" else 18)
        if r.random() < 0.5:
            struct.pack_into("<II", data, offset, r.choice([0, 1, 0xFFFFFFFF, 0x7FFFFFFF]), r.choice([0, 0xFFFFFFFE, 0xFFFFFFFF]))
    return bytes(data)


@crafted("docx")
def zip64_sizes_beyond_everything(r):
    data = bytearray(word(paragraph("sixty-four")))
    at = data.rfind(b"PK\x05\x06")
    struct.pack_into("<HHII", data, at + 8, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    end64 = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 2**63, 2**64 - 1, 2**63 + r.randrange(99), 2**62)
    return bytes(data[:at] + end64 + struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1) + data[at:])


@crafted("odt")
def zip_with_too_many_entries(_):
    return packed({"mimetype": "application/vnd.oasis.opendocument.text"} | {f"f{i}": b"" for i in range(12_000)}, zipfile.ZIP_STORED)


@crafted("docx")
def zip_entries_that_overlap(_):
    data = bytearray(word(paragraph("one for all")))
    places = [match.start() for match in re.finditer(b"PK\x01\x02", bytes(data))]
    for place in places:
        data[place + 42:place + 46] = data[places[-1] + 42:places[-1] + 46]
    return bytes(data)


@crafted("docx")
def zip_names_that_climb(r):
    names = ["../../../etc/passwd", "/etc/passwd", "word\\document.xml", "word/../word/document.xml", "con:aux", "a\nb", "\u202egnp.xml"]
    return packed({"[Content_Types].xml": TYPES, "word/a.xml": "x"} | {r.choice(names): paragraph("no") for _ in range(5)})


@crafted("docx")
def zip_that_claims_to_be_encrypted(_):
    data = bytearray(word(paragraph("secret")))
    for match in re.finditer(rb"PK\x01\x02", bytes(data)):
        data[match.start() + 8] |= 1
    return bytes(data)


@crafted("zip")
def zip_in_zip_in_zip(r):
    data = word(paragraph("deep inside"))
    for _ in range(r.choice([3, 30])):
        data = packed({"a.docx": data})
    return data


@crafted("docx")
def relations_in_a_circle(_):
    return packed({"[Content_Types].xml": TYPES, "_rels/.rels": relation("officeDocument", "_rels/.rels"), "word/a.xml": "<a/>"})


# --- XML ----------------------------------------------------------------------------------------------------------------
@crafted("docx")
def xml_laughs_in_word(r):
    return word(paragraph("&a9;"), laughs(r.choice([9, 30])))


@crafted("odt")
def xml_laughs_in_odt(_):
    return odf("text", "<text:p>&a9;</text:p>", laughs())


@crafted("epub")
def xml_laughs_in_a_book(_):
    return book('<item id="c" href="c.xhtml" media-type="application/xhtml+xml"/>', '<itemref idref="c"/>',
                {"c.xhtml": laughs() + "<html xmlns='http://www.w3.org/1999/xhtml'><body><p>&a9;</p></body></html>"})


@crafted("xml")
def xml_quadratic(_):
    return ("<!DOCTYPE x [<!ENTITY a '" + "a" * 100_000 + "'>]><x>" + "&a;" * 20_000 + "</x>").encode()


@crafted("docx")
def xml_foreign_entity(r):
    target = r.choice(["file:///etc/passwd", "http://127.0.0.1:1/x", "file:///dev/zero", "file:///proc/self/mem"])
    return word(paragraph("&x;"), f"<!DOCTYPE x [<!ENTITY x SYSTEM '{target}'>]>")


@crafted("docx", 2)
def xml_deep(r):
    depth = r.choice([300, 100_000])
    tag = r.choice(["w:smartTag", "w:tbl", "w:sdt", "w:p", "w:txbxContent"])
    return word(f"<{tag}>" * depth + paragraph("deep") + f"</{tag}>" * depth)


@crafted("odt")
def xml_deep_lists(_):
    inside = "<text:list><text:list-item>"
    return odf("text", inside * 50_000 + "<text:p>deep</text:p>" + "</text:list-item></text:list>" * 50_000)


@crafted("docx")
def xml_attributes_without_number(_):
    return word("<w:p " + " ".join(f'a{i}="{i}"' for i in range(100_000)) + "/>")


@crafted("docx")
def xml_of_wrong_bytes(r):
    body = f"<w:document {W}><w:body>".encode() + r.choice([b"\xff\xfe<w:p/>", b"\xc0\x80\xed\xa0\x80", b"\0\0\0", b"<w:p>&#0;&#xFFFF;</w:p>"])
    return packed({"[Content_Types].xml": TYPES, "_rels/.rels": relation("officeDocument", "word/document.xml"), "word/document.xml": body})


@crafted("fodt")
def xml_flat_without_end(_):
    return (b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            b'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>' + b"<text:p>x" * 60_000)


# --- sheets, slides, books ----------------------------------------------------------------------------------------------
@crafted("xlsx")
def sheet_at_the_edge(_):
    return sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row><row r="-1"><c r="ZZZZZZ99999999999"><v>2</v></c></row>'
                 '<row r="3"><c t="s"><v>99999999999</v></c><c t="s"><v>-5</v></c><c t="d"><v>never</v></c><c><v>1e9999</v></c></row>')


@crafted("xlsx")
def sheet_of_one_string(_):
    return sheet("".join(f'<row r="{i}">' + '<c t="s"><v>0</v></c>' * 50 + "</row>" for i in range(1, 1000)), "<si><t>" + "long " * 2000 + "</t></si>")


@crafted("ods")
def sheet_that_repeats(r):
    times = r.choice([2**31 - 1, 2**31, 10**18, -4])
    cell = f'<table:table-cell table:number-columns-repeated="{times}"><text:p>again</text:p></table:table-cell>'
    return odf("spreadsheet", f'<table:table><table:table-row table:number-rows-repeated="{times}">{cell * 3}</table:table-row></table:table>')


@crafted("ods")
def sheet_that_spans(_):
    return odf("spreadsheet", '<table:table><table:table-row><table:table-cell table:number-columns-spanned="999999999" '
                              'table:number-rows-spanned="999999999"><text:p>wide</text:p></table:table-cell></table:table-row></table:table>')


@crafted("epub")
def book_that_repeats_a_chapter(_):
    chapter = "<html xmlns='http://www.w3.org/1999/xhtml'><body>" + "<p>again and again</p>" * 500 + "</body></html>"
    return book('<item id="c" href="c.xhtml" media-type="application/xhtml+xml"/>', '<itemref idref="c"/>' * 30_000, {"c.xhtml": chapter})


@crafted("epub")
def book_that_climbs(_):
    return book('<item id="c" href="../../../../etc/passwd" media-type="application/xhtml+xml"/><item id="d" href="b.opf" '
                'media-type="application/xhtml+xml"/>', '<itemref idref="c"/><itemref idref="d"/><itemref idref="e"/>', {})


@crafted("epub")
def book_without_contents(r):
    return packed({"mimetype": "application/epub+zip"} | ({"META-INF/container.xml": "<container/>"} if r.random() < 0.5 else {}))


@crafted("pptx")
def slides_in_a_circle(_):
    space = "http://schemas.openxmlformats.org/presentationml/2006/main"
    return packed({"[Content_Types].xml": TYPES, "_rels/.rels": relation("officeDocument", "ppt/presentation.xml"),
                   "ppt/presentation.xml": f'<p:presentation xmlns:p="{space}" xmlns:r="{REL}"><p:sldIdLst>' + '<p:sldId id="256" r:id="r1"/>' * 9000
                                           + "</p:sldIdLst></p:presentation>",
                   "ppt/_rels/presentation.xml.rels": relation("slide", "presentation.xml")})


# --- PDF ----------------------------------------------------------------------------------------------------------------
def pages(content, more=(), kids="[3 0 R]", count="1", resources=""):
    return pdf_file([b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids {kids} /Count {count} >>".encode(),
                     f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> {resources} >> >>"
                     .encode(), stream(content), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", *more])


TEXT = b"BT /F 12 Tf 20 200 Td (Some text) Tj ET "


@crafted("pdf")
def pdf_page_tree_in_a_circle(r):
    return pages(TEXT, kids=r.choice(["[2 0 R]", "[2 0 R 3 0 R 2 0 R]", "[3 0 R 3 0 R 3 0 R]", "[1 0 R]", "3 0 R"]))


@crafted("pdf")
def pdf_count_that_lies(r):
    return pages(TEXT, count=r.choice(["2000000000", "-5", "1e9", "99999999999999999999", "(one)"]))


@crafted("pdf")
def pdf_form_that_draws_itself(_):
    form = stream(b"/X Do /X Do " + TEXT, "/Type /XObject /Subtype /Form /BBox [0 0 300 300] /Resources << /XObject << /X 6 0 R >> /Font << /F 5 0 R >> >>")
    return pages(TEXT + b"/X Do", [form], resources="/XObject << /X 6 0 R >>")


@crafted("pdf")
def pdf_reference_chain(r):
    if r.random() < 0.5:
        return pages(TEXT, [b"7 0 R", b"6 0 R"]).replace(b"/Contents 4 0 R", b"/Contents 6 0 R")
    return pages(TEXT).replace(b"/Length", b"/Length 4 0 R /Old")


@crafted("pdf")
def pdf_table_in_a_circle(_):
    good = pages(TEXT)
    start = int(good.rsplit(b"startxref\n", 1)[1].split()[0])
    return good.replace(b"trailer\n<<", b"trailer\n<< /Prev %d /XRefStm %d " % (start, start))


@crafted("pdf")
def pdf_filters_in_a_row(_):
    data = TEXT * 1000
    for _ in range(20):
        data = zlib.compress(data, 9)
    return pages(b"", [stream(data, "/Filter [" + "/FlateDecode " * 20 + "]")]).replace(b"/Contents 4 0 R", b"/Contents 6 0 R")


@crafted("pdf")
def pdf_flood(r):
    flood = zlib.compress(b"0 0 m " * 30_000_000 if r.random() < 0.3 else TEXT * 200_000, 9)
    return pages(b"", [stream(flood, "/Filter /FlateDecode")]).replace(b"/Contents 4 0 R", b"/Contents 6 0 R")


@crafted("pdf")
def pdf_picture_without_bounds(r):
    size = r.choice([50_000, 2**31 - 1, -1])
    kind = r.choice(["/FlateDecode", "/DCTDecode", "/JBIG2Decode", "/JPXDecode", "/CCITTFaxDecode"])
    image = stream(r.randbytes(2000), f"/Type /XObject /Subtype /Image /Width {size} /Height {size} /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter {kind}")
    return pages(b"q 300 0 0 300 0 0 cm /X Do Q", [image], resources="/XObject << /X 6 0 R >>")


@crafted("pdf")
def pdf_deep_arrays(r):
    depth = r.choice([400, 100_000])
    return pages(TEXT, [b"[" * depth + b"]" * depth]).replace(b"/Type /Catalog", b"/Type /Catalog /Names 6 0 R")


@crafted("pdf")
def pdf_outline_in_a_circle(_):
    return pages(TEXT, [b"<< /Type /Outlines /First 7 0 R /Last 7 0 R >>", b"<< /Title (a) /Parent 6 0 R /Next 7 0 R /First 6 0 R >>"]).replace(
        b"/Type /Catalog", b"/Type /Catalog /Outlines 6 0 R")


@crafted("pdf")
def pdf_attached_to_itself(r):
    data = pages(TEXT)
    for _ in range(r.choice([2, 8])):
        data = pages(TEXT, [stream(data, "/Type /EmbeddedFile"), b"<< /Type /Filespec /F (a\\nb.pdf) /EF << /F 6 0 R >> >>"]).replace(
            b"/Type /Catalog", b"/Type /Catalog /Names << /EmbeddedFiles << /Names [(a) 7 0 R (b) 7 0 R] >> >>")
    return data


@crafted("pdf")
def pdf_font_of_nonsense(r):
    font = stream(r.randbytes(4000), "/Length1 4000")
    return pages(TEXT, [font, b"<< /Type /FontDescriptor /FontName /X /FontFile2 6 0 R /Flags 4 >>"]).replace(
        b"/Subtype /Type1 /BaseFont /Helvetica", b"/Subtype /TrueType /BaseFont /X /FontDescriptor 7 0 R /FirstChar -9 /LastChar 999999999")


@crafted("pdf")
def pdf_encrypted_by_nobody(r):
    level = r.choice([1, 2, 4, 5, 99])
    return pages(TEXT).replace(b"/Root", b"/Encrypt << /Filter /Standard /V %d /R %d /Length 128 /P -1 /O (x) /U (y) >> /ID [(a) (b)] /Root" % (level, level))


@crafted("pdf")
def pdf_of_noise(r):
    return b"%PDF-1." + str(r.randrange(10)).encode() + b"\n" + r.randbytes(r.choice([10, 100_000]))


@crafted("pdf")
def pdf_boxes_without_size(r):
    box = r.choice(["[0 0 0 0]", "[1e30 1e30 -1e30 -1e30]", "[0 0 14000000 14000000]", "[nan 0 1 1]", "[0 0]", "(box)"])
    return pages(TEXT).replace(b"[0 0 300 300]", box.encode())


# --- mail ---------------------------------------------------------------------------------------------------------------
HEAD = "From: a@b.example\nTo: c@d.example\nSubject: s\nDate: Thu, 1 Jan 1970 00:00:00 +0000\nMIME-Version: 1.0\n"


@crafted("eml", 2)
def mail_in_mail(r):
    return ((HEAD + "Content-Type: message/rfc822\n\n") * r.choice([50, 2000]) + HEAD + "\nThe innermost letter\n").encode()


@crafted("eml")
def mail_of_many_parts(r):
    depth = r.choice([50, 3000])
    return (HEAD + "".join(f"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n" for i in range(depth)) + "\ntext").encode()


@crafted("eml")
def mail_of_a_million_parts(_):
    return (HEAD + "Content-Type: multipart/mixed; boundary=x\n\n" + "--x\n\ny\n" * 200_000).encode()


@crafted("eml")
def mail_with_hostile_attachments(r):
    parts = [("a.docx", zip_bomb(random.Random(2))), ("b\nc.pdf", pages(TEXT, kids="[2 0 R]")), ("../../x.html", b"<div>" * 100_000),
             ("x" * 5000 + ".txt", b"long name"), ("d.eml", mail_in_mail(random.Random(1)))]
    r.shuffle(parts)
    body = "".join(f"--q\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"{name}\"\n"
                   "Content-Transfer-Encoding: quoted-printable\n\n" + "".join(f"={byte:02X}" for byte in data[:300_000]) + "\n"
                   for name, data in parts)
    return (HEAD + "Content-Type: multipart/mixed; boundary=q\n\n" + body + "--q--\n").encode()


@crafted("eml")
def mail_with_endless_headers(r):
    return r.choice([b"Subject: " + b"x" * 3_000_000, b"a: b\n" * 300_000, b"From: =?utf-8?B?" + b"////" * 100_000 + b"?=\nTo: x\n\n",
                     b"From: a\nTo: b\nContent-Type: text/html; charset=\"nonsense-\xff\"\n\n<p>x"])


@crafted("eml")
def mail_of_bad_base64(_):
    return (HEAD + "Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n" + "=A=" * 50_000).encode()


@crafted("mbox")
def mailbox_of_nothing(r):
    return r.choice([b"From a b 1:2:3\nX: y\n\n" * 30_000, b"From a Thu Jan 1 00:00:00 1970\n" * 50_000])


# --- markup and text ----------------------------------------------------------------------------------------------------
@crafted("html", 3)
def html_deep(r):
    tag = r.choice(["<div>", "<b><i>", "<table><tr><td>", "<ul><li>", "<a href=x>", "<svg><g>", "<font>", "<select><option>", "<button>"])
    return (tag * 100_000 + "deep").encode()


@crafted("html")
def html_that_never_closes(r):
    return r.choice([b"<!--" + b"x" * 3_000_000, b"<p title='" + b"x" * 3_000_000, b"<script>" + b"<" * 1_000_000, b"<![CDATA[" * 100_000,
                     b"<html>" + b"&" * 1_000_000, b"<!DOCTYPE html>" + b"&#x110000;&#0;&#xD800;&nosuch;" * 20_000])


@crafted("html")
def html_vast_table(_):
    return b"<table>" + (b"<tr>" + b"<td colspan=1000 rowspan=65534>x" * 60) * 2000


@crafted("html")
def html_of_two_minds(_):
    return '<meta charset="shift_jis"><meta charset="utf-16"><p>Schöne Grüße \ud83d'.encode("utf-8", "surrogatepass") * 2000


@crafted("rtf", 2)
def rtf_deep(r):
    return r.choice([b"{\\rtf1 " + b"{" * 500_000, b"{\\rtf1 " + b"}" * 100_000, b"{\\rtf1\\bin2147483647 x}", b"{\\rtf1\\bin-5 x}",
                     b"{\\rtf1 " + b"\\u-99999999999?" * 50_000 + b"}", b"{\\rtf1{\\pict " + b"f" * 2_000_000 + b"}",
                     b"{\\rtf1 " + b"\\'" * 100_000, b"{\\rtf1" + b"\\cellx1" * 200_000 + b"\\row}", b"{\\rtf1\\uc2147483647\\u65 xyz}"])


@crafted("md", 2)
def markdown_deep(r):
    return r.choice(["> ", "[", "*a_", "- ", "`", "![", "# ", "|a", "<!--", "\\", "[a](" ]).encode() * 200_000


@crafted("csv", 2)
def csv_of_nothing(r):
    return r.choice([b"\"" * 500_000, b"," * 2_000_000, b"a,b\n" + b"\n" * 500_000, b"a;b,c\td|e\n" * 50_000, b"x," * 100_000 + b"\n1",
                     b"\"a\n\0b\",c\n" * 1000, b"sep=\n1\n2"])


@crafted("txt")
def text_utf32_without_mark(r):
    return "Ein Brief ohne Marke am Anfang, in vier Bytes je Zeichen.\n".encode(r.choice(["utf-32-le", "utf-32-be"])) * r.choice([1, 500])


@crafted("txt")
def text_utf16_that_is_odd(r):
    return ("Sixteen bits a letter \u4e2d\u6587\n" * 50).encode(r.choice(["utf-16-le", "utf-16-be"]))[:-1] + r.choice([b"", b"\xd8", b"\x00\xdc\x00\xdc\x00"])


@crafted("txt", 2)
def text_of_odd_bytes(r):
    return r.choice([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfe\0\0", b"\0" * 100_000, b"\xff" * 100_000, bytes(range(256)) * 100, b"\x1b[31m" * 10_000,
                     b"\xc0\xaf\xe0\x80\xaf\xf0\x80\x80\xaf" * 1000, b"\xed\xa0\x80" * 5000, b"+AGEAYgBj-" * 5000, b"\r" * 300_000])


@crafted("txt")
def text_without_end_of_line(r):
    return r.choice([b"x" * 5_000_000, "a\u0301\u0327".encode() * 300_000, b"a" + "\u0300".encode() * 300_000, "\u202e\u2066\u200f".encode() * 100_000,
                     b"word " * 1_000_000])


@crafted("py")
def source_without_end(_):
    return b"((((" * 500_000


@crafted("docx")
def text_that_is_no_archive(_):
    return b"This is plain text under a name that promises more.\n" * 40


# --- dealing ------------------------------------------------------------------------------------------------------------
NAMES = ["two\nlines", "tab\tinside", "quote'\"back\\slash", "-rf", " blank ", "..dots..", "very-" * 40, "\u202egnp", "d\u0301\u0327\u0301\u0327", "%s%n%d",
         "$(touch x)", "\u4e2d\u6587\u5b57", "emoji \U0001f9a1", ";&|"]
# No text in any encoding that is in use.
RAW = [b"caf\xe9", b"\xff\xfe\xfd", b"\xed\xa0\x80"]


def main():
    folder, count, seed = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    r = random.Random(seed)
    sources = [path for source in sys.argv[4:] for path in sorted(pathlib.Path(source).iterdir())
               if path.suffix not in (".py", ".md5") and path.stat().st_size > 0]
    folder.mkdir(parents=True, exist_ok=True)
    deck = []
    for number in range(count):
        if number % 2:
            if not deck:
                deck = r.sample(CRAFTED, len(CRAFTED))
            name, ending, maker = deck.pop()
            data = maker(random.Random(r.random()))
            if r.random() < 0.1:
                ending = r.choice(ENDINGS)
        else:
            path = r.choice(sources)
            damage = r.choice(DAMAGES)
            name, ending = f"{path.stem} {damage.__name__}", path.suffix[1:]
            data = damage(r, path.read_bytes()[:3_000_000])
            if r.random() < 0.15:
                ending, name = r.choice(ENDINGS), name + " mislabelled"
        raw = os.fsencode(f"{number:03d} {name}" + (f" {r.choice(NAMES)}" if r.random() < 0.15 else ""))[:200]
        if r.random() < 0.03:
            raw += b" " + r.choice(RAW)
        with open(os.fsencode(folder) + b"/" + raw + (b"." + ending.encode() if ending else b""), "wb") as file:
            file.write(data)


if __name__ == "__main__":
    main()
