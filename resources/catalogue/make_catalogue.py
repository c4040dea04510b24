# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""make_catalogue.py [--check]: catalogue.json from models.tsv, files.tsv and sources.tsv beside it.

Every cell is checked: names against the grammar that the program demands, licences against its table, architectures against
docs/families.md. What is empty there is absent here. --check writes nothing and fails when catalogue.json is not what the
tables give. After a change: raise SERIAL and DATE, run this, sign (CONTRIBUTING.md).
"""
import json
import pathlib
import re
import sys

SERIAL = 1
DATE = "2026-11-22"

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NAME = r"[A-Za-z0-9](?:[A-Za-z0-9_+-]|\.(?!\.|$)){0,127}"
GRAMMAR = {
    "id": re.compile(r"[a-z0-9][a-z0-9.-]{0,63}"),
    "repository": re.compile(f"{NAME}/{NAME}"),
    "file": re.compile(rf"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._+-]{{0,122}}\.gguf"),
    "quantization": re.compile(r"[A-Z0-9_-]{1,24}"),
    "sha256": re.compile(r"[0-9a-f]{64}"),
    "revision": re.compile(r"[0-9a-f]{40}"),
    "month": re.compile(r"20\d\d-(0[1-9]|1[0-2])"),
    "language": re.compile(r"[a-z]{2}"),
}
PURPOSES = {"chat", "code", "reasoning", "base", "embedding", "reranking"}
NUMBERS = ("parameters", "active_parameters", "context")
SHAPE = ("cache_numbers", "sliding_numbers", "sliding_window", "width", "feed_forward", "vocabulary")


def table(name):
    lines = [line for line in (HERE / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    columns = lines[0].split("\t")
    rows = []
    for line in lines[1:]:
        cells = line.split("\t")
        if len(cells) != len(columns):
            sys.exit(f"{name}: {cells[0]}: {len(cells)} cells instead of {len(columns)}")
        rows.append(dict(zip(columns, cells)))
    return rows


def demand(kind, value, where):
    if not GRAMMAR[kind].fullmatch(value):
        sys.exit(f"{where}: {value!r} is no {kind}")
    return value


def known_licences():
    text = "".join((ROOT / "app/licence" / name).read_text(encoding="utf-8")
                   for name in ("plain_licences.cpp", "conditional_licences.cpp"))
    return set(re.findall(r'^    \{"([a-z0-9]+)", "', text, re.M))


def architectures_that_run():
    text = (ROOT / "docs/families.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([^`]+)` \|", text.split("## Run")[1].split("\n## ")[0], re.M))


def model(row, files, licences, running, sources):
    where = row["id"]
    demand("id", row["id"], where)
    demand("repository", row["origin"], where)
    if row["purpose"] not in PURPOSES:
        sys.exit(f"{where}: purpose {row['purpose']!r}")
    stated = [row["licence"]] * bool(row["licence"]) + row["other_licences"].split()
    for licence in stated:
        if licence not in licences:
            sys.exit(f"{where}: licence {licence!r} is not in the table of app/licence")
    for key in row["sources"].split():
        if key not in sources:
            sys.exit(f"{where}: source {key!r} is not in sources.tsv")
    entry = {"id": row["id"], "name": row["name"], "family": demand("id", row["family"], where),
             "publisher": row["origin"].split("/")[0], "origin": row["origin"], "architecture": row["architecture"]}
    entry.update({key: int(row[key]) for key in NUMBERS if row[key]})
    if row["licence"]:
        entry["licence"] = row["licence"]
    if row["other_licences"]:
        entry["other_licences"] = row["other_licences"].split()
    if row["languages"]:
        entry["languages"] = [demand("language", code, where) for code in row["languages"].split()]
    entry["purpose"] = row["purpose"]
    entry["good_for"] = row["good_for"].split(", ")
    if row["released"]:
        entry["released"] = demand("month", row["released"], where)
    if row["not_before"]:
        entry["not_before"] = demand("month", row["not_before"], where)
    if row["architecture"] in running:
        entry["runs"] = True
    shape = {key: int(row[key]) for key in SHAPE if row[key]}
    if shape:
        entry["shape"] = shape
    entry["sources"] = row["sources"].split()
    if not files:
        sys.exit(f"{where}: no file in files.tsv")
    entry["files"] = files
    return entry


def file_of(row, sources):
    where = f"{row['id']}: {row['file']}"
    if row["source"] not in sources:
        sys.exit(f"{where}: source {row['source']!r} is not in sources.tsv")
    file = {"repository": demand("repository", row["repository"], where)}
    if row["revision"]:
        file["revision"] = demand("revision", row["revision"], where)
    file["file"] = demand("file", row["file"], where)
    file["quantization"] = demand("quantization", row["quantization"], where)
    file["bytes"] = int(row["bytes"])
    if row["exact"]:
        file["exact"] = True
    if row["sha256"]:
        file["sha256"] = demand("sha256", row["sha256"], where)
    file["source"] = row["source"]
    return file


def catalogue():
    sources = table("sources.tsv")
    keys = {source["key"] for source in sources}
    files = {}
    for row in table("files.tsv"):
        files.setdefault(row["id"], []).append(file_of(row, keys))
    rows = table("models.tsv")
    ids = [row["id"] for row in rows]
    if len(set(ids)) != len(ids) or set(files) != set(ids):
        sys.exit(f"ids that are there twice, or in one table alone: {set(files) ^ set(ids)}")
    licences, running = known_licences(), architectures_that_run()
    models = [model(row, files[row["id"]], licences, running, keys) for row in rows]
    # A model a line, so that a change is a line of a diff.
    lines = [json.dumps(entry, ensure_ascii=False) for entry in models]
    head = json.dumps({"format": 1, "serial": SERIAL, "made": DATE, "sources": sources}, ensure_ascii=False)
    return head[:-1] + ', "models": [\n' + ",\n".join(lines) + "\n]}\n"


def main():
    made = catalogue()
    target = HERE / "catalogue.json"
    if "--check" in sys.argv[1:]:
        if target.read_text(encoding="utf-8") != made:
            sys.exit("catalogue.json is not what the tables give: run make_catalogue.py and sign it")
        return
    target.write_text(made, encoding="utf-8")


main()
