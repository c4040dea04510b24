# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small vocabularies of every tokenizer scheme, each as a GGUF file without weights and as the reference that encodes.

A Scheme has a name, the GGUF keys of its vocabulary, and encode(text) -> ids from the reference: sentencepiece for "llama"
and "t5", tokenizers for the others.
"""
import io
import random
import tempfile
import unicodedata

import sentencepiece
from gguf import GGUFWriter, TokenType
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

import make_tokenizer_fixtures as fixtures
import tokenizer_texts

SPACE = "\u2581"
CONTROL = "<|end_of_turn|>"  # what separates texts when many go to llama-tokenize at once


def corpus(seed=1, lines=3000):
    """Training text: the fixtures' sentences and code, whole and shuffled."""
    rng = random.Random(seed)
    whole = tokenizer_texts.SENTENCES + tokenizer_texts.EMOJI + tokenizer_texts.CODE + tokenizer_texts.NUMBERS
    words = [w for t in whole for w in t.split()]
    out = list(whole) * 3
    for _ in range(lines):
        out.append(" ".join(rng.choice(words) for _ in range(rng.randint(2, 12))))
    return [line for text in out for line in text.split("\n") if line.strip() and "\x00" not in line]


def write_gguf(path, keys):
    writer = GGUFWriter(path, "llama")
    writer.add_context_length(128)
    writer.add_embedding_length(32)
    writer.add_block_count(1)
    writer.add_feed_forward_length(64)
    writer.add_head_count(4)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(8)
    writer.add_vocab_size(len(keys["tokens"]))
    writer.add_tokenizer_model(keys["model"])
    writer.add_token_list(keys["tokens"])
    writer.add_token_types(keys["types"])
    if "pre" in keys:
        writer.add_tokenizer_pre(keys["pre"])
    if "scores" in keys:
        writer.add_token_scores(keys["scores"])
    if "merges" in keys:
        writer.add_token_merges(keys["merges"])
    if keys.get("charsmap"):
        writer.add_precompiled_charsmap(keys["charsmap"])
    for name in ("bos", "eos", "unk", "sep", "pad", "mask"):
        if name in keys:
            getattr(writer, f"add_{name}_token_id")(keys[name])
    for name in ("add_bos_token", "add_eos_token", "add_sep_token", "add_space_prefix", "remove_extra_whitespaces",
                 "normalizer.lowercase", "normalizer.strip_accents", "normalizer.nfc"):
        if name in keys:
            writer.add_bool("tokenizer.ggml." + name, keys[name])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


class Scheme:
    def __init__(self, name, keys, encode, others=None):
        self.name, self.keys, self.encode = name, keys, encode
        self.others = others or {}  # more references: name -> encode


def train_sentencepiece(**options):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(corpus()), model_writer=model, minloglevel=2,
                                             num_threads=1, max_sentence_length=100000, **options)
    return sentencepiece.SentencePieceProcessor(model_proto=model.getvalue()), model.getvalue()


def sentencepiece_keys(processor):
    n = processor.vocab_size()

    def kind(i):
        for test, value in ((processor.is_unknown, TokenType.UNKNOWN), (processor.is_control, TokenType.CONTROL),
                            (processor.is_unused, TokenType.UNUSED), (processor.is_byte, TokenType.BYTE)):
            if test(i):
                return value
        return TokenType.NORMAL

    return {"tokens": [processor.id_to_piece(i) for i in range(n)], "scores": [processor.get_score(i) for i in range(n)],
            "types": [int(kind(i)) for i in range(n)], "bos": 1, "eos": 2, "unk": 0}


def spm(prefix):
    processor, _ = train_sentencepiece(model_type="bpe", vocab_size=1000, byte_fallback=True, character_coverage=0.98,
                                       normalization_rule_name="identity", remove_extra_whitespaces=False,
                                       add_dummy_prefix=prefix, split_digits=True, allow_whitespace_only_pieces=True,
                                       control_symbols=[CONTROL])
    keys = sentencepiece_keys(processor)
    keys.update(model="llama", add_space_prefix=prefix)
    return Scheme("spm" if prefix else "spm-no-prefix", keys, lambda text: processor.encode(text))


def charsmap_of(proto):
    """The precompiled_charsmap of a serialized ModelProto: field 3 (normalizer_spec), in it field 2."""
    def fields(data):
        at = 0

        def varint():
            nonlocal at
            value = shift = 0
            while True:
                byte = data[at]
                at += 1
                value |= (byte & 127) << shift
                shift += 7
                if byte < 128:
                    return value

        while at < len(data):
            tag = varint()
            if tag & 7 == 2:
                size = varint()
                yield tag >> 3, data[at:at + size]
                at += size
            elif tag & 7 == 5:
                at += 4
            elif tag & 7 == 1:
                at += 8
            else:
                varint()

    spec = next(value for number, value in fields(proto) if number == 3)
    return next((value for number, value in fields(spec) if number == 2), b"")


# A normalizer small enough for a fixture: compositions, ligatures, widths, white space, deletions, one long prefix.
RULES = [("e\u0301", "\u00e9"), ("a\u0308", "\u00e4"), ("\ufb01", "fi"), ("\u00bd", "1\u20442"), ("\u3000", " "), ("\u00a0", " "),
         ("\t", " "), ("\n", " "), ("\u2026", "..."), ("\u200b", ""), ("\u00ad", ""), ("\u1100\u1161\u11a8", "\uac01"),
         ("\u1100\u1161", "\uac00"), ("\u00a8", " \u0308"), ("\u00df", "ss"), ("\ufdfa", "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647")]
RULES += [(chr(c), chr(c - 0xFEE0)) for c in range(0xFF01, 0xFF5F)]


def unigram(name, rule=None):
    options = {"normalization_rule_name": rule} if rule else {}
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as tsv:
        if not rule:
            code = lambda text: " ".join(f"{ord(c):X}" for c in text)
            tsv.write("".join(f"{code(a)}\t{code(b)}\n" for a, b in RULES))
            tsv.flush()
            options["normalization_rule_tsv"] = tsv.name
        processor, proto = train_sentencepiece(model_type="unigram", vocab_size=700, hard_vocab_limit=False, pad_id=3,
                                               character_coverage=0.98, control_symbols=[CONTROL], **options)
    keys = sentencepiece_keys(processor)
    keys.update(model="t5", pad=3, add_space_prefix=True, remove_extra_whitespaces=True, charsmap=charsmap_of(proto))
    # Scores are summed as doubles here and as floats in sentencepiece: ways that are equal but for rounding differ.
    doubles = Tokenizer(models.Unigram(list(zip(keys["tokens"], keys["scores"])), unk_id=0))
    return Scheme(name, keys, lambda text: doubles.encode(processor.normalize(text), add_special_tokens=False).ids,
                  {"sentencepiece": lambda text: processor.encode(text)})


def wordpiece(lowercase):
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", CONTROL]
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=None,
                                                      lowercase=lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(corpus(), trainers.WordPieceTrainer(vocab_size=1300, special_tokens=special, limit_alphabet=400,
                                                                      show_progress=False))
    vocab = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    texts = [t if t in special else t[2:] if t.startswith("##") else SPACE + t for t, _ in vocab]
    keys = {"model": "bert", "tokens": texts, "types": [int(TokenType.CONTROL if t in special else TokenType.NORMAL)
                                                       for t, _ in vocab],
            "unk": 1, "bos": 2, "sep": 3, "pad": 0, "mask": 4}
    if not lowercase:
        keys["normalizer.lowercase"] = False
    plain = Tokenizer.from_str(tokenizer.to_str())
    return Scheme("wordpiece" if lowercase else "wordpiece-cased", keys, plain.encode)


def outdated_for_bert():
    """Characters that the reference's table, which is that of Unicode 8, classes otherwise than a newer one does."""
    normalize = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=False, strip_accents=True, lowercase=False)
    cut = pre_tokenizers.BertPreTokenizer()
    out = set()
    for c in map(chr, (c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF)):
        kind = unicodedata.category(c)
        if (kind[0] == "P") != (len(cut.pre_tokenize_str("a" + c + "b")) == 3) and ord(c) >= 0x7F and kind[0] != "Z" \
                or (kind == "Mn") != (normalize.normalize_str("a" + c + "b") == "ab") and kind[0] in "MPS" and c != "\ufffd" \
                or kind == "Cf" and normalize.normalize_str("a" + c + "b") != "ab":
            out.add(c)
    return out


def gemma4():
    """BPE over characters with byte fallback, as tokenizer.json files of this kind describe it."""
    trained = Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    trained.normalizer = normalizers.Replace(" ", SPACE)
    bytes_ = [f"<0x{b:02X}>" for b in range(256)]
    special = ["<pad>", "<eos>", "<bos>", "<unk>", CONTROL]
    trained.pre_tokenizer = pre_tokenizers.Split(Regex(r"[^\n]+|\n+"), "isolated")
    trained.train_from_iterator(corpus() + ["\n\n", "\n\n\n", "\n"] * 50,
                                trainers.BpeTrainer(vocab_size=1250, special_tokens=special + bytes_, limit_alphabet=400,
                                                    show_progress=False))
    import json
    model = json.loads(trained.to_str())["model"]
    vocab, merges = model["vocab"], [tuple(m) for m in model["merges"]]
    reference = Tokenizer(models.BPE(vocab=vocab, merges=merges, byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    reference.normalizer = normalizers.Replace(" ", SPACE)
    reference.pre_tokenizer = pre_tokenizers.Split(Regex(r"[^\n]+|\n+"), "isolated")
    texts = [t for t, _ in sorted(vocab.items(), key=lambda item: item[1])]

    def kind(text):
        if text in special:
            return TokenType.UNKNOWN if text == "<unk>" else TokenType.CONTROL
        return TokenType.BYTE if text in bytes_ else TokenType.NORMAL

    keys = {"model": "gemma4", "tokens": texts, "types": [int(kind(t)) for t in texts], "merges": [" ".join(m) for m in merges], "pad": 0, "eos": 1, "bos": 2, "unk": 3, "add_space_prefix": False}
    return Scheme("gemma4", keys, lambda text: reference.encode(text, add_special_tokens=False))


def byte_alphabet():
    printable = [b for b in range(256) if 33 <= b <= 126 or 161 <= b <= 172 or 174 <= b <= 255]
    rest = [b for b in range(256) if b not in printable]
    return {**{b: chr(b) for b in printable}, **{b: chr(256 + i) for i, b in enumerate(rest)}}


_byte_model = None


def byte_model():
    """Vocabulary and merges of byte-level BPE, the same for every pre-tokenizer."""
    global _byte_model
    if _byte_model is None:
        import json
        trained = Tokenizer(models.BPE())
        trained.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Split(Regex(r"\s+(?!\S)|\s?[^\s]+|\s+"), "isolated"),
             pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
        trained.train_from_iterator(corpus(), trainers.BpeTrainer(
            vocab_size=1500, special_tokens=["<|endoftext|>", CONTROL], show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
        model = json.loads(trained.to_str())["model"]
        _byte_model = model["vocab"], [tuple(m) for m in model["merges"]]
    return _byte_model


def bpe(pre, compose=False):
    vocab, merges = byte_model()
    whole = pre in ("llama-bpe", "tekken", "minicpm5")
    reference = Tokenizer(models.BPE(vocab=vocab, merges=merges, ignore_merges=whole))
    reference.pre_tokenizer = pre_tokenizers.Sequence(
        [fixtures.splitter(fixtures.PATTERNS[pre]), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    texts = [t for t, _ in sorted(vocab.items(), key=lambda item: item[1])]
    if compose:
        reference.normalizer = normalizers.NFC()
    keys = {"model": "gpt2", "pre": pre, "normalizer.nfc": compose, "tokens": texts, "merges": [" ".join(m) for m in merges],
            "types": [int(TokenType.CONTROL if t in ("<|endoftext|>", CONTROL) else TokenType.NORMAL) for t in texts],
            "bos": 0, "eos": 0}
    return Scheme("bpe-" + pre + ("-nfc" if compose else ""), keys, lambda text: reference.encode(text, add_special_tokens=False))


def names():
    return ["spm", "spm-no-prefix", "gemma4", "unigram", "unigram-nfkc_cf", "unigram-rules", "wordpiece", "wordpiece-cased"] + [
        "bpe-" + pre for pre in fixtures.PATTERNS] + ["bpe-qwen2-nfc"]


def make(name):
    if name == "spm":
        return spm(True)
    if name == "spm-no-prefix":
        return spm(False)
    if name == "gemma4":
        return gemma4()
    if name == "unigram":
        return unigram(name, "nmt_nfkc")
    if name == "unigram-nfkc_cf":
        return unigram(name, "nfkc_cf")
    if name == "unigram-rules":
        return unigram(name)
    if name == "wordpiece":
        return wordpiece(True)
    if name == "wordpiece-cased":
        return wordpiece(False)
    return bpe(name.removeprefix("bpe-").removesuffix("-nfc"), compose=name.endswith("-nfc"))
