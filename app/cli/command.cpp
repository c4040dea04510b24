// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QLocale>

#include <cstdio>

namespace app::cli {

LoadOverrides ModelOptions::overrides() const
{
    LoadOverrides wanted{.device = QString::fromStdString(device), .threads = {}, .contextLength = {}};
    if (threads != 0)
        wanted.threads = threads;
    if (context != 0)
        wanted.contextLength = context;
    return wanted;
}

void addJsonOption(CLI::App &command, bool &json)
{
    command.add_flag("--json", json, "One JSON object a line on standard output");
}

void addDeviceOptions(CLI::App &command, ModelOptions &options)
{
    command
        .add_option_function<std::string>(
            "--device", [&options](const std::string &device) { options.device = device; },
            "cpu, vulkan (the best real GPU, or a software device where there is no other) or vulkan:N")
        ->check([](const std::string &device) -> std::string {
            if (device == "auto" || device == "cpu" || device == "vulkan")
                return {};
            const bool numbered = device.starts_with("vulkan:") && device.size() > 7 && device.size() <= 10 &&
                                  device.find_first_not_of("0123456789", 7) == std::string::npos;
            return numbered ? std::string() : "must be cpu, vulkan or vulkan:N";
        });
    command.add_option("--threads", options.threads, "Threads of the processor; all performance cores by default")
        ->check(CLI::Range(1U, 256U));
    command.add_option("-c,--ctx", options.context, "Positions in the context")->check(CLI::Range(16U, 1U << 20U));
}

void addModelOptions(CLI::App &command, ModelOptions &options, bool required)
{
    command.add_option("-m,--model", options.model, "An installed model's id, or the path of a GGUF file")
        ->required(required);
    addDeviceOptions(command, options);
    addJsonOption(command, options.json);
}

void printBytes(const QByteArray &bytes)
{
    std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), stdout);
    std::fflush(stdout);
}

void printJson(const QJsonObject &object)
{
    printBytes(QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n');
}

void print(const QString &text)
{
    printBytes(text.toUtf8());
}

Exit fail(const QString &sentence)
{
    std::fflush(stdout);
    const QByteArray line = "carrel-cli: " + sentence.toUtf8() + '\n';
    std::fwrite(line.constData(), 1, static_cast<std::size_t>(line.size()), stderr);
    return Exit::Failed;
}

Exit fail(const Failure &failure)
{
    QString sentence = failure.sentence();
    if (!failure.details.isEmpty())
        sentence += QStringLiteral(" (") + failure.details + QLatin1Char(')');
    return fail(sentence);
}

QByteArray readInput()
{
    QByteArray bytes;
    char piece[65536];
    while (const std::size_t count = std::fread(piece, 1, sizeof piece, stdin))
        bytes.append(piece, static_cast<qsizetype>(count));
    return bytes;
}

std::expected<QString, Failure> resolveModel(const std::string &idOrPath)
{
    const QString wanted = QString::fromStdString(idOrPath);
    if (QFileInfo::exists(wanted))
        return wanted;
    for (const QString &folder : modelFolders()) {
        const QFileInfoList files = QDir(folder).entryInfoList({QStringLiteral("*.gguf")}, QDir::Files, QDir::Name);
        for (const QFileInfo &file : files) {
            if (modelIdFromPath(file.filePath()) == wanted)
                return file.absoluteFilePath();
        }
    }
    return std::unexpected(failureFromCode(QStringLiteral("app.unknown_model"), {}, wanted));
}

std::optional<QString> firstModel()
{
    for (const QString &folder : modelFolders()) {
        const QFileInfoList files = QDir(folder).entryInfoList({QStringLiteral("*.gguf")}, QDir::Files, QDir::Name);
        for (const QFileInfo &file : files) {
            if (readModelCard(file.absoluteFilePath(), ModelOrigin::Starter).usable)
                return file.absoluteFilePath();
        }
    }
    return std::nullopt;
}

QString sizeText(quint64 bytes)
{
    return QLocale().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeSIFormat);
}

} // namespace app::cli
