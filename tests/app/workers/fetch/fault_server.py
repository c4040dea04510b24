# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""fault_server.py FOLDER: a server that goes wrong in every way that a download has to survive.

FOLDER holds `content` and `other`, files of the same size. Serves http on 127.0.0.1 and, where FOLDER holds `server.pem` and
`stranger.pem`, https with either. Says one line of JSON with the ports and goes on until its input ends. The path of a request
names what happens; /log answers with every request for a path so far: what was asked for and how many bytes of it were sent.
"""
import json
import os
import socket
import ssl
import sys
import threading
import time
import zlib

FOLDER = sys.argv[1]
CONTENT = open(os.path.join(FOLDER, "content"), "rb").read()
OTHER = open(os.path.join(FOLDER, "other"), "rb").read()
CUT = len(CONTENT) // 2
PORTS = {}
lock = threading.Lock()
requests = {}


class Request:
    def __init__(self, connection, reader):
        self.connection = connection
        self.method, self.path, _ = reader.readline().decode("latin-1").split(" ", 2)
        self.headers = {}
        while (line := reader.readline().strip()):
            name, value = line.decode("latin-1").split(":", 1)
            self.headers[name.lower()] = value.strip()
        self.range = None
        if "range" in self.headers:
            first, last = self.headers["range"].removeprefix("bytes=").split("-")
            self.range = (int(first), int(last) if last else None)
        self.sent = 0
        with lock:
            self.number = len(requests.setdefault(self.path, [])) + 1
            requests[self.path].append(self)

    def line(self):
        return {"range": self.headers.get("range", ""), "from": self.range[0] if self.range else 0, "sent": self.sent,
                "if_range": self.headers.get("if-range", ""), "token": self.headers.get("authorization", ""),
                "encodings": self.headers.get("accept-encoding", ""), "host": self.headers.get("host", "")}

    def raw(self, data):
        self.connection.sendall(data)

    def head(self, status, **headers):
        lines = [f"HTTP/1.1 {status} X"] + [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.raw("\r\n".join(lines + ["", ""]).encode())

    def body(self, data, upto=None):
        for at in range(0, len(data) if upto is None else min(upto, len(data)), 65536):
            piece = data[at:min(at + 65536, len(data) if upto is None else upto)]
            self.raw(piece)
            self.sent += len(piece)

    def file(self, data=CONTENT, tag='"one"', upto=None, **more):
        """The file or the part of it that was asked for, as a good server gives it. `upto`: bytes before it hangs up."""
        headers = {"ETag": tag} if tag else {}
        headers |= more
        kept = self.headers.get("if-range")
        if self.range and (kept is None or kept in (tag, more.get("Last_Modified"))):
            first, last = self.range
            last = min(len(data) - 1, last if last is not None else len(data))
            if first >= len(data):
                return self.head(416, Content_Range=f"bytes */{len(data)}", Content_Length=0)
            self.head(206, Content_Range=f"bytes {first}-{last}/{len(data)}", Content_Length=last - first + 1, **headers)
            return self.body(data[first:last + 1], upto)
        self.head(200, Content_Length=len(data), **headers)
        return self.body(data, upto)


def chunked(request, data, times):
    request.head(200, Transfer_Encoding="chunked", ETag='"one"')
    for _ in range(times):
        for at in range(0, len(data), 65536):
            piece = data[at:at + 65536]
            request.raw(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            request.sent += len(piece)
    request.raw(b"0\r\n\r\n")


def cut_then(request, then, **more):
    """Half of the file, and when the rest is asked for something else."""
    if request.range:
        then()
    else:
        request.file(upto=CUT, **more)


def parts(request):
    request.head(206, Content_Type="multipart/byteranges; boundary=B", Content_Length=30, ETag='"one"')
    request.raw(b"--B\r\n" + b"x" * 25)


def trickle(request):
    request.head(200, Content_Length=len(CONTENT), ETag='"one"')
    for byte in range(200):
        request.body(CONTENT[byte:byte + 1])
        time.sleep(0.2)


def bomb(request):
    packed = zlib.compress(b"\0" * (8 << 20), 9)
    request.head(200, Content_Encoding="deflate", Content_Length=len(packed), ETag='"one"')
    request.raw(packed)


def transfer_bomb(request):
    packed = zlib.compress(b"\0" * (8 << 20), 9)
    request.head(200, Transfer_Encoding="deflate, chunked", ETag='"one"')
    request.raw(f"{len(packed):x}\r\n".encode() + packed + b"\r\n0\r\n\r\n")


def slow_but_steady(request):
    """At a pace at which somebody can kill the program in between."""
    first, last = request.range or (0, None)
    last = len(CONTENT) - 1 if last is None else last
    data = CONTENT[first:last + 1]
    if request.range:
        request.head(206, Content_Range=f"bytes {first}-{last}/{len(CONTENT)}", Content_Length=len(data), ETag='"one"')
    else:
        request.head(200, Content_Length=len(data), ETag='"one"')
    for at in range(0, len(data), 16384):
        request.body(data[at:at + 16384])
        time.sleep(0.01)


def endless_zeros(request):
    request.head(200, Transfer_Encoding="chunked", ETag='"one"')
    piece = b"\0" * 65536
    while True:
        request.raw(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        request.sent += len(piece)


def moved(request, location):
    request.head(302, Location=location, Content_Length=0)


CASES = {
    "plain": lambda r: r.file(),
    "model.gguf": lambda r: r.file(),
    "wrong-hash": lambda r: r.file(OTHER),
    "cut-once": lambda r: cut_then(r, r.file),
    "cut-often": lambda r: r.file(upto=len(CONTENT) // 5),
    "cut-at-once": lambda r: r.file(upto=0),
    "shorter": lambda r: r.file(CONTENT[:-1]),
    "longer": lambda r: r.file(CONTENT + b"x"),
    "longer-chunked": lambda r: chunked(r, CONTENT + b"x", 1),
    "chunked": lambda r: chunked(r, CONTENT, 1),
    "endless": endless_zeros,
    "empty": lambda r: r.file(b""),
    "stalls": lambda r: (r.file(upto=CUT), time.sleep(30)),
    "silent": lambda r: time.sleep(30),
    "trickle": trickle,
    "416-later": lambda r: cut_then(r, lambda: r.head(416, Content_Range=f"bytes */{len(CONTENT)}", Content_Length=0)),
    "412-later": lambda r: r.file(upto=CUT) if r.number == 1 else r.head(412, Content_Length=0) if r.number == 2 else r.file(),
    "500": lambda r: r.head(500, Content_Length=0),
    "503-twice": lambda r: r.head(503, Content_Length=0) if r.number < 3 else r.file(),
    "503-in-between": lambda r: r.head(503, Content_Length=0) if r.number == 2 else cut_then(r, r.file),
    "429": lambda r: r.head(429, Content_Length=0),
    "429-once": lambda r: r.head(429, Retry_After=1, Content_Length=0) if r.number == 1 else r.file(),
    "401": lambda r: r.head(401, WWW_Authenticate="Bearer", Content_Length=0),
    "403": lambda r: r.head(403, Content_Length=0),
    "404": lambda r: r.head(404, Content_Length=0),
    "410": lambda r: r.head(410, Content_Length=0),
    "304": lambda r: r.head(304, ETag='"one"'),
    "300": lambda r: r.head(300, Content_Length=0),
    "redirect": lambda r: moved(r, "/plain-after-redirect"),
    "plain-after-redirect": lambda r: r.file(),
    "redirect-other-host": lambda r: moved(r, f"http://localhost:{PORTS['http']}/other-host"),
    "other-host": lambda r: r.file(),
    "redirect-loop": lambda r: moved(r, "/redirect-loop"),
    "redirect-to-http": lambda r: moved(r, f"http://127.0.0.1:{PORTS['http']}/plain"),
    "redirect-to-file": lambda r: moved(r, "file:///etc/passwd"),
    "redirect-to-user": lambda r: moved(r, f"http://huggingface.co@127.0.0.1:{PORTS['http']}/plain"),
    "redirect-nowhere": lambda r: r.head(302, Content_Length=0),
    "changed": lambda r: r.file(OTHER, upto=CUT) if r.number == 1 else r.file(tag='"two"'),
    "changed-quietly": lambda r: r.file(OTHER, tag=None, upto=CUT) if r.number == 1 else r.file(tag=None),
    "changed-under-206": lambda r: cut_then(r, lambda: (
        r.head(206, Content_Range=f"bytes {r.range[0]}-{len(OTHER) - 1}/{len(OTHER)}", Content_Length=len(OTHER) - r.range[0],
               ETag='"two"'), r.body(OTHER[r.range[0]:]))),
    "always-changing": lambda r: r.file(tag=f'"{r.number}"', upto=CUT),
    "no-tag": lambda r: cut_then(r, lambda: r.file(tag=None), tag=None),
    "date-only": lambda r: cut_then(r, lambda: r.file(tag=None, Last_Modified="Mon, 01 Jan 2024 00:00:00 GMT"), tag=None,
                                    Last_Modified="Mon, 01 Jan 2024 00:00:00 GMT"),
    "weak-tag": lambda r: cut_then(r, lambda: r.file(tag='W/"one"'), tag='W/"one"'),
    "bomb": bomb,
    "transfer-bomb": transfer_bomb,
    "wrong-start": lambda r: cut_then(r, lambda: (r.head(206, Content_Range=f"bytes 7-{len(CONTENT) - 1}/{len(CONTENT)}",
                                                        Content_Length=len(CONTENT) - 7, ETag='"one"'), r.body(CONTENT[7:]))),
    "wrong-total": lambda r: cut_then(r, lambda: (r.head(206, Content_Range=f"bytes {r.range[0]}-{len(CONTENT) - 1}/{len(CONTENT) + 5}",
                                                        Content_Length=len(CONTENT) - r.range[0], ETag='"one"'),
                                                 r.body(CONTENT[r.range[0]:]))),
    "range-nonsense": lambda r: cut_then(r, lambda: (r.head(206, Content_Range="bytes some-where/else", Content_Length=5), r.body(b"12345"))),
    "range-unsaid": lambda r: cut_then(r, lambda: (r.head(206, Content_Length=5, ETag='"one"'), r.body(b"12345"))),
    "range-ignored": lambda r: cut_then(r, lambda: (r.head(200, Content_Length=len(CONTENT), ETag='"one"'), r.body(CONTENT))),
    "several-parts": lambda r: cut_then(r, lambda: parts(r)),
    "half-a-part": lambda r: cut_then(r, lambda: (
        r.head(206, Content_Range=f"bytes {r.range[0]}-{min(r.range[0] + 99999, len(CONTENT) - 1)}/{len(CONTENT)}",
               Content_Length=min(100000, len(CONTENT) - r.range[0]), ETag='"one"'),
        r.body(CONTENT[r.range[0]:r.range[0] + 100000]))),
    "cut-header": lambda r: r.raw(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "garbage": lambda r: r.raw(b"\x00\xff" * 4000),
    "huge-header": lambda r: r.raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * (2 << 20) + b"\r\n\r\n"),
    "two-lengths": lambda r: r.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nxxxxxxx"),
    "negative-length": lambda r: r.raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nxxxxx"),
    "page": lambda r: (r.head(200, Content_Type="text/html", Content_Length=20), r.raw(b"<html>Sign in</html>")),
    "steady": slow_but_steady,
    "text": lambda r: (r.head(200, Content_Length=5), r.raw(b"words")),
}


def serve(connection):
    try:
        with connection, connection.makefile("rb") as reader:
            request = Request(connection, reader)
            name = request.path.lstrip("/").split("?")[0].split("/")[0]
            if name == "log":
                wanted = "/" + request.path.split("/", 2)[2]
                with lock:
                    answer = json.dumps([one.line() for one in requests.get(wanted, [])]).encode()
                    requests.pop(request.path, None)
                request.head(200, Content_Length=len(answer))
                request.raw(answer)
            elif name in CASES:
                CASES[name](request)
            else:
                request.head(404, Content_Length=0)
            # So that what was sent arrives before the connection ends.
            connection.shutdown(socket.SHUT_WR) if not isinstance(connection, ssl.SSLSocket) else connection.unwrap()
    except (OSError, ValueError):
        pass


def listen(name, context=None):
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    PORTS[name] = listener.getsockname()[1]

    def accept():
        while True:
            connection, _ = listener.accept()
            connection.settimeout(40)

            def greet(connection=connection):
                try:
                    serve(context.wrap_socket(connection, server_side=True) if context else connection)
                except OSError:
                    connection.close()
            threading.Thread(target=greet, daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()


listen("http")
for name, file in (("https", "server.pem"), ("stranger", "stranger.pem")):
    path = os.path.join(FOLDER, file)
    if os.path.exists(path):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        listen(name, context)
print(json.dumps(PORTS), flush=True)
sys.stdin.read()
