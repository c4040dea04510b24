// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Stands in for xdg-open: writes its argument and what it sees of the environment into the file $OPENER_RESULT.
#include <cstdlib>
#include <fstream>

int main(int argc, char **argv)
{
    const char *path = std::getenv("OPENER_RESULT");
    if (path == nullptr || argc != 2)
        return 1;
    const std::string target = argv[1];
    std::ofstream(path) << target << '\n' << (std::getenv("LD_LIBRARY_PATH") != nullptr ? "polluted" : "clean");
    return target.contains("nobody") ? 3 : 0;
}
