// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Everything that reads what a catalogue, a hub or a user says of models: no name that could leave a folder or an
// address comes out of it.
#include "app/catalogue/catalogue.h"
#include "app/catalogue/hub_address.h"
#include "app/catalogue/hub_metadata.h"
#include "app/catalogue/names.h"

#include <QUrl>

#include <cstdint>
#include <cstdlib>

using namespace app::catalogue;

namespace {

void demand(bool holds)
{
    if (!holds)
        std::abort();
}

void readCatalogue(const QByteArray &bytes)
{
    const auto catalogue = parseCatalogue(bytes);
    if (!catalogue)
        return;
    for (const CatalogueEntry &entry : catalogue->entries) {
        demand(isRepository(entry.origin) && entry.activeParameters <= entry.parameters && !entry.files.isEmpty());
        for (const CatalogueFile &file : entry.files) {
            demand(isRepository(file.repository) && isModelFileName(file.fileName) && file.bytes > 0);
            demand(file.sha256.isEmpty() || isSha256(file.sha256));
            const QUrl url(fileAddress(file.repository, file.revision, file.fileName), QUrl::StrictMode);
            demand(url.isValid() && url.host() == QLatin1StringView("huggingface.co") &&
                   url.fileName() == file.fileName);
        }
    }
}

void readTree(const QByteArray &bytes)
{
    const auto files = parseTree(bytes);
    if (!files)
        return;
    for (const HubFile &file : *files) {
        demand(isModelFileName(file.name) && !file.parts.isEmpty() && file.bytes() > 0);
        for (const HubFile::Part &part : file.parts)
            demand(isRepositoryPath(part.path) && (part.sha256.isEmpty() || isSha256(part.sha256)));
    }
}

void readRecord(const QByteArray &bytes)
{
    const auto record = parseRecord(bytes);
    if (!record)
        return;
    demand(record->commit.isEmpty() || isCommit(record->commit));
    for (const QString &parent : record->baseModels)
        demand(isRepository(parent));
}

void readPasted(const QByteArray &bytes)
{
    const auto address = parsePasted(QString::fromUtf8(bytes));
    if (!address)
        return;
    if (address->kind == PastedAddress::Kind::Direct) {
        const QUrl url(address->url, QUrl::StrictMode);
        demand(url.scheme() == QLatin1StringView("https") && url.userInfo().isEmpty() && url.port() == -1);
        return;
    }
    demand(isRepository(address->repository));
    demand(address->revision.isEmpty() || isPlainName(address->revision));
    demand(address->path.isEmpty() || isRepositoryPath(address->path));
    const QUrl url(fileAddress(address->repository, address->revision, QStringLiteral("x.gguf")), QUrl::StrictMode);
    demand(url.isValid() && url.host() == QLatin1StringView("huggingface.co"));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    readCatalogue(bytes);
    readTree(bytes);
    readRecord(bytes);
    readPasted(bytes);
    return 0;
}
