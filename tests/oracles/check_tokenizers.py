#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares Carrel's tokenizers with reference implementations, on small vocabularies of every scheme.

usage: check_tokenizers.py compare DRIVER [--scheme NAME]... [--strings N] [--seed S] [--keep FOLDER]
                                   [--llama LLAMA_TOKENIZE [ARG...]]
       check_tokenizers.py fixtures OUT_DIR
       check_tokenizers.py scaling DRIVER [--scheme NAME]...

compare   runs N (100,000) generated strings and the long runs through DRIVER (the program tokenize_driver) and the scheme's
          reference, and prints how many differ, with examples. --llama compares with llama.cpp's program of that name
          too (the last argument: its command with leading arguments).
fixtures  writes the vocabularies, strings and expected ids of tests/inference/tokenizer/fixtures/schemes.json.
scaling   prints nanoseconds per character for runs of 10,000 to 160,000 characters of one kind.

Needs the Python packages gguf, sentencepiece and tokenizers.
"""
import argparse
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time

import generated_strings
import tokenizer_schemes as schemes

FIXTURE_STRINGS = 500


def drive(driver, path, texts, *options):
    data = b"".join(struct.pack("<I", len(b)) + b for b in (t.encode() if isinstance(t, str) else t for t in texts))
    out = subprocess.run([driver, path, *options], input=data, capture_output=True)
    if out.returncode != 0:
        sys.exit(f"{driver} {path}: {out.stderr.decode()}")
    return out.stdout.decode().split("\n")[:-1]


def carrel_ids(driver, path, texts):
    return [[int(i) for i in line.split()] for line in drive(driver, path, texts)]


def llama_ids(command, path, texts, separator, separator_id):
    """Many texts at once, with a control token between them: a text after one is tokenized like a text of its own."""
    ids = []
    for start in range(0, len(texts), 5000):
        chunk = texts[start:start + 5000]
        with tempfile.NamedTemporaryFile("wb", suffix=".txt") as f:
            f.write("".join(t + separator for t in chunk).encode())
            f.flush()
            out = subprocess.run([*command, "-m", path, "-f", f.name, "--ids", "--no-bos", "--no-escape",
                                  "--log-disable"], capture_output=True)
        if out.returncode != 0:
            sys.exit(f"{command}: {out.stderr.decode()[-2000:]}")
        current, got = [], []
        for i in json.loads(out.stdout.decode().strip().splitlines()[-1]):
            if i == separator_id:
                got.append(current)
                current = []
            else:
                current.append(i)
        if len(got) != len(chunk):
            sys.exit(f"{len(got)} texts came back for {len(chunk)}; left over {current[:10]}")
        ids += got
    return ids


def report(name, reference, texts, expected, actual, tokens):
    different = [i for i in range(len(texts)) if expected[i] != actual[i]]
    print(f"{name:24} against {reference:14} {len(texts):7} strings, {len(different)} differ", flush=True)
    for i in sorted(different, key=lambda i: len(texts[i]))[:EXAMPLES]:
        show = lambda ids: " ".join(tokens[t] for t in ids[:24]).encode("unicode_escape").decode()
        print(f"    {ascii(texts[i][:60])}\n      wanted {show(expected[i])}\n      got    {show(actual[i])}")
    return len(different)


def usable_with_llama(text):
    # llama.cpp cuts words with std::regex, whose recursion overflows the stack on long runs.
    return text and "\x00" not in text and len(text) < 20000


def without_special(texts, keys):
    """Texts that do not happen to spell a control token, which the references would recognise."""
    special = [t for t, kind in zip(keys["tokens"], keys["types"]) if kind in (2, 3)]
    return [t for t in texts if not any(s in t for s in special)]


def compare(options):
    worst = 0
    outdated = None
    for name in options.scheme or schemes.names():
        scheme = schemes.make(name)
        texts = generated_strings.strings(options.strings + options.strings // 100, options.seed)
        texts = without_special(texts, scheme.keys)[:options.strings] + generated_strings.long_runs()
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(options.keep or folder, name + ".gguf")
            schemes.write_gguf(path, scheme.keys)
            actual = carrel_ids(options.driver, path, texts)
            expected = [scheme.encode(t) if t else [] for t in texts]
            expected = [e if isinstance(e, list) else e.ids for e in expected]
            if name.startswith("wordpiece"):
                outdated = outdated or schemes.outdated_for_bert()
                kept = [i for i, t in enumerate(texts) if outdated.isdisjoint(t)]
                print(f"{name:24} {len(texts) - len(kept)} strings hold characters that the reference's table is too old for")
                pick = lambda rows: [rows[i] for i in kept]
                texts, expected, actual = pick(texts), pick(expected), pick(actual)
            worst = max(worst, report(name, "its reference", texts, expected, actual, scheme.keys["tokens"]))
            for other, encode in scheme.others.items():
                report(name, other, texts, [encode(t) for t in texts], actual, scheme.keys["tokens"])
            if options.llama:
                chosen = [i for i, t in enumerate(texts) if usable_with_llama(t)]
                separator_id = scheme.keys["tokens"].index(schemes.CONTROL)
                got = llama_ids(options.llama, path, [texts[i] for i in chosen], schemes.CONTROL, separator_id)
                report(name, "llama-tokenize", [texts[i] for i in chosen], got, [actual[i] for i in chosen],
                       scheme.keys["tokens"])
    return worst


def fixtures(options):
    texts = generated_strings.strings(4000, seed=7)
    outdated = schemes.outdated_for_bert()
    texts = [t for t in texts if len(t) <= 20 and outdated.isdisjoint(t)][:FIXTURE_STRINGS]
    out = {"strings": texts, "schemes": {}}
    for name in ("spm", "spm-no-prefix", "gemma4", "unigram-rules", "wordpiece", "wordpiece-cased"):
        scheme = schemes.make(name)
        keys = dict(scheme.keys)
        keys["types"] = "".join(str(t) for t in keys["types"])
        if "scores" in keys:  # whole numbers but in "t5"
            keys["scores"] = [int(x) if x == int(x) else x for x in keys["scores"]]
        if "charsmap" in keys:
            keys["charsmap"] = keys["charsmap"].hex()
        ids = [scheme.encode(t) if t else [] for t in texts]
        out["schemes"][name] = {"keys": keys, "ids": [e if isinstance(e, list) else e.ids for e in ids]}
    path = pathlib.Path(options.out) / "schemes.json"
    path.write_text(json.dumps(out, separators=(",", ":"), ensure_ascii=False).replace("\x7f", "\\u007f") + "\n",
                    encoding="utf-8")
    print(path, path.stat().st_size, "bytes")
    return 0


def scaling(options):
    for name in options.scheme or schemes.names():
        scheme = schemes.make(name)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, name + ".gguf")
            schemes.write_gguf(path, scheme.keys)
            for unit in ("a", "\U0001f600", " ", "\U0003abcd"):
                row = []
                for size in (10000, 40000, 160000):
                    best = min(int(drive(options.driver, path, [unit * size], "--time")[0]) for _ in range(3))
                    row.append(f"{best / size:7.1f}")
                print(f"{name:24} {ascii(unit):14} ns per character at 10k, 40k, 160k: {' '.join(row)}", flush=True)
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("compare")
    one.add_argument("driver")
    one.add_argument("--scheme", action="append")
    one.add_argument("--strings", type=int, default=100000)
    one.add_argument("--seed", type=int, default=20261121)
    one.add_argument("--keep")
    one.add_argument("--examples", type=int, default=5)
    one.add_argument("--llama", nargs=argparse.REMAINDER)
    one.set_defaults(run=compare)
    two = commands.add_parser("fixtures")
    two.add_argument("out")
    two.set_defaults(run=fixtures)
    three = commands.add_parser("scaling")
    three.add_argument("driver")
    three.add_argument("--scheme", action="append")
    three.set_defaults(run=scaling)
    options = parser.parse_args()
    global EXAMPLES
    EXAMPLES = getattr(options, "examples", 5)
    started = time.monotonic()
    different = options.run(options)
    print(f"{time.monotonic() - started:.0f} s")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
