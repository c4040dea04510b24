#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes tests/inference/runtime/fixtures/greedy_smollm2.json: greedy continuations by llama.cpp's CPU backend.

    make_greedy.py LLAMA_SERVER_COMMAND MODEL.gguf OUTPUT.json

LLAMA_SERVER_COMMAND is the command that starts llama.cpp's server, for example "llama-server" or a wrapper with
arguments. Each step keeps the two highest log-probabilities, so that a test can tell a near tie from a mistake.
"""
import json
import shlex
import subprocess
import sys
import time
import urllib.request

PORT = 18765
STEPS = 64
PROMPTS = [
    "The capital of France is",
    "Once upon a time, in a village by the sea,",
    "def merge(a, b):\n    \"\"\"Merge two sorted lists.\"\"\"\n",
    "1, 1, 2, 3, 5, 8, 13,",
    "Der schnellste Weg von Wien nach Graz ist",
    "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
    "<|im_start|>user\nWhat is a carrel?<|im_end|>\n<|im_start|>assistant\n",
    "<|im_start|>system\nAnswer in one sentence.<|im_end|>\n<|im_start|>user\nWhy is the sky blue?<|im_end|>\n"
    "<|im_start|>assistant\nBecause of scattering.<|im_end|>\n<|im_start|>user\nSay more.<|im_end|>\n"
    "<|im_start|>assistant\n",
    "Dear Ms Okafor,\n\nThank you for your letter of 19 January. I am writing to",
    "| name | age |\n|---|---|\n| Ada | 36 |\n| Alan |",
    "The library closes at nine. " * 40 + "When does the library close?",
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


def main():
    command, model, output = sys.argv[1:]
    server = subprocess.Popen(shlex.split(command) + ["-m", model, "--port", str(PORT), "-c", "4096", "-np", "1",
                                                      "-dev", "none", "-t", "2", "--no-warmup"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready()
        cases = []
        for prompt in PROMPTS:
            ids = post("/tokenize", {"content": prompt, "add_special": True, "parse_special": True})["tokens"]
            # One token per request would re-evaluate the prompt; ignoring EOS keeps all 64 steps comparable.
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
        with open(output, "w", encoding="utf-8") as file:
            json.dump({"made_by": "tests/oracles/make_greedy.py", "cases": cases}, file, ensure_ascii=False, indent=1)
            file.write("\n")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
