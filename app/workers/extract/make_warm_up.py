# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""make_warm_up.py [FILE]: writes warm_up_pdf.inc, the document that carrel-extract reads and draws before it is jailed.

It holds what makes Poppler load something: Latin text in fonts that are not embedded (fontconfig, font files), and Chinese,
Japanese and Korean in predefined character maps (poppler-data). `pdf_file` is used by the tests' documents as well.
"""
import pathlib
import sys


def pdf_file(objects, root=1, version="1.7", trailer=""):
    """A PDF file of the given objects (bytes, numbered from 1), with a true cross-reference table."""
    out = bytearray(f"%PDF-{version}\n%\xe2\xe3\xcf\xd3\n".encode("latin-1"))
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += f"trailer\n<< /Size {len(objects) + 1} /Root {root} 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def stream(data, entries=""):
    return f"<< /Length {len(data)} {entries} >>\nstream\n".encode() + data + b"\nendstream"


def warm_up():
    fonts = [("Helvetica", None), ("Times-Bold", None), ("Courier", None), ("NoSuchFont-Italic", None),
             ("STSong-Light", ("UniGB-UCS2-H", "GB1", 2)), ("HeiseiMin-W3", ("UniJIS-UCS2-H", "Japan1", 2)),
             ("HYSMyeongJo-Medium", ("UniKS-UCS2-H", "Korea1", 1)), ("MSung-Light", ("UniCNS-UCS2-H", "CNS1", 0))]
    texts = ["Warm-up: ABC abc 123", "Bold", "Fixed", "Substituted", "\u4e2d\u6587", "\u65e5\u672c\u8a9e",
             "\ud55c\uad6d\uc5b4", "\u6f22\u5b57"]
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b"", b""]
    names, content = "", ""
    for i, ((name, cjk), text) in enumerate(zip(fonts, texts)):
        names += f"/F{i} {len(objects) + 1} 0 R "
        content += f"BT /F{i} 12 Tf 20 {270 - 30 * i} Td "
        if cjk is None:
            objects.append(f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode())
            content += f"({text}) Tj ET\n"
            continue
        cmap, ordering, supplement = cjk
        number = len(objects) + 2
        objects.append(f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /{cmap} "
                       f"/DescendantFonts [{number} 0 R] >>".encode())
        objects.append(f"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /{name} /CIDSystemInfo << /Registry (Adobe) "
                       f"/Ordering ({ordering}) /Supplement {supplement} >> /FontDescriptor {number + 1} 0 R /DW 1000 >>"
                       .encode())
        objects.append(f"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 "
                       "/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>".encode())
        content += f"<{text.encode('utf-16-be').hex()}> Tj ET\n"
    objects[2] = (f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 300] /Contents 4 0 R "
                  f"/Resources << /Font << {names}>> >> >>").encode()
    objects[3] = stream(content.encode())
    return pdf_file(objects)


def as_source(data):
    # In pieces, so that nobody takes them for this file's own.
    lines = ["// SPDX-" + "FileCopyrightText: 2026 The Carrel developers", "// SPDX-" + "License-Identifier: GPL-3.0-or-later",
             "//", "// Written by make_warm_up.py."]
    for start in range(0, len(data), 20):
        lines.append("    " + ", ".join(f"0x{byte:02X}" for byte in data[start:start + 20]) + ",")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    home = pathlib.Path(__file__).parent
    pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else home / "warm_up_pdf.inc").write_text(as_source(warm_up()))
