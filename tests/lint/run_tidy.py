# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""run_tidy.py BUILD STAMPS [--all] [--jobs N] [PATH...]

clang-tidy over the sources named in BUILD/compile_commands.json. A file that was clean is not read again until its text, a
header of the tree that it includes, its compile command or the configuration changes: STAMPS keeps one empty file per clean
key. --all reads everything. CARREL_CLANG_TIDY names another clang-tidy: from version 21 on it leaves system headers out, and
takes a third of the time.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

TIDY = os.environ.get("CARREL_CLANG_TIDY", "clang-tidy-19")
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)


def closure(root, path, seen):
    """`path` and every file of the tree that it includes, directly or not."""
    if path in seen:
        return
    seen[path] = path.read_bytes()
    for name in INCLUDE.findall(seen[path].decode("utf-8", errors="replace")):
        included = root / name
        if included.is_file():
            closure(root, included, seen)


def key(root, path, command, configuration):
    seen = {}
    closure(root, path, seen)
    digest = hashlib.sha256(configuration + command.encode())
    for name in sorted(seen):
        digest.update(str(name.relative_to(root)).encode() + b"\0" + seen[name])
    return digest.hexdigest()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("stamps", type=pathlib.Path)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("paths", nargs="*")
    arguments = parser.parse_args()
    root = pathlib.Path.cwd()
    arguments.stamps.mkdir(parents=True, exist_ok=True)
    configuration = (root / ".clang-tidy").read_bytes() + subprocess.run([TIDY, "--version"], capture_output=True).stdout

    work = {}
    for entry in json.loads((arguments.build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        if not path.is_relative_to(root) or path.is_relative_to(arguments.build.resolve()) or path.suffix != ".cpp":
            continue
        if arguments.paths and not any(path.is_relative_to(root / name) for name in arguments.paths):
            continue
        work.setdefault(path, entry["command"])
    keys = {path: key(root, path, command, configuration) for path, command in work.items()}
    todo = sorted(path for path in work if arguments.all or not (arguments.stamps / keys[path]).exists())
    print(f"clang-tidy: {len(todo)} of {len(work)} files to read", flush=True)

    def tidy(path):
        return subprocess.run([TIDY, "-p", str(arguments.build), "--quiet", str(path)], capture_output=True, text=True)

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for number, (path, result) in enumerate(zip(todo, pool.map(tidy, todo)), 1):
            if result.returncode == 0:
                (arguments.stamps / keys[path]).touch()
            else:
                failed += 1
                print(result.stdout.strip() or result.stderr.strip(), flush=True)
            if number % 20 == 0:
                print(f"clang-tidy: {number}/{len(todo)}", flush=True)
    print(f"clang-tidy: {failed} of {len(todo)} files with findings")
    sys.exit(1 if failed else 0)


main()
