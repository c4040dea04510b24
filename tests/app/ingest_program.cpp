// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Indexes folders and says each step, to be killed at any moment.
//
//   ingest_program READER_FOLDER INDEX LOG FOLDER...
//
// LOG gets a line for each document: "reading PATH" before a reader is started, "read PATH" once its state is kept,
// "embedded HASH" once its vectors are.
#include "tests/app/support/fake_embedder.h"
#include "tests/app/support/indexing.h"

#include <QCoreApplication>

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

using namespace app;

namespace {

int complain(const std::string &why)
{
    std::fprintf(stderr, "ingest_program: %s\n", why.c_str());
    return 1;
}

const char *nameOf(IngestEvent::Kind kind)
{
    switch (kind) {
    case IngestEvent::Kind::Reading:
        return "reading ";
    case IngestEvent::Kind::Read:
        return "read ";
    case IngestEvent::Kind::Embedded:
        return "embedded ";
    case IngestEvent::Kind::Found:
    case IngestEvent::Kind::Hashed:
    case IngestEvent::Kind::Progress:
        break;
    }
    return nullptr;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 5)
        return complain("usage: ingest_program READER_FOLDER INDEX LOG FOLDER...");
    const auto broker = platform::Broker::start({.workerFolders = {argv[1]}});
    const int log = ::open(argv[3], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (!broker || log < 0)
        return complain("no broker or no log");
    const QCoreApplication application(argc, argv);
    IndexThread index;
    if (const IndexReport opened = index.open({.path = argv[2]}).take(); !opened.isOpen())
        return complain(opened.detail);
    storage::Collection collection{.uuid = "c", .name = "C", .sources = {argv + 4, argv + argc}};
    test::FakeEmbedder embedder;
    const IngestPorts ports{.index = &index, .read = test::readerOf(**broker), .embedder = &embedder};
    const auto done = test::indexAll(ports, collection, [&](const IngestEvent &event) {
        const char *name = nameOf(event.kind);
        // One call, so that no line is cut.
        const std::string &subject = event.path.empty() ? event.document.sha256 : event.path;
        const std::string line = name == nullptr ? std::string() : name + subject + '\n';
        if (!line.empty() && ::write(log, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
            std::perror("log");
    });
    ::close(log);
    return done ? 0 : complain(done.error().sentence().toStdString());
}
