#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the tiny models' golden logits with transformers, compares llama.cpp with them, and writes docs/fidelity.md.

usage: make_oracles.py fixtures [NAME]...
       make_oracles.py llama COMMAND [NAME]...
       make_oracles.py table REPORT
       make_oracles.py seeds NAME...

fixtures  writes NAME.json and NAME.f32 into tests/oracles/fixtures/. Without names: every model.
llama     writes how far llama.cpp is from them into tests/oracles/fixtures/llama_cpp.json. COMMAND starts its program llama-results;
          embedders are asked by llama-embedding instead, which must stand beside it.
seeds     finds the seeds with which models with experts choose them most clearly.
table     writes docs/fidelity.md from that and from what the test programs measured; README.md beside this script says how.

Needs the Python packages gguf and numpy; fixtures needs torch and transformers too.
"""
import argparse
import json
import os
import pathlib
import shlex
import subprocess
import tempfile

import numpy as np

import oracle_families

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE / "fixtures"
PEER = FIXTURES / "llama_cpp.json"
DOCUMENT = HERE.parent.parent / "docs" / "fidelity.md"


def with_head(body, config):
    """A model that transformers has only together with one that sees."""
    import torch
    import types

    class Headed(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = body
            self.lm_head = torch.nn.Linear(config.hidden_size, config.vocab_size, bias=False)
            self._tied_weights_keys = ()

        def tie_weights(self):
            pass

        def forward(self, tokens):
            return types.SimpleNamespace(logits=self.lm_head(self.model(input_ids=tokens).last_hidden_state))
    return Headed()


def transformers_model(oracle):
    """In double precision, but for what transformers itself computes in single."""
    import torch
    import transformers
    config = getattr(transformers, oracle.config)(**oracle.arguments)
    config._attn_implementation = "eager"
    model = getattr(transformers, oracle.causal_lm)(config)
    if oracle.causal_lm.endswith("TextModel") and not oracle.output:
        model = with_head(model, config)
    if oracle.change:
        oracle.change(model)
    model = model.eval().double()
    state = {name: torch.from_numpy(np.array(numbers)).double() for name, numbers in oracle.state.items()}
    missing, unexpected = model.load_state_dict(state, strict=False)
    tied = model._tied_weights_keys or ()
    missing = [name for name in missing
               if not (name in tied and config.tie_word_embeddings) and not name.startswith(oracle.absent)]
    if missing or unexpected:
        raise ValueError(f"transformers lacks {missing}, does not know {unexpected}")
    model.tie_weights()
    return model


def transformers_logits(oracle):
    """(tokens, vocabulary), or what an embedder ends in."""
    import torch
    model = transformers_model(oracle)
    ids = torch.tensor([oracle.model.prompt])
    with torch.no_grad():
        if not oracle.output:
            return model(ids).logits[0].double().numpy()
        types = {}
        if oracle.model.second is not None:
            types["token_type_ids"] = (torch.arange(ids.shape[1])[None] >= oracle.model.second).long()
            if model.config.type_vocab_size == 1:
                types["token_type_ids"] *= 0
        return oracle.output(model, ids, **types).double().numpy()


def llama_logits(oracle, command):
    """The same by llama.cpp on the CPU with float activations and a float cache."""
    import gguf
    with tempfile.TemporaryDirectory() as folder:
        path, out = os.path.join(folder, "model.gguf"), os.path.join(folder, "out.gguf")
        oracle.model.write_gguf(path)
        run = subprocess.run([*shlex.split(command), "-m", path, "-p", oracle.model.prompt_text(), "-o", out, "-c", "256",
                              "-fa", "off", "-ctk", "f32", "-ctv", "f32", "-dev", "none", "-t", "1", "-tb", "1"],
                             capture_output=True, text=True)
        if run.returncode != 0 or not os.path.exists(out):
            lines = [line for line in run.stderr.splitlines() if "error" in line.lower()]
            raise ValueError("; ".join(lines[:2]) or run.stderr[-500:])
        tensors = {tensor.name: np.array(tensor.data) for tensor in gguf.GGUFReader(out).tensors}
    tokens = tensors["tokens"].tolist()
    if tokens != oracle.model.prompt:
        raise ValueError(f"llama.cpp read the prompt as {tokens}, not {oracle.model.prompt}")
    return tensors["logits"].reshape(len(tokens), -1).astype(np.float64)


def llama_embedding(oracle, command):
    """What an embedder ends in; scores and pairs of texts are not asked for."""
    if oracle.model.get("pooling_type") == 4:
        raise ValueError("scores of a classifier are not compared")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.gguf")
        oracle.model.write_gguf(path)
        ask = [*shlex.split(command.replace("llama-results", "llama-embedding")), "-m", path, "-p",
               oracle.model.prompt_text(), "--embd-normalize", "-1", "--embd-output-format", "json", "-c",
               str(oracle.model.context), "-fa", "off", "-dev", "none", "-t", "1", "-tb", "1"]
        for _ in range(8):  # now and then the program loses a part of its output
            run = subprocess.run(ask, capture_output=True, text=True)
            if run.returncode != 0:
                lines = [line for line in run.stderr.splitlines() if "error" in line.lower()]
                raise ValueError("; ".join(lines[:2]) or run.stderr[-500:])
            try:
                rows = np.array([entry["embedding"] for entry in json.loads(run.stdout)["data"]], dtype=np.float64)
            except ValueError:
                continue
            if rows.shape == (oracle.model.rows, oracle.model.width):
                return rows
    raise ValueError("no whole output in eight runs")


def gap(scores, count, deviations):
    """By how much the last of the `count` highest exceeds the next, in deviations, where it does least."""
    ordered = np.sort(scores, axis=-1)[..., ::-1]
    if count >= scores.shape[-1]:
        return np.inf
    return float(((ordered[..., count - 1] - ordered[..., count]) / deviations).min())


def routing_gap(oracle):
    """The least gap between experts, or groups of them, that a token uses and those that it does not."""
    import torch
    model, gaps = transformers_model(oracle), []
    used, groups = oracle.model.get("expert_used_count"), oracle.model.get("expert_group_count") or 1

    def look(router, inputs, _):
        hidden = inputs[0].reshape(-1, router.weight.shape[1]).double()
        scores = torch.nn.functional.linear(hidden, router.weight, getattr(router, "bias", None)).numpy()
        deviations = scores.std(axis=-1)
        if oracle.model.get("expert_gating_func") == 2:
            scores = 1 / (1 + np.exp(-scores))
            deviations = scores.std(axis=-1)
            bias = inputs[1] if len(inputs) > 1 else getattr(router, "e_score_correction_bias", None)
            scores = scores if bias is None else scores + bias.numpy()
        elif hasattr(router, "moe_statics"):
            scores = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
            deviations = scores.std(axis=-1)
            scores = scores + router.moe_statics.e_score_correction_bias.detach().numpy()
        if groups > 1:
            best = np.sort(scores.reshape(len(scores), groups, -1), axis=-1)
            kept = oracle.model.get("expert_group_used_count")
            ranks = best[..., -2:].sum(axis=-1) if oracle.model.get("expert_gating_func") == 2 else best[..., -1]
            gaps.append(gap(ranks, kept, deviations))
            lowest = np.sort(ranks, axis=-1)[:, -kept][:, None]
            scores = np.where(np.repeat(ranks >= lowest, scores.shape[1] // groups, axis=1), scores, scores.min() - 1)
        gaps.append(gap(scores, used, deviations))
    for name, module in model.named_modules():
        if name.endswith((".gate", ".router", ".router.proj", ".wg")) and hasattr(module, "weight"):
            module.register_forward_hook(look)
    with torch.no_grad():
        model(torch.tensor([oracle.model.prompt]))
    return min(gaps)


def find_seeds(names):
    for name in names:
        best = max((routing_gap(oracle_families.ORACLES[name](seed=seed)), seed) for seed in range(1, 61))
        print(f"{name}: seed {best[1]} with a gap of {best[0]:.3g} deviations", flush=True)


def nmse(reference, other):
    return float(((reference - other) ** 2).sum() / (reference ** 2).sum())


def make_fixtures(names):
    FIXTURES.mkdir(exist_ok=True)
    for name in names or oracle_families.ORACLES:
        oracle = oracle_families.ORACLES[name]()
        logits = transformers_logits(oracle)[-oracle.model.rows:]
        (FIXTURES / f"{name}.f32").write_bytes(logits.astype("<f4").tobytes())
        lines = json.dumps(oracle.model.description(), ensure_ascii=False).replace('{"name"', '\n{"name"')
        (FIXTURES / f"{name}.json").write_text(lines + "\n")
        print(f"{name}: logits within {np.abs(logits).max():.3g}", flush=True)


def ask_peer(file, names, ask):
    """Writes into `file` how far what `ask(name)` gives is from the fixture: (fixture's path, rows asked for, a call)."""
    errors = json.loads(file.read_text()) if file.exists() else {}
    for name in names:
        golden, other = ask(name)
        try:
            rows = other()
            logits = np.fromfile(golden, dtype="<f4").astype(np.float64).reshape(rows.shape)
            errors[name] = float(f"{nmse(logits, rows):.2g}")
            print(f"{name}: {errors[name]}", flush=True)
        except ValueError as error:
            errors[name] = None
            print(f"{name}: {error}", flush=True)
    file.write_text(json.dumps(dict(sorted(errors.items())), indent=1) + "\n")


def compare_llama(command, names):
    def ask(name):
        oracle = oracle_families.ORACLES[name]()
        peer = llama_embedding if oracle.output else llama_logits
        return FIXTURES / f"{name}.f32", lambda: peer(oracle, command)[-oracle.model.rows:]
    ask_peer(PEER, names or oracle_families.ORACLES, ask)


def read_report(report):
    """name -> column -> figure, of what the test programs appended."""
    measured = {}
    for line in pathlib.Path(report).read_text().splitlines():
        name, column, value = line.split("\t")
        measured.setdefault(name, {})[column] = float(value)
    return measured


def figure(value):
    return "" if value is None else f"{value:.1e}"


def table_row(cells):
    return "| " + " | ".join(cells) + " |\n"


def write_table(report):
    measured = read_report(report)
    peers = json.loads(PEER.read_text())
    rows, notes = [], []
    for name, build in oracle_families.ORACLES.items():
        if name not in measured:
            continue
        oracle = build()
        mark = ""
        if oracle.note:
            notes += [oracle.note] if oracle.note not in notes else []
            mark = f" ({notes.index(oracle.note) + 1})"
        mine = measured[name]
        rows.append([f"`{name}`", f"`{oracle.model.architecture}`", oracle.what + mark, figure(peers.get(name))] +
                    [figure(mine.get(column)) for column in COLUMNS])
    DOCUMENT.write_text(HEAD + "".join(map(table_row, rows)) + TAIL +
                        "".join(f"{i}. {note}.\n" for i, note in enumerate(notes, 1)))


COLUMNS = ["cpu f32", "cpu f16", "cpu q8_0", "cpu q4_0", "vulkan f32", "vulkan q8_0"]

HEAD = """# Fidelity

Tiny models with random weights, at least one for each family, built so that everything that sets the family apart changes the
logits, or the embedding or the scores that a model ends in. transformers computes what is right, in double precision; the figures
are normalised mean square errors against it, over 40 positions of a prompt (24 where there are experts) or over one text. This page is written by `tests/oracles/make_oracles.py`; `fidelity_test` checks
the figures of Carrel in every run of the tests, with bounds of 1e-6 for f32 weights, 1e-4 for f16 and bf16, and 1e-3 for
quantized ones, whose activations are rounded to int8. The weights are the same in every type.

| model | architecture | what it shows | llama.cpp f32 | CPU f32 | CPU f16 | CPU q8_0 | CPU q4_0 | Vulkan f32 | Vulkan q8_0 |
|---|---|---|---|---|---|---|---|---|---|
"""

TAIL = """
llama.cpp: CPU backend, float cache, no flash attention; an empty field says that it does not load the model, or was not asked for
its scores. Vulkan: Mesa's software device. Carrel's cache is f16, which alone makes about 1e-7. Where what others do differs beyond these models,
`docs/families.md` says what Carrel does.

"""


def run_command(commands):
    """Runs the one of `commands` (make_fixtures, compare_llama, write_table, further ones by name) that was asked for."""
    arguments = argparse.ArgumentParser()
    parsers = arguments.add_subparsers(dest="command", required=True)
    parsers.add_parser("fixtures").add_argument("names", nargs="*")
    llama = parsers.add_parser("llama")
    llama.add_argument("program")
    llama.add_argument("names", nargs="*")
    parsers.add_parser("table").add_argument("report")
    for name in commands.keys() - {"fixtures", "llama", "table"}:
        parsers.add_parser(name).add_argument("names", nargs="+")
    given = vars(arguments.parse_args())
    commands[given.pop("command")](*given.values())


if __name__ == "__main__":
    run_command({"fixtures": make_fixtures, "llama": compare_llama, "table": write_table, "seeds": find_seeds})
