#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ranks Cranfield with plain SQLite FTS5 and writes fts5_baseline.json: nDCG@10 and recall@100 over all questions.

usage: fts5_baseline.py [--print]

--print writes the result to standard output and nowhere else.

Porter's stems, title twice, every word of the question but common ones, any of which may match.
"""
import json
import math
import pathlib
import re
import sqlite3
import sys

HERE = pathlib.Path(__file__).resolve().parent
COMMON = set("a an and are as at be been by can do does for from had has have how if in into is it its may not of on or such than "
             "that the their these they this to was were what when where which who will with".split())


def rows(name):
    return [line.split("\t") for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def ndcg(ranking, relevant, depth=10):
    gain = sum(1 / math.log2(place + 2) for place, one in enumerate(ranking[:depth]) if one in relevant)
    return gain / sum(1 / math.log2(place + 2) for place in range(min(depth, len(relevant))))


def main():
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE papers USING fts5 (title, text, tokenize = 'porter unicode61')")
    database.executemany("INSERT INTO papers (rowid, title, text) VALUES (?, ?, ?)", rows("corpus.tsv"))
    relevant = {}
    for question, paper, _ in rows("qrels.tsv"):
        relevant.setdefault(question, set()).add(int(paper))
    gains, recalls = [], []
    for number, question in rows("queries.tsv"):
        words = [word for word in re.findall(r"\w+", question) if word not in COMMON]
        found = database.execute("SELECT rowid FROM papers WHERE papers MATCH ? ORDER BY bm25(papers, 2.0, 1.0), rowid LIMIT 100",
                                 (" OR ".join(f'"{word}"' for word in words),))
        ranking = [row[0] for row in found]
        gains.append(ndcg(ranking, relevant[number]))
        recalls.append(len(relevant[number].intersection(ranking)) / len(relevant[number]))
    result = {"made_by": "tests/storage/cranfield/fts5_baseline.py", "questions": len(gains),
              "ndcg10": round(sum(gains) / len(gains), 4), "recall100": round(sum(recalls) / len(recalls), 4)}
    if sys.argv[1:] != ["--print"]:
        (HERE / "fts5_baseline.json").write_text(json.dumps(result) + "\n")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
