#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the fixtures of the tokenizer tests.

usage: make_tokenizer_fixtures.py MODEL.gguf OUT_DIR LLAMA_TOKENIZE [ARG...]

MODEL.gguf is SmolLM2-135M-Instruct (its vocabulary is Apache-2.0); LLAMA_TOKENIZE with its leading arguments is
llama.cpp's program of that name. Needs the Python packages gguf and tokenizers.

texts.json                  the texts all other fixtures are about
words.json                  per pre-tokenizer and text: lengths of the words in bytes, from `tokenizers`
small_vocabulary.json       the special tokens, the bytes and the results of the first merges of the model
small_ids.json              per text: ids of `tokenizers`' BPE over the small vocabulary, by two pre-tokenizers
smollm2_ids.json            per text: ids from llama.cpp with the whole model; "special": control tokens recognised
"""
import json
import pathlib
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from gguf import GGUFReader
from tokenizers import Regex, Tokenizer, models, pre_tokenizers

from tokenizer_texts import texts

SMALL_MERGES = 3000

C = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
T = r"\s*[\r\n]+|\s+(?!\S)|\s+"
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
UPPER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
LEAD = r"[^\r\n\p{L}\p{N}]?"
HAN = r"[\x{0800}-\x{9FA5}\x{AC00}-\x{D7FF}]+"
BLOOM = r" ?[^(\s|.,!?\x{2026}\x{3002}\x{FF0C}\x{3001}\x{0964}\x{06D4}\x{060C})]+"

CASED = (
    r"\x{0041}-\x{005A}\x{0061}-\x{007A}\x{00B5}\x{00C0}-\x{00D6}\x{00D8}-\x{00F6}\x{00F8}-\x{01BA}"
    r"\x{01BC}-\x{01BF}\x{01C4}-\x{0293}\x{0295}-\x{02AF}\x{0370}-\x{0373}\x{0376}\x{0377}\x{037B}-\x{037D}"
    r"\x{037F}\x{0386}\x{0388}-\x{038A}\x{038C}\x{038E}-\x{03A1}\x{03A3}-\x{03F5}\x{03F7}-\x{0481}"
    r"\x{048A}-\x{052F}\x{0531}-\x{0556}\x{10A0}-\x{10C5}\x{13A0}-\x{13F5}\x{13F8}-\x{13FD}\x{1C90}-\x{1CBA}"
    r"\x{1CBD}-\x{1CBF}\x{1D00}-\x{1D2B}\x{1D6B}-\x{1D77}\x{1D79}-\x{1D9A}\x{1E00}-\x{1F15}\x{1F18}-\x{1F1D}"
    r"\x{1F20}-\x{1F45}\x{1F48}-\x{1F4D}\x{1F50}-\x{1F57}\x{1F59}\x{1F5B}\x{1F5D}\x{1F5F}-\x{1F7D}"
    r"\x{1F80}-\x{1FB4}\x{1FB6}-\x{1FBC}\x{1FBE}\x{1FC2}-\x{1FC4}\x{1FC6}-\x{1FCC}\x{1FD0}-\x{1FD3}"
    r"\x{1FD6}-\x{1FDB}\x{1FE0}-\x{1FEC}\x{1FF2}-\x{1FF4}\x{1FF6}-\x{1FFC}\x{2102}\x{2107}\x{210A}-\x{2113}"
    r"\x{2115}\x{2119}-\x{211D}\x{2124}\x{2126}\x{2128}\x{212A}-\x{212D}\x{212F}-\x{2134}\x{2139}\x{213C}-\x{213F}"
    r"\x{2145}-\x{2149}\x{214E}\x{2183}\x{2184}\x{2C00}-\x{2C7B}\x{2C7E}-\x{2CE4}\x{2CEB}-\x{2CEE}\x{2CF2}\x{2CF3}"
    r"\x{A640}-\x{A66D}\x{A680}-\x{A69B}\x{A722}-\x{A76F}\x{A771}-\x{A787}\x{A78B}-\x{A78E}\x{AB70}-\x{ABBF}"
    r"\x{FB00}-\x{FB06}\x{FB13}-\x{FB17}\x{FF21}-\x{FF3A}\x{FF41}-\x{FF5A}\x{10400}-\x{1044F}\x{104B0}-\x{104D3}"
    r"\x{104D8}-\x{104FB}\x{10C80}-\x{10CB2}\x{10CC0}-\x{10CF2}\x{118A0}-\x{118DF}\x{1E900}-\x{1E943}"
)
OTHERS = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|"

# Patterns as the model families publish them in their tokenizer files; stages run one after the other.
PATTERNS = {
    "gpt-2": [GPT2],
    "smollm": [r"\p{N}", GPT2],
    "llama-bpe": [C + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + T],
    "qwen2": [C + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + T],
    "qwen35": [C + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|" + T],
    "tekken": [f"{LEAD}{UPPER}*{LOWER}+|{LEAD}{UPPER}+{LOWER}*" + r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + T],
    "gpt-4o": [f"{LEAD}{UPPER}*{LOWER}+{C}?|{LEAD}{UPPER}+{LOWER}*{C}?" + r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + T],
    "seed-coder": [C + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|" + T],
    "ufakzeka": [r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + OTHERS + T],
    "minicpm5": [r"\p{N}{1,3}", C + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+" + OTHERS + T],
    "laguna": [r"[^\n]+|[\n]+", C + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}" + OTHERS + T],
    "exaone-moe": [C + r"|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?"
                   r"|\s*[\r\n]|\s+(?!\S)|\s+"],
    "bailingmoe": [r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]"
                   r"|\s+(?!\S)|\s+"],
    "kimi-k2": [r"[\p{Han}]+"
                rf"|{LEAD}[\p{{Lu}}\p{{Lt}}\p{{Lm}}\p{{Lo}}\p{{M}}&&[^\p{{Han}}]]*[\p{{Ll}}\p{{Lm}}\p{{Lo}}\p{{M}}&&[^\p{{Han}}]]+{C}?"
                rf"|{LEAD}[\p{{Lu}}\p{{Lt}}\p{{Lm}}\p{{Lo}}\p{{M}}&&[^\p{{Han}}]]+[\p{{Ll}}\p{{Lm}}\p{{Lo}}\p{{M}}&&[^\p{{Han}}]]*{C}?"
                r"|\p{N}{1,3}" + OTHERS + T],
    "tiny_aya": [r"\d{1,3}(?=(?:\d{3})*\b)",
                 f"{LEAD}{UPPER}*{LOWER}+{C}?|{LEAD}{UPPER}+{LOWER}*{C}?" + r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + T],
    "superbpe": [r"\p{N}+", r"(?=(\d{3})+(?!\d))"],
    "youtu": [r"[\x{AC00}-\x{D7A3}\x{3131}-\x{318E}]+"
              r"|[\x{FF01}\x{2026}\x{201C}\x{201D}\x{2018}\x{2019}\x{2014}\x{FF1A}\x{FF1B}\x{FF0C}\x{3001}-\x{303F}"
              r"\x{FE30}-\x{FE4F}]+|[\x{3105}-\x{312F}]+|[\x{4E00}-\x{9FA5}\x{3040}-\x{309F}\x{30A0}-\x{30FF}]+",
              f"{LEAD}{UPPER}*{LOWER}+{C}?|{LEAD}{UPPER}+{LOWER}*{C}?" + r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + T],
    "deepseek-llm": [r"[\r\n]", r"\s?[" + CASED + r"]+",
                     r"\s?[!-/:-~\x{FF01}-\x{FF0F}\x{FF1A}-\x{FF5E}\x{2018}-\x{201F}\x{3000}-\x{3002}]+", r"\s+$", HAN,
                     r"\p{N}+"],
    "deepseek-coder": [r"[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", HAN, r"\p{N}"],
    "deepseek-v3": [r"\p{N}{1,3}", r"[\x{4E00}-\x{9FA5}\x{3040}-\x{309F}\x{30A0}-\x{30FF}]+",
                    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
                    r"| ?[\p{P}\p{S}]+[\r\n]*|" + T],
    "falcon": [r"[\p{P}\$\+<=>\^~\|`]+", GPT2, r"[0-9][0-9][0-9]"],
    "bloom": [BLOOM],
    "viking": [BLOOM, r"\p{N}"],
    "default": [r"[\p{P}\$\+<=>\^~\|]+", GPT2, r"\p{N}+", r"[0-9][0-9][0-9]"],
}

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def compact(lengths):
    """One character for a length below 62, else the number in parentheses."""
    return "".join(DIGITS[n] if n < len(DIGITS) else f"({n})" for n in lengths)


def splitter(patterns):
    return pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(p), "isolated") for p in patterns])


def words(patterns, all_texts):
    split = splitter(patterns)
    return [compact(len(w.encode()) for w, _ in split.pre_tokenize_str(t)) if t else "" for t in all_texts]


def small_vocabulary(model_path):
    reader = GGUFReader(model_path)
    value = lambda key: reader.fields["tokenizer.ggml." + key].contents()
    tokens, kinds, merges = value("tokens"), value("token_type"), value("merges")[:SMALL_MERGES]
    wanted = {"".join(m.split(" ")) for m in merges} | {p for m in merges for p in m.split(" ")}
    ids = [i for i, t in enumerate(tokens) if kinds[i] != 1 or len(t) == 1 or t in wanted]
    return {"tokens": [tokens[i] for i in ids], "control": sum(1 for i in ids if kinds[i] == 3), "merges": merges}


def small_ids(vocabulary, patterns, all_texts, ignore_merges):
    vocab = {t: i for i, t in enumerate(vocabulary["tokens"])}
    merges = [tuple(m.split(" ")) for m in vocabulary["merges"]]
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges, ignore_merges=ignore_merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [splitter(patterns), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    return [tokenizer.encode(t).ids if t else [] for t in all_texts]


def llama_ids(command, model_path, text, *options):
    if not text:
        return []
    with tempfile.NamedTemporaryFile("wb", suffix=".txt", dir="/tmp") as f:
        f.write(text.encode())
        f.flush()
        out = subprocess.run([*command, "-m", model_path, "-f", f.name, "--ids", "--no-bos", "--no-escape",
                              "--log-disable", *options], capture_output=True, check=True)
    return json.loads(out.stdout.decode().strip().splitlines()[-1])


def dump(path, value):
    rows = value if isinstance(value, list) else None
    with open(path, "w", encoding="utf-8") as f:
        if rows is not None:
            f.write("[\n" + ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows) + "\n]\n")
        else:
            f.write("{\n" + ",\n".join(json.dumps(k) + ":" + json.dumps(v, separators=(",", ":"))
                                      for k, v in value.items()) + "\n}\n")


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    model_path, out, command = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    all_texts = texts()
    dump(out / "texts.json", all_texts)
    dump(out / "words.json", {name: words(patterns, all_texts) for name, patterns in PATTERNS.items()})
    vocabulary = small_vocabulary(model_path)
    dump(out / "small_vocabulary.json", vocabulary)
    dump(out / "small_ids.json", {
        "smollm": small_ids(vocabulary, PATTERNS["smollm"], all_texts, ignore_merges=False),
        "llama-bpe": small_ids(vocabulary, PATTERNS["llama-bpe"], all_texts, ignore_merges=True),
    })
    with ThreadPoolExecutor(2) as pool:
        plain = list(pool.map(lambda t: llama_ids(command, model_path, t, "--no-parse-special"), all_texts))
        special = list(pool.map(lambda t: llama_ids(command, model_path, t), all_texts))
    dump(out / "smollm2_ids.json", {"plain": plain, "special": {
        str(i): ids for i, (ids, other) in enumerate(zip(special, plain)) if ids != other}})


if __name__ == "__main__":
    main()
