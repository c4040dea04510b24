#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes tests/inference/runtime/fixtures/greedy_smollm2.json: greedy continuations by llama.cpp's CPU backend.

    make_greedy.py LLAMA_SERVER_COMMAND MODEL.gguf MODEL-F32.gguf OUTPUT.json

LLAMA_SERVER_COMMAND is the command that starts llama.cpp's server, for example "llama-server" or a wrapper with
arguments. MODEL-F32.gguf is the same model as "llama-quantize --allow-requantize MODEL.gguf MODEL-F32.gguf F32" writes it: the
same weights, but activations stay floats. Each step keeps how far apart the two highest log-probabilities are, so that a test can tell a near tie from a
mistake.

Activations rounded to int8 move the difference of two logits of this model by 0.1 on average and by 0.4 at worst:
llama.cpp's own continuations with flash attention, without it and with float activations part at steps whose margin is that
large. A prompt belongs here only if llama.cpp gives all its tokens in all three ways; the smallest margin is kept.
"""
import json
import shlex
import subprocess
import sys
import time
import urllib.request

PORT = 18765
STEPS = 64


def chat(question):
    return ("<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
            f"<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n")


PROMPTS = [
    "1, 2, 3, 4, 5, 6, 7, 8, 9, 10,",
    "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday, Monday, Tuesday,",
    "The library closes at nine. " * 40 + "When does the library close?",
    "| name | age |\n|---|---|\n| Ada | 36 |\n| Ada | 36 |\n| Ada | 36 |\n",
    "日本語 日本語 日本語 日本語 日本語",
    "{\"id\": 1, \"ok\": true}\n{\"id\": 2, \"ok\": true}\n{\"id\": 3, \"ok\": true}\n{\"id\": 4,",
    chat("Count from one to ten."),
    chat("List the first ten letters of the alphabet."),
    "<ul>\n<li>one</li>\n<li>two</li>\n<li>three</li>\n<li>four</li>\n",
    "Q: What is the capital of Italy?\nA: Rome\nQ: What is the capital of Spain?\nA: Madrid\n"
    "Q: What is the capital of Germany?\nA:",
]


def post(path, body):
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=600) as answer:
        return json.load(answer)


def wait_until_ready():
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    sys.exit("the server did not start")


def continuations(command, model, flash_attention):
    """The greedy continuation of every prompt, with llama.cpp's attention computed in one of its two ways."""
    server = subprocess.Popen(shlex.split(command) + ["-m", model, "--port", str(PORT), "-c", "4096", "-np", "1", "-t", "2",
                                                      "-dev", "none", "-fa", flash_attention, "--no-warmup"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready()
        cases = []
        for prompt in PROMPTS:
            ids = post("/tokenize", {"content": prompt, "add_special": True, "parse_special": True})["tokens"]
            answer = post("/completion", {"prompt": ids, "n_predict": STEPS, "temperature": 0, "n_probs": 2,
                                          "cache_prompt": False, "ignore_eos": False, "return_tokens": True,
                                          "repeat_penalty": 1.0})
            steps = answer["completion_probabilities"]
            cases.append({
                "prompt": prompt,
                "prompt_tokens": ids,
                "tokens": [step["id"] for step in steps],
                "margins": [round(step["top_logprobs"][0]["logprob"] - step["top_logprobs"][1]["logprob"], 4)
                            for step in steps],
            })
        return cases
    finally:
        server.terminate()
        server.wait()


def main():
    command, model, float_model, output = sys.argv[1:]
    cases = continuations(command, model, "off")
    others = [continuations(command, model, "on"), continuations(command, float_model, "off")]
    kept = []
    for case, *rest in zip(cases, *others, strict=True):
        if any(other["tokens"] != case["tokens"] for other in rest):
            print(f"llama.cpp differs from itself, so this prompt is left out: {case['prompt']!r}")
            continue
        case["margins"] = [min(margins) for margins in zip(case["margins"], *(o["margins"] for o in rest), strict=True)]
        kept.append(case)
    with open(output, "w", encoding="utf-8") as file:
        json.dump({"made_by": "tests/oracles/make_greedy.py", "cases": kept}, file, ensure_ascii=False, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
