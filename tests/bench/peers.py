# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs Carrel's commands and llama.cpp's tools side by side on one model."""
import os
import subprocess
import sys

THREADS = 2


class Peers:
    """`path`: the folders of Carrel's programs, `enter`: the command that enters its build environment, `script` and
    `cache`: what runs llama.cpp (packaging/dev/llama-peer.sh)."""

    def __init__(self, path, enter, script, cache, model):
        self.path, self.enter, self.script, self.cache, self.model = path, enter, script, cache, model

    def ours(self, *arguments, **keywords):
        return run([*self.enter, "bash", "-c", 'PATH=$1:$PATH; shift; exec "$@"', "bench", self.path, *arguments], **keywords)

    def theirs(self, tool, *arguments, vulkan=False, **keywords):
        # LD_LIBRARY_PATH and the like are dropped on the way in, the device filter is not.
        environment = os.environ | ({"GGML_VK_VISIBLE_DEVICES": "0"} if vulkan else {})
        return run([self.script, self.cache, tool, *arguments], env=environment, **keywords)


def own_device(vulkan):
    return ["--device", "vulkan"] if vulkan else ["--device", "cpu", "--threads", str(THREADS)]


def peer_device(vulkan):
    return ["-t", str(THREADS), *(["-ngl", "99"] if vulkan else ["-dev", "none"])]


def run(command, check=True, **keywords):
    keywords.setdefault("stdin", None if "input" in keywords else subprocess.DEVNULL)
    if "input" in keywords:
        keywords.pop("stdin")
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE if check else subprocess.STDOUT,
                            text=True, **keywords)
    if check and result.returncode:
        sys.exit(f"{' '.join(command[-8:])} ended with {result.returncode}:\n{result.stderr[-2000:]}")
    return result.stdout


def tell(text):
    print(text, file=sys.stderr, flush=True)
