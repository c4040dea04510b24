# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""sniff_seeds.py [FOLDER]: writes the seeds of corpus/sniff anew. The first byte of each chooses an extension."""
import io
import pathlib
import sys
import zipfile
import zlib


def archive(*names, mimetype=None):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in (("mimetype",) if mimetype else ()) + names:
            file.writestr(zipfile.ZipInfo(name), mimetype if name == "mimetype" else "x")
    return out.getvalue()


def content(data, entries):
    return b"%PDF-1.4\n1 0 obj\n<< " + entries + b" >>\nstream\n" + data + b"\nendstream\nendobj\n"


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "corpus/sniff")
    folder.mkdir(parents=True, exist_ok=True)
    white = b"q 1 1 1 rg BT /F1 12 Tf (a \\) Tj) Tj ET Q"
    seeds = {
        "docx": archive("[Content_Types].xml", "_rels/.rels", "word/document.xml"),
        "epub": archive("META-INF/container.xml", mimetype="application/epub+zip"),
        "odt": archive("content.xml", "META-INF/manifest.xml", mimetype="application/vnd.oasis.opendocument.text-template"),
        "cut_archive": archive("[Content_Types].xml", "xl/workbook.xml")[:-30],
        "compound": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64) + "EncryptedPackage".encode("utf-16-le"),
        "mail": b"Received: by x\r\n\tfor y\r\nFrom: a@b\r\nTo: c@d\r\nSubject: e\r\n\r\nText\r\n",
        "mailbox": b"From a@b Sun Nov 22 08:00:00 2026\nFrom: a@b\nSubject: e\n\nText\n",
        "html": b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- c -->\n<!DOCTYPE html><html><p>x",
        "utf16": "\ufeffText in sixteen bits".encode("utf-16-le"),
        "flat": b"<?xml version='1.0'?><office:document xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'>",
        "rtf": b"{\\rtf1 x}",
        "marks": "a\u0301\u202e\u2028\ufeff\ufffe\r\nb\u00ad".encode() + b"\xff\xc3",
        "white": content(zlib.compress(white), b"/Length 50 /Filter /FlateDecode"),
        "invisible": content(b"BT 3 Tr <41> Tj ET", b"/Length 18"),
        "picture": content(zlib.compress(bytes(999)), b"/Subtype /Image /Width 9 /Height 111 /Filter /FlateDecode"),
        "other_filter": content(b"<~abc~>", b"/Filter [/ASCII85Decode /FlateDecode]"),
    }
    for number, (name, data) in enumerate(seeds.items()):
        (folder / name).write_bytes(bytes([number]) + data)


if __name__ == "__main__":
    main()
