// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Programs that keep models as plain files in folders: LM Studio, Jan, GPT4All.
#include "app/foreign_search_p.h"

#include <QDir>
#include <QSettings>

namespace app {

namespace {

/// An absolute path that a settings file names, else `otherwise`.
QString placeIn(const QJsonObject &settings, QLatin1StringView key, const QString &otherwise)
{
    const QString named = settings.value(key).toString();
    return QDir::isAbsolutePath(named) ? QDir::cleanPath(named) : otherwise;
}

bool isUnfinished(const QString &name)
{
    return name.endsWith(QLatin1StringView(".part")) || name.startsWith(QLatin1StringView("downloading_")) ||
           name.startsWith(QLatin1StringView("incomplete-"));
}

/// All models below a folder, called by their place in it.
void searchFolder(ForeignSearch &search, const QString &folder, const QString &program)
{
    search.walk(folder, program, [&](const QFileInfo &file) {
        const QString name = file.fileName();
        const ForeignClaim claim{.program = program, .name = QDir(folder).relativeFilePath(file.absoluteFilePath())};
        if (isUnfinished(name))
            search.addState(file.absoluteFilePath(), claim, ForeignState::Partial, static_cast<quint64>(file.size()));
        else if (endsWithGguf(name) && !isForeignSideFile(name))
            search.addFile(file.absoluteFilePath(), claim);
    });
}

/// `key: value` of a model.yml's top level; quotes go. The rest of YAML is not needed for what is asked here.
QString yamlValue(const QByteArray &text, QByteArrayView key)
{
    for (const QByteArray &line : text.split('\n')) {
        if (!line.startsWith(key) || line.size() <= key.size() || line.at(key.size()) != ':')
            continue;
        QByteArray value = line.sliced(key.size() + 1).trimmed();
        if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
            value = value.sliced(1, value.size() - 2);
        return QString::fromUtf8(value);
    }
    return {};
}

/// What a model.yml of Jan names: below the data folder, or anywhere for a file that was imported.
void addJanModel(ForeignSearch &search, const QFileInfo &yaml, const QString &data)
{
    const QByteArray text = readSmallFile(yaml.absoluteFilePath(), 64 * 1024);
    const QString path = yamlValue(text, "model_path");
    const QString name = yamlValue(text, "name");
    if (path.isEmpty())
        return;
    const QString whole = QDir::cleanPath(QDir::isAbsolutePath(path) ? path : data + QLatin1Char('/') + path);
    // "../" is no way out of the folder.
    if (!QDir::isAbsolutePath(path) && !whole.startsWith(data + QLatin1Char('/')))
        return;
    const QString hash = yamlValue(text, "model_sha256");
    search.addFile(whole, {.program = QStringLiteral("Jan"),
                           .name = name.isEmpty() ? QFileInfo(yaml.path()).fileName() : name,
                           .sha256 = isSha256(hash) ? hash : QString(),
                           .bytes = yamlValue(text, "model_size_bytes").toULongLong()});
}

} // namespace

void searchLmStudio(ForeignSearch &search)
{
    const QString program = QStringLiteral("LM Studio");
    const QString pointed =
        QString::fromUtf8(readSmallFile(search.home() + QStringLiteral("/.lmstudio-home-pointer"), 4096)).trimmed();
    const QString old = search.home() + QStringLiteral("/.cache/lm-studio");
    QString home = search.home() + QStringLiteral("/.lmstudio");
    if (QDir::isAbsolutePath(pointed))
        home = QDir::cleanPath(pointed);
    else if (QFileInfo(old).isDir())
        home = old;
    searchFolder(search,
                 placeIn(readSmallJson(home + QStringLiteral("/settings.json")), QLatin1StringView("downloadsFolder"),
                         home + QStringLiteral("/models")),
                 program);
    searchFolder(search, home + QStringLiteral("/.internal/bundled-models"), program);
}

void searchJan(ForeignSearch &search)
{
    const QString base = search.home() + QStringLiteral("/.local/share/Jan");
    QString data = search.variable("JAN_DATA_FOLDER");
    if (data.isEmpty()) {
        data = placeIn(readSmallJson(base + QStringLiteral("/settings.json")), QLatin1StringView("data_folder"),
                       base + QStringLiteral("/data"));
    }
    for (const char *below : {"/llamacpp/models", "/models"}) {
        const QString folder = data + QLatin1StringView(below);
        search.walk(folder, QStringLiteral("Jan"), [&](const QFileInfo &file) {
            if (file.fileName() == QLatin1StringView("model.yml"))
                addJanModel(search, file, data);
        });
        // What no model.yml names, and what older versions kept.
        searchFolder(search, folder, QStringLiteral("Jan"));
    }
}

void searchGpt4All(ForeignSearch &search)
{
    const QString program = QStringLiteral("GPT4All");
    QStringList folders{search.home() + QStringLiteral("/.local/share/nomic.ai/GPT4All"),
                        search.home() + QStringLiteral("/.var/app/io.gpt4all.gpt4all/data/nomic.ai/GPT4All")};
    const QString settings = search.home() + QStringLiteral("/.config/nomic.ai/GPT4All.ini");
    if (QFileInfo(settings).isFile()) {
        const QString named = QSettings(settings, QSettings::IniFormat).value(QStringLiteral("modelPath")).toString();
        if (QDir::isAbsolutePath(named))
            folders.append(QDir::cleanPath(named));
    }
    folders.removeDuplicates();
    for (const QString &folder : std::as_const(folders)) {
        searchFolder(search, folder, program);
        const QFileInfoList old = QDir(folder).entryInfoList({QStringLiteral("*ggml*.bin")}, QDir::Files, QDir::Name);
        for (const QFileInfo &file : old) {
            search.addState(file.absoluteFilePath(), {.program = program, .name = file.fileName()},
                            ForeignState::Unsupported, static_cast<quint64>(file.size()));
        }
    }
}

} // namespace app
