// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_words.h"
#include "app/cli/service_session.h"
#include "app/foreign_models.h"
#include "app/model_library.h"

#include <QFileInfo>

#include <vector>

namespace app::cli {

namespace {

struct Options {
    ModelOptions none;
    std::vector<std::string> paths;
    bool find = false;
    bool json = false;
};

QString stateName(ForeignState state)
{
    switch (state) {
    case ForeignState::Complete:
        return QStringLiteral("complete");
    case ForeignState::Partial:
        return QStringLiteral("partial");
    case ForeignState::Missing:
        return QStringLiteral("missing");
    case ForeignState::Unreadable:
        return QStringLiteral("unreadable");
    case ForeignState::Unsupported:
        return QStringLiteral("unsupported");
    }
    return {};
}

void printForeignModel(const ForeignModel &model, bool json)
{
    if (json) {
        printJson({{QStringLiteral("program"), model.program},
                   {QStringLiteral("name"), model.name},
                   {QStringLiteral("path"), model.path},
                   {QStringLiteral("bytes"), static_cast<qint64>(model.bytes)},
                   {QStringLiteral("architecture"), model.architecture},
                   {QStringLiteral("size_label"), model.sizeLabel},
                   {QStringLiteral("quantization"), model.quantization},
                   {QStringLiteral("purpose"), useName(model.purpose)},
                   {QStringLiteral("license"), model.license},
                   {QStringLiteral("license_text"), model.licenceText},
                   {QStringLiteral("sha256"), model.sha256},
                   {QStringLiteral("state"), stateName(model.state)},
                   {QStringLiteral("listed"), model.listed},
                   {QStringLiteral("reason"), model.failure.isEmpty() ? QString() : model.failure.sentence()}});
        return;
    }
    QString line = model.program + QStringLiteral("  ") + model.name + QStringLiteral("  ") + sizeText(model.bytes);
    if (!model.quantization.isEmpty())
        line += QStringLiteral("  ") + model.quantization;
    if (model.listed)
        line += QStringLiteral("  already on the list");
    else if (!model.failure.isEmpty())
        line += QStringLiteral("  ") + model.failure.sentence();
    printForeign(line + QStringLiteral("\n    ") + model.path + QLatin1Char('\n'));
}

Exit find(ServiceSession &session, bool json)
{
    ForeignModels &foreign = session.services().foreignModels();
    foreign.find();
    if (foreign.isLooking()) {
        session.loop([&](QEventLoop &events) {
            QObject::connect(&foreign, &ForeignModels::lookingChanged, &events, &QEventLoop::quit);
        });
    }
    if (foreign.isLooking())
        return fail(failureFromCode(QStringLiteral("inference.cancelled"), {}));
    for (const ForeignModel &model : foreign.models())
        printForeignModel(model, json);
    if (!json) {
        print(
            foreign.models().isEmpty()
                ? QStringLiteral("No models of Ollama, LM Studio, Jan, GPT4All, Hugging Face or llama.cpp are here.\n")
                : QStringLiteral("`carrel-cli import PATH` puts one on the list; it stays where it is.\n"));
    }
    return Exit::Done;
}

/// A file of another program is known by what that program says of it; any other is added as it is.
std::expected<QString, Failure> importOne(ServiceSession &session, const QString &path)
{
    ModelLibrary &library = session.services().library();
    std::expected<QString, Failure> result =
        std::unexpected(failureFromCode(QStringLiteral("inference.cancelled"), {}));
    session.loop([&](QEventLoop &events) {
        QObject::connect(&library, &ModelLibrary::added, &events, [&](const QString &id) {
            result = id;
            events.quit();
        });
        QObject::connect(&library, &ModelLibrary::failed, &events, [&](const Failure &failure) {
            result = std::unexpected(failure);
            events.quit();
        });
        const QList<ForeignModel> &known = session.services().foreignModels().models();
        const auto foreign = std::ranges::find(known, path, &ForeignModel::path);
        if (foreign != known.end() && foreign->isComplete())
            session.services().foreignModels().adopt(path);
        else
            library.add({path});
    });
    return result;
}

Exit run(const Program &program, const Options &options)
{
    if (options.find == !options.paths.empty()) {
        fail(QStringLiteral("name the files to take over, or --find alone. See `carrel-cli import --help`."));
        return Exit::WrongUsage;
    }
    ServiceSession session(program, options.none);
    if (const auto opened = session.open(); !opened)
        return fail(opened.error());
    session.settle();
    if (options.find)
        return find(session, options.json);
    Exit exit = Exit::Done;
    bool looked = false;
    for (const std::string &named : options.paths) {
        const QString path = QFileInfo(QString::fromStdString(named)).absoluteFilePath();
        // Only a blob says nothing of itself.
        if (!path.endsWith(QLatin1StringView(".gguf"), Qt::CaseInsensitive) && !std::exchange(looked, true)) {
            ForeignModels &foreign = session.services().foreignModels();
            foreign.find();
            session.loop([&](QEventLoop &events) {
                QObject::connect(&foreign, &ForeignModels::lookingChanged, &events, &QEventLoop::quit);
            });
        }
        const auto id = importOne(session, path);
        session.settle();
        if (!id) {
            exit = fail(id.error());
            continue;
        }
        if (options.json)
            printJson({{QStringLiteral("id"), *id}, {QStringLiteral("path"), path}});
        else
            print(*id + QLatin1Char('\n'));
    }
    return exit;
}

} // namespace

void addImport(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command =
        app.add_subcommand("import", "Puts model files on the list; they stay where they are, nothing is copied");
    command->add_option("PATH", options->paths, "GGUF files: models that chat, embed or rerank, and adapters");
    command->add_flag("--find", options->find,
                      "Lists models of Ollama, LM Studio, Jan, GPT4All, Hugging Face and llama.cpp instead");
    addJsonOption(*command, options->json);
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
