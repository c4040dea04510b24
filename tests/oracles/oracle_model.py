# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tiny model as its GGUF file has it: metadata, and tensors that follow from a seed."""
import math

import numpy as np

import seeded_weights

VOCABULARY = 61
# Two control tokens, a line feed, the result of the one merge, and characters that stand for themselves: a text of
# letters and digits without "AB" has one token per character in any BPE file.
TOKENS = (["<|endoftext|>", "<|im_end|>", "\u010a", "AB"] + [chr(c) for c in range(ord("A"), ord("Z") + 1)] +
          [chr(c) for c in range(ord("a"), ord("z") + 1)] + ["0", "1", "2", "3", "4"])
MERGES = ["A B"]


def prompt_of(seed, length):
    """Ids above the first four, so that the prompt can be written as text; never "AB"."""
    ids = (4 + seeded_weights.bits(seed, "prompt", 0, length) % np.uint64(VOCABULARY - 4)).astype(int).tolist()
    for i in range(1, length):
        if TOKENS[ids[i - 1]] + TOKENS[ids[i]] in TOKENS:
            ids[i] += 1
    return ids


def without_infinity(value):
    """JSON has none: null stands for minus infinity."""
    if isinstance(value, list):
        return [None if number == -math.inf else number for number in value]
    return value


class Model:
    """`numbers` of a tensor are f32 in the order of the file: (rows, columns), the last contiguous."""

    def __init__(self, architecture, seed=1, prompt=40, context=64):
        self.architecture = architecture
        self.seed = seed
        self.rows = 40  # the last positions of the prompt, whose logits are kept
        self.prompt = prompt_of(seed, prompt)
        self.context = context  # positions that Carrel is told will be used
        self.width = VOCABULARY  # of a row of results
        self.second = None  # of a pair of texts: index of the second one's first token
        self.metadata = []  # (key without prefix, type, value)
        self.tensors = {}  # name -> description as the fixture has it

    # Metadata.
    def u32(self, key, value):
        self.metadata.append((key, "u32", value))

    def f32(self, key, value):
        self.metadata.append((key, "f32", float(np.float32(value))))

    def string(self, key, value):
        self.metadata.append((key, "string", value))

    def boolean(self, key, value):
        self.metadata.append((key, "bool", value))

    def booleans(self, key, values):
        self.metadata.append((key, "bools", values))

    def integers(self, key, values):
        self.metadata.append((key, "i32s", values))

    def get(self, key):
        return next((value for name, _, value in self.metadata if name == key), None)

    def reals(self, key, values):
        self.metadata.append((key, "f32s", [float(np.float32(v)) for v in values]))

    # Tensors.
    def matrix(self, name, rows, columns, gain=1.0, experts=None):
        """Weights with a standard deviation of about gain / sqrt(columns); one matrix for each expert."""
        exponent = round(math.log2(4.32 * 0.79 * math.sqrt(columns) / gain))
        shape = [columns, rows] if experts is None else [columns, rows, experts]
        self.tensors[name] = {"shape": shape, "kind": "matrix", "exponent": exponent}

    def fp4(self, name):
        """The matrix has the type MXFP4 in every file."""
        self.tensors[name]["kind"] = "fp4"

    def vector(self, name, width, mean=0.0, exponent=2, rows=None):
        self.tensors[name] = {"shape": [width] if rows is None else [width, rows], "kind": "vector", "mean": mean,
                              "exponent": exponent}

    def values(self, name, numbers):
        self.tensors[name] = {"shape": [len(numbers)], "kind": "values",
                              "numbers": [float(np.float32(n)) for n in numbers]}

    def numbers(self, name):
        tensor = self.tensors[name]
        count = math.prod(tensor["shape"])
        if tensor["kind"] == "values":
            flat = np.array(tensor["numbers"], dtype=np.float32)
        elif tensor["kind"] == "matrix":
            flat = seeded_weights.matrix(self.seed, name, count, tensor["exponent"])
        elif tensor["kind"] == "fp4":
            flat = seeded_weights.fp4(self.seed, name, count, tensor["exponent"])
        else:
            flat = seeded_weights.vector(self.seed, name, count, tensor["mean"], tensor["exponent"])
        return flat.reshape(list(reversed(tensor["shape"])))

    def prompt_text(self):
        return "".join(TOKENS[i] for i in self.prompt)

    def description(self):
        return {"made_by": "tests/oracles/make_oracles.py", "architecture": self.architecture, "seed": self.seed,
                "context": self.context, "vocabulary": VOCABULARY, "prompt": self.prompt,
                **({} if self.get("pooling_type") is None else {"width": self.width}),
                **({} if self.second is None else {"second": self.second}),
                "metadata": [[key, kind, without_infinity(value)] for key, kind, value in self.metadata],
                "tensors": [{"name": name, **tensor} for name, tensor in self.tensors.items()]}

    def write_gguf(self, path):
        """The file with f32 weights and a tokenizer, for llama.cpp."""
        import gguf
        writer = gguf.GGUFWriter(path, self.architecture)
        add = {"u32": writer.add_uint32, "f32": writer.add_float32, "string": writer.add_string,
               "bool": writer.add_bool, "bools": writer.add_array, "i32s": writer.add_array,
               "f32s": writer.add_array}
        for key, kind, value in self.metadata:
            add[kind](f"{self.architecture}.{key}", value)
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("gpt-2")
        writer.add_token_list(TOKENS)
        writer.add_token_types([3, 3] + [1] * (VOCABULARY - 2))
        writer.add_token_merges(MERGES)
        writer.add_bos_token_id(0)
        writer.add_eos_token_id(1)
        writer.add_add_bos_token(False)
        if "token_types.weight" in self.tensors:
            writer.add_token_type_count(self.tensors["token_types.weight"]["shape"][1])
        for name in self.tensors:
            writer.add_tensor(name, self.numbers(name))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
