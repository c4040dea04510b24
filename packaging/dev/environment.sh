# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Where Carrel is built and run: on this system itself when it has the baseline (Debian 13), else in a Debian 13
# root folder in the user's cache, entered through a mount namespace of its own. Sourced by ./dev, which sets `source`.
#
# After prepareEnvironment, `inside CMD...` runs a command there and `execInside CMD...` becomes it.

readonly SUITE=trixie
# Part of a root's name: raise it when the recipe below changes, so that older roots are not taken for new ones.
readonly ROOT_RECIPE=1
readonly ROOT_NEEDS_MIB=5000
readonly FALLBACK_MIRROR=http://deb.debian.org/debian
readonly KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
readonly UNUSED_ROOT_DAYS=14

say() { printf 'carrel: %s\n' "$*" >&2; }
die() { printf 'carrel: %s\n' "$*" >&2; exit 1; }

# step WHAT CMD...: one line, the output in a log in the cache, the time it took; on failure the end of the log.
step() {
    local what=$1 began=$SECONDS log
    shift
    log=$cache/logs/$(printf '%s' "$what" | tr -c 'A-Za-z0-9\n' '-').log
    say "$what ..."
    if "$@" >"$log" 2>&1 </dev/null; then
        say "$what: done in $((SECONDS - began)) s"
    else
        local status=$?
        tail -n 25 -- "$log" >&2
        say "$what: failed (status $status). Everything it printed: $log"
        return "$status"
    fi
}

# The package list, sorted, one a line, without comments.
packages() { sed -e 's/#.*//' "$source/packaging/packages.txt" | tr -s '[:blank:]' '\n' | sed '/^$/d' | LC_ALL=C sort -u; }

isRoot() { [ "$(id -u)" = 0 ]; }

aptInstall() {
    export DEBIAN_FRONTEND=noninteractive
    local install=(apt-get install -y -q --no-install-recommends "$@")
    # Lists that are there may still be too old to fetch from; then one update mends it.
    if compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null && "${install[@]}"; then return; fi
    apt-get -q update && "${install[@]}"
}

# needTools PACKAGE...: installs what is missing on this system, or says how.
needTools() {
    local missing=() name
    for name in "$@"; do
        dpkg-query -W -f '${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null; then die "this system has no apt-get; install by hand: ${missing[*]}"; fi
    if isRoot; then
        say "installing on this system: ${missing[*]}"
        step "Installing packages" aptInstall "${missing[@]}" ||
            die "could not install them. Try: apt-get update && apt-get install ${missing[*]}"
    else
        rootCommands+=("apt-get update && apt-get install -y --no-install-recommends ${missing[*]}")
    fi
}

# Without root nothing is changed on this system: all that is missing becomes one command to run once.
demandRootCommands() {
    [ ${#rootCommands[@]} -gt 0 ] || return 0
    local joined
    joined=$(printf ' && %s' "${rootCommands[@]}")
    say "something is missing on this system. Run this once as root, then ./dev again:"
    printf '\n  sudo sh -c "%s"\n\n' "${joined# && }" >&2
    exit 1
}

osRelease() { (unset ID VERSION_ID VERSION_CODENAME; . /etc/os-release 2>/dev/null; eval "printf '%s' \"\${$1:-}\""); }

# Debian 13 and later, Ubuntu 25.04 and later.
hostHasBaseline() {
    local version
    version=$(osRelease VERSION_ID)
    case $(osRelease ID) in
        debian) case $version in '') [ "$(osRelease VERSION_CODENAME)" != '' ];; *) [ "${version%%.*}" -ge 13 ];; esac ;;
        ubuntu) [ "${version%%.*}" -ge 25 ] ;;
        *) false ;;
    esac
}

# The listed packages that are not installed here.
missingPackages() {
    comm -23 <(packages) \
        <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p' | LC_ALL=C sort -u)
}

prepareEnvironment() {
    rootCommands=()
    environment=${CARREL_ENVIRONMENT:-}
    case $environment in
        native | root) ;;
        '') if hostHasBaseline; then environment=native; else environment=root; fi ;;
        *) die "CARREL_ENVIRONMENT is '$environment'; it may be 'native', 'root' or unset" ;;
    esac
    if [ "$environment" = native ]; then prepareNative; fi
    if [ "$environment" = root ]; then prepareRoot; fi
}

prepareNative() {
    local missing
    missing=$(missingPackages | tr '\n' ' ')
    if [ -n "$missing" ] && compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null; then
        local unknown
        # shellcheck disable=SC2086 # one word per package
        unknown=$(LC_ALL=C apt-cache policy $missing | awk '/^[^ ]/ {p=$1} /Candidate: \(none\)/ {print p}' | tr -d ':\n')
        if [ -n "$unknown" ] && [ -z "${CARREL_ENVIRONMENT:-}" ]; then
            say "this system does not offer $unknown; a Debian 13 root is used instead"
            environment=root
            return
        fi
    fi
    # shellcheck disable=SC2086
    [ -z "$missing" ] || needTools $missing
    demandRootCommands
    environmentId=native-$(osRelease ID)-$(osRelease VERSION_ID)
}

prepareRoot() {
    roots=$cache/roots
    environmentId=$( { packages; printf '%s %s %s\n' "$SUITE" "$ROOT_RECIPE" "$(uname -m)"; } | sha256sum | cut -c1-16)
    root=$roots/$environmentId
    if [ ! -d "$root" ]; then
        local tools=(mmdebstrap)
        isRoot || tools+=(uidmap)
        [ -e "$KEYRING" ] || tools+=(debian-archive-keyring)
        needTools "${tools[@]}"
    fi
    isRoot || checkUserNamespaces
    demandRootCommands
    [ -d "$root" ] || makeRoot
    # Tells makeRoot which roots are still in use.
    touch -- "$roots/.used-$environmentId"
}

checkUserNamespaces() {
    local user
    user=$(id -un)
    if ! grep -qE "^($user|$(id -u)):" /etc/subuid 2>/dev/null || ! grep -qE "^($user|$(id -u)):" /etc/subgid 2>/dev/null; then
        local first
        first=$(cat /etc/subuid /etc/subgid 2>/dev/null | awk -F: 'BEGIN {m = 100000} $2 + $3 > m {m = $2 + $3} END {print m}')
        rootCommands+=("usermod --add-subuids $first-$((first + 65535)) --add-subgids $first-$((first + 65535)) $user")
    fi
    # The plain mapping needs no subuid range: what fails here is the system's ban on user namespaces.
    if ! unshare --user --map-root-user --mount true 2>/dev/null; then
        local setting
        for setting in kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0; do
            [ ! -e "/proc/sys/$(printf '%s' "${setting%=*}" | tr . /)" ] || rootCommands+=("sysctl -w $setting")
        done
        [ "$(cat /proc/sys/user/max_user_namespaces 2>/dev/null)" != 0 ] || rootCommands+=("sysctl -w user.max_user_namespaces=15000")
        [ ${#rootCommands[@]} -gt 0 ] ||
            die "this system does not let users make user namespaces (as in a container); run ./dev as root, or on Debian 13"
    elif [ ${#rootCommands[@]} -eq 0 ] && ! "${asRoot[@]}" true 2>/dev/null; then
        die "user namespaces with a range of ids do not work here: $("${asRoot[@]}" true 2>&1 | head -n 1) (needs util-linux 2.38 or newer and uidmap)"
    fi
}

removeTree() { "${asRoot[@]}" rm -rf --one-file-system -- "$@"; }

# This system's configured source of Debian packages, as apt itself reads its files; empty where there is none.
configuredMirror() {
    apt-get indextargets --no-release-info --format '$(CREATED_BY) $(RELEASE) $(COMPONENT) $(REPO_URI)' 2>/dev/null |
        awk -v suite="$1" '$1 == "Packages" && $3 == "main" && $2 == suite {print $4; exit}'
}

# mirrorHas URI SUITE: asks through apt, with its proxies and certificates.
mirrorHas() {
    local got=$cache/logs/release-probe.$$
    local status=0
    /usr/lib/apt/apt-helper -o Acquire::Retries=2 download-file "${1%/}/dists/$2/InRelease" "$got" >>"$cache/logs/mirror.log" 2>&1 || status=1
    rm -f -- "$got"
    return "$status"
}

# Leaves in mirror where Debian's packages come from, and in security where its security updates do, if configured.
prepareMirror() {
    local codename uri
    mirror='' security=''
    if [ "$(osRelease ID)" = debian ]; then
        codename=$(osRelease VERSION_CODENAME)
        for uri in "$(configuredMirror "$codename")" "$(configuredMirror stable)" "$(configuredMirror testing)" "$(configuredMirror sid)"; do
            mirror=${mirror:-$uri}
        done
        for uri in "$(configuredMirror "$codename-security")" "$(configuredMirror stable-security)"; do
            security=${security:-$uri}
        done
    fi
    if [ -z "$mirror" ]; then
        mirror=$FALLBACK_MIRROR
        say "packages come from Debian's archive, $mirror, checked with Debian's keyring, $KEYRING"
    fi
}

chooseSources() {
    prepareMirror
    mirrorHas "$mirror" "$SUITE" ||
        die "Debian 13 ($SUITE) is not to be had from $mirror. Check the network and this system's package source; details: $cache/logs/mirror.log"
    sources="deb [signed-by=$KEYRING] $mirror $SUITE main"
    if [ -n "$security" ] && mirrorHas "$security" "$SUITE-security"; then
        sources+=$'\n'"deb [signed-by=$KEYRING] $security $SUITE-security main"
    fi
}

makeRoot() {
    mkdir -p -- "$roots"
    # Held by every process that works on the root, so a free lock means that nobody does.
    exec 8>"$roots/.lock"
    if ! flock -n 8; then
        say "another ./dev is making the build root; waiting for it"
        flock 8
    fi
    if [ ! -d "$root" ]; then
        sweepRoots
        local free
        free=$(df -Pm -- "$roots" | awk 'NR == 2 {print $4}')
        [ "$free" -ge "$ROOT_NEEDS_MIB" ] ||
            die "the build root needs $ROOT_NEEDS_MIB MiB and $roots has $free left. Free some, or set XDG_CACHE_HOME to a roomier place"
        chooseSources
        making=$roots/.making.$$
        mkdir -- "$making"
        step "Making the Debian 13 build root (once; a few minutes, 3 GB)" debootstrapRoot "$making" ||
            { removeTree "$making"; die "no build root was made. Try again; if it fails again, the log says which package or server is at fault"; }
        mv -T -- "$making" "$root"
    fi
    exec 8>&-
}

# Leftovers of killed runs, and roots of package lists that nobody has used for a while.
sweepRoots() {
    local old stamp
    for old in "$roots"/.making.* "$roots"/.dead.*; do
        [ ! -e "$old" ] || { say "removing what a stopped run left: $(basename -- "$old")"; removeTree "$old"; }
    done
    for old in "$roots"/*/; do
        [ -d "$old" ] || continue
        stamp=$roots/.used-$(basename -- "$old")
        if [ -z "$(find "$stamp" -mtime "-$UNUSED_ROOT_DAYS" 2>/dev/null)" ]; then
            say "removing a build root unused for $UNUSED_ROOT_DAYS days: $(basename -- "$old")"
            mv -T -- "$old" "$roots/.dead.$$" && removeTree "$roots/.dead.$$" "$stamp"
        fi
    done
}

debootstrapRoot() {
    local options=(
        --mode=root --variant=apt --components=main --include="$(packages | tr '\n' ' ')"
        --keyring="$KEYRING"
        # A mirror that is a few days behind is no reason to stop: signatures are still checked.
        --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Retries "3"'
        --dpkgopt=force-unsafe-io
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*'
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright')
    local key value
    for key in Acquire::http::Proxy Acquire::https::Proxy Acquire::http::ProxyAutoDetect Acquire::http::Pipeline-Depth Acquire::https::CaInfo; do
        value=$(apt-config dump --format '%v%n' "$key" 2>/dev/null | head -n 1)
        [ -z "$value" ] || options+=(--aptopt="$key \"$value\"")
    done
    # In a mount and process namespace that ends with this shell: however a run dies, no mount and no process is left.
    # The folder is bound to /mnt because apt cannot work under every path that a home may have.
    printf '%s\n' "$sources" | "${asRoot[@]}" setpriv --pdeathsig KILL -- \
        unshare --mount --pid --fork --kill-child=KILL --mount-proc -- \
        bash -euc 'mount --bind -- "$1" /mnt; shift; cd /; mmdebstrap "$@" /mnt -' make-root "$1" "${options[@]}" "$SUITE"
    # The rename that follows must not reach the disk before the files do.
    sync -f -- "$1"
}

# inside CMD...: runs it in the environment, in this working folder, with the variables of `insideVariables`.
inside() { "${enterCommand[@]}" "${insideVariables[@]}" "$@" 8>&- 9>&-; }
execInside() { exec "${enterCommand[@]}" "${insideVariables[@]}" "$@" 8>&- 9>&-; }

setEnterCommand() {
    if [ "$environment" = native ]; then
        enterCommand=(env)
    else
        enterCommand=("${asRoot[@]}" unshare --mount --propagation slave -- bash "$source/packaging/dev/enter.sh"
            "$root" "$(id -u)" "$(id -g)" "$source" "$cache" --)
    fi
}

# What makes this process root over its own files: nothing for root, a user namespace for everybody else.
if isRoot; then asRoot=(); else asRoot=(unshare --user --map-root-user --map-auto --); fi
