#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Carrel developers
# SPDX-License-Identifier: GPL-3.0-or-later
#
# check_qmlformat.sh FILE: fails with the difference when qmlformat would change the file.
/usr/lib/qt6/bin/qmlformat "$1" | diff -u "$1" -
