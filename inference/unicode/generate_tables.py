#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes unicode_tables.inc: general categories, White_Space, case mappings, canonical decompositions and combining classes.

usage: generate_tables.py > unicode_tables.inc

The data come from Python's unicodedata; the Unicode version is that of the interpreter and stands in the output.
Python 3.13 gives Unicode 15.1. The numbers of the categories are those of unicode.h.
"""
import sys
import unicodedata

CATEGORIES = {"Lu": 1, "Ll": 2, "Lt": 3, "Lm": 4, "Lo": 5, "M": 6, "N": 7, "P": 8, "S": 9}
WHITE_SPACE = 10
LIMIT = 0x110000


def category(cp):
    c = chr(cp)
    kind = unicodedata.category(c)
    # White_Space is every separator and the controls TAB to CR and NEL (PropList.txt).
    if kind[0] == "Z" or 0x09 <= cp <= 0x0D or cp == 0x85:
        return WHITE_SPACE
    return CATEGORIES.get(kind) or CATEGORIES.get(kind[0], 0)


def emit(name, kind, rows, per_line):
    print(f"inline constexpr {kind} {name}[] = {{")
    for i in range(0, len(rows), per_line):
        print("    " + ", ".join(rows[i:i + per_line]) + ",")
    print("};")


def case_ranges(mapping):
    """Runs of code points at one distance (1, or 2 for alternating cases) that move by the same amount."""
    singles = sorted((cp, ord(to)) for cp, to in mapping.items() if len(to) == 1)
    runs = []
    for cp, to in singles:
        delta = to - cp
        if runs:
            first, last, step, run_delta = runs[-1]
            gap = cp - last
            if run_delta == delta and gap <= 2 and (step in (0, gap)):
                runs[-1] = (first, cp, gap, delta)
                continue
        runs.append((cp, cp, 0, delta))
    return [f"{{0x{f:X}, 0x{l:X}, {s or 1}, {d}}}" for f, l, s, d in runs]


def case_specials(mapping):
    rows = []
    for cp, to in sorted(mapping.items()):
        if len(to) > 1:
            padded = [ord(c) for c in to] + [0] * (3 - len(to))
            rows.append("{0x%X, {0x%X, 0x%X, 0x%X}}" % (cp, *padded))
    return rows


def runs(value_of):
    """{first, last, value} for runs of code points with one value that counts."""
    rows = []
    for cp in range(LIMIT):
        value = value_of(chr(cp))
        if not value:
            continue
        if rows and rows[-1][1] == cp - 1 and rows[-1][2] == value:
            rows[-1][1] = cp
        else:
            rows.append([cp, cp, value])
    return [f"{{0x{first:X}, 0x{last:X}, {value}}}" for first, last, value in rows]


def decompositions():
    """One step of the canonical decomposition; what comes out may decompose again. Hangul goes by rule."""
    rows = []
    for cp in range(LIMIT):
        text = unicodedata.decomposition(chr(cp))
        if text and not text.startswith("<"):
            parts = text.split() + ["0"]
            rows.append(f"{{0x{cp:X}, 0x{parts[0]}, 0x{parts[1]}}}")
    return rows


def compositions():
    """Canonical composites by their two parts, without those that composition leaves apart (CompositionExclusions.txt)."""
    rows = []
    for cp in range(LIMIT):
        parts = unicodedata.decomposition(chr(cp)).split()
        if len(parts) == 2 and not parts[0].startswith("<") and unicodedata.normalize("NFC", chr(cp)) == chr(cp):
            rows.append((int(parts[0], 16), int(parts[1], 16), cp))
    return [f"{{0x{first:X}, 0x{second:X}, 0x{cp:X}}}" for first, second, cp in sorted(rows)]


def main():
    # REUSE-IgnoreStart
    print("// SPDX-FileCopyrightText: 1991-2023 Unicode, Inc.")
    print("// SPDX-License-Identifier: Unicode-3.0")
    # REUSE-IgnoreEnd
    print("//")
    print(f"// Written by generate_tables.py from Unicode {unicodedata.unidata_version}; do not edit.")
    print(f'inline constexpr std::string_view tableVersion = "{unicodedata.unidata_version}";')

    starts = []
    previous = None
    for cp in range(LIMIT):
        c = category(cp)
        if c != previous:
            starts.append(f"0x{(cp << 4) | c:X}")
            previous = c
    print("// Start of a range << 4 | category; a range ends where the next begins.")
    emit("categoryStarts", "std::uint32_t", starts, 14)

    for name, change in (("upper", str.upper), ("lower", str.lower), ("title", str.title)):
        mapping = {}
        for cp in range(LIMIT):
            if 0xD800 <= cp <= 0xDFFF:
                continue
            to = change(chr(cp))
            # Title case is looked up first and falls back to upper case.
            if to != (chr(cp).upper() if name == "title" else chr(cp)):
                mapping[cp] = to
        emit(f"{name}Ranges", "CaseRange", case_ranges(mapping), 6)
        emit(f"{name}Specials", "CaseSpecial", case_specials(mapping), 5)

    print("// A decomposition's second code point, or 0.")
    emit("decompositions", "Decomposition", decompositions(), 6)
    print("// Sorted by both parts.")
    emit("compositions", "Composition", compositions(), 6)
    emit("combiningClasses", "ClassRange", runs(unicodedata.combining), 8)
    print("// What is assigned within Other: controls, formats, private use, surrogates.")
    emit("assignedOthers", "ClassRange", runs(lambda c: int(unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs"))), 8)
    print("// Nd within Number.")
    emit("decimalDigits", "ClassRange", runs(lambda c: int(unicodedata.category(c) == "Nd")), 8)
    print("// Mn within Mark.")
    emit("nonSpacingMarks", "ClassRange", runs(lambda c: int(unicodedata.category(c) == "Mn")), 8)


if __name__ == "__main__":
    sys.exit(main())
