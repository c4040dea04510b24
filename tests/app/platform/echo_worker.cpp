// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Stands in for a worker: does what the lines on its standard input say.
#include <dirent.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

extern char **environ;

int main(int argc, char **argv)
{
    std::string line;
    while (std::getline(std::cin, line)) {
        if (line == "id") {
            std::cout << ::getpid() << '\n';
        } else if (line == "arguments") {
            for (int i = 0; i < argc; ++i)
                std::cout << argv[i] << ' ';
            std::cout << '\n';
        } else if (line == "environment") {
            for (char **entry = environ; *entry != nullptr; ++entry)
                std::cout << *entry << ' ';
            std::cout << '\n';
        } else if (line == "descriptors") {
            int open = 0;
            for (int fd = 0; fd < 1024; ++fd)
                open += ::dup2(fd, fd) == fd ? 1 : 0;
            std::cout << open << '\n';
        } else if (line == "document") {
            char content[64];
            const ssize_t size = ::read(3, content, sizeof content);
            std::cout << std::string(content, size > 0 ? static_cast<std::size_t>(size) : 0) << '\n';
        } else if (line == "crash") {
            std::abort();
        } else if (line == "leave") {
            return 7;
        }
        std::cout.flush();
    }
    return 0;
}
