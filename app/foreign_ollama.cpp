// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ollama: manifests/HOST/NAMESPACE/MODEL/TAG name blobs/sha256-HEX.
#include "app/foreign_search_p.h"

#include <QDir>
#include <QJsonArray>

namespace app {

namespace {

constexpr qint64 kMostLicence = 256 * 1024;

/// "sha256:HEX" -> HEX; empty for everything else, so that no digest becomes another path.
QString hexOf(const QString &digest)
{
    constexpr QLatin1StringView prefix("sha256:");
    const QString hex = digest.startsWith(prefix) ? digest.sliced(prefix.size()) : QString();
    return isSha256(hex) ? hex : QString();
}

/// As `ollama list` has it: the usual host and namespace are left out.
QString nameOf(const QStringList &parts)
{
    QStringList shown = parts.first(3);
    if (shown.at(0) == QLatin1StringView("registry.ollama.ai")) {
        shown.removeFirst();
        if (shown.at(0) == QLatin1StringView("library"))
            shown.removeFirst();
    }
    return shown.join(QLatin1Char('/')) + QLatin1Char(':') + parts.at(3);
}

struct Layers {
    QList<QJsonObject> models;
    QList<QJsonObject> adapters;
    QString licence;
    bool tensors = false; ///< the weights are no GGUF
};

Layers layersOf(const QJsonObject &manifest, const QString &blobs)
{
    Layers layers;
    for (const QJsonValue value : manifest.value(QLatin1StringView("layers")).toArray()) {
        const QJsonObject layer = value.toObject();
        const QString type = layer.value(QLatin1StringView("mediaType")).toString();
        if (type == QLatin1StringView("application/vnd.ollama.image.model"))
            layers.models.append(layer);
        else if (type == QLatin1StringView("application/vnd.ollama.image.adapter"))
            layers.adapters.append(layer);
        else if (type == QLatin1StringView("application/vnd.ollama.image.tensor"))
            layers.tensors = true;
        else if (type == QLatin1StringView("application/vnd.ollama.image.license")) {
            const QString hex = hexOf(layer.value(QLatin1StringView("digest")).toString());
            const QByteArray text =
                hex.isEmpty() ? QByteArray() : readSmallFile(blobs + QStringLiteral("/sha256-") + hex, kMostLicence);
            if (!layers.licence.isEmpty() && !text.isEmpty())
                layers.licence += QStringLiteral("\n\n");
            layers.licence += QString::fromUtf8(text);
            layers.licence.truncate(kMostLicence);
        }
    }
    return layers;
}

void addLayer(ForeignSearch &search, const QJsonObject &layer, const QString &blobs, ForeignClaim claim)
{
    const QString hex = hexOf(layer.value(QLatin1StringView("digest")).toString());
    if (hex.isEmpty()) {
        search.addState({}, claim, ForeignState::Unsupported, 0);
        return;
    }
    claim.sha256 = hex;
    claim.bytes = static_cast<quint64>(std::max<qint64>(0, layer.value(QLatin1StringView("size")).toInteger()));
    const QString path = blobs + QStringLiteral("/sha256-") + hex;
    claim.whenAbsent =
        QFileInfo::exists(path + QStringLiteral("-partial")) ? ForeignState::Partial : ForeignState::Missing;
    search.addFile(path, claim);
}

void searchRoot(ForeignSearch &search, const QString &root, const QString &program)
{
    const QString manifests = root + QStringLiteral("/manifests");
    const QString blobs = root + QStringLiteral("/blobs");
    search.walk(manifests, program, [&](const QFileInfo &file) {
        const QStringList parts = QDir(manifests).relativeFilePath(file.absoluteFilePath()).split(QLatin1Char('/'));
        constexpr qsizetype levels = 4;
        if (parts.size() != levels || file.fileName().startsWith(QLatin1Char('.')))
            return;
        ForeignClaim claim{.program = program, .name = nameOf(parts)};
        const QJsonObject manifest = readSmallJson(file.absoluteFilePath());
        const Layers layers = layersOf(manifest, blobs);
        claim.licenceText = layers.licence;
        // Several of them are one model in parts, which no other program can load.
        if (layers.models.size() > 1 || (layers.models.isEmpty() && layers.tensors) || manifest.isEmpty())
            search.addState({}, claim, ForeignState::Unsupported, 0);
        else if (!layers.models.isEmpty())
            addLayer(search, layers.models.first(), blobs, claim);
        for (const QJsonObject &adapter : layers.adapters) {
            ForeignClaim named = claim;
            named.name += QStringLiteral(" (LoRA)");
            addLayer(search, adapter, blobs, named);
        }
    });
}

} // namespace

void searchOllama(ForeignSearch &search)
{
    const QString named = search.variable("OLLAMA_MODELS");
    searchRoot(search, named.isEmpty() ? search.home() + QStringLiteral("/.ollama/models") : named,
               QStringLiteral("Ollama"));
    searchRoot(search, search.below(QStringLiteral("/usr/share/ollama/.ollama/models")), QStringLiteral("Ollama"));
    searchRoot(search, search.home() + QStringLiteral("/.var/app/com.jeffser.Alpaca/data/.ollama/models"),
               QStringLiteral("Alpaca"));
    searchRoot(search, search.home() + QStringLiteral("/.config/Msty/models"), QStringLiteral("Msty"));
}

} // namespace app
