// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue/hub_metadata.h"

#include "app/catalogue/names.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMap>
#include <QRegularExpression>

#include <algorithm>

namespace app::catalogue {

namespace {

constexpr qsizetype kMostFiles = 4000;
constexpr int kMostParts = 1000;
constexpr qint64 kMostBytes = 1LL << 46; // 64 TiB
constexpr qsizetype kMostWords = 64;
constexpr qsizetype kLongestText = 512;

std::expected<QJsonDocument, QString> document(const QByteArray &json)
{
    if (json.size() > kMostHubBytes)
        return std::unexpected(QStringLiteral("the answer is too large"));
    QJsonParseError error;
    QJsonDocument parsed = QJsonDocument::fromJson(json, &error);
    if (parsed.isNull())
        return std::unexpected(QStringLiteral("no JSON: ") + error.errorString());
    return parsed;
}

/// A file that goes with a model and is none itself.
bool isCompanion(const QString &name)
{
    const QString lower = name.toLower();
    return lower.startsWith(QLatin1StringView("mmproj")) || lower.startsWith(QLatin1StringView("mtp-")) ||
           lower.contains(QLatin1StringView("-mmproj")) || lower.contains(QLatin1StringView("imatrix"));
}

struct PartName {
    QString stem; ///< with its folder
    int number = 1;
    int count = 1;
};

PartName partName(const QString &path)
{
    static const QRegularExpression shard(QStringLiteral("^(.+)-(\\d{5})-of-(\\d{5})\\.gguf$"));
    const auto match = shard.match(path);
    if (!match.hasMatch())
        return {.stem = path};
    return {.stem = match.captured(1), .number = match.captured(2).toInt(), .count = match.captured(3).toInt()};
}

struct Group {
    int count = 1;
    QMap<int, HubFile::Part> parts; ///< by number
};

QString shortText(const QJsonValue &value)
{
    const QString text = value.toString();
    const bool plain =
        std::ranges::all_of(text, [](QChar c) { return c.isPrint() && c.category() != QChar::Other_Format; });
    return text.size() <= kLongestText && plain && text.isValidUtf16() ? text : QString();
}

/// A card may have one where it usually has several.
QStringList oneOrSeveral(const QJsonValue &value)
{
    QStringList texts;
    const QJsonArray array = value.isArray() ? value.toArray() : QJsonArray{value};
    for (const auto &element : array) {
        const QString text = shortText(element);
        if (!text.isEmpty() && texts.size() < kMostWords)
            texts.append(text);
    }
    return texts;
}

} // namespace

quint64 HubFile::bytes() const
{
    quint64 sum = 0;
    for (const Part &part : parts)
        sum += part.bytes;
    return sum;
}

QString quantizationOf(const QString &fileName)
{
    static const QRegularExpression type(
        QStringLiteral("(?:^|[-._])((?:UD-)?(?:IQ\\d_[A-Z]+|Q\\d_K(?:_[A-Z]{1,2})?|Q\\d_\\d|TQ\\d_0|BF16|F16|F32|MXFP4|"
                       "NVFP4))(?=[-._]|$)"),
        QRegularExpression::CaseInsensitiveOption);
    QString found;
    auto matches = type.globalMatch(fileName);
    while (matches.hasNext())
        found = matches.next().captured(1).toUpper();
    return found;
}

std::expected<QList<HubFile>, QString> parseTree(const QByteArray &json)
{
    const auto parsed = document(json);
    if (!parsed)
        return std::unexpected(parsed.error());
    if (!parsed->isArray())
        return std::unexpected(QStringLiteral("no list of files"));
    const QJsonArray items = parsed->array();
    if (items.size() > kMostFiles)
        return std::unexpected(QStringLiteral("more files than a repository has"));
    QMap<QString, Group> groups;
    for (const auto &item : items) {
        const QJsonObject object = item.toObject();
        const QString path = object.value(QLatin1StringView("path")).toString();
        const QString name = path.sliced(path.lastIndexOf(QLatin1Char('/')) + 1);
        if (object.value(QLatin1StringView("type")).toString() != QLatin1StringView("file") ||
            !isRepositoryPath(path) || !isModelFileName(name) || isCompanion(name))
            continue;
        const QJsonObject lfs = object.value(QLatin1StringView("lfs")).toObject();
        // The size of a large file is said twice; where they differ, one of them is that of a pointer.
        const qint64 bytes =
            lfs.value(QLatin1StringView("size")).toInteger(object.value(QLatin1StringView("size")).toInteger(-1));
        const QString hash = lfs.value(QLatin1StringView("oid")).toString().toLower();
        if (bytes <= 0 || bytes > kMostBytes)
            continue;
        const PartName part = partName(path);
        if (part.count < 1 || part.count > kMostParts || part.number < 1 || part.number > part.count)
            continue;
        Group &group = groups[part.stem];
        group.count = part.count;
        group.parts.insert(
            part.number,
            {.path = path, .bytes = static_cast<quint64>(bytes), .sha256 = isSha256(hash) ? hash : QString()});
    }
    QList<HubFile> files;
    for (const Group &group : std::as_const(groups)) {
        if (group.parts.size() != group.count)
            continue;
        HubFile file{.parts = group.parts.values()};
        const QString &path = file.parts.first().path;
        file.name = path.sliced(path.lastIndexOf(QLatin1Char('/')) + 1);
        file.quantization = quantizationOf(file.name);
        files.append(std::move(file));
    }
    std::ranges::stable_sort(files, {}, &HubFile::bytes);
    return files;
}

std::expected<HubRecord, QString> parseRecord(const QByteArray &json)
{
    const auto parsed = document(json);
    if (!parsed)
        return std::unexpected(parsed.error());
    if (!parsed->isObject())
        return std::unexpected(QStringLiteral("no model"));
    const QJsonObject root = parsed->object();
    HubRecord record;
    if (const QString commit = root.value(QLatin1StringView("sha")).toString(); isCommit(commit))
        record.commit = commit;
    const QJsonValue gated = root.value(QLatin1StringView("gated"));
    if (gated.toString() == QLatin1StringView("manual"))
        record.gate = HubRecord::Gate::Manual;
    else if (gated.toBool() || gated.isString())
        record.gate = HubRecord::Gate::Automatic;
    const QJsonObject card = root.value(QLatin1StringView("cardData")).toObject();
    // A card may name several licences: which holds is then not certain.
    record.licence = oneOrSeveral(card.value(QLatin1StringView("license"))).join(QLatin1Char(','));
    record.licenceName = shortText(card.value(QLatin1StringView("license_name")));
    record.licenceLink = shortText(card.value(QLatin1StringView("license_link")));
    for (const QString &parent : oneOrSeveral(card.value(QLatin1StringView("base_model")))) {
        if (isRepository(parent))
            record.baseModels.append(parent);
    }
    record.languages = oneOrSeveral(card.value(QLatin1StringView("language")));
    return record;
}

QStringList licenceFileNames()
{
    return {QStringLiteral("LICENSE"), QStringLiteral("LICENSE.txt"), QStringLiteral("LICENSE.md")};
}

} // namespace app::catalogue
