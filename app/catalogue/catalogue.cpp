// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue/catalogue.h"

#include "app/catalogue/names.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

#include <algorithm>
#include <array>
#include <utility>

namespace app::catalogue {

namespace {

constexpr int kFormat = 1;
constexpr qsizetype kMostEntries = 2000;
constexpr qsizetype kMostFiles = 64;
constexpr qsizetype kMostWords = 32;
constexpr qsizetype kLongestText = 160;
constexpr qint64 kMostNumber = 1LL << 50;

constexpr std::array kPurposes{"chat", "code", "reasoning", "base", "embedding", "reranking"};

/// Nothing that could steer a terminal or turn a line of text around.
bool isPrintable(const QString &text)
{
    return text.isValidUtf16() && std::ranges::all_of(text, [](QChar c) {
               return c.isPrint() && c.category() != QChar::Other_Format && c.category() != QChar::Other_PrivateUse;
           });
}

/// Reads the members of one object; the first that is wrong is remembered with its place.
class Reader {
public:
    Reader(QJsonObject object, QString place, QString &error)
        : m_object(std::move(object))
        , m_place(std::move(place))
        , m_error(error)
    {
    }

    void refuse(const char *key, const char *why)
    {
        if (m_error.isEmpty())
            m_error =
                m_place + QLatin1Char('.') + QLatin1StringView(key) + QLatin1StringView(": ") + QLatin1StringView(why);
    }

    QString text(const char *key, bool required = true)
    {
        const QJsonValue value = m_object.value(QLatin1StringView(key));
        if (value.isUndefined() && !required)
            return {};
        const QString text = value.toString();
        if (!value.isString() || text.isEmpty() || text.size() > kLongestText || !isPrintable(text))
            refuse(key, "no short printable text");
        return text;
    }

    template <class Check>
    QString name(const char *key, Check check, bool required = true)
    {
        const QString text = this->text(key, required);
        if (!text.isEmpty() && !check(QStringView(text)))
            refuse(key, "not of the form that it must have");
        return text;
    }

    quint64 number(const char *key, bool required = false, qint64 most = kMostNumber)
    {
        const QJsonValue value = m_object.value(QLatin1StringView(key));
        if (value.isUndefined() && !required)
            return 0;
        const qint64 number = value.toInteger(-1);
        if (number < 0 || number > most || (required && number == 0)) {
            refuse(key, "no number in its range");
            return 0;
        }
        return static_cast<quint64>(number);
    }

    quint32 shortNumber(const char *key, bool required = false)
    {
        return static_cast<quint32>(number(key, required, 0x7FFF'FFFF));
    }

    bool flag(const char *key)
    {
        const QJsonValue value = m_object.value(QLatin1StringView(key));
        if (!value.isUndefined() && !value.isBool())
            refuse(key, "neither true nor false");
        return value.toBool();
    }

    QStringList texts(const char *key, bool required)
    {
        const QJsonValue value = m_object.value(QLatin1StringView(key));
        const QJsonArray array = value.toArray();
        if ((required && array.isEmpty()) || array.size() > kMostWords || (!value.isUndefined() && !value.isArray()))
            refuse(key, "no list of texts");
        QStringList texts;
        for (const auto &element : array) {
            const QString text = element.toString();
            if (text.isEmpty() || text.size() > kLongestText || !isPrintable(text)) {
                refuse(key, "no short printable texts");
                break;
            }
            texts.append(text);
        }
        return texts;
    }

    /// The objects of a list, each with a reader of its own.
    template <class Read>
    void each(const char *key, qsizetype most, Read read)
    {
        const QJsonValue value = m_object.value(QLatin1StringView(key));
        const QJsonArray array = value.toArray();
        if (!value.isArray() || array.size() > most) {
            refuse(key, "no list, or one that is too long");
            return;
        }
        for (qsizetype i = 0; i < array.size() && m_error.isEmpty(); ++i) {
            const QString place = m_place + QLatin1Char('.') + QLatin1StringView(key) + QLatin1Char('[') +
                                  QString::number(i) + QLatin1Char(']');
            if (!array[i].isObject()) {
                m_error = place + QLatin1StringView(": no object");
                return;
            }
            Reader reader(array[i].toObject(), place, m_error);
            read(reader);
        }
    }

    [[nodiscard]] Reader inner(const char *key)
    {
        return {m_object.value(QLatin1StringView(key)).toObject(), m_place + QLatin1Char('.') + QLatin1StringView(key),
                m_error};
    }

private:
    QJsonObject m_object;
    QString m_place;
    QString &m_error;
};

bool isMonth(QStringView text)
{
    return text.size() == 7 && QDate::fromString(text.toString() + QLatin1StringView("-01"), Qt::ISODate).isValid();
}

bool isDay(QStringView text)
{
    return text.size() == 10 && QDate::fromString(text.toString(), Qt::ISODate).isValid();
}

bool isId(QStringView text)
{
    return isPlainName(text) && text == text.toString().toLower();
}

CatalogueFile readFile(Reader &reader)
{
    CatalogueFile file{.repository = reader.name("repository", isRepository),
                       .revision = reader.name("revision", isCommit, false),
                       .fileName = reader.name("file", isModelFileName),
                       .quantization = reader.name("quantization", isQuantization),
                       .bytes = reader.number("bytes", true),
                       .bytesExact = reader.flag("exact"),
                       .sha256 = reader.name("sha256", isSha256, false),
                       .sourceKey = reader.name("source", isPlainName)};
    return file;
}

Shape readShape(Reader reader)
{
    return {.cacheNumbersPerToken = reader.number("cache_numbers", false, 1 << 24),
            .slidingNumbersPerToken = reader.number("sliding_numbers", false, 1 << 24),
            .slidingWindow = reader.shortNumber("sliding_window"),
            .stateBytes = reader.number("state_bytes"),
            .width = reader.shortNumber("width"),
            .feedForward = reader.shortNumber("feed_forward"),
            .vocabulary = reader.shortNumber("vocabulary")};
}

CatalogueEntry readEntry(Reader &reader)
{
    CatalogueEntry entry{.id = reader.name("id", isId),
                         .name = reader.text("name"),
                         .family = reader.name("family", isId),
                         .publisher = reader.text("publisher"),
                         .origin = reader.name("origin", isRepository),
                         .architecture = reader.name("architecture", isPlainName),
                         .parameters = reader.number("parameters", true),
                         .activeParameters = reader.number("active_parameters"),
                         .context = reader.shortNumber("context", true),
                         .licenceId = reader.name("licence", isId, false),
                         .otherLicences = reader.texts("other_licences", false),
                         .languages = reader.texts("languages", false),
                         .goodFor = reader.texts("good_for", true),
                         .released = reader.name("released", isMonth, false),
                         .notBefore = reader.name("not_before", isMonth, false),
                         .runs = reader.flag("runs"),
                         .gated = reader.flag("gated"),
                         .shape = readShape(reader.inner("shape")),
                         .sources = reader.texts("sources", true)};
    if (entry.activeParameters == 0)
        entry.activeParameters = entry.parameters;
    if (entry.activeParameters > entry.parameters)
        reader.refuse("active_parameters", "more than all");
    const QString purpose = reader.text("purpose");
    const auto known =
        std::ranges::find_if(kPurposes, [&](const char *word) { return purpose == QLatin1StringView(word); });
    if (known == kPurposes.end())
        reader.refuse("purpose", "not one that is known");
    else
        entry.purpose = static_cast<Purpose>(known - kPurposes.begin());
    reader.each("files", kMostFiles, [&](Reader &file) { entry.files.append(readFile(file)); });
    if (entry.files.isEmpty())
        reader.refuse("files", "none");
    return entry;
}

} // namespace

const CatalogueEntry *Catalogue::find(const QString &id) const
{
    const auto found = std::ranges::find(entries, id, &CatalogueEntry::id);
    return found == entries.end() ? nullptr : &*found;
}

std::expected<Catalogue, QString> parseCatalogue(const QByteArray &json)
{
    if (json.size() > kMostCatalogueBytes)
        return std::unexpected(QStringLiteral("the catalogue is too large"));
    QJsonParseError syntax;
    const QJsonDocument document = QJsonDocument::fromJson(json, &syntax);
    if (!document.isObject())
        return std::unexpected(QStringLiteral("no JSON object: ") + syntax.errorString());
    QString error;
    Reader root(document.object(), QStringLiteral("catalogue"), error);
    if (root.number("format", true) != kFormat)
        root.refuse("format", "another format than this version reads");
    Catalogue catalogue{.serial = root.shortNumber("serial", true), .made = root.name("made", isDay)};
    root.each("sources", kMostEntries, [&](Reader &source) {
        catalogue.sources.append({.key = source.name("key", isPlainName), .title = source.text("title")});
    });
    QSet<QString> ids;
    root.each("models", kMostEntries, [&](Reader &model) {
        catalogue.entries.append(readEntry(model));
        if (ids.contains(catalogue.entries.last().id))
            model.refuse("id", "there twice");
        ids.insert(catalogue.entries.last().id);
    });
    if (!error.isEmpty())
        return std::unexpected(error);
    return catalogue;
}

QString name(Purpose purpose)
{
    return QString::fromLatin1(kPurposes.at(static_cast<std::size_t>(std::to_underlying(purpose))));
}

} // namespace app::catalogue
