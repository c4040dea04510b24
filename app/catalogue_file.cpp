// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue_file.h"

#include "app/catalogue/signature.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>

namespace app {

namespace {

/// The signature in the first line and the catalogue behind it: one file, so that one rename replaces both.
QString keptFile(const QString &folder)
{
    return QDir(folder).filePath(QStringLiteral("catalogue.signed"));
}

QByteArray builtIn()
{
    QFile file(QStringLiteral(":/carrel/catalogue/catalogue.json"));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

std::expected<catalogue::Catalogue, Failure> checkCatalogue(const QByteArray &json, const QByteArray &signature,
                                                            const QByteArray &key, quint32 serial)
{
    if (!catalogue::isSigned(json, signature, key))
        return std::unexpected(failureFromCode(QStringLiteral("app.catalogue_unsigned"), {}));
    auto parsed = catalogue::parseCatalogue(json);
    if (!parsed)
        return std::unexpected(failureFromCode(QStringLiteral("app.catalogue_damaged"), parsed.error()));
    if (parsed->serial <= serial)
        return std::unexpected(failureFromCode(QStringLiteral("app.catalogue_old"), {}));
    return *std::move(parsed);
}

catalogue::Catalogue readCatalogue(const QString &folder, const QByteArray &key)
{
    catalogue::Catalogue present = catalogue::parseCatalogue(builtIn()).value_or(catalogue::Catalogue{});
    if (folder.isEmpty())
        return present;
    QFile file(keptFile(folder));
    if (!file.open(QIODevice::ReadOnly) || file.size() > 2 * catalogue::kMostCatalogueBytes)
        return present;
    const QByteArray signature = file.readLine(1024);
    // What lies in a folder may have been changed there: it is checked as if it had just come.
    auto kept = checkCatalogue(file.readAll(), signature, key, present.serial);
    return kept ? *std::move(kept) : present;
}

bool keepCatalogue(const QString &folder, const QByteArray &json, const QByteArray &signature)
{
    QSaveFile file(keptFile(folder));
    return QDir().mkpath(folder) && file.open(QIODevice::WriteOnly) && file.write(signature.trimmed() + '\n') > 0 &&
           file.write(json) == json.size() && file.commit();
}

} // namespace app
