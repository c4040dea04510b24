# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lints share: the files of a checkout, and how findings are told."""
import os
import pathlib
import subprocess
import sys

SKIPPED = {".git", "build", "out", ".cache", "__pycache__"}


def files(root):
    """Every file of the checkout that git tracks or would track; without git, every file but build folders'. Sorted,
    relative to `root`."""
    root = pathlib.Path(root)
    try:
        listed = subprocess.run(["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                check=True, capture_output=True).stdout.decode().split("\0")
        inside = subprocess.run(["git", "-C", str(root), "rev-parse", "--show-prefix"], check=True,
                                capture_output=True).stdout.strip()
        if not inside:
            return sorted(pathlib.PurePosixPath(name) for name in listed if name and (root / name).is_file())
    except (OSError, subprocess.CalledProcessError):
        pass
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in SKIPPED and not name.startswith("build-")]
        found += [pathlib.PurePosixPath(pathlib.Path(folder, name).relative_to(root)) for name in names]
    return sorted(found)


def report(name, findings, checked):
    """Prints the findings, one a line, and ends the program: 0 when there are none."""
    for finding in findings:
        print(finding)
    print(f"{name}: {len(findings)} findings in {checked} files")
    sys.exit(1 if findings else 0)
