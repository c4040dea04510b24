#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the golden logits of tiny models with LoRA adapters, compares llama.cpp with them, and writes the figures of
docs/adapters.md.

usage: make_adapter_oracles.py fixtures [NAME]...
       make_adapter_oracles.py llama COMMAND [NAME]...
       make_adapter_oracles.py table REPORT

The same as make_oracles.py, whose models and needs these are: what is right is transformers in double precision, of the
model whose weights have scale * alpha / rank * B A added.
"""
import dataclasses
import json
import math
import os
import shlex
import tempfile

import numpy as np

import make_oracles
import oracle_families
import seeded_weights
from oracle_model import Model

FIXTURES = make_oracles.FIXTURES / "adapters"
PEER = FIXTURES / "llama_cpp.json"
DOCUMENT = make_oracles.HERE.parent.parent / "docs" / "adapters.md"


@dataclasses.dataclass
class Adapter:
    tensors: tuple  # ends of the names of the tensors that it changes
    rank: int
    alpha: float | None
    scale: float
    seed: int


@dataclasses.dataclass
class Case:
    model: str
    adapters: tuple
    what: str


ATTENTION = ("attn_q", "attn_k", "attn_v", "attn_output")
FEED_FORWARD = ("ffn_gate", "ffn_up", "ffn_down")
EXPERTS = ("ffn_gate_exps", "ffn_up_exps", "ffn_down_exps")

CASES = {
    "llama-one": Case("llama-untied", (Adapter(ATTENTION + FEED_FORWARD + ("output", "token_embd"), 4, 8.0, 1.0, 11),),
                      "every matrix, output and embedding too"),
    "llama-two": Case("llama-untied", (Adapter(("attn_q", "attn_v"), 3, 6.0, 0.5, 12),
                                       Adapter(ATTENTION + FEED_FORWARD, 8, None, -0.75, 13)),
                      "two at once, one without alpha and with a scale below 0"),
    "phi3-fused": Case("phi3", (Adapter(("attn_qkv", "attn_output", "ffn_up"), 5, 10.0, 1.0, 14),),
                       "fused matrices"),
    "gemma-embedding": Case("gemma", (Adapter(("token_embd", "ffn_gate"), 4, 4.0, 0.5, 15),),
                            "an embedding that is scaled, and tied to an output that stays (1)"),
    "qwen3moe-experts": Case("qwen3moe", (Adapter(EXPERTS + ("attn_q", "attn_v"), 4, 4.0, 0.5, 16),), "stacks of experts"),
    "lfm2-convolutions": Case("lfm2", (Adapter(("in_proj", "out_proj", "attn_q", "ffn_up"), 4, 8.0, 1.0, 17),),
                              "matrices around convolutions that carry a state"),
    "qwen35-delta": Case("qwen35", (Adapter(("attn_qkv", "attn_gate", "ssm_alpha", "ssm_out"), 4, 8.0, 1.0, 18),),
                         "matrices around the gated delta rule"),
    "granitehybrid-scan": Case("granitehybrid", (Adapter(("ssm_in", "ssm_out", "ffn_down"), 4, 8.0, 0.5, 19),),
                               "matrices around Mamba-2"),
}


def changed(adapter, model):
    """(tensor, shape of the factors in the file's order) for each tensor of the model that the adapter changes."""
    for name, tensor in model.tensors.items():
        parts = name.split(".")
        if tensor["kind"] != "matrix" or parts[-1] != "weight" or parts[-2] not in adapter.tensors:
            continue
        columns, rows, *experts = tensor["shape"]
        if parts[-2] == "token_embd":
            # Rows of the first factor are chosen by the token.
            yield name, [adapter.rank, rows], [adapter.rank, columns]
        else:
            yield name, [columns, adapter.rank, *experts], [adapter.rank, rows, *experts]


def exponent(shape, gain):
    return round(math.log2(4.32 * 0.79 * math.sqrt(shape[0]) / gain))


def factors(adapter, model):
    """name -> description, as the fixture has it."""
    tensors = {}
    for name, down, up in changed(adapter, model):
        embedding = name == "token_embd.weight"
        tensors[name + ".lora_a"] = {"shape": down, "exponent": exponent(down, 2.0 if embedding else 1.0)}
        tensors[name + ".lora_b"] = {"shape": up, "exponent": exponent(up, 1.0 if embedding else 0.4)}
    return tensors


def numbers(adapter, name, tensor):
    flat = seeded_weights.matrix(adapter.seed, name, math.prod(tensor["shape"]), tensor["exponent"])
    return flat.reshape(list(reversed(tensor["shape"])))


def additions(case, model):
    """tensor -> what the adapters add to it, in double precision."""
    added = {}
    for adapter in case.adapters:
        tensors = factors(adapter, model)
        for name, _, _ in changed(adapter, model):
            down, up = (numbers(adapter, name + suffix, tensors[name + suffix]).astype(np.float64)
                        for suffix in (".lora_a", ".lora_b"))
            product = down @ up.T if name == "token_embd.weight" else up @ down
            factor = adapter.scale * (adapter.alpha / adapter.rank if adapter.alpha else 1.0)
            added[name] = added.get(name, 0.0) + factor * product
    return added


def merged(case):
    """The oracle of the model with its adapters merged."""
    build = oracle_families.ORACLES[case.model]
    plain = build()
    added = additions(case, plain.model)
    numbers_of = Model.numbers

    def with_adapters(self, name):
        return numbers_of(self, name).astype(np.float64) + added[name] if name in added else numbers_of(self, name)
    Model.numbers = with_adapters
    oracle = build()
    Model.numbers = numbers_of
    if "token_embd.weight" in added and oracle.arguments["tie_word_embeddings"]:
        # The adapter changes what goes in, not what comes out.
        oracle.arguments["tie_word_embeddings"] = False
        oracle.state["lm_head.weight"] = plain.model.numbers("token_embd.weight")
    return oracle


def make_fixtures(names):
    FIXTURES.mkdir(exist_ok=True)
    for name in names or CASES:
        case = CASES[name]
        plain = oracle_families.ORACLES[case.model]()
        logits = make_oracles.transformers_logits(merged(case))[-plain.model.rows:]
        before = make_oracles.transformers_logits(plain)[-plain.model.rows:]
        (FIXTURES / f"{name}.f32").write_bytes(logits.astype("<f4").tobytes())
        adapters = [{"rank": a.rank, "alpha": a.alpha, "scale": a.scale, "seed": a.seed,
                     "tensors": [{"name": tensor, **it} for tensor, it in factors(a, plain.model).items()]}
                    for a in case.adapters]
        description = {"made_by": "tests/oracles/make_adapter_oracles.py", "model": case.model, "adapters": adapters}
        (FIXTURES / f"{name}.json").write_text(json.dumps(description).replace('{"name"', '\n{"name"') + "\n")
        print(f"{name}: the adapters change the logits by {make_oracles.nmse(before, logits):.2g}", flush=True)


def write_adapter(adapter, model, path):
    import gguf
    writer = gguf.GGUFWriter(path, model.architecture)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    if adapter.alpha is not None:
        writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, adapter.alpha)
    for name, tensor in factors(adapter, model).items():
        writer.add_tensor(name, numbers(adapter, name, tensor))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def llama_logits(name, command):
    case = CASES[name]
    oracle = oracle_families.ORACLES[case.model]()
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, adapter in enumerate(case.adapters):
            path = os.path.join(folder, f"adapter{number}.gguf")
            write_adapter(adapter, oracle.model, path)
            files.append(f"{path}:{adapter.scale}")
        program = f"{command} --lora-scaled {shlex.quote(','.join(files))}"
        return make_oracles.llama_logits(oracle, program)[-oracle.model.rows:]


def compare_llama(command, names):
    make_oracles.ask_peer(PEER, names or CASES,
                          lambda name: (FIXTURES / f"{name}.f32", lambda: llama_logits(name, command)))


COLUMNS = ["cpu f32", "cpu q8_0", "vulkan f32", "vulkan q8_0"]
BEGIN, END = "<!-- figures -->\n", "<!-- end of the figures -->\n"


def write_table(report):
    measured = make_oracles.read_report(report)
    peers = json.loads(PEER.read_text())
    rows = [["model", "what the adapters change", "llama.cpp f32", "CPU f32", "CPU q8_0", "Vulkan f32", "Vulkan q8_0"],
            ["---"] * 7]
    for name, case in CASES.items():
        mine = measured.get(f"adapters/{name}", {})
        rows.append([f"`{case.model}`", case.what, make_oracles.figure(peers.get(name))] +
                    [make_oracles.figure(mine.get(column)) for column in COLUMNS])
    text = DOCUMENT.read_text()
    before, after = text[:text.index(BEGIN)], text[text.index(END):]
    DOCUMENT.write_text(before + BEGIN + "\n" + "".join(map(make_oracles.table_row, rows)) + "\n" + after)


if __name__ == "__main__":
    make_oracles.run_command({"fixtures": make_fixtures, "llama": compare_llama, "table": write_table})
