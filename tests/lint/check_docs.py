# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""check_docs.py [ROOT]: what the documents say of the tree is so.

- Every path of the tree that README, ARCHITECTURE and CONTRIBUTING name exists (`{a,b}` and `*` are expanded).
- Every `./dev` command they name exists, and README names every command that there is.
- CMake's version heads the metainfo's releases; its other releases are the changelog's; the changelog starts with Unreleased.
`--self-test` plants violations and expects each of them to be found.
"""
import pathlib
import re
import sys
import tempfile
import xml.etree.ElementTree

import tree

DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")
# Of these, what a build or a run makes is not in the tree.
MADE = ("build", "out")


def expand(name):
    """The names that `name` stands for, with each {a,b} replaced by its parts."""
    match = re.search(r"\{([^{}]*)\}", name)
    if not match:
        return [name]
    return [one for part in match.group(1).split(",")
            for one in expand(name[:match.start()] + part.strip() + name[match.end():])]


def named_paths(text, top):
    """(line, path) of every code span or link that names something in a folder or file at the top of the tree."""
    for number, line in enumerate(text.splitlines(), 1):
        for span in re.findall(r"`([^`\s]+)`", line) + re.findall(r"\]\((?!https?:|#)([^)\s]+)\)", line):
            for name in expand(span):
                first = name.split("/")[0]
                if (first in top and ("/" in name or "." in name)) or name.endswith(".md"):
                    yield number, name.rstrip("/")


def check(root):
    root = pathlib.Path(root)
    findings, checked = [], 0
    top = {path.parts[0] for path in tree.files(root)} - set(MADE)
    script = (root / "dev").read_text()
    commands = set(re.findall(r"^    ([a-z]+)(?: \|[^)]*)?\) ", script.split("\ncase $command in")[-1], re.M))
    for document in DOCUMENTS:
        text = (root / document).read_text()
        checked += 1
        for number, name in named_paths(text, top):
            if not any(root.glob(name)):
                findings.append(f"{document}:{number}: {name} does not exist")
        for number, line in enumerate(text.splitlines(), 1):
            for command in re.findall(r"\./dev ([a-z]+)", line):
                if command not in commands:
                    findings.append(f"{document}:{number}: ./dev has no command '{command}'")
    readme = (root / "README.md").read_text()
    for command in sorted(commands - {"help"}):
        if not re.search(rf"\./dev {command}\b", readme):
            findings.append(f"README.md:1: does not name ./dev {command}")

    version = re.search(r"project\(carrel VERSION ([\d.]+)", (root / "CMakeLists.txt").read_text()).group(1)
    metainfo = next((root / "packaging").glob("*.metainfo.xml"))
    releases = [(release.get("version"), release.get("type", "stable"))
                for release in xml.etree.ElementTree.parse(metainfo).getroot().iter("release")]
    headings = re.findall(r"^## (.+)$", (root / "CHANGELOG.md").read_text(), re.M)
    released = [re.match(r"[\d.]+", heading).group(0) for heading in headings[1:]]
    if not headings or headings[0] != "Unreleased":
        findings.append("CHANGELOG.md:1: the first heading is not Unreleased")
    if not releases or releases[0][0] != version:
        findings.append(f"{metainfo.relative_to(root)}:1: the newest release is not {version}, CMake's version")
    if [name for name, kind in releases if kind == "stable"] != released:
        findings.append(f"{metainfo.relative_to(root)}:1: releases differ from the changelog's {released}")
    return findings, checked + 3


def self_test():
    good = {
        "CMakeLists.txt": "project(carrel VERSION 1.1.0 LANGUAGES CXX)",
        "CHANGELOG.md": "# Changelog\n## Unreleased\n- x\n## 1.0.0 (2026-01-01)\n",
        "packaging/a.metainfo.xml": '<component><releases><release version="1.1.0" type="development"/>'
                                    '<release version="1.0.0"/></releases></component>',
        "dev": "x\ncase $command in\n    run) commandRun ;;\n    help | -h) usage ;;\n    *) ;;\nesac\n",
        "README.md": "`./dev run` and [notes](ARCHITECTURE.md)",
        "ARCHITECTURE.md": "`app/{a,b}.h`, `app/*.h`, `app/` and `std::span`",
        "CONTRIBUTING.md": "see `README.md`",
        "app/a.h": "", "app/b.h": "",
    }
    planted = [
        ("ARCHITECTURE.md", "`app/c.h`", "app/c.h does not exist"),
        ("ARCHITECTURE.md", "`app/{a,d}.h`", "app/d.h does not exist"),
        ("README.md", "`./dev run`, [x](MISSING.md)", "MISSING.md does not exist"),
        ("CONTRIBUTING.md", "`./dev fly`", "no command 'fly'"),
        ("README.md", "nothing", "does not name ./dev run"),
        ("CMakeLists.txt", "project(carrel VERSION 1.2.0)", "newest release is not 1.2.0"),
        ("CHANGELOG.md", "## Unreleased\n", "releases differ"),
        ("CHANGELOG.md", "## 1.1.0\n## 1.0.0", "first heading is not Unreleased"),
    ]
    failures = []
    for name, text, expected in [("", "", None)] + planted:
        with tempfile.TemporaryDirectory() as folder:
            for path, content in (good | ({name: text} if name else {})).items():
                (pathlib.Path(folder) / path).parent.mkdir(exist_ok=True)
                (pathlib.Path(folder) / path).write_text(content)
            findings, _ = check(folder)
        if (expected is None and findings) or (expected and (len(findings) != 1 or expected not in findings[0])):
            failures.append(f"planted in {name or 'nothing'}: expected '{expected}', found {findings}")
    tree.report("check_docs self-test", failures, len(planted) + 1)


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    tree.report("check_docs", *check(sys.argv[1] if len(sys.argv) > 1 else "."))
