// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What every command of carrel-cli shares: options, exit codes, output, errors.
#pragma once

#include "app/failure.h"
#include "app/model_service.h"
#include "app/types.h"
#include "inference/types.h"

#include <CLI/CLI.hpp>

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <expected>
#include <functional>
#include <optional>
#include <string>

namespace app {
struct CompositionOptions;
}
namespace app::platform {
class Broker;
}

namespace app::cli {

/// Exit status of the program.
enum class Exit { Done = 0, Failed = 1, WrongUsage = 2 };

/// What stands before the command, and the command that was chosen.
struct Program {
    std::string dataFolder; ///< empty: the default one
    bool verbose = false;
    platform::Broker *broker = nullptr; ///< starts workers; may be null
    std::function<Exit()> chosen;
    std::function<void(CompositionOptions &)> adjust = {}; ///< see runCommandLine()
};

/// Options after a command that runs a model.
struct ModelOptions {
    std::string model;  ///< id or path
    std::string device; ///< "cpu", "vulkan", "vulkan:N"; empty: the settings' or "auto"
    std::uint32_t threads = 0;
    std::uint32_t context = 0;
    std::optional<inference::KvType> kv;           ///< f16 unless given
    std::optional<std::uint32_t> hostExperts = {}; ///< layers whose experts stay in main memory; unless given what must
    QList<AdapterChoice> adapters;                 ///< in the order given
    bool json = false;
    std::optional<inference::Pooling> pooling = {}; ///< of `embed`

    [[nodiscard]] LoadOverrides overrides() const;
};

/// Adds -m, --lora, --device, --threads, -c/--ctx, --kv, --host-experts and --json. `required`: -m must be given.
void addModelOptions(CLI::App &command, ModelOptions &options, bool required);
/// Adds --device, --threads, -c/--ctx, --kv and --host-experts alone.
void addDeviceOptions(CLI::App &command, ModelOptions &options);
void addJsonOption(CLI::App &command, bool &json);

/// One JSON object on one line of standard output.
void printJson(const QJsonObject &object);
/// Text on standard output, flushed. False once standard output is gone: nothing more can be said there.
bool print(const QString &text);
bool printBytes(const QByteArray &bytes);
/// What a model, a document or a file's header says: on a terminal without the characters that would command it.
bool printForeign(const QString &text);
bool printForeign(const QByteArray &bytes);
/// The same text as printForeign() prints it on a terminal.
QString withoutTerminalCommands(const QString &text);
/// Standard output is a terminal, and the user has not asked for plain output (NO_COLOR).
bool showsColours();
/// `carrel-cli: what, and what to do` on standard error.
Exit fail(const Failure &failure);
Exit fail(const QString &sentence);
/// What a command returns in the end: Failed when standard output could not be written.
Exit finished(Exit exit);

/// All of standard input; at most 64 MiB.
std::expected<QByteArray, Failure> readInput();

/// Call first of all: a standard stream that the caller closed would else be the next file that is opened.
void openMissingStreams();

/// The file of an installed model or a path; fails with "app.unknown_model". Never opens the data folder.
std::expected<QString, Failure> resolveModel(const std::string &idOrPath);

/// FILE or FILE=SCALE; nothing when SCALE is no number. A file whose whole name is given wins.
std::optional<AdapterChoice> adapterChoice(const std::string &argument);

/// The first installed model file that can run, or nothing.
std::optional<QString> firstModel();

/// `12.3 MB`, `1,234`.
QString sizeText(quint64 bytes);

// One function for each command: declares it and, when it is chosen, sets Program::chosen.
void addAsk(CLI::App &app, Program &program);
void addBench(CLI::App &app, Program &program);
void addCatalogue(CLI::App &app, Program &program);
void addChat(CLI::App &app, Program &program);
void addCheck(CLI::App &app, Program &program);
void addCollection(CLI::App &app, Program &program);
void addComplete(CLI::App &app, Program &program);
void addConversations(CLI::App &app, Program &program);
void addDetokenize(CLI::App &app, Program &program);
void addDevices(CLI::App &app, Program &program);
void addEmbed(CLI::App &app, Program &program);
void addExport(CLI::App &app, Program &program);
void addExtract(CLI::App &app, Program &program);
void addImport(CLI::App &app, Program &program);
void addGet(CLI::App &app, Program &program);
void addInfo(CLI::App &app, Program &program);
void addLedger(CLI::App &app, Program &program);
void addModels(CLI::App &app, Program &program);
void addPerplexity(CLI::App &app, Program &program);
void addRemove(CLI::App &app, Program &program);
void addReplay(CLI::App &app, Program &program);
void addRerank(CLI::App &app, Program &program);
void addRestore(CLI::App &app, Program &program);
void addSearch(CLI::App &app, Program &program);
void addSummarize(CLI::App &app, Program &program);
void addTokenize(CLI::App &app, Program &program);

} // namespace app::cli
