#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
#
# enter.sh ROOT UID GID SOURCE CACHE -- [NAME=VALUE...] CMD...: run by ./dev in a mount namespace of its own, as (mapped)
# root. Puts this system's folders and devices into ROOT, makes it the root and becomes CMD, as UID again, in the same
# working folder: one process all the way, so that signals, standard input and the exit status are CMD's own.
set -euo pipefail
root=$1 uid=$2 gid=$3 source=$4 cache=$5
shift 6
work=$PWD

bindFolder() { mkdir -p -- "$root$1" && mount --rbind -- "$1" "$root$1"; }
bindFile() {
    if [ -e "$1" ]; then
        [ -e "$root$1" ] && [ ! -L "$root$1" ] || { rm -f -- "$root$1"; mkdir -p -- "$(dirname -- "$root$1")"; : >"$root$1"; }
        mount --bind -- "$1" "$root$1"
    fi
}

# A mount of its own, so that it can become the root of this namespace.
mount --bind -- "$root" "$root"
# /run anew, so that nothing made in it outlives the command.
mount -t tmpfs -o mode=755,nosuid,nodev carrel-run "$root/run"
for folder in /proc /dev /sys; do bindFolder "$folder"; done
for folder in /*/; do
    folder=${folder%/}
    case $folder in
        /bin | /sbin | /lib | /lib32 | /lib64 | /libx32 | /usr | /etc | /var | /boot | /run | /proc | /dev | /sys | /lost+found) ;;
        *) bindFolder "$folder" ;;
    esac
done
# Display, sound and session sockets; removable media; names of hosts and users.
for folder in /run/user /run/dbus /run/media /run/systemd/resolve /run/nscd /var/tmp; do
    [ ! -d "$folder" ] || bindFolder "$folder"
done
for file in /etc/resolv.conf /etc/hosts /etc/machine-id; do bindFile "$file"; done
if [ "$uid" != 0 ]; then
    for file in /etc/passwd /etc/group; do bindFile "$file"; done
fi
# A checkout, a home, a cache or a working folder in a place that belongs to the system, as /var/lib/ci: bound alone.
for folder in "$source" "$cache" "${HOME:-/}" "$work"; do
    if [ -d "$folder" ] && { [ ! -d "$root$folder" ] || ! [ "$root$folder" -ef "$folder" ]; }; then
        case $folder in
            # Names that the root has itself: its own content is meant.
            / | /usr | /usr/* | /etc | /etc/* | /var | /var/lib | /var/log | /var/cache | /run | /bin | /sbin | /lib*) [ -e "$root$folder" ] || bindFolder "$folder" ;;
            *) bindFolder "$folder" ;;
        esac
    fi
done

# NVIDIA's user-space driver must match the kernel's, so it comes from this system, never from the root.
variables=()
if [ -e /dev/nvidiactl ]; then
    mkdir -p "$root/run/host-system/usr" "$root/run/host-nvidia"
    mount --bind -o ro /usr "$root/run/host-system/usr"
    for folder in /usr/lib/x86_64-linux-gnu /usr/lib/aarch64-linux-gnu /usr/lib64 /usr/lib /usr/lib/x86_64-linux-gnu/nvidia/current; do
        for library in "$folder"/libnvidia-*.so* "$folder"/libGLX_nvidia.so* "$folder"/libEGL_nvidia.so* "$folder"/libcuda.so*; do
            [ ! -e "$library" ] || ln -sf "/run/host-system$(readlink -f -- "$library")" "$root/run/host-nvidia/$(basename -- "$library")"
        done
    done
    for file in /etc/vulkan/icd.d/nvidia_icd*.json /usr/share/vulkan/icd.d/nvidia_icd*.json; do
        if [ -e "$file" ]; then
            cp -- "$file" "$root/run/host-nvidia/nvidia_icd.json"
            variables=(LD_LIBRARY_PATH=/run/host-nvidia VK_ADD_DRIVER_FILES=/run/host-nvidia/nvidia_icd.json)
        fi
    done
fi

# The host's search paths and compiler settings mean nothing in the root. Its locales are not there either: UTF-8 is.
become=(env -u LD_LIBRARY_PATH -u LD_PRELOAD -u LIBRARY_PATH -u CPATH -u C_INCLUDE_PATH -u CPLUS_INCLUDE_PATH -u PKG_CONFIG_PATH
    -u CC -u CXX -u CFLAGS -u CXXFLAGS -u LDFLAGS -u CMAKE_PREFIX_PATH -u CMAKE_GENERATOR -u CMAKE_TOOLCHAIN_FILE
    -u PYTHONHOME -u PYTHONPATH -u PERL5LIB -u QT_PLUGIN_PATH -u QML_IMPORT_PATH -u QML2_IMPORT_PATH -u QT_QPA_PLATFORMTHEME
    -u VIRTUAL_ENV -u BASH_ENV -u ENV -u XDG_DATA_DIRS -u XDG_CONFIG_DIRS -u GTK_MODULES
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "${variables[@]}")
[ "$uid" = 0 ] || become=(unshare --user --map-user="$uid" --map-group="$gid" -- "${become[@]}")
# Not chroot: inside one, no program could make a user namespace (the line above, and sandboxes under test).
mkdir "$root/run/previous"
cd -- "$root"
pivot_root . run/previous
cd /
hash -r
umount -l /run/previous && rmdir /run/previous
exec "${become[@]}" /bin/bash -c \
    'cd -- "$1" 2>/dev/null || { echo "carrel: the folder $1 cannot be seen in the build environment; start from another" >&2; exit 1; }
     shift; exec env "$@"' enter "$work" "$@"
