# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""downloads.py FOLDER [BYTES]: what fetching and checking a large file costs, over the loopback device. Prints one JSON object.

Needs download_bench, carrel-fetch and openssl in the PATH. FOLDER takes the file twice.
"""
import hashlib
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

PIECE = 1 << 20


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    source = None

    def do_GET(self):
        size = os.path.getsize(self.source)
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.send_header("ETag", '"one"')
        self.end_headers()
        self.wfile.flush()
        with open(self.source, "rb") as file:
            at = 0
            while at < size:
                at += os.sendfile(self.connection.fileno(), file.fileno(), at, size - at)

    def log_message(self, *_):
        pass


def peak(process):
    """Most resident memory of a process so far, in KiB; 0 when it is gone."""
    try:
        for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def children(process):
    try:
        return [int(child) for child in pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def measured(*command):
    """How long a command took, and the most memory of it and of its worker, in KiB."""
    began = time.monotonic()
    process = subprocess.Popen(command)
    program, worker = 0, 0
    while process.poll() is None:
        program = max(program, peak(process.pid))
        for broker in children(process.pid):
            worker = max([worker, *map(peak, children(broker))])
        time.sleep(0.01)
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return time.monotonic() - began, program, worker


def hash_speed():
    """Bytes a second of the processor's SHA-256, in memory."""
    data = os.urandom(64 << 20)
    began = time.monotonic()
    for _ in range(8):
        hashlib.sha256(data).digest()
    return 8 * len(data) / (time.monotonic() - began)


def read_speed(path):
    began = time.monotonic()
    buffer = bytearray(PIECE)
    with open(path, "rb", buffering=0) as file:
        while file.readinto(buffer):
            pass
    return os.path.getsize(path) / (time.monotonic() - began)


def main():
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 4_000_000_000
    workers = str(pathlib.Path(shutil.which("carrel-fetch")).resolve().parent)
    with tempfile.TemporaryDirectory(dir=sys.argv[1]) as place:
        source = os.path.join(place, "source")
        piece = os.urandom(PIECE)
        digest = hashlib.sha256()
        with open(source, "wb") as file:
            for number in range(0, size, PIECE):
                data = number.to_bytes(8, "little") + piece[8:min(PIECE, size - number)]
                digest.update(data)
                file.write(data)
        Handler.source = source
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/file.bin"
        into = os.path.join(place, "into")

        def fetch(data):
            return measured("download_bench", workers, os.path.join(place, data), url, into, "file.bin", digest.hexdigest())

        for name in ("data", "other"):
            os.mkdir(os.path.join(place, name))
        seconds, program, worker = fetch("data")
        os.remove(source)
        final = os.path.join(into, "file.bin")
        # The file is there: a program that does not know it looks whether it is the one that is meant.
        checks, reads, hashes = [], [], []
        for number in range(3):
            os.mkdir(os.path.join(place, f"check{number}"))
            reads.append(read_speed(final))
            hashes.append(hash_speed())
            checks.append(size / fetch(f"check{number}")[0])
        print(json.dumps({"bytes": size, "seconds": seconds, "program_kib": program, "worker_kib": worker,
                          "check": sorted(checks)[1], "read": sorted(reads)[1], "hash": sorted(hashes)[1]}))


main()
