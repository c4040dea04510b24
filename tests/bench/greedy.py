# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Greedy continuations by Carrel and by llama.cpp: equal, parted at a near tie, or different."""
import json

from peers import own_device, peer_device, tell

FREE_PROMPTS = [
    "The capital of France is",
    "Once upon a time, in a small village by the sea, there lived",
    "To sort a list of numbers, one can",
    "Water boils at a lower temperature on a mountain because",
    "Dear Sir or Madam,\n\nI am writing to",
]
LISTS_AND_PATTERNS = [
    "1, 2, 3, 4, 5, 6, 7, 8, 9, 10,",
    "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday, Monday, Tuesday,",
    "The library closes at nine. " * 40 + "When does the library close?",
    "| name | age |\n|---|---|\n| Ada | 36 |\n| Ada | 36 |\n| Ada | 36 |\n",
    "{\"id\": 1, \"ok\": true}\n{\"id\": 2, \"ok\": true}\n{\"id\": 3, \"ok\": true}\n{\"id\": 4,",
    "<ul>\n<li>one</li>\n<li>two</li>\n<li>three</li>\n<li>four</li>\n",
    "Q: What is the capital of Italy?\nA: Rome\nQ: What is the capital of Spain?\nA: Madrid\n"
    "Q: What is the capital of Germany?\nA:",
    "日本語 日本語 日本語 日本語 日本語",
]
OTHER_PROMPTS = [
    "def fibonacci(n):\n    ",
    "Die Hauptstadt von Deutschland ist",
    "#include <stdio.h>\n\nint main(void)\n{\n",
    "The three primary colours are",
    "Il était une fois, dans un pays lointain,",
    "A recipe for pancakes: take two eggs,",
    "SELECT name, age FROM people WHERE",
]
TWENTY_PROMPTS = FREE_PROMPTS + LISTS_AND_PATTERNS + OTHER_PROMPTS

# From here on two logits count as a tie: the order of summation differs between the programs.
NEAR_TIE = 0.1


def peer_continuation(peers, prompt, steps, vulkan, *arguments):
    return peers.theirs("llama-completion", "-m", peers.model, "-p", prompt, "-n", str(steps), "--temp", "0", "-no-cnv",
                        "--no-display-prompt", "--no-warmup", "--simple-io", "--ignore-eos", "-c", "2048", *peer_device(vulkan), *arguments,
                        vulkan=vulkan)


def continuations(peers, name, prompts, steps, vulkan):
    """Yields (prompt, verdict, Carrel's text, llama.cpp's text, step, margin): a verdict is equal, tie or differs."""
    for prompt in prompts:
        tell(f"{name}: {prompt.splitlines()[0][:60]}")
        mine = json.loads(peers.ours("carrel-cli", "complete", "-m", peers.model, "-n", str(steps), "--temp", "0", "--top-logits", "2",
                                     "--ctx", "2048", "--json", *own_device(vulkan), input=prompt))
        theirs = peer_continuation(peers, prompt, steps, vulkan)
        yield (prompt, *compare(peers, mine, theirs))


def compare(peers, mine, theirs):
    text = mine["text"]
    length = min(len(text), len(theirs.rstrip("\n")))
    if text[:length] == theirs[:length]:
        return "equal", text, theirs, None, None
    # The first token whose text is no longer the other's.
    low, high = 0, len(mine["tokens"])
    while low < high:
        middle = (low + high) // 2
        part = peers.ours("carrel-cli", "detokenize", "-m", peers.model, input=json.dumps(mine["tokens"][:middle + 1]))
        if theirs.startswith(part.rstrip("\ufffd")):
            low = middle + 1
        else:
            high = middle
    step = min(low, len(mine["steps"]) - 1)
    best = mine["steps"][step]["top"]
    margin = best[0][1] - best[1][1]
    return "tie" if margin < NEAR_TIE else "differs", text, theirs, step, margin
