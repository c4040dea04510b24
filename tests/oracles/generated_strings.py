# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strings over all scripts, emoji sequences, controls, white space and long runs, for comparing tokenizers.

strings(count, seed) gives the same list each time. All are valid UTF-8; none holds the separator of tokenizer_schemes.
"""
import random
import unicodedata

import tokenizer_texts

# One range per block of letters and signs that people write in, and the odd corners of the code space.
BLOCKS = [
    (0x20, 0x7E), (0xA0, 0x17F), (0x180, 0x24F), (0x250, 0x2FF), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F),
    (0x530, 0x58F), (0x590, 0x5FF), (0x600, 0x6FF), (0x700, 0x7BF), (0x900, 0x97F), (0x980, 0x9FF), (0xA00, 0xA7F),
    (0xB80, 0xBFF), (0xC00, 0xC7F), (0xD00, 0xD7F), (0xE00, 0xE7F), (0xE80, 0xEFF), (0xF00, 0xFFF), (0x1000, 0x109F),
    (0x10A0, 0x10FF), (0x1100, 0x11FF), (0x1200, 0x137F), (0x13A0, 0x13FF), (0x1680, 0x169F), (0x1780, 0x17FF),
    (0x1800, 0x18AF), (0x1C80, 0x1CBF), (0x1D00, 0x1DBF), (0x1E00, 0x1EFF), (0x1F00, 0x1FFF), (0x2000, 0x206F),
    (0x2070, 0x20CF), (0x20D0, 0x20FF), (0x2100, 0x218F), (0x2190, 0x23FF), (0x2460, 0x24FF), (0x2500, 0x27BF),
    (0x2C00, 0x2C5F), (0x2E80, 0x303F), (0x3040, 0x30FF), (0x3100, 0x31BF), (0x3200, 0x33FF), (0x3400, 0x3500),
    (0x4E00, 0x9FFF), (0xA640, 0xA69F), (0xA720, 0xA7FF), (0xAB30, 0xABBF), (0xAC00, 0xD7A3), (0xE000, 0xE0FF),
    (0xF900, 0xFAFF), (0xFB00, 0xFB4F), (0xFB50, 0xFDFF), (0xFE00, 0xFE6F), (0xFE70, 0xFEFF), (0xFF00, 0xFFEF),
    (0x10000, 0x1007F), (0x10400, 0x104FF), (0x1D400, 0x1D7FF), (0x1F1E6, 0x1F1FF), (0x1F300, 0x1F64F),
    (0x1F680, 0x1F6FF), (0x1F900, 0x1FAFF), (0x20000, 0x200FF), (0x2F800, 0x2FA1F), (0xE0020, 0xE007F),
]
CONTROLS = [chr(c) for c in list(range(0, 32)) + list(range(0x7F, 0xA0))] + list("\u200b\u200c\u200d\u200e\u2028\u2029\u2060\ufeff\ufffd")
SPACES = list(" \t\n\r\u00a0\u3000\u2003\u2009\u1680\u0085\u000b\u000c\u2581")
RUNS = ["a", " ", "\n", "\U0001f600", "\u4e2d", "1", ".", "\u0301", "\U0003abcd", "e\u0301", "ab ", "\u2581", "\r\n", "'s", "A"]



def character(rng, block=None):
    low, high = block or rng.choice(BLOCKS)
    while True:
        c = chr(rng.randint(low, high))
        if unicodedata.category(c) != "Cn" or rng.random() < 0.1:
            return c


def word(rng, blocks):
    block = rng.choice(blocks)
    return "".join(character(rng, block) for _ in range(rng.randint(1, 8)))


def emoji(rng):
    parts = [character(rng, rng.choice([(0x1F300, 0x1F64F), (0x1F900, 0x1FAFF)])) for _ in range(rng.randint(1, 4))]
    return rng.choice(["\u200d", "\ufe0f", "", "\U0001f3fd"]).join(parts)


def one(rng):
    kind = rng.random()
    if kind < 0.35:  # words of one to three scripts
        blocks = rng.sample(BLOCKS, rng.randint(1, 3)) + [(0x61, 0x7A)]
        return rng.choice([" ", " ", "  ", "\n", ", "]).join(word(rng, blocks) for _ in range(rng.randint(1, 6)))
    if kind < 0.6:  # pieces of real text, cut anywhere
        text = rng.choice(tokenizer_texts.SENTENCES + tokenizer_texts.CODE + tokenizer_texts.NUMBERS +
                          tokenizer_texts.EMOJI)
        start = rng.randint(0, max(0, len(text) - 1))
        return text[start:start + rng.randint(1, 40)]
    if kind < 0.75:  # neighbours that nobody would write on purpose
        chosen = rng.sample(tokenizer_texts.ALPHABETS, rng.randint(2, 6))
        return "".join(rng.choice(rng.choice(chosen)) for _ in range(rng.randint(1, 30)))
    if kind < 0.85:
        return "".join(rng.choice(SPACES + ["a", "B", "1", "."]) for _ in range(rng.randint(1, 20)))
    if kind < 0.9:
        return "".join(rng.choice(CONTROLS + ["x"]) for _ in range(rng.randint(1, 10)))
    if kind < 0.95:
        return " ".join(emoji(rng) for _ in range(rng.randint(1, 4)))
    if kind < 0.99:
        return rng.choice(RUNS) * rng.randint(1, 200)
    return "".join(character(rng) for _ in range(rng.randint(1, 60)))


def strings(count, seed):
    rng = random.Random(seed)
    return [one(rng) for _ in range(count)]


def long_runs():
    """40,000 characters of one kind each."""
    return [(unit * 40000)[:40000] for unit in RUNS]
