#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
#
# llama.cpp as Debian packages it, the rival to measure against and the oracle of fixtures, in a root folder of its own.
#
#   llama-peer.sh --prepare CACHE MIRROR   installs it into CACHE/peer (once); needs root
#   llama-peer.sh CACHE TOOL [ARG...]      runs TOOL with this system's files under the same paths
#
# llama.cpp skips software Vulkan devices unless GGML_VK_VISIBLE_DEVICES=0 is set; `-dev none` is the processor alone. Mesa is
# Debian 13's, as in Carrel's build environment, so that both sides meet the same software device.
set -euo pipefail
readonly SUITE=forky
readonly PACKAGES=llama.cpp-tools,llama.cpp-tools-extra,llama.cpp-examples,libggml0-backend-vulkan,mesa-vulkan-drivers,mount
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")

prepare() {
    local root=$1/peer mirror=$2 making
    [ ! -d "$root" ] || return 0
    mkdir -p -- "$1/logs"
    exec 8>"$1/peer.lock"
    flock 8
    [ ! -d "$root" ] || return 0
    for making in "$root".making.*; do
        [ ! -e "$making" ] || rm -rf --one-file-system -- "$making"
    done
    making=$root.making.$$
    mkdir -- "$making"
    echo "carrel: installing llama.cpp into $root (once; about a minute, 1 GB) ..." >&2
    if ! setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child=KILL --mount-proc bash -euc '
        mount --bind -- "$1" /mnt
        cd /
        mmdebstrap --mode=root --variant=apt --components=main --include="$2" --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
            --aptopt="Acquire::Check-Valid-Until \"false\"" --dpkgopt=force-unsafe-io "$3" /mnt "$4"
        echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $4 trixie main" >/mnt/etc/apt/sources.list.d/trixie.list
        printf "Package: mesa-vulkan-drivers\nPin: release n=trixie\nPin-Priority: 1001\n" >/mnt/etc/apt/preferences.d/mesa
        mount --bind /proc /mnt/proc
        cp -L /etc/resolv.conf /mnt/etc/resolv.conf
        chroot /mnt apt-get update -q
        chroot /mnt apt-get install -qy --no-install-recommends --allow-downgrades mesa-vulkan-drivers
    ' peer "$making" "$PACKAGES" "$SUITE" "$mirror" >"$1/logs/llama-peer.log" 2>&1 </dev/null; then
        tail -n 20 -- "$1/logs/llama-peer.log" >&2
        rm -rf --one-file-system -- "$making"
        echo "carrel: installing llama.cpp failed. Everything it printed: $1/logs/llama-peer.log" >&2
        return 1
    fi
    mv -T -- "$making" "$root"
}

if [ "$1" = --prepare ]; then
    prepare "$2" "$3"
else
    cache=$1
    shift
    exec unshare --mount --propagation slave -- bash "$here/enter.sh" "$cache/peer" "$(id -u)" "$(id -g)" "$here" "$cache" -- "$@" 8>&-
fi
