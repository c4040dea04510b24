# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""check_layers.py [ROOT]: which folder may include which, and who may see which foreign header.

The arrows of ARCHITECTURE.md as two tables. There is no list of exceptions: where an arrow is right, it stands in the table;
where it is not, the code moves. `--self-test` plants violations and expects each of them to be found.
"""
import pathlib
import re
import sys
import tempfile

import tree

ENGINE = {"inference", "inference/unicode", "inference/quant", "inference/tokenizer", "inference/template",
          "inference/sampling", "inference/model", "inference/graph", "inference/adapters", "inference/families",
          "inference/backend", "inference/backend/cpu", "inference/backend/vulkan", "inference/runtime"}
STORAGE = {"storage", "storage/sqlite", "storage/schema", "storage/files"}
APP = {"app", "app/catalogue", "app/download", "app/extraction", "app/grounding", "app/licence", "app/markdown", "app/platform",
       "app/cli", "app/workers", "app/workers/extract", "app/workers/extract/readers", "app/workers/fetch"}
UI = {"ui", "ui/shell", "ui/style", "ui/chat", "ui/chat/blocks", "ui/library", "ui/models", "ui/assistants", "ui/compare", "ui/inspector", "ui/settings",
      "ui/services", "ui/sources", "ui/print", "ui/offline"}

# Folder -> folders whose headers its files may include, beside its own. A folder that is not named here has the row of the
# nearest named folder above it. A test may also use what the folders above it, and `support` in them, hold for tests.
FOLDERS = {
    "inference": ENGINE | {"shaders"},
    "inference/unicode": set(),
    "inference/quant": {"inference"},
    "inference/tokenizer": {"inference", "inference/unicode"},
    "inference/template": {"inference", "inference/unicode"},
    "inference/sampling": {"inference"},
    "inference/model": {"inference", "inference/quant", "inference/tokenizer"},
    "inference/graph": {"inference", "inference/quant", "inference/model", "inference/backend"},
    "inference/adapters": {"inference", "inference/quant", "inference/model", "inference/graph"},
    "inference/families": {"inference", "inference/quant", "inference/model", "inference/graph", "inference/adapters"},
    "inference/backend": {"inference", "inference/quant", "inference/graph"},
    "inference/backend/cpu": {"inference", "inference/quant", "inference/graph", "inference/backend"},
    "inference/backend/vulkan": {"inference", "inference/quant", "inference/graph", "inference/backend", "shaders",
                                 "shaders/include"},
    "inference/runtime": ENGINE,
    "shaders": {"shaders/include"},
    "shaders/include": {"inference/quant"},
    "storage": STORAGE,
    "storage/sqlite": {"storage"},
    "storage/schema": {"storage", "storage/sqlite"},
    "storage/files": {"storage", "storage/sqlite"},
    "app": {"inference", "storage", "app", "app/catalogue", "app/download", "app/extraction", "app/grounding", "app/licence",
            "app/markdown", "app/platform"},
    "app/catalogue": set(),
    "app/download": {"app/platform"},
    "app/licence": set(),
    "app/extraction": set(),
    "app/grounding": {"inference/unicode", "storage"},
    "app/markdown": set(),
    "app/platform": set(),
    "app/workers": {"inference", "app/platform"},
    "app/workers/extract": {"inference/unicode", "app/extraction", "app/platform", "app/workers/extract/readers"},
    "app/workers/fetch": {"app/download", "app/platform"},
    "app/workers/extract/readers": {"inference/unicode", "app/extraction", "app/workers/extract"},
    "resources": set(),
    "ui": {"app", "app/catalogue", "app/licence", "app/markdown", "ui", "ui/style"},
    "ui/style": set(),
    "ui/chat": {"app", "app/markdown", "ui/services", "ui/style"},
    "ui/models": {"app", "app/catalogue", "app/licence", "ui/services", "ui/style"},
    "ui/shell": {"app"} | UI - {"ui/offline"},
    "ui/offline": {"app", "app/catalogue", "app/extraction", "app/licence", "app/markdown", "inference"} | UI,
    "tests": ENGINE | STORAGE | APP | UI | {"shaders", "shaders/include", "tests", "tests/support"},
    "tests/inference": ENGINE | {"shaders", "shaders/include", "tests/support"},
    "tests/inference/graph": ENGINE | {"tests/support", "tests/inference/backend"},
    "tests/inference/adapters": ENGINE | {"tests/support", "tests/inference/backend"},
    "tests/inference/runtime": ENGINE | {"shaders", "shaders/include", "tests/support", "tests/inference/adapters"},
    "tests/shaders": ENGINE | {"shaders", "shaders/include", "tests/support", "tests/inference/backend"},
    "tests/oracles": ENGINE | {"tests/support", "tests/inference/backend"},
    "tests/storage": STORAGE | {"tests/support"},
    "tests/app": {"inference", "storage", "tests/support", "tests/support/storage"} | APP,
    "tests/fuzz": ENGINE | STORAGE | APP | {"tests/support", "tests/app/support", "tests/inference/model",
                                            "tests/inference/adapters", "tests/app/workers/extract/readers"},
    "tests/ui": {"inference", "storage", "tests/support", "tests/app", "tests/app/markdown", "tests/app/support", "tests/ui"} | APP | UI,
    "tests/support": ENGINE,
    "tests/support/storage": STORAGE,
}
# The files that may do what their folder may not: they compose the whole.
WHOLE = {"inference", "storage", "app", "app/catalogue", "app/licence", "app/markdown", "app/platform", "resources"} | UI
FILES = {"app/main.cpp": WHOLE, "app/offline_main.cpp": WHOLE}

# Pattern of a foreign header -> folders whose files may include it.
FOREIGN = [
    (r"vulkan/|vk_mem_alloc|volk\.h", {"inference/backend/vulkan", "tests/inference", "tests/shaders"}),
    (r"sqlite3", {"storage/sqlite", "tests/storage"}),
    (r"hwy/", {"inference/backend/cpu", "storage/vector_codes.cpp", "tests/inference"}),
    (r"unicode/", {"storage/sentences.cpp", "app/workers"}),
    (r"KSyntaxHighlighting", {"ui", "tests/ui"}),
    (r"Qt(Quick|Qml|Gui|Widgets|Svg|QuickTest|QuickControls2)/|Q(Quick|Qml|Gui|JS)[A-Z]|"
     r"Q(Color|Image|Font|Pixmap|Icon|Window|Painter|Clipboard|DesktopServices|TextDocument|Accessible)\b",
     {"ui", "tests/ui", "resources", "app/main.cpp", "app/offline_main.cpp"}),
    (r"Q[A-Z][A-Za-z]*$|Qt[A-Z][A-Za-z]*/|q[a-z]+\.h$",
     {"app", "ui", "resources", "tests/app", "tests/ui", "tests/bench/models_bench.cpp",
     "tests/bench/retrieval_bench.cpp", "tests/fuzz/catalogue_fuzz.cpp"}),
    (r"QtNetwork|Q(Tcp|Udp|Ssl|Network|Abstract)Socket|QNetwork|QLocal(Server|Socket)|curl/|netinet/|arpa/|netdb\.h",
     {"app/workers", "tests/app"}),
    (r"openssl/", {"app/download"}),
    (r"qt6keychain/", {"app/system_keychain.cpp"}),
    (r"seccomp\.h|linux/(seccomp|landlock|filter|audit)\.h", {"app/platform", "tests/app"}),
    (r"poppler|zip\.h|expat\.h|gumbo|gmime|uchardet|tesseract|leptonica", {"app/workers/extract", "tests/app"}),
]

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)
SOURCES = {".cpp", ".h", ".comp", ".glsl"}
MODULES = ("inference", "storage", "app", "ui", "shaders", "resources", "tests")


def row(table, name):
    """The table's row for a folder: its own, else that of the nearest folder above."""
    folder = pathlib.PurePosixPath(name)
    while str(folder) != ".":
        if str(folder) in table:
            return table[str(folder)]
        folder = folder.parent
    return None


def shared_by_tests(folder, target):
    """Whether `target` holds what the tests of `folder` share: a folder above it, or `support` in one of them."""
    home = target.parent if target.name == "support" else target
    return folder.parts[0] == "tests" and home.parts[0] == "tests" and len(home.parts) > 1 and (
        home == folder or home in folder.parents)


def under(name, folders):
    return any(name == folder or name.startswith(folder + "/") for folder in folders)


def check_file(root, path, known):
    text = (root / path).read_text(encoding="utf-8", errors="replace")
    folder = str(path.parent)
    allowed = FILES.get(str(path)) or row(FOLDERS, folder)
    for match in INCLUDE.finditer(text):
        bracket, name = match.groups()
        where = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
        target = pathlib.PurePosixPath(name)
        if target.parts[0] in MODULES and len(target.parts) > 1 and path.suffix not in (".comp", ".glsl"):
            if bracket == "<":
                yield f"{where}: own header {name} in angle brackets"
            if allowed is None:
                yield f"{where}: folder {folder} has no row in the table"
            elif (str(target.parent) != folder and str(target.parent) not in allowed
                  and not shared_by_tests(path.parent, target.parent)):
                yield f"{where}: {folder} may not include {target.parent} ({name})"
            elif (path.suffix == ".h" and folder in ("inference", "storage") and not name.endswith("_p.h")
                  and not path.name.endswith("_p.h") and str(target.parent) != folder):
                yield f"{where}: a public header includes the private {name}"
        elif bracket == '"' and path.suffix in (".cpp", ".h") and not name.endswith(".moc"):
            yield f"{where}: \"{name}\" is not included from the root"
        for pattern, folders in FOREIGN:
            if bracket == "<" and re.match(pattern, name) and not under(str(path), folders):
                yield f"{where}: {folder} may not see <{name}>"
                break


def check(root):
    root = pathlib.Path(root)
    sources = [path for path in tree.files(root) if path.suffix in SOURCES and path.parts[0] in MODULES]
    known = set(sources)
    findings = [finding for path in sources for finding in check_file(root, path, known)]
    for name in ("inference", "storage", "shaders"):
        for path in tree.files(root):
            if path.parts[0] == name and path.name == "CMakeLists.txt":
                for number, line in enumerate((root / path).read_text().splitlines(), 1):
                    foreign = r"Qt6|KF6" + {"inference": "|SQLite", "storage": "|Vulkan", "shaders": "|SQLite"}[name]
                    if re.search(foreign, line.split("#")[0]):
                        findings.append(f"{path}:{number}: {name} may not link {line.strip()}")
    return findings, len(sources)


def self_test():
    planted = {
        "inference/engine.h": ('#include "inference/model/gguf_file.h"', "public header includes the private"),
        "inference/model/a.cpp": ('#include "inference/runtime/x.h"', "may not include inference/runtime"),
        "inference/model/b.cpp": ('#include "storage/database.h"', "may not include storage"),
        "inference/quant/c.cpp": ("#include <vulkan/vulkan.h>", "may not see <vulkan/vulkan.h>"),
        "inference/graph/d.cpp": ("#include <QString>", "may not see <QString>"),
        "inference/graph/e.cpp": ("#  include <QtCore/qglobal.h>", "may not see <QtCore/qglobal.h>"),
        "storage/f.cpp": ("#include <sqlite3.h>", "may not see <sqlite3.h>"),
        "storage/g.cpp": ('#include "inference/types.h"', "may not include inference"),
        "app/h.cpp": ('#include "ui/shell/app_context.h"', "may not include ui/shell"),
        "app/i.cpp": ("#include <QGuiApplication>", "may not see <QGuiApplication>"),
        "inference/backend/cpu/v.cpp": ('#include "inference/families/families.h"', "may not include inference/families"),
        "inference/graph/w.cpp": ('#include "inference/families/decoder.h"', "may not include inference/families"),
        "app/j.cpp": ('#include "inference/graph/graph.h"', "may not include inference/graph"),
        "app/k.cpp": ("#include <QTcpSocket>", "may not see <QTcpSocket>"),
        "app/l.cpp": ("#include <KSyntaxHighlighting/Repository>", "may not see <KSyntaxHighlighting/Repository>"),
        "ui/chat/m.cpp": ('#include "storage/store.h"', "may not include storage"),
        "ui/chat/n.cpp": ('#include "sibling.h"', "not included from the root"),
        "ui/style/o.cpp": ('#include <ui/style/p.h>', "in angle brackets"),
        "tests/storage/q.cpp": ('#include "app/store_thread.h"', "may not include app"),
        "tests/storage/r.cpp": ('#include "tests/app/support/s.h"', "may not include tests/app/support"),
        "tests/app/t.cpp": ('#include "tests/app/cli/u.h"', "may not include tests/app/cli"),
        "inference/CMakeLists.txt": ("target_link_libraries(x PRIVATE Qt6::Core)", "inference may not link"),
    }
    clean = {
        "app/main.cpp": '#include "ui/shell/app_context.h"\n#include <QGuiApplication>\n',
        "inference/backend/vulkan/a.cpp": '#include "inference/backend/backend.h"\n#include <vulkan/vulkan.h>\n',
        "inference/engine.cpp": '#include "inference/runtime/x.h"\n#include <vector>\n',
        "storage/sqlite/a.cpp": '#include <sqlite3.h>\n#include "storage/error.h"\n',
        "ui/chat/a.cpp": '#include "app/chat_service.h"\n#include <KSyntaxHighlighting/Repository>\n#include "a.moc"\n',
        "tests/app/cli/a.cpp": '#include "tests/app/support/a.h"\n#include "tests/app/b.h"\n#include "tests/support/c.h"\n',
        "app/platform/a.cpp": "#include <sys/socket.h>\n#include <seccomp.h>\n",
    }
    failures = []

    def found_in(contents):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in contents.items():
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text + "\n")
            return check(folder)[0]

    for name, (text, expected) in planted.items():
        findings = found_in({name: text} | clean)
        if len(findings) != 1 or expected not in findings[0] or not findings[0].startswith(name):
            failures.append(f"planted in {name}: expected '{expected}', found {findings}")
    if findings := found_in(clean):
        failures.append(f"nothing planted, but found {findings}")
    tree.report("check_layers self-test", failures, len(planted) + len(clean))


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    tree.report("check_layers", *check(sys.argv[1] if len(sys.argv) > 1 else "."))
