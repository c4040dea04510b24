// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue/hub_address.h"

#include "app/catalogue/names.h"

#include <QCoreApplication>
#include <QStringList>
#include <QUrl>

namespace app::catalogue {

namespace {

constexpr qsizetype kLongest = 2048;
constexpr QLatin1StringView kHub("https://huggingface.co/");

QString say(const char *text)
{
    return QCoreApplication::translate("Catalogue", text);
}

bool isHub(const QString &host)
{
    return host == QLatin1StringView("huggingface.co") || host == QLatin1StringView("hf.co") ||
           host == QLatin1StringView("www.huggingface.co");
}

QString revisionOf(const QString &revision)
{
    return revision.isEmpty() ? QStringLiteral("main") : revision;
}

std::expected<PastedAddress, AddressProblem> named(const QString &text)
{
    const qsizetype colon = text.indexOf(QLatin1Char(':'));
    PastedAddress address{.repository = colon < 0 ? text : text.first(colon),
                          .quantization = colon < 0 ? QString() : text.sliced(colon + 1).toUpper()};
    if (!isRepository(address.repository) || (colon >= 0 && !isQuantization(address.quantization)))
        return std::unexpected(AddressProblem::NotAName);
    return address;
}

std::expected<PastedAddress, AddressProblem> onHub(const QUrl &url)
{
    // Encoded, so that what hides behind a percent sign is refused with it.
    QStringList parts = url.path(QUrl::FullyEncoded).split(QLatin1Char('/'), Qt::SkipEmptyParts);
    if (!parts.isEmpty() && parts.first() == QLatin1StringView("models"))
        parts.removeFirst();
    if (parts.size() < 2 || parts.first() == QLatin1StringView("datasets") ||
        parts.first() == QLatin1StringView("spaces"))
        return std::unexpected(AddressProblem::NotAModel);
    PastedAddress address{.repository = parts[0] + QLatin1Char('/') + parts[1]};
    if (!isRepository(address.repository))
        return std::unexpected(AddressProblem::NotAModel);
    if (parts.size() == 2)
        return address;
    const QString &place = parts[2];
    const bool file = place == QLatin1StringView("blob") || place == QLatin1StringView("resolve");
    if (parts.size() < 4 || (!file && place != QLatin1StringView("tree")))
        return std::unexpected(AddressProblem::NotAModel);
    address.revision = parts[3];
    if (!isPlainName(address.revision))
        return std::unexpected(AddressProblem::NotAModel);
    if (file) {
        address.kind = PastedAddress::Kind::File;
        address.path = parts.mid(4).join(QLatin1Char('/'));
        if (!isRepositoryPath(address.path))
            return std::unexpected(AddressProblem::NotAModel);
        if (!isModelFileName(QStringView(parts.last())))
            return std::unexpected(AddressProblem::NotAModelFile);
    }
    return address;
}

} // namespace

std::expected<PastedAddress, AddressProblem> parsePasted(const QString &text)
{
    const QString pasted = text.trimmed();
    if (pasted.isEmpty())
        return std::unexpected(AddressProblem::Empty);
    if (pasted.size() > kLongest)
        return std::unexpected(AddressProblem::NotAName);
    if (!pasted.contains(QLatin1StringView("://"))) {
        for (const char *host : {"huggingface.co/", "hf.co/"}) {
            const QLatin1StringView start(host);
            if (pasted.startsWith(start)) {
                const QString rest = pasted.sliced(start.size());
                return rest.contains(QLatin1Char(':')) ? named(rest)
                                                       : parsePasted(QLatin1StringView("https://") + pasted);
            }
        }
        return named(pasted);
    }
    const QUrl url(pasted, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty())
        return std::unexpected(AddressProblem::NotAName);
    if (url.scheme() != QLatin1StringView("https"))
        return std::unexpected(AddressProblem::NotHttps);
    if (!url.userInfo().isEmpty() || url.port() != -1)
        return std::unexpected(AddressProblem::WithPassword);
    if (isHub(url.host()))
        return onHub(url);
    if (!isModelFileName(url.fileName(QUrl::FullyEncoded)))
        return std::unexpected(AddressProblem::NotAModelFile);
    return PastedAddress{.kind = PastedAddress::Kind::Direct,
                         .url = url.toString(QUrl::FullyEncoded | QUrl::RemoveFragment)};
}

QString sentence(AddressProblem problem)
{
    switch (problem) {
    case AddressProblem::Empty:
        return say(QT_TRANSLATE_NOOP("Catalogue",
                                     "Paste the address of a model on huggingface.co, its owner/name, or the "
                                     "address of a GGUF file."));
    case AddressProblem::NotAName:
        return say(QT_TRANSLATE_NOOP("Catalogue",
                                     "This names no model. Paste an address from huggingface.co, an owner/name "
                                     "such as Qwen/Qwen3-8B-GGUF, or the address of a GGUF file."));
    case AddressProblem::NotHttps:
        return say(QT_TRANSLATE_NOOP("Catalogue",
                                     "Only addresses that begin with https:// are used, so that nobody on the "
                                     "way can change the file."));
    case AddressProblem::WithPassword:
        return say(
            QT_TRANSLATE_NOOP("Catalogue", "This address holds a name, a password or a port. Paste it without them."));
    case AddressProblem::NotAModelFile:
        return say(QT_TRANSLATE_NOOP("Catalogue",
                                     "This is not the address of a GGUF file. Choose one whose name ends in "
                                     ".gguf."));
    case AddressProblem::NotAModel:
        return say(QT_TRANSLATE_NOOP("Catalogue",
                                     "This page of huggingface.co is not one of a model. Open the model there "
                                     "and paste its address."));
    }
    return {};
}

QString fileAddress(const QString &repository, const QString &revision, const QString &path)
{
    return kHub + repository + QLatin1StringView("/resolve/") + revisionOf(revision) + QLatin1Char('/') + path;
}

QString repositoryPage(const QString &repository)
{
    return kHub + repository;
}

QString treeAddress(const QString &repository, const QString &revision)
{
    return kHub + QLatin1StringView("api/models/") + repository + QLatin1StringView("/tree/") + revisionOf(revision) +
           QLatin1StringView("?recursive=true");
}

QString recordAddress(const QString &repository)
{
    return kHub + QLatin1StringView("api/models/") + repository;
}

} // namespace app::catalogue
