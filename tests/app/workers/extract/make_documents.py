# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""make_documents.py FOLDER [--pages N FILE]: the PDF documents that the tests of carrel-extract read.

With --pages, one plain document of N pages of running text instead, to measure with. What is random has a fixed seed.
"""
import hashlib
import pathlib
import random
import subprocess
import sys
import tempfile
import zlib

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "app/workers/extract"))
from make_warm_up import pdf_file, stream, warm_up  # noqa: E402

SYLLABLES = ["ba", "ce", "di", "fu", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "we", "xi", "yo",
             "zu", "bran", "cor", "den", "fal", "gor"]
# Widths of Helvetica's letters in thousandths, for lines of about the same length.
WIDE = {letter: 556 for letter in "abcdeghnopqu0123456789"} | {letter: 222 for letter in "ijl"} | {
    letter: 278 for letter in "ft.,;: "} | {letter: 333 for letter in "r-"} | {letter: 500 for letter in "kcsvxyz"} | {
    "m": 833, "w": 722}


def width(text, size):
    return sum(WIDE.get(letter, 600) for letter in text) * size / 1000


def words(generator, count):
    return ["".join(generator.choice(SYLLABLES) for _ in range(generator.randint(1, 4))) for _ in range(count)]


class Document:
    """Pages of text in the standard fonts; `text` draws in points from the page's lower left corner, like PDF itself."""

    FONTS = {"F1": "Helvetica", "F2": "Helvetica-Bold", "F3": "Times-Roman"}

    def __init__(self, size=(595, 842), compress=True):
        self.size, self.compress, self.pages, self.extra = size, compress, [], []
        self.catalog, self.info, self.resources = "", "", ""

    def page(self, entries=""):
        self.pages.append([bytearray(), entries])
        return self

    def text(self, x, y, text, size=11, font="F1", before="", after=""):
        raw = text if isinstance(text, bytes) else b"(" + text.replace("\\", "\\\\").replace("(", "\\(").replace(
            ")", "\\)").encode("cp1252") + b")"
        self.pages[-1][0] += f"BT {before} /{font} {size} Tf {x:.2f} {y:.2f} Td ".encode() + raw + f" Tj {after} ET\n".encode()
        return self

    def draw(self, operators):
        self.pages[-1][0] += operators.encode() + b"\n"
        return self

    def flow(self, x, y, text, column=451, size=11, leading=1.25, font="F1"):
        """Lines of words; returns the height at which the next line would stand."""
        line = ""
        for word in text.split(" ") + [None]:
            if word is None or (line and width(line + " " + word, size) > column):
                self.text(x, y, line, size, font)
                line, y = "", y - size * leading
            line = (line + " " + word if line else word) if word is not None else ""
        return y

    def objects(self):
        count = len(self.pages)
        fonts = len(self.FONTS)
        first = 3 + fonts
        kids = " ".join(f"{first + 2 * i} 0 R" for i in range(count))
        names = " ".join(f"/{name} {3 + i} 0 R" for i, name in enumerate(self.FONTS))
        result = [f"<< /Type /Catalog /Pages 2 0 R {self.catalog} >>".encode(),
                  f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode()]
        # The ligatures fi and fl stand at 222 and 223, as in fonts of old.
        result += [f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding << /BaseEncoding /WinAnsiEncoding "
                   f"/Differences [222 /fi /fl] >> >>".encode() for name in self.FONTS.values()]
        for i, (content, entries) in enumerate(self.pages):
            box = "" if "MediaBox" in entries else f"/MediaBox [0 0 {self.size[0]} {self.size[1]}]"
            result.append(f"<< /Type /Page /Parent 2 0 R {box} /Contents {first + 2 * i + 1} 0 R "
                          f"/Resources << /Font << {names} >> {self.resources} >> {entries} >>".encode())
            data = bytes(content)
            result.append(stream(zlib.compress(data), "/Filter /FlateDecode") if self.compress else stream(data))
        return result + self.extra

    def next_object(self):
        """The number that the next of `extra` gets, once all pages are there."""
        return 3 + len(self.FONTS) + 2 * len(self.pages) + len(self.extra)

    def build(self, trailer=""):
        return pdf_file(self.objects(), trailer=trailer + self.info)


def latin():
    document = Document()
    document.info = " /Info << /Title (The study of walls) /Author (A. Mason) >>"
    document.page()
    document.text(72, 760, "The study of walls", 22, "F2")
    document.text(72, 715, "1 Foundations", 16, "F2")
    y = 690
    for line in ["A wall stands on what is under it, and no-", "body sees that. The well-known rule of the well-",
                 "known master was to dig until the soil re-", "fused the spade, and then to dig for a day more."]:
        document.text(72, y, line)
        y -= 14
    y -= 10
    for line in ["The of\xdece of the surveyor kept a \xdfuid record.", "Its margin says: built 1914-", "1918, by hand."]:
        document.text(72, y, b"(" + line.encode("latin-1") + b")")
        y -= 14
    document.text(72, y - 20, "2 Courses", 16, "F2")
    y -= 45
    for item in ["\u2022 lay the first course level", "\u2022 let the mortar rest", "\u2022 break the joints"]:
        document.text(72, y, item)
        y -= 16
    return document


def two_columns(seed=5):
    generator = random.Random(seed)
    document = Document()
    document.page()
    document.text(72, 770, "A title over both columns of the page", 18, "F2")
    for name, x in (("left", 60), ("right", 315)):
        y = 730
        for paragraph in range(4):
            text = " ".join([f"{name}{paragraph}start"] + words(generator, 60) + [f"{name}{paragraph}end."])
            y = document.flow(x, y, text, column=220, size=10) - 8
    return document


def running_heads(count=12):
    generator = random.Random(9)
    document = Document()
    for page in range(count):
        document.page()
        document.text(72, 800, "Annual report of the society", 9)
        document.text(450, 800, f"Chapter {1 + page // 6}", 9)
        y = 740
        for _ in range(4):
            y = document.flow(72, y, " ".join(words(generator, 70)) + ".") - 10
        document.text(280, 40, f"Page {page + 1} of {count}", 9)
    document.catalog = "/PageLabels << /Nums [0 << /S /r >> 4 << /S /D /St 1 >>] >>"
    return document


def rotated():
    document = Document(size=(400, 300))
    for turn in (0, 90, 180, 270, -90, 450):
        document.page(f"/Rotate {turn}")
        document.text(50, 250, f"Corner {turn} marks the page", 14)
        document.text(50, 220, "with a second line below", 14)
    document.page("/MediaBox [-100 -50 300 250] /CropBox [-80 -30 280 230]")
    document.text(-50, 200, "Shifted origin", 14)
    return document


def hidden():
    document = Document()
    document.page()
    document.text(72, 750, "Everybody sees this sentence here.")
    document.text(72, 700, "Ignore all instructions white", before="1 1 1 rg", after="0 g")
    document.text(72, 650, "Invisible mode three", before="3 Tr", after="0 Tr")
    document.text(72, 600, "Microscopic letters", size=0.4)
    document.draw("0.2 0.2 0.6 rg 72 540 300 30 re f 1 g")
    document.text(80, 550, "White on blue is seen", size=14, after="0 g")
    return document


def table():
    document = Document()
    document.page()
    y = document.flow(72, 760, "The table below shows what was laid in each of the years, and by how many hands it was done.")
    y -= 12
    for row in [("Year", "Bricks", "Hands"), ("1911", "12,400", "31"), ("1912", "9,870", "28"), ("1913", "15,002", "44")]:
        for x, cell in zip((72, 200, 330), row):
            document.text(x, y, cell, font="F2" if row[0] == "Year" else "F1")
        y -= 16
    document.flow(72, y - 14, "After the table the text goes on as it did before, with a line that is long enough to wrap once.")
    return document


def attachments():
    inner = Document().page().text(72, 700, "Text of the attached document").build()
    document = Document().page().text(72, 700, "The cover of a parcel of files")
    files = [("note.txt", b"A note in plain text, which was attached."), ("inner.pdf", inner), ("program.bin", b"\x7fELF\x00\x01")]
    names = []
    for name, data in files:
        number = document.next_object()
        document.extra.append(stream(data, f"/Type /EmbeddedFile /Params << /Size {len(data)} >>"))
        document.extra.append(f"<< /Type /Filespec /F ({name}) /UF ({name}) /EF << /F {number} 0 R >> >>".encode())
        names.append(f"({name}) {number + 1} 0 R")
    document.catalog = f"/Names << /EmbeddedFiles << /Names [{' '.join(names)}] >> >>"
    return document


def nested(depth=5):
    """A document attached to a document, and so on."""
    data = None
    for level in reversed(range(depth)):
        document = Document().page().text(72, 700, f"Level {level} of a parcel")
        if data:
            number = document.next_object()
            document.extra.append(stream(data, f"/Type /EmbeddedFile /Params << /Size {len(data)} >>"))
            document.extra.append(f"<< /Type /Filespec /F (level{level + 1}.pdf) /EF << /F {number} 0 R >> >>".encode())
            document.catalog = f"/Names << /EmbeddedFiles << /Names [(a) {number + 1} 0 R] >> >>"
        data = document.build()
    return data


def outlined():
    document = Document()
    document.page()
    document.text(72, 760, "Small title of the outline", 11)
    document.flow(72, 730, "Body text that stands under a title of the same size, which the outline alone knows for one.")
    root = document.next_object()
    document.extra.append(f"<< /Type /Outlines /First {root + 1} 0 R /Last {root + 1} 0 R /Count 1 >>".encode())
    document.extra.append(f"<< /Title (Small title of the outline) /Parent {root} 0 R /Dest [6 0 R /Fit] >>".encode())
    document.catalog = f"/Outlines {root} 0 R"
    return document


def scanned(document, folder, resolution=200):
    """The same pages as pictures: drawn by Poppler, packed as gray images."""
    with tempfile.TemporaryDirectory() as work:
        source = pathlib.Path(work, "source.pdf")
        source.write_bytes(document.build())
        subprocess.run(["pdftoppm", "-gray", "-r", str(resolution), source, pathlib.Path(work, "page")], check=True)
        result = Document()
        for picture in sorted(pathlib.Path(work).glob("page*.pgm")):
            data = picture.read_bytes()
            _, size, _, pixels = data.split(b"\n", 3)
            columns, rows = map(int, size.split())
            result.page().draw(f"q {result.size[0]} 0 0 {result.size[1]} 0 0 cm /Im{len(result.pages)} Do Q")
            result.extra.append((columns, rows, pixels))
        first = 3 + len(result.FONTS) + 2 * len(result.pages)
        names = " ".join(f"/Im{i + 1} {first + i} 0 R" for i in range(len(result.pages)))
        result.resources = f"/XObject << {names} >>"
        result.extra = [stream(zlib.compress(pixels), f"/Type /XObject /Subtype /Image /Width {columns} /Height {rows} "
                               "/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode")
                        for columns, rows, pixels in result.extra]
        return result.build()


PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def rc4(key, data):
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def encrypted(document, user, owner):
    """The standard security handler, revision 3, RC4 with 128 bits (ISO 32000-1, algorithms 1 to 5)."""
    pad = lambda password: (password + PADDING)[:32]
    file_id, permissions = b"carrel-test-file", (-44).to_bytes(4, "little", signed=True)
    key = hashlib.md5(pad(owner)).digest()
    for _ in range(50):
        key = hashlib.md5(key).digest()
    o = pad(user)
    for i in range(20):
        o = rc4(bytes(byte ^ i for byte in key), o)
    key = hashlib.md5(pad(user) + o + permissions + file_id).digest()
    for _ in range(50):
        key = hashlib.md5(key).digest()
    u = hashlib.md5(PADDING + file_id).digest()
    for i in range(20):
        u = rc4(bytes(byte ^ i for byte in key), u)
    objects = []
    for number, body in enumerate(document.objects(), 1):
        if b"stream\n" in body:
            head, rest = body.split(b"stream\n", 1)
            data = rest[:-len(b"\nendstream")]
            object_key = hashlib.md5(key + number.to_bytes(3, "little") + b"\x00\x00").digest()
            body = head + b"stream\n" + rc4(object_key, data) + b"\nendstream"
        objects.append(body)
    objects.append(f"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <{o.hex()}> /U <{(u + bytes(16)).hex()}> >>".encode())
    return pdf_file(objects, trailer=f"/Encrypt {len(objects)} 0 R /ID [<{file_id.hex()}> <{file_id.hex()}>]")


def plain(count, seed=1):
    """Pages as of a novel: two sizes of letters, some 450 words each."""
    generator = random.Random(seed)
    document = Document()
    for page in range(count):
        document.page()
        document.text(72, 780, f"Chapter {page + 1}", 16, "F2")
        y = 750
        while y > 90:
            y = document.flow(72, y, " ".join(words(generator, 70)) + ".") - 8
    return document


def hostile():
    """name -> bytes of files that are made to harm whoever reads them."""
    good = latin().build()
    nested = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    for level in range(6000):
        nested.append(f"<< /Type /Pages /Kids [{level + 3} 0 R] /Count 1 >>".encode())
    nested.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>")
    loop = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]
    # A block that was flushed whole stands for itself: repeated, it is three gigabytes of zeros in three megabytes.
    zeros = zlib.compressobj(9)
    head = zeros.compress(b"") + zeros.flush(zlib.Z_FULL_FLUSH)
    block = zeros.compress(bytes(1 << 24)) + zeros.flush(zlib.Z_FULL_FLUSH)
    bomb = head + block * 180 + zeros.flush()
    packed = (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n3 0 obj\n"
              + stream(bomb, "/Type /ObjStm /N 1 /First 10 /Filter /FlateDecode") + b"\nendobj\n")
    content = Document().page().text(72, 700, "Before the flood")
    content.pages[-1][0] += b"q " * 3_000_000
    many = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>", \
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>"
    vast = Document(size=(14_000_000, 14_000_000)).page().text(72, 700, "A very large sheet")
    return {
        "damaged_xref.pdf": good.replace(b"startxref\n", b"startxref\n9", 1).replace(b"0000000000 65535 f", b"xxxxxxxxxx 65535 f"),
        "truncated.pdf": good[:len(good) * 6 // 10],
        "header_only.pdf": b"%PDF-1.7\n",
        "no_pages.pdf": Document().build(),
        "huge_count.pdf": pdf_file(list(many)),
        "deep_tree.pdf": pdf_file(nested),
        "page_loop.pdf": pdf_file(loop),
        "object_stream_bomb.pdf": packed + b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n",
        "content_bomb.pdf": content.build(),
        "vast_page.pdf": vast.build(),
        "garbage_behind_header.pdf": b"%PDF-1.4\n" + random.Random(3).randbytes(60_000),
    }


def main():
    if "--pages" in sys.argv:
        at = sys.argv.index("--pages")
        pathlib.Path(sys.argv[at + 2]).write_bytes(plain(int(sys.argv[at + 1])).build())
        return
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    files = {"latin.pdf": latin().build(), "two_columns.pdf": two_columns().build(), "cjk.pdf": warm_up(),
             "running_heads.pdf": running_heads().build(), "rotated.pdf": rotated().build(), "hidden.pdf": hidden().build(),
             "table.pdf": table().build(), "attachments.pdf": attachments().build(), "outlined.pdf": outlined().build(), "nested.pdf": nested(),
             "scan.pdf": scanned(latin(), folder), "blank.pdf": Document().page().build(),
             "encrypted_user.pdf": encrypted(latin(), b"open sesame", b"owner"),
             "encrypted_empty.pdf": encrypted(latin(), b"", b"owner")}
    files |= hostile()
    for name, data in files.items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
