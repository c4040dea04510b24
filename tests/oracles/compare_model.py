#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""compare_model.py --peer SCRIPT --cache DIR --path DIRS --driver KL_DRIVER --model FILE [--text FILE] [--only kl,greedy] [--device cpu|vulkan] -- ENTER...

A real model by Carrel and by llama.cpp: twenty greedy continuations of 64 tokens, the perplexity of a text in windows of 512
tokens, and how far the distributions are from each other (mean KL). llama.cpp is compared with itself, too, with flash attention
and without it: what it differs by there is rounding. SCRIPT is packaging/dev/llama-peer.sh with DIR as its cache, KL_DRIVER the
program of this folder, ENTER the command that enters Carrel's build environment, DIRS the folders of its programs.
"""
import argparse
import json
import pathlib
import re
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "bench"))
from greedy import TWENTY_PROMPTS, continuations, peer_continuation  # noqa: E402
from peers import Peers, peer_device  # noqa: E402

STEPS = 64
CONTEXT = 512
WINDOWS = 4


def greedy(peers, vulkan):
    counts = {"equal": 0, "tie": 0, "differs": 0}
    for prompt, verdict, mine, theirs, step, margin in continuations(peers, "greedy", TWENTY_PROMPTS, STEPS, vulkan):
        counts[verdict] += 1
        if verdict == "equal":
            continue
        other = peer_continuation(peers, prompt, STEPS, vulkan, "-fa", "off")
        itself = "and from itself without flash attention" if other != theirs else "but not from itself"
        print(f"{verdict} at token {step}, margin {margin:.3f}, llama.cpp differs from Carrel {itself}: {prompt[-60:]!r}")
        if verdict == "differs":
            print(f"  carrel:    {mine!r}\n  llama.cpp: {theirs!r}")
    print(f"greedy, {STEPS} tokens: {counts['equal']} equal, {counts['tie']} part at a near tie, {counts['differs']} differ")


def divergence(peers, driver, text, vulkan):
    with tempfile.TemporaryDirectory(dir=peers.cache) as folder:
        base = f"{folder}/logits"
        command = ["llama-perplexity", "-m", peers.model, "-f", text, "-c", str(CONTEXT), "-b", str(CONTEXT), "--chunks", str(WINDOWS),
                   "--kl-divergence-base", base, *peer_device(vulkan)]
        peers.theirs(*command, "-fa", "on", vulkan=vulkan)
        own = json.loads(peers.ours(driver, peers.model, base, "vulkan" if vulkan else "cpu"))
        print(f"mean KL {own['kl_mean']:.2e} (at most {own['kl_max']:.2e}) over {own['positions']} positions, same most likely token "
              f"{100 * own['same_best']:.2f} %")
        print(f"perplexity {own['perplexity']:.4f}, llama.cpp {own['peer_perplexity']:.4f}, "
              f"{100 * (own['perplexity'] / own['peer_perplexity'] - 1):+.2f} %")
        itself = peers.theirs(*command, "--kl-divergence", "-fa", "off", vulkan=vulkan)
        for line in re.findall(r"^(?:Mean|Maximum)\s+KLD:.*$|^Same top p:.*$", itself, re.M):
            print("llama.cpp against itself without flash attention:", line)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer", required=True)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--driver", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--text", default=str(HERE.parent.parent / "ARCHITECTURE.md"))
    parser.add_argument("--only", default="kl,greedy")
    parser.add_argument("--device", choices=("cpu", "vulkan"), default="cpu")
    own, enter = sys.argv[1:], []
    if "--" in own:
        cut = own.index("--")
        own, enter = own[:cut], own[cut + 1:]
    options = parser.parse_args(own)
    peers = Peers(options.path, enter, options.peer, options.cache, options.model)
    vulkan = options.device == "vulkan"
    print(f"{pathlib.Path(options.model).name}, {options.device}")
    if "kl" in options.only:
        divergence(peers, options.driver, options.text, vulkan)
    if "greedy" in options.only:
        greedy(peers, vulkan)


main()
