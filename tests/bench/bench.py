# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench.py --peer SCRIPT --cache DIR --model FILE --path DIRS [--rounds N] [--only CPU,BUSY,VULKAN,EQUAL,TOGETHER,MEMORY,START,STREAMING,RETRIEVAL,LIBRARY,ANSWERS,INDEX,EXTRACTION,EMBEDDING,MODELS,DOWNLOADS] [--json FILE] -- ENTER...

Carrel beside llama.cpp and, for documents, beside FTS5 alone and pdftotext, in one run and interleaved, round by round, so that whatever else the machine does meets both. Prints
one table of medians with the ratio and the floor that is aimed at; it never fails for being slow. ENTER is the command that
enters Carrel's build environment; ./dev bench calls this.
"""
import argparse
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time

import answers
import documents
from greedy import FREE_PROMPTS, continuations
from peers import THREADS, Peers, own_device, peer_device, tell


class Bench:
    def __init__(self, options):
        self.options = options
        self.peers = Peers(options.path, options.enter, options.peer, options.cache, options.model)
        self.rows = []

    def row(self, what, mine, peer, unit, floor):
        self.rows.append({"what": what, "carrel": mine, "llama.cpp": peer, "unit": unit, "floor": floor,
                          "ratio": mine / peer if mine and peer else None})

    def speed(self, name, floors, prompt, generate, vulkan=False, busy=False):
        """Decode and prefill speed on one device, `rounds` times in turns."""
        mine, peer = [], []
        for number in range(self.options.rounds):
            tell(f"{name}, round {number + 1} of {self.options.rounds}")
            with Busy() if busy else Idle():
                mine.append(json.loads(self.peers.ours("carrel-cli", "bench", "-m", self.options.model, "-p", str(prompt),
                                                 "-n", str(generate), "-r", "1", "--json", *own_device(vulkan))))
                answer = json.loads(self.peers.theirs(
                    "llama-bench", "-m", self.options.model, "-p", str(prompt), "-n", str(generate), "-r", "1",
                    "-o", "json", *peer_device(vulkan), vulkan=vulkan))
                peer.append({"prefill_tps": next(run["avg_ts"] for run in answer if run["n_prompt"]),
                             "decode_tps": next(run["avg_ts"] for run in answer if run["n_gen"])})
        for key, label in (("decode_tps", "decode"), ("prefill_tps", "prefill")):
            self.row(f"{name}: {label}", statistics.median(one[key] for one in mine),
                     statistics.median(one[key] for one in peer), "tokens/s", floors[key])
        self.row(f"{name}: first token of {prompt}", statistics.median(one["first_token_ms"] for one in mine), None, "ms", None)
        self.row(f"{name}: loading", statistics.median(one["load_ms"] for one in mine), None, "ms", None)

    def equality(self, name, vulkan):
        """How many of the prompts go on with the same 48 tokens, or part at a near tie."""
        verdicts = []
        for prompt, verdict, mine, theirs, step, _ in continuations(self.peers, name, FREE_PROMPTS, 48, vulkan):
            verdicts.append(verdict)
            if verdict == "differs":
                tell(f"{name}: differs from token {step} on: {prompt!r}\n  carrel:    {mine!r}\n  llama.cpp: {theirs!r}")
        counts = ", ".join(str(verdicts.count(one)) for one in ("equal", "tie", "differs"))
        self.rows.append({"what": f"{name}: greedy continuations equal, parting at a near tie, different",
                          "text": f"{counts} of {len(verdicts)}", "floor": "0 different"})

    def together(self, answers=4, prompt=256, generate=64):
        """Several answers at once, beside llama.cpp's and beside Carrel's own one after another."""
        mine, apart, peer = [], [], []
        for number in range(self.options.rounds):
            tell(f"{answers} answers at once, round {number + 1} of {self.options.rounds}")
            found = json.loads(self.peers.ours("parallel_bench", self.options.model, str(answers), str(prompt), str(generate), "1"))
            if not found["same"]:
                sys.exit("answers that were written together differ from those written alone")
            mine.append(found["together"])
            apart.append(found["apart"])
            lines = self.peers.theirs(
                "llama-batched-bench", "-m", self.options.model, "-c", str(answers * (prompt + generate)), "-npp", str(prompt),
                "-ntg", str(generate), "-npl", str(answers), "--output-format", "jsonl", *peer_device(False))
            peer.append(next(json.loads(line)["speed"] for line in lines.splitlines() if line.startswith("{")))
        what = f"CPU, {answers} answers of {generate} to prompts of {prompt}"
        self.row(f"{what}: at once", statistics.median(mine), statistics.median(peer), "tokens/s", ">= 1x")
        self.row(f"{what}: one after another", statistics.median(apart), None, "tokens/s", None)

    def memory(self):
        tell("resident memory of a chat")
        measured = self.peers.ours("bash", "-c", '"$@" >/dev/null & child=$!; peak=0\n'
                             'while peak_now=$(sed -n "s/^VmHWM:[^0-9]*\\([0-9]*\\).*/\\1/p" /proc/$child/status 2>/dev/null); '
                             '[ -n "$peak_now" ]; do peak=$peak_now; sleep 0.05; done; wait $child; echo $peak',
                             "memory", "carrel-cli", "complete", "-m", self.options.model, "-n", "64", "--temp", "0",
                             "--threads", str(THREADS), "--device", "cpu", "--json", input="A short story:\n")
        resident = int(measured.split()[-1]) / 1024
        size = os.path.getsize(self.options.model) / 1048576
        self.rows.append({"what": f"resident, CPU, one chat (model file {size:.0f} MiB)", "text": f"{resident:.0f} MiB",
                          "floor": f"file + KV + 200 MB"})

    def start(self):
        """From exec to the first frame that the window's own log reports, in a virtual display, the second time."""
        tell("start of the window")
        times = []
        with tempfile.TemporaryDirectory() as home:
            for _ in range(4):
                began = self.peers.ours("xvfb-run", "-a", "carrel", "--data", home, "--measure-start", check=False)
                found = re.search(r"^(\d+)$", began, re.MULTILINE)
                if not found:
                    self.rows.append({"what": "window on screen", "text": "not measured", "floor": "<= 400 ms"})
                    return
                times.append(int(found.group(1)))
        self.rows.append({"what": "window on screen, warm, Xvfb and software rendering",
                          "text": f"{statistics.median(times[1:]):.0f} ms", "floor": "<= 400 ms"})

    def streaming(self):
        """What a long answer costs the thread of the window while it streams: the median run's worst event and mean frame."""
        runs = []
        for number in range(self.options.rounds):
            tell(f"streaming, round {number + 1} of {self.options.rounds}")
            runs.append(json.loads(self.peers.ours("xvfb-run", "-a", "carrel-offline", "--measure-streaming")))
        size = runs[0]["characters"]
        for key, label, floor in (("event_wall_ms", "longest event, by the clock", "<= 16 ms"),
                                  ("event_cpu_ms", "longest event, processor time", "<= 16 ms")):
            worst = statistics.median(run[key]["max"] for run in runs)
            self.rows.append({"what": f"streaming {size} characters: {label}", "text": f"{worst:.1f} ms", "floor": floor})
        frame = statistics.median(run["frame_cpu_ms"]["mean"] for run in runs)
        self.rows.append({"what": "streaming: window thread's work for a frame, mean", "text": f"{frame:.1f} ms", "floor": "aim 1 ms"})


class Idle:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


class Busy(Idle):
    """Another program that keeps one core busy, for as long as the block lasts."""

    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, "-c", "while True: pass"])

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        return False


def number(value):
    return "" if value is None else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def table(rows):
    lines = [("what", "carrel", "llama.cpp", "", "ratio", "floor")]
    for row in rows:
        if "text" in row:
            lines.append((row["what"], row["text"], "", "", "", row["floor"] or ""))
        else:
            lines.append((row["what"], number(row["carrel"]), number(row["llama.cpp"]), row["unit"],
                          f"{row['ratio']:.2f}x" if row["ratio"] else "", row["floor"] or ""))
    widths = [max(len(line[column]) for line in lines) for column in range(6)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


def models(bench, count=500):
    """How soon a library of so many models is listed, and that no header is read for it."""
    tell(f"a library of {count} models")
    found = json.loads(bench.peers.ours("models_bench", str(count)))
    bench.rows.append({"what": f"list of {found['models']} models, from the start of the database: wall, GUI thread",
                       "text": f"{found['list_ms']:.0f}, {found['gui_ms']:.0f} ms", "floor": "<= 200 ms"})
    bench.rows.append({"what": "the same compared with the files", "text": f"{found['settled_ms']:.0f} ms, "
                       f"{found['headers']} headers read", "floor": "0 headers"})
    bench.rows.append({"what": f"first look at {count} models", "text": f"{found['first_settled_ms']:.0f} ms, "
                       f"{found['headers_on_gui_thread']} of {found['first_headers']} headers on the GUI thread",
                       "floor": "0 headers"})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer", required=True)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="cpu,equal,together,busy,vulkan,memory,start,streaming,retrieval,library,answers,index,extraction,embedding,models,downloads")
    parser.add_argument("--json", type=pathlib.Path)
    own, enter = sys.argv[1:], []
    if "--" in own:
        cut = own.index("--")
        own, enter = own[:cut], own[cut + 1:]
    options = parser.parse_args(own)
    options.enter = enter
    parts = options.only.lower().split(",")
    bench = Bench(options)
    if "cpu" in parts:
        bench.speed(f"CPU, {THREADS} threads", {"decode_tps": ">= 0.90x", "prefill_tps": ">= 0.80x"}, 256, 64)
    if "equal" in parts:
        bench.equality("CPU", False)
    if "together" in parts:
        bench.together()
    if "busy" in parts:
        bench.speed(f"CPU, {THREADS} threads, one core busy", {"decode_tps": "aim 3x", "prefill_tps": "aim 3x"}, 256, 32, busy=True)
    if "vulkan" in parts:
        bench.speed("Vulkan on lavapipe", {"decode_tps": ">= 2.00x", "prefill_tps": ">= 1.00x"}, 64, 16, vulkan=True)
        bench.equality("Vulkan on lavapipe", True)
    if "memory" in parts:
        bench.memory()
    if "start" in parts:
        bench.start()
    if "streaming" in parts:
        bench.streaming()
    for part in ("retrieval", "library", "index", "extraction", "embedding", "downloads"):
        if part in parts:
            getattr(documents, part)(bench)
    if "models" in parts:
        models(bench)
    if "answers" in parts:
        answers.answers(bench)
    processor = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    print(f"{pathlib.Path(options.model).name} on {processor.group(1) if processor else platform.processor()}, "
          f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {time.strftime('%Y-%m-%d')}; medians of {options.rounds}\n")
    table(bench.rows)
    if options.json:
        options.json.write_text(json.dumps(bench.rows, indent=1) + "\n")


main()
