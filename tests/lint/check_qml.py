# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""check_qml.py [ROOT]: rules of the window that qmllint does not know.

- Text that a model or a document wrote must never be read as markup: rich text formats are not used at all, and every Text or
  Label says textFormat: Text.PlainText (its default guesses from the content).
- One look: Controls.Basic alone, syntax highlighting and everything else from C++ types of the tree.
- Delegates see only what they name: ComponentBehavior: Bound wherever there is a delegate or an inline component.
`--self-test` plants violations and expects each of them to be found.
"""
import pathlib
import re
import sys
import tempfile

import tree

# Qt.labs.qmlmodels holds DelegateChooser, which Qt 6.9 moves to QtQml.Models: one delegate for each kind of block, without a
# Loader around every row.
IMPORTS = re.compile(r"QtQuick|QtQuick\.(Window|Layouts|Shapes|Templates|Controls\.Basic|Controls\.impl|Dialogs|Effects)|"
                     r"QtQml(\.Models)?|Qt\.labs\.qmlmodels|QtCore|QtTest|Carrel(\.\w+)*")
RICH = re.compile(r"\b(StyledText|RichText|MarkdownText|AutoText)\b")
COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?\*/', re.S)
OBJECT = re.compile(r"\b(Text|Label|Controls\.Label)\s*\{")


def body(text, opening):
    """The text of the object whose brace stands at `opening`, without its children's bodies."""
    depth, own = 0, []
    for character in text[opening:]:
        if character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                break
        elif depth == 1:
            own.append(character)
    return "".join(own)


def check_file(path, raw):
    text = COMMENT.sub(lambda match: match.group(1) or re.sub(r"[^\n]", " ", match.group(0)), raw)

    def at(position):
        return f"{path}:{text.count(chr(10), 0, position) + 1}"

    for match in re.finditer(r"^\s*import\s+([A-Za-z]\S*)", text, re.M):
        if not IMPORTS.fullmatch(match.group(1)):
            yield f"{at(match.start(1))}: import {match.group(1)} is not one of the window's"
    for match in RICH.finditer(text):
        yield f"{at(match.start())}: {match.group(1)}: markup is never read from text"
    for match in OBJECT.finditer(text):
        if "textFormat" not in body(text, match.end() - 1):
            yield f"{at(match.start())}: {match.group(1)} without textFormat: Text.PlainText"
    if re.search(r"\bdelegate\s*:|^\s*component\s+\w+\s*:", text, re.M) and not re.search(
            r"^pragma ComponentBehavior: Bound$", text, re.M):
        yield f"{path}:1: has a delegate or an inline component but no `pragma ComponentBehavior: Bound`"
    for match in re.finditer(r"\bproperty\s+var\b", text):
        yield f"{at(match.start())}: property var: name the type"


def check(root):
    paths = [path for path in tree.files(root) if path.suffix == ".qml" and path.parts[0] in ("ui", "tests")]
    findings = [finding for path in paths
                for finding in check_file(path, (pathlib.Path(root) / path).read_text(encoding="utf-8"))]
    return findings, len(paths)


def self_test():
    planted = {
        "import QtQuick.Controls\nItem {}": "import QtQuick.Controls",
        "import org.kde.syntaxhighlighting\nItem {}": "import org.kde.syntaxhighlighting",
        "import Qt5Compat.GraphicalEffects\nItem {}": "import Qt5Compat",
        "Text { textFormat: Text.StyledText }": "StyledText",
        "Item { Text { text: 'a' } }": "Text without textFormat",
        "Item { Label { Item { property int textFormat } } }": "Label without textFormat",
        "ListView { delegate: Item {} }": "ComponentBehavior",
        "Item { property var thing }": "property var",
    }
    clean = ("pragma ComponentBehavior: Bound\nimport QtQuick\nimport QtQuick.Controls.Basic\nimport Carrel.Style\n"
             "// RichText is not used: it reads markup.\nListView { delegate: Text { textFormat: Text.PlainText } }\n")
    failures = []

    def found_in(text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "ui", "chat", "A.qml")
            path.parent.mkdir(parents=True)
            path.write_text(text)
            return check(folder)[0]

    for text, expected in planted.items():
        findings = found_in(text)
        if len(findings) != 1 or expected not in findings[0]:
            failures.append(f"planted {text!r}: expected '{expected}', found {findings}")
    if findings := found_in(clean):
        failures.append(f"nothing planted, but found {findings}")
    tree.report("check_qml self-test", failures, len(planted) + 1)


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    tree.report("check_qml", *check(sys.argv[1] if len(sys.argv) > 1 else "."))
