#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sign_catalogue.sh KEY: signs catalogue.json with the private Ed25519 key in the PEM file KEY (catalogue.json.sig) and
# writes the public key that goes with it (catalogue.pub). A file KEY that is not there is made anew, readable by its owner
# alone; it stays outside of the repository. Needs openssl.
set -eu
[ $# -eq 1 ] || { echo "usage: sign_catalogue.sh KEY" >&2; exit 2; }
here=$(dirname "$0")
if [ ! -e "$1" ]; then
    (umask 077 && openssl genpkey -algorithm ed25519 -out "$1")
    echo "sign_catalogue.sh: made the key $1; keep it where no one else can read it" >&2
fi
# Behind 12 bytes that say what it is, the raw key.
openssl pkey -in "$1" -pubout -outform DER | tail -c 32 | openssl base64 -A > "$here/catalogue.pub"
echo >> "$here/catalogue.pub"
openssl pkeyutl -sign -rawin -inkey "$1" -in "$here/catalogue.json" | openssl base64 -A > "$here/catalogue.json.sig"
echo >> "$here/catalogue.json.sig"
