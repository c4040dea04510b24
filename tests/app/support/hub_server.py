# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""hub_server.py FOLDER: a web of a few hosts behind a proxy, so that what asks for real names reaches this machine alone.

Answers CONNECT on 127.0.0.1 and then speaks TLS with FOLDER/server.pem in the name of every host. FOLDER/rules.json says by
"HOST/PATH" what is there, read anew for each request: "file": a file of FOLDER; "redirect": an address; "token": the one that
is needed; "pause_ms": between two pieces of a file. Anything else is not there. Each request adds a line of JSON to FOLDER/log.
Says its port as a line of JSON and goes on until its input ends.
"""
import json
import os
import socket
import ssl
import sys
import threading
import time

FOLDER = sys.argv[1]
PIECE = 16384
lock = threading.Lock()
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(os.path.join(FOLDER, "server.pem"))


def head(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            raise OSError
        data += more
    lines = data.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(": ")
        headers[name.lower()] = value
    return lines[0].split(" ")[:2], headers


def note(**line):
    with lock, open(os.path.join(FOLDER, "log"), "a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")


def say(connection, status, *lines):
    connection.sendall("\r\n".join([f"HTTP/1.1 {status} X", "Connection: close", *lines, "", ""]).encode())


def answer(connection, host, target, headers):
    with open(os.path.join(FOLDER, "rules.json"), encoding="utf-8") as rules:
        rule = json.load(rules).get(host + target.split("?")[0], {})
    if "token" in rule and headers.get("authorization") != "Bearer " + rule["token"]:
        return say(connection, 401, "Content-Length: 0")
    if "redirect" in rule:
        return say(connection, 302, "Location: " + rule["redirect"], "Content-Length: 0")
    if "file" not in rule:
        return say(connection, 404, "Content-Length: 0")
    with open(os.path.join(FOLDER, rule["file"]), "rb") as file:
        data = file.read()
    tag = f'ETag: "{hash(data)}"'
    first, last = 0, len(data) - 1
    if "range" in headers:
        start, end = headers["range"].removeprefix("bytes=").split("-")
        first, last = int(start), min(int(end), last) if end else last
        say(connection, 206, f"Content-Range: bytes {first}-{last}/{len(data)}", f"Content-Length: {last - first + 1}", tag)
    else:
        say(connection, 200, f"Content-Length: {len(data)}", tag)
    for at in range(first, last + 1, PIECE):
        connection.sendall(data[at:min(at + PIECE, last + 1)])
        time.sleep(rule.get("pause_ms", 0) / 1000)
    return None


def serve(connection):
    try:
        (method, wanted), _ = head(connection)
        if method != "CONNECT":
            note(host=wanted, target="", method=method, token="", range="")
            return say(connection, 405, "Content-Length: 0")
        connection.sendall(b"HTTP/1.1 200 Here you are\r\n\r\n")
        with context.wrap_socket(connection, server_side=True) as secure:
            (method, target), headers = head(secure)
            host = wanted.rsplit(":", 1)[0]
            note(host=host, target=target, method=method, token=headers.get("authorization", ""),
                 range=headers.get("range", ""))
            answer(secure, host, target, headers)
            secure.unwrap()
    except (OSError, ValueError):
        pass
    finally:
        connection.close()
    return None


def accept(listener):
    while True:
        connection, _ = listener.accept()
        connection.settimeout(60)
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


listening = socket.create_server(("127.0.0.1", 0), backlog=64)
threading.Thread(target=accept, args=(listening,), daemon=True).start()
print(json.dumps({"proxy": listening.getsockname()[1]}), flush=True)
sys.stdin.read()
