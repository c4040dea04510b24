// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QLocale>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <unistd.h>

namespace app::cli {

namespace {

/// What --host-experts says; nothing for "auto", and for what is none.
std::optional<std::uint32_t> hostExpertLayers(const std::string &layers)
{
    if (layers == "all")
        return std::numeric_limits<std::uint32_t>::max();
    if (layers == "none")
        return 0;
    std::uint32_t number = 0;
    const char *const end = layers.data() + layers.size();
    const auto parsed = std::from_chars(layers.data(), end, number);
    return parsed.ec == std::errc() && parsed.ptr == end ? std::optional(number) : std::nullopt;
}

} // namespace

LoadOverrides ModelOptions::overrides() const
{
    LoadOverrides wanted{.device = QString::fromStdString(device),
                         .threads = {},
                         .contextLength = {},
                         .kv = kv,
                         .hostExperts = hostExperts,
                         .adapters = adapters};
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
    command
        .add_option_function<std::string>(
            "--kv", [&options](const std::string &type) { options.kv = inference::kvTypeNamed(type); },
            "What the KV cache keeps: f16, q8_0 (half the memory) or q4_0 (a quarter)")
        ->check(CLI::IsMember({"f16", "q8_0", "q4_0"}));
    command
        .add_option_function<std::string>(
            "--host-experts", [&options](const std::string &layers) { options.hostExperts = hostExpertLayers(layers); },
            "Beside a graphics card: of how many layers the experts stay in main memory and run on the processor; a "
            "number, all, none, or auto (as few as make the rest fit)")
        ->check([](const std::string &layers) -> std::string {
            return layers == "auto" || hostExpertLayers(layers) ? std::string()
                                                                : "must be a number of layers, all, none or auto";
        });
    command.add_option("-c,--ctx", options.context, "Positions in the context")->check(CLI::Range(16U, 1U << 24U));
}

void addModelOptions(CLI::App &command, ModelOptions &options, bool required)
{
    command.add_option("-m,--model", options.model, "An installed model's id, or the path of a GGUF file")
        ->required(required);
    command
        .add_option_function<std::vector<std::string>>(
            "--lora",
            [&options](const std::vector<std::string> &files) {
                options.adapters.clear();
                for (const std::string &file : files)
                    options.adapters.append(adapterChoice(file).value_or(AdapterChoice{}));
            },
            "A LoRA adapter (GGUF) and how much of it counts, 1 by default; may be given several times")
        ->type_name("FILE[=SCALE]")
        ->take_all()
        ->check([](const std::string &file) -> std::string {
            return adapterChoice(file) ? std::string() : "must be FILE or FILE=SCALE with a number for SCALE";
        });
    addDeviceOptions(command, options);
    addJsonOption(command, options.json);
}

bool printBytes(const QByteArray &bytes)
{
    if (std::ferror(stdout) != 0)
        return false;
    const auto size = static_cast<std::size_t>(bytes.size());
    if (std::fwrite(bytes.constData(), 1, size, stdout) == size && std::fflush(stdout) == 0)
        return true;
    // A reader that has had enough (`| head`) is no trouble to speak of.
    if (errno != EPIPE) {
        fail(QStringLiteral("standard output cannot be written: %1. Make room, or write elsewhere.")
                 .arg(QString::fromLocal8Bit(std::strerror(errno))));
    }
    return false;
}

void printJson(const QJsonObject &object)
{
    printBytes(QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n');
}

bool print(const QString &text)
{
    return printBytes(text.toUtf8());
}

bool printForeign(const QString &text)
{
    return print(isatty(STDOUT_FILENO) != 0 ? withoutTerminalCommands(text) : text);
}

bool printForeign(const QByteArray &bytes)
{
    return isatty(STDOUT_FILENO) != 0 ? printForeign(QString::fromUtf8(bytes)) : printBytes(bytes);
}

QString withoutTerminalCommands(const QString &text)
{
    QString safe;
    safe.reserve(text.size());
    for (const QChar letter : text) {
        const char16_t code = letter.unicode();
        const bool control = (code < 0x20 && code != u'\n' && code != u'\t') || (code >= 0x7f && code < 0xa0);
        // Marks that turn the order of the letters around can make a line read as what it is not.
        const bool turns = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
        if (!control && !turns)
            safe.append(letter);
    }
    return safe;
}

bool showsColours()
{
    return isatty(STDOUT_FILENO) != 0 && qEnvironmentVariableIsEmpty("NO_COLOR") &&
           qEnvironmentVariable("TERM") != QLatin1StringView("dumb");
}

Exit fail(const QString &sentence)
{
    std::fflush(stdout);
    const QString safe = isatty(STDERR_FILENO) != 0 ? withoutTerminalCommands(sentence) : sentence;
    const QByteArray line = "carrel-cli: " + safe.toUtf8() + '\n';
    std::fwrite(line.constData(), 1, static_cast<std::size_t>(line.size()), stderr);
    return Exit::Failed;
}

Exit fail(const Failure &failure)
{
    QString sentence = failure.sentence();
    if (!failure.details.isEmpty())
        sentence += QStringLiteral(" (") + failure.details + QLatin1Char(')');
    return fail(sentence.replace(QLatin1Char('\n'), QLatin1Char(' ')));
}

Exit finished(Exit exit)
{
    const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    return exit == Exit::Done && !written ? Exit::Failed : exit;
}

std::expected<QByteArray, Failure> readInput()
{
    constexpr qsizetype kMost = 64 << 20;
    QByteArray bytes;
    char piece[65536];
    while (const std::size_t count = std::fread(piece, 1, sizeof piece, stdin)) {
        bytes.append(piece, static_cast<qsizetype>(count));
        if (bytes.size() > kMost)
            return std::unexpected(failureFromCode(QStringLiteral("app.input_too_long"), {}));
    }
    return bytes;
}

void openMissingStreams()
{
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
        if (fcntl(stream, F_GETFD) >= 0)
            continue;
        // The lowest free number is this one. Open for reading alone, so that writing to a closed output is told.
        const int opened = open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY);
        if (opened < 0)
            return;
    }
}

std::expected<QString, Failure> resolveModel(const std::string &idOrPath)
{
    QString wanted = QString::fromStdString(idOrPath);
    if (QFileInfo::exists(wanted))
        return wanted;
    for (const QString &folder : modelFolders()) {
        const QFileInfoList files = QDir(folder).entryInfoList({QStringLiteral("*.gguf")}, QDir::Files, QDir::Name);
        for (const QFileInfo &file : files) {
            if (modelIdFromPath(file.filePath()) == wanted && !isFurtherFile(file.filePath()))
                return file.absoluteFilePath();
        }
    }
    return std::unexpected(failureFromCode(QStringLiteral("app.unknown_model"), {}, wanted));
}

std::optional<AdapterChoice> adapterChoice(const std::string &argument)
{
    const QString whole = QString::fromStdString(argument);
    const qsizetype equals = whole.lastIndexOf(QLatin1Char('='));
    if (equals < 0 || QFileInfo(whole).isFile())
        return AdapterChoice{.path = QFileInfo(whole).absoluteFilePath(), .scale = 1.0F};
    bool isNumber = false;
    const float scale = QStringView(whole).mid(equals + 1).toFloat(&isNumber);
    if (equals == 0 || !isNumber || !std::isfinite(scale))
        return std::nullopt;
    return AdapterChoice{.path = QFileInfo(whole.left(equals)).absoluteFilePath(), .scale = scale};
}

std::optional<QString> firstModel()
{
    for (const QString &folder : modelFolders()) {
        const QFileInfoList files = QDir(folder).entryInfoList({QStringLiteral("*.gguf")}, QDir::Files, QDir::Name);
        for (const QFileInfo &file : files) {
            if (!isFurtherFile(file.filePath()) && readModelCard(file.absoluteFilePath(), ModelOrigin::Starter).usable)
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
