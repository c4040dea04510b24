// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A static library needs one source; the data comes from the generated resource files beside it.
namespace resources {
extern const int kResourceFormat;
const int kResourceFormat = 1;
} // namespace resources
