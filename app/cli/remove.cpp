// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/service_session.h"
#include "app/model_library.h"

#include <QFileInfo>

namespace app::cli {

namespace {

struct Options {
    ModelOptions none;
    std::string model;
    bool trash = false;
    bool json = false;
};

/// A model's or adapter's id, from itself or its path; with where it is from.
std::optional<std::pair<QString, ModelOrigin>> named(const ModelLibrary &library, const QString &idOrPath)
{
    const QString path = QFileInfo(idOrPath).absoluteFilePath();
    for (const ModelCard &card : library.models()) {
        if (card.id == idOrPath || card.path == path)
            return std::pair(card.id, card.origin);
    }
    for (const AdapterCard &card : library.adapters()) {
        if (card.id == idOrPath || card.path == path)
            return std::pair(card.id, card.origin);
    }
    return std::nullopt;
}

Exit run(const Program &program, const Options &options)
{
    ServiceSession session(program, options.none);
    if (const auto opened = session.open(); !opened)
        return fail(opened.error());
    session.settle();
    ModelLibrary &library = session.services().library();
    const QString wanted = QString::fromStdString(options.model);
    const auto model = named(library, wanted);
    if (!model)
        return fail(failureFromCode(QStringLiteral("app.unknown_model"), {}, wanted));
    const auto &[id, origin] = *model;
    if (origin == ModelOrigin::Starter)
        return fail(failureFromCode(QStringLiteral("app.model_not_yours"), {}, id));
    std::optional<Failure> failure = failureFromCode(QStringLiteral("inference.cancelled"), {});
    session.loop([&](QEventLoop &events) {
        QObject::connect(
            &library, &ModelLibrary::removed, &events,
            [&] {
                failure.reset();
                events.quit();
            },
            Qt::QueuedConnection);
        QObject::connect(&library, &ModelLibrary::failed, &events, [&](const Failure &said) {
            failure = said;
            QMetaObject::invokeMethod(&events, &QEventLoop::quit, Qt::QueuedConnection);
        });
        if (options.trash)
            library.moveToTrash(id);
        else
            library.forget(id);
    });
    if (failure)
        return fail(*failure);
    if (options.json)
        printJson({{QStringLiteral("id"), id}, {QStringLiteral("trashed"), options.trash}});
    else if (options.trash)
        print(QStringLiteral("%1 is off the list and its file in the trash.\n").arg(id));
    else
        print(QStringLiteral("%1 is off the list; its file stays where it is.\n").arg(id));
    return Exit::Done;
}

} // namespace

void addRemove(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("remove", "Takes a model off the list; its file and its answers stay");
    command->add_option("MODEL", options->model, "A model's id, or its path")->required();
    command->add_flag("--trash", options->trash, "Moves its file to the desktop's trash, too");
    addJsonOption(*command, options->json);
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
