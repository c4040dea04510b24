# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of documents: how well passages are found, how fast in a large index, how fast PDFs are read and texts embedded."""
import json
import pathlib
import random
import statistics
import sys
import tempfile
import time

from peers import THREADS, tell

TESTS = pathlib.Path(__file__).resolve().parent.parent
CRANFIELD = TESTS / "storage" / "cranfield"
PAGES, LINES = 300, 48


def installed(bench, kind):
    """The model of that kind that ./dev made, or None."""
    return next(iter(sorted(pathlib.Path(bench.options.cache, "models", kind).glob("*.gguf"))), None)


def between(value):
    return f"{value['mean']:.3f} ({value['from']:.3f} to {value['to']:.3f})"


def retrieval(bench):
    """nDCG@10 on Cranfield with the middle 95 % of bootstrap means, a script that uses nothing but FTS5 beside it."""
    embedder, reranker = installed(bench, "embedders"), installed(bench, "rerankers")
    if embedder is None:
        return
    tell("Cranfield")
    plain = json.loads(bench.peers.ours("python3", str(CRANFIELD / "fts5_baseline.py"), "--print"))
    mine = json.loads(bench.peers.ours("retrieval_bench", str(CRANFIELD), str(embedder), *([str(reranker)] if reranker else [])))
    bench.rows.append({"what": "Cranfield nDCG@10: plain FTS5 script", "text": f"{plain['ndcg10']:.3f}", "floor": None})
    for key, label, floor in (("lexical_ndcg10", "by words", ">= the plain script"), ("hybrid_ndcg10", "by words and meaning", None),
                              ("hybrid_minus_lexical", "meaning adds, paired", ">= 0.035"), ("reranked_ndcg10", "with the reranker", None),
                              ("reranked_minus_lexical", "meaning and reranker add, paired", "aim 0.060")):
        if key in mine:
            bench.rows.append({"what": f"Cranfield nDCG@10: {label}", "text": between(mine[key]), "floor": floor})
    if "rerank_ms_median" in mine:
        bench.rows.append({"what": "judging the best passages of a question again", "text": f"{mine['rerank_ms_median']:.0f} ms",
                           "floor": None})


def library(bench):
    """The library of mixed formats: whether places of answers are found, questions without one refused, false sentences told."""
    embedder, reranker = installed(bench, "embedders"), installed(bench, "rerankers")
    if embedder is None:
        return
    tell("the library")
    reader = pathlib.Path(bench.peers.ours("bash", "-c", "command -v carrel-extract").strip()).parent
    found = json.loads(bench.peers.ours("library_bench", str(reader), str(embedder), *([str(reranker)] if reranker else [])))
    size = f"{found['questions']} questions about {found['documents']} documents"
    ways = [(key, label) for key, label in (("lexical", "by words"), ("hybrid", "by words and meaning"), ("reranked", "with the reranker"))
            if key in found]
    for key, label in ways:
        bench.rows.append({"what": f"{size}: recall@10 of the places, {label}", "text": between(found[key]["recall10"]), "floor": ">= 0.90"})
    for key, label in ways:
        shares = found["refusal"][key]
        bench.rows.append({"what": f"unanswerable questions refused, {label}", "text": between(shares["unanswerable_refused"]),
                           "floor": ">= 0.90"})
        bench.rows.append({"what": f"answerable questions answered, {label}", "text": between(shares["answerable_answered"]), "floor": None})
    for key, label in (("place_checks", "places of answers"), ("answer_checks", "answers")):
        checks = found[key]
        bench.rows.append({"what": f"{checks['true_sentences']} {label} as sentences: supported", "text": between(checks["true_supported"]),
                           "floor": None})
        bench.rows.append({"what": f"{checks['false_sentences']} of them with a number of something else in the passage: marked",
                           "text": between(checks["false_not_found"]), "floor": None})


def index(bench, passages=100_000):
    """A hybrid search among so many passages, in processor time."""
    tell(f"an index of {passages} passages")
    with tempfile.TemporaryDirectory() as folder:
        bench.peers.ours("index_bench", "fill", folder, str(passages))
        found = json.loads(bench.peers.ours("index_bench", "search", folder))
    for key, label in (("search_ms", "words drawn as texts are"), ("frequent_words_ms", "each word in a third of all")):
        bench.rows.append({"what": f"search of {passages} passages, {label}: median, 95 %",
                           "text": f"{found[key]['median']:.1f}, {found[key]['p95']:.1f} ms", "floor": "<= 50 ms"})
    bench.rows.append({"what": f"opening {passages} passages with their vectors", "text": f"{found['open_wall_ms']:.0f} ms",
                       "floor": "<= 1 s"})
    bench.rows.append({"what": f"resident after searching {passages} passages", "text": f"{found['resident_mib']:.0f} MiB",
                       "floor": "<= 200 MB"})


def plain_pdf(path):
    """A PDF of pages of text in one of the fonts that need not be embedded."""
    words = (CRANFIELD / "corpus.tsv").read_text(encoding="utf-8").translate({ord(c): " " for c in "()\\\t"}).split()
    draw = random.Random(1)
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>",
               b"<< /Type /Pages /Count %d /Kids [%s] >>" % (PAGES, b" ".join(b"%d 0 R" % (4 + 2 * page) for page in range(PAGES))),
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>"]
    for page in range(PAGES):
        lines = []
        for _ in range(LINES):
            start = draw.randrange(len(words) - 12)
            lines.append(f"({' '.join(words[start:start + 12])}) '")
        stream = ("BT /F1 10 Tf 14 TL 60 770 Td\n" + "\n".join(lines) + "\nET").encode("latin-1", "replace")
        objects.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
                       b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * page))
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    pathlib.Path(path).write_bytes(out)


def timed(run):
    began = time.monotonic()
    run()
    return time.monotonic() - began


def extraction(bench):
    """Pages a second of a plain PDF with a box for each word, in turns with Poppler's own program, starts included."""
    mine, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        document = f"{folder}/plain.pdf"
        plain_pdf(document)
        for number in range(bench.options.rounds):
            tell(f"reading a PDF, round {number + 1} of {bench.options.rounds}")
            mine.append(PAGES / timed(lambda: bench.peers.ours("carrel-cli", "extract", document, "--boxes", "--json")))
            theirs.append(PAGES / timed(lambda: bench.peers.ours("pdftotext", "-bbox-layout", document, f"{folder}/out.html")))
    bench.row("reading a PDF with boxes (beside pdftotext)", statistics.median(mine), statistics.median(theirs), "pages/s",
              ">= 150 pages/s")


def embedding(bench):
    """Lines of text a second, short and as long as passages, in turns with llama.cpp, loading included."""
    model = installed(bench, "embedders")
    if model is None:
        return
    texts = [line.split("\t") for line in (CRANFIELD / "corpus.tsv").read_text(encoding="utf-8").splitlines()]
    passages = [text for _, _, text in texts if 140 <= len(text.split()) <= 180][:100]
    for label, lines in (("titles", [title for _, title, _ in texts][:500]), ("passages of 200 to 250 tokens", passages)):
        mine, theirs = [], []
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))
            file.flush()
            for number in range(bench.options.rounds):
                tell(f"embedding {label}, round {number + 1} of {bench.options.rounds}")
                mine.append(len(lines) / timed(lambda: bench.peers.ours(
                    "carrel-cli", "embed", "-m", str(model), "--device", "cpu", "--threads", str(THREADS), input="".join(
                        line + "\n" for line in lines))))
                theirs.append(len(lines) / timed(lambda: bench.peers.theirs(
                    "llama-embedding", "-m", str(model), "-f", file.name, "--embd-normalize", "2", "-t", str(THREADS),
                    "-dev", "none", "--embd-output-format", "array", "-c", "512", "-b", "512", "-ub", "512")))
        bench.row(f"embedding {label}, CPU, {THREADS} threads", statistics.median(mine), statistics.median(theirs), "texts/s",
                  ">= 1.00x")


if __name__ == "__main__":
    plain_pdf(sys.argv[1])


def downloads(bench):
    """A file of 4 GB over the loopback device: memory, and how fast a file that is there is checked."""
    tell("downloads")
    with tempfile.TemporaryDirectory(dir=bench.options.cache) as place:
        found = json.loads(bench.peers.ours("python3", str(TESTS / "bench" / "downloads.py"), place))
    gigabytes = f"{found['bytes'] / 1e9:.0f} GB"
    bench.rows.append({"what": f"{gigabytes} fetched and hashed", "text": f"{found['bytes'] / found['seconds'] / 1e6:.0f} MB/s", "floor": None})
    bench.rows.append({"what": f"{gigabytes} fetched: resident, program and carrel-fetch",
                       "text": f"{(found['program_kib'] + found['worker_kib']) / 1024:.0f} MiB", "floor": "<= 60 MB"})
    slower = min(found["read"], found["hash"])
    bench.rows.append({"what": f"{gigabytes} checked, of the slower of disk and hash", "text": f"{found['check'] / slower:.2f}x",
                       "floor": ">= 0.80x"})
