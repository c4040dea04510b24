#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tour.sh SOURCE CACHE: what `./dev run` shows where there is no display. Run inside the build environment, with the programs on
# PATH. It writes into a data folder of its own, so that no conversation of the user's is touched.
set -euo pipefail
source=$1 cache=$2
data=$cache/tour
mkdir -p -- "$data"
# The model that set-up fetched; models of the user's may be larger than this machine likes.
model=$CARREL_STARTER_MODEL

title() { printf '\n\033[1m%s\033[0m\n' "$1"; [ -t 1 ] || printf '%s\n' "-----"; }
show() { printf '$ %s\n' "$1"; }

title "There is no display here, so this is a tour in the terminal"

title "1. What can run models on this machine, and does it calculate correctly?"
show "carrel-cli devices --check"
carrel-cli --data "$data" devices --check

title "2. A chat turn, on Carrel's own engine"
question="What is a library carrel? Answer in two sentences."
show "carrel-cli ask \"$question\""
carrel-cli --data "$data" ask -m "$model" "$question"

title "3. A document, summarized, with a line that says how much of it was read"
show "carrel-cli summarize resources/samples/documents/garden-report.md"
carrel-cli --data "$data" summarize -m "$model" "$source/resources/samples/documents/garden-report.md"

title "4. The window"
picture=$cache/carrel-window.png
if carrel --data "$data" --platform offscreen --screenshot "$picture" >"$cache/logs/tour-window.log" 2>&1; then
    printf 'A picture of it: %s\n' "$picture"
else
    cat -- "$cache/logs/tour-window.log" >&2
    exit 1
fi

title "Next"
cat <<END
./dev exec carrel-cli chat       a conversation here in the terminal
./dev run                        the window, where DISPLAY or WAYLAND_DISPLAY is set
./dev exec carrel-cli --help     everything else
END
